"""Decisions forged where the verdict is written, sealed again, and audited by a policy.

    python benchmarks/record/audit_forgeries.py COUNT [SEED]

Each ledger is the first decision of the example with one value of a derived table changed (a sentence, a figure, a
route, a rule that fired), as its maker would seal it; figures change in their first digit. In turn it names this
version, another version, or another version and another program. Prints what `advisor audit` and `records verify` said
of them; status 1 where an audit accepted one.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from advisor.api import assess
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.decision_model import Derived
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import policy_at

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STATED = ("value", "source")
"""Of an answer: what was answered, and where that came from, is stated by people and not derived."""
CLAIMS: tuple[dict[str, str], ...] = ({}, {"version": "0.9.9"}, {"version": "0.9.9", "program": "f" * 64})


def main(count: int, seed: int) -> int:
    """Forge and audit `count` decisions."""
    chance, policy = random.Random(seed), policy_at(EXAMPLES / "auditor" / "policy.toml")[0]
    original = tomli.loads((EXAMPLES / "ledger" / name_of(1)).read_text())
    audits, verifications, accepted = Counter[int](), Counter[int](), []
    with TemporaryDirectory() as place:
        copy = Path(place)
        shutil.copytree(EXAMPLES / "ledger" / "blobs", copy / "blobs")
        for number in range(count):
            table = tomli.loads(sealed_bytes(original, 1).decode())
            table["tool"] |= CLAIMS[number % len(CLAIMS)]
            where = forge(table, chance)
            (copy / name_of(1)).write_bytes(sealed_bytes(table, 1))
            status = verify(Ledger(copy), Scope(assess=assess, policy=policy)).status
            audits[status] += 1
            verifications[verify(Ledger(copy), Scope(assess=partial(assess))).status] += 1
            accepted += [where] if status == 0 else []
    print(f"advisor audit: {spoken(audits)}; records verify: {spoken(verifications)}")
    print(*(f"accepted: {where}" for where in accepted), sep="\n")
    print(f"{count - len(accepted)} of {count} forged decisions were refused by the audit")
    return 1 if accepted else 0


def spoken(statuses: Counter[int]) -> str:
    """How often each status."""
    return ", ".join(f"status {status} {times} times" for status, times in sorted(statuses.items()))


def forge(table: dict[str, Any], chance: random.Random) -> str:
    """Change one value of the derived tables in place; gives its path."""
    leaves = [leaf for name in Derived.model_fields for leaf in _texts(table.get(name), name)]
    leaves = [leaf for leaf in leaves if not (leaf[2].startswith("answers.") and leaf[1] in STATED)]
    holder, key, path = chance.choice(leaves)
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = value + 1
    else:
        is_figure = re.fullmatch(r"-?[0-9.]+", value) is not None
        at = re.search("[0-9]", value).start() if is_figure else chance.randrange(len(value))  # type: ignore[union-attr]
        letter = str((int(value[at]) + 1) % 10) if is_figure else "X" if value[at] != "X" else "Y"
        holder[key] = value[:at] + letter + value[at + 1 :]
    return path


def _texts(value: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """Every text, number and truth value within a table, with what holds it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        if isinstance(part, (dict, list)):
            yield from _texts(part, f"{path}.{key}")
        elif not isinstance(part, str) or part:
            yield value, key, f"{path}.{key}"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))

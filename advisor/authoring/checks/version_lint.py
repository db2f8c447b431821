"""The pack's version against its contents: a change of a rule, threshold, price or figure raises the version.

The changelog keeps, under the heading of each version, the digest of the logic and figures that version stands for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from advisor.authoring.checks.lint_fault import Fault
from advisor.errors import BadKnowledge
from advisor.knowledge.packs.pack_paths import MANIFEST
from advisor.knowledge.read_toml import read_table

CHANGELOG = "rules/CHANGELOG.md"
LOGIC = (
    "rules/gates/", "rules/tiers.toml", "rules/facts.toml", "rules/licenses/conditions.toml",
    "rules/licenses/licenses.toml", "rules/methods/", "rules/checklists/", "rules/parameters/", "rules/catalog/",
    "rules/throughput/", "rules/obligations/",
)  # fmt: skip
_HEADING = re.compile(r"^## (?P<version>\S+) — \d{4}-\d{2}-\d{2}$", re.MULTILINE)
_STAMP = re.compile(r"^Logic: (?P<digest>[0-9a-f]{64})$", re.MULTILINE)


def logic_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over what the files of rules and figures say, in hexadecimal: no comment, layout or case changes it."""
    said = {path: _without_cases(read_table(files[path], path)) for path in sorted(files) if path.startswith(LOGIC)}
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def version_faults(files: Mapping[str, bytes], changelog: str) -> Iterator[Fault]:
    """What is wrong with the newest entry of the changelog: not this version, or not these rules and figures."""
    version = str(read_table(files[MANIFEST], MANIFEST).get("version", ""))
    newest, stamped = _newest(changelog)
    if newest != version:
        yield Fault(CHANGELOG, newest, f"the newest entry is not of version {version}, which {MANIFEST} names")
    elif not stamped:
        yield Fault(CHANGELOG, newest, "holds no digest of its logic; run advisor rules stamp")
    elif stamped != logic_digest(files):
        what = "rules or figures have changed since this version was stamped"
        todo = f"raise the version in {MANIFEST}, say what changed here, and run advisor rules stamp"
        yield Fault(CHANGELOG, newest, f"{what}; {todo}")


def stamped(files: Mapping[str, bytes], changelog: str) -> str:
    """The changelog with the digest under its newest heading; raises BadKnowledge where another stands there."""
    faults = [fault for fault in version_faults(files, changelog) if "holds no digest" not in fault.what]
    if faults:
        raise BadKnowledge(f"{faults[0].file}: {faults[0].entry}", faults[0].what)
    if _newest(changelog)[1]:
        return changelog
    heading = _HEADING.search(changelog)
    assert heading is not None  # else its version would not be the pack's
    return f"{changelog[: heading.end()]}\n\nLogic: {logic_digest(files)}{changelog[heading.end() :]}"


def _newest(changelog: str) -> tuple[str, str]:
    """The newest version and the digest in its entry; empty where there is none."""
    headings = [*_HEADING.finditer(changelog)]
    if not headings:
        return "", ""
    end = headings[1].start() if len(headings) > 1 else len(changelog)
    stamp = _STAMP.search(changelog, headings[0].end(), end)
    return headings[0]["version"], stamp["digest"] if stamp else ""


def _without_cases(table: Any) -> Any:
    """Cases show what the logic does; adding one changes none of it."""
    if isinstance(table, dict):
        return {key: _without_cases(value) for key, value in table.items() if key != "case"}
    return [_without_cases(value) for value in table] if isinstance(table, list) else table

"""What a change of the pack moves: its version against its contents, what differs, which verdicts move."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from advisor.assessment.model import Assessment
from advisor.authoring.rule_cases import Fault
from advisor.errors import BadKnowledge
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.pack_files import MANIFEST, read_table

# The pack's version against its contents: a change of a rule, threshold, price or figure raises the version.
#
# The changelog keeps, under the heading of each version, the digest of the logic and figures that version stands for.


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


# What differs between two packs, and which verdicts move with it.


@dataclass(frozen=True, slots=True)
class PackChange:
    """One entry that was added, removed or changed; `table` names its kind."""

    table: str
    entry: str
    how: str


def pack_changes(old: Knowledge, new: Knowledge) -> tuple[PackChange, ...]:
    """Every entry that can bear on a verdict and differs; cases, methods and claims bear on none."""
    before, after = _tables(old), _tables(new)
    return tuple(change for name in before for change in _changes(name, before[name], after[name]))


def _tables(knowledge: Knowledge) -> dict[str, Mapping[str, object]]:
    catalog = knowledge.catalog
    return {
        "rule": {rule.id: replace(rule, cases=(), file="") for rule in knowledge.rules},
        "parameter": knowledge.parameters,
        "fact": knowledge.facts,
        "license": knowledge.licenses,
        "model": catalog.models,
        "gpu": catalog.gpus,
        "api": catalog.api,
        "managed": catalog.managed,
        "provider": catalog.providers,
        "question": knowledge.questions,
    }


def _changes(table: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[PackChange]:
    for entry in dict.fromkeys((*old, *new)):
        if entry not in new:
            yield PackChange(table, entry, "removed")
        elif entry not in old:
            yield PackChange(table, entry, "added")
        elif old[entry] != new[entry]:
            yield PackChange(table, entry, "changed")


@dataclass(frozen=True, slots=True)
class Move:
    """One workload under both packs: route, gate and status each, and the rules that fire under one of them alone."""

    name: str
    before: tuple[str, str, str]
    after: tuple[str, str, str]
    silent: tuple[str, ...]
    fired: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether the verdict is another one."""
        return self.before != self.after


def move(name: str, before: Assessment, after: Assessment) -> Move:
    """Compare two assessments of the same answers."""
    old, new = ([finding.rule for finding in one.findings] for one in (before, after))
    return Move(
        name,
        _verdict(before),
        _verdict(after),
        silent=tuple(dict.fromkeys(rule for rule in old if rule not in new)),
        fired=tuple(dict.fromkeys(rule for rule in new if rule not in old)),
    )


def _verdict(assessment: Assessment) -> tuple[str, str, str]:
    verdict = assessment.verdict
    return verdict.option, verdict.decided_by, verdict.status

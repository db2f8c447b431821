"""What differs between two packs, and which verdicts move with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from advisor.assessment.model import Assessment
from advisor.knowledge.packs.pack import Knowledge


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

"""Which rules run together: license postures first, on license facts alone; everything else in one engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.rules import Rule


def phase_of(rule: Rule) -> str:
    """`license` for a posture, `gates` for everything else."""
    return "license" if rule.effect == "posture" else "gates"


def last_day(rule: Rule) -> date:
    """The last day a rule is in force; the end of time for one that is not replaced."""
    return date.max if rule.until is None else rule.until - timedelta(days=1)


def ensembles(knowledge: Knowledge) -> Iterator[tuple[date, tuple[Rule, ...]]]:
    """Every set of rules that runs together on the last day of one of its members."""
    for day in sorted({last_day(rule) for rule in knowledge.rules}):
        in_force = knowledge.rules_at(day)
        for phase in dict.fromkeys(phase_of(rule) for rule in in_force):
            yield day, tuple(rule for rule in in_force if phase_of(rule) == phase)

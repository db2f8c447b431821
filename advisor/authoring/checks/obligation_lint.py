"""The table of duties: it names choices that exist, leaves no regime without duties, and keeps to its cases."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.authoring.checks.lint_fault import Fault
from advisor.errors import nearest
from advisor.knowledge.obligations import TOUCHERS, DataFacts, Obligation, facts_of, owed
from advisor.knowledge.packs.pack import Knowledge

_FILE = "rules/obligations"
_KEYS = {"regimes": "data.regimes", "classes": "data.classes", "boundaries": "data.boundary"}


def obligation_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Unknown choices, duties nobody could owe, regimes that somebody may touch for nothing, and broken cases."""
    for each in knowledge.obligations.values():
        yield from _of_entry(each, knowledge)
    yield from _uncovered(knowledge)


def _of_entry(each: Obligation, knowledge: Knowledge) -> Iterator[Fault]:
    for name, key in _KEYS.items():
        choices = [choice.id for choice in knowledge.questions[key].choices]
        for value in getattr(each, name):
            if value not in choices:
                yield Fault(_FILE, each.id, f"{key} has no choice {value!r}; {nearest(value, choices)}")
    if not (each.regimes or each.classes or each.boundaries):
        yield Fault(_FILE, each.id, "names no regime, class or boundary, so that nobody owes it")
    if not each.touched_by:
        yield Fault(_FILE, each.id, "names nobody who touches the data")
    for expected in (True, False):
        if not any(case.owed is expected for case in each.cases):
            yield Fault(_FILE, each.id, f"has no case in which it is {'owed' if expected else 'not owed'}")
    for case in each.cases:
        if bool(owed([each], facts_of(case.given), (case.touched_by,))) is not case.owed:
            yield Fault(_FILE, each.id, f"the case {case.name!r} says the opposite of the table")


def _uncovered(knowledge: Knowledge) -> Iterator[Fault]:
    """Every regime that can be answered has a duty for whoever may touch the data."""
    for choice in knowledge.questions["data.regimes"].choices:
        for party in TOUCHERS:
            if not owed(knowledge.obligations.values(), DataFacts(regimes=(choice.id,)), (party,)):
                yield Fault(_FILE, choice.id, f"has no duty where {party} touches the data")

"""Everything published applied to one workload: checklists, methods that count them, why their break-evens differ.

In each table of a method the first row whose condition holds decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.engine.facts import FactValue
from advisor.engine.trace import Circumstances
from advisor.knowledge.articles.methods import MethodRow, Otherwise, PublishedMethod
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.published.checklist_results import checklists, counts
from advisor.published.disagreement import explain_disagreement
from advisor.published.method_conditions import Judge
from advisor.published.phrasing import Words
from advisor.published.published_facts import PanelFigures, panel_facts
from advisor.published.results import BreakEvenOf, Checklist, Method


@dataclass(frozen=True, slots=True)
class Panel:
    """What others' methods say, and the quotient behind each break-even, this workload's own last."""

    checklists: tuple[Checklist, ...]
    methods: tuple[Method, ...]
    break_evens: tuple[BreakEvenOf, ...]


def apply_panel(
    facts: Mapping[str, FactValue], figures: PanelFigures, knowledge: Knowledge, parameters: Parameters, judge: Judge
) -> Panel:
    """Apply everything to the facts that the rules saw, answers and derived facts; `judge` as by `judge_by`."""
    known = panel_facts(facts, figures, parameters)
    applied = checklists(known, knowledge, parameters, judge)
    methods = published_methods({**known, **counts(applied, knowledge)}, knowledge, parameters, judge)
    return Panel(applied, methods, explain_disagreement(figures, knowledge, parameters))


def published_methods(
    facts: Mapping[str, FactValue], knowledge: Knowledge, parameters: Parameters, judge: Judge
) -> tuple[Method, ...]:
    """The verdict of each method on these facts (answers, derived and panel facts), with the values it rests on."""
    seen, words = judge(facts), Words(facts, knowledge, parameters)
    decided = ((method, first_row(method, seen)) for method in knowledge.methods.values())
    return tuple(
        Method(method.id, method.source, row.verdict, words.fill(row.because), method.differs)
        for method, row in decided
    )


def first_row(method: PublishedMethod, seen: Circumstances) -> MethodRow | Otherwise:
    """The row that decides; a row whose facts are open does not hold."""
    return next((row for row in method.rows if seen.truth(row.when) is True), method.otherwise)

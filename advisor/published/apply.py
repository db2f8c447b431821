"""The whole panel for one workload: checklists, methods that count them, and why their break-evens differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.engine.facts import FactValue
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.published.checklist_results import checklists, counts
from advisor.published.disagreement import explain_disagreement
from advisor.published.method_conditions import Judge
from advisor.published.method_results import published_methods
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

"""Everything published applied to one workload: checklists, methods and their disagreement, stages of maturity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.engine.engine import Circumstances
from advisor.engine.facts import FactValue, tests_of
from advisor.knowledge.conditions import Condition
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.published_articles import (
    MethodRow,
    Otherwise,
    PublishedChecklist,
    PublishedItem,
    PublishedMethod,
)
from advisor.published.method_conditions import Judge, PanelFigures, Words, break_even_tokens, item_rule, panel_facts

# What the published methods and checklists answer for one workload: plain frozen values.


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of a published checklist, with the answer that decided it."""

    id: str
    state: Literal["met", "unmet", "unknown"]
    because: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A published checklist applied to these answers."""

    id: str
    met: int
    unknown: int
    of: int
    threshold: int
    verdict: str
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """What one published method says of this workload; `differs`: where it weighs something unlike the others."""

    id: str
    source: str
    verdict: tuple[str, ...]
    because: str
    differs: str = ""


@dataclass(frozen=True, slots=True)
class BreakEvenOf:
    """A published break-even V* = fixed ÷ avoided: dollars a month, dollars per million tokens, tokens a month.

    A source that only asserts its volume has no quotient: fixed cost and price are None.
    """

    source: str
    fixed_usd: float | None
    avoided_usd_per_million: float | None
    tokens_per_month: float | None


# The published checklists, item by item: met, unmet or open, why, and what to do next.


def checklists(
    facts: Mapping[str, FactValue], knowledge: Knowledge, parameters: Parameters, judge: Judge
) -> tuple[Checklist, ...]:
    """Each checklist applied to these facts (answers, derived and panel facts)."""
    seen, words = judge(facts), Words(facts, knowledge, parameters)
    return tuple(_applied(checklist, seen, words) for checklist in knowledge.checklists.values())


def counts(applied: Sequence[Checklist], knowledge: Knowledge) -> dict[str, FactValue]:
    """How many items a checklist has met, and how many it may yet reach, where a method asks for these facts."""
    facts: dict[str, FactValue] = {}
    for checklist in applied:
        name = checklist.id.replace("-", "_").replace(".", "_")
        facts[f"panel.{name}_met"] = Range.exactly(checklist.met)
        facts[f"panel.{name}_possible"] = Range.exactly(checklist.met + checklist.unknown)
    return {key: value for key, value in facts.items() if key in knowledge.facts}


def _applied(checklist: PublishedChecklist, seen: Circumstances, words: Words) -> Checklist:
    items = tuple(_item(item, seen, words) for item in checklist.items)
    met = sum(item.state == "met" for item in items)
    unknown = sum(item.state == "unknown" for item in items)
    threshold = round(words.parameters.number(checklist.threshold))
    verdict = _verdict(checklist, met, met + unknown, threshold)
    stage = next((stage.next for stage in checklist.stages if seen.truth(stage.when) is True), "")
    said = words.fill(f"{verdict} {stage}".strip())
    return Checklist(checklist.id, met, unknown, len(items), threshold, said, items)


def _item(item: PublishedItem, seen: Circumstances, words: Words) -> ChecklistItem:
    truth = seen.truth(item.met)
    if truth:
        return ChecklistItem(item.id, "met", words.fill(item.yes))
    answered = any(test.key in seen.readings for test in tests_of(item_rule(item)))
    if truth is False and answered:
        return ChecklistItem(item.id, "unmet", words.fill(item.no), words.fill(item.next))
    return ChecklistItem(item.id, "unknown", words.fill(item.open), words.fill(item.next))


def _verdict(checklist: PublishedChecklist, met: int, possible: int, threshold: int) -> str:
    if met >= threshold:
        return checklist.reached
    return checklist.undecided if possible >= threshold else checklist.missed


# Why published break-evens differ by three orders of magnitude: each divides another fixed cost by another price.


OURS = "this workload"


def explain_disagreement(
    figures: PanelFigures, knowledge: Knowledge, parameters: Parameters
) -> tuple[BreakEvenOf, ...]:
    """The break-even of every method that states one, and of this workload last."""
    published = [
        _published(method, parameters)
        for method in knowledge.methods.values()
        if method.asserted_tokens or (method.fixed_usd and method.avoided_usd_per_million)
    ]
    fixed, avoided = figures.fixed_usd, figures.avoided_usd_per_million
    return (*published, BreakEvenOf(OURS, fixed, avoided, break_even_tokens(fixed, avoided)))


def _published(method: PublishedMethod, parameters: Parameters) -> BreakEvenOf:
    if method.asserted_tokens:
        return BreakEvenOf(method.source, None, None, parameters.number(method.asserted_tokens))
    fixed, avoided = parameters.number(method.fixed_usd), parameters.number(method.avoided_usd_per_million)
    return BreakEvenOf(method.source, fixed, avoided, break_even_tokens(fixed, avoided))


# The published stages of maturity: what reaching each takes, which routes it buys, and which one a workload is in.


@dataclass(frozen=True, slots=True)
class MaturityStage:
    """One stage; `takes` and `advice` are texts with the parameters put in, `source` and `grade` the checklist's."""

    name: str
    when: Condition
    takes: str
    advice: str
    routes: tuple[str, ...]
    source: str
    grade: str


def maturity_stages(knowledge: Knowledge, parameters: Parameters) -> tuple[MaturityStage, ...]:
    """The named stages of the checklists, earliest first; empty where packs name none."""
    words = Words({}, knowledge, parameters)
    return tuple(
        MaturityStage(stage.name, stage.when, words.fill(stage.takes), words.fill(stage.next), stage.routes,
                      each.source, each.grade)
        for each in knowledge.checklists.values()
        for stage in each.stages
        if stage.name
    )  # fmt: skip


def stage_reached(stages: Sequence[MaturityStage], seen: Circumstances) -> str:
    """The first stage whose condition holds; "" where none does."""
    return next((stage.name for stage in stages if seen.truth(stage.when) is True), "")


# Everything published applied to one workload: checklists, methods that count them, why their break-evens differ.
#
# In each table of a method the first row whose condition holds decides.


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

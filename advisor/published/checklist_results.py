"""The published checklists, item by item: met, unmet or open, why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.engine.facts import FactValue
from advisor.engine.rule_check import tests_of
from advisor.engine.trace import Circumstances
from advisor.knowledge.articles.checklists import PublishedChecklist, PublishedItem
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range
from advisor.published.method_conditions import Judge, item_rule
from advisor.published.phrasing import Words
from advisor.published.results import Checklist, ChecklistItem


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

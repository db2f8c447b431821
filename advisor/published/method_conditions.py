"""Conditions of methods and checklists, judged by the reference logic of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from advisor.engine.facts import FactValue, kinds_of, read_facts
from advisor.engine.rule_check import check_rules
from advisor.engine.trace import Circumstances
from advisor.knowledge.articles.checklists import PublishedChecklist, PublishedItem
from advisor.knowledge.articles.methods import PublishedMethod
from advisor.knowledge.conditions import Condition
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule

Judge = Callable[[Mapping[str, FactValue]], Circumstances]
"""From facts to what the conditions of methods and checklists are judged by."""


def judge_by(knowledge: Knowledge, parameters: Parameters) -> Judge:
    """Check every condition of the panel once, for any number of facts; raises BadKnowledge for a misfit."""
    kinds = kinds_of(knowledge)
    thresholds = check_rules(panel_rules(knowledge), parameters, kinds)
    return lambda facts: Circumstances(facts, read_facts(facts, kinds), thresholds, frozenset())


def panel_rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Every condition of the panel in the form of a rule without effect, so that the same checks apply to it."""
    return (*_method_rows(knowledge), *_checklist_rows(knowledge))


def _method_rows(knowledge: Knowledge) -> Iterator[Rule]:
    for method in knowledge.methods.values():
        yield from rows_of(method)


def rows_of(method: PublishedMethod) -> Iterator[Rule]:
    """The rows of one method, numbered."""
    for number, row in enumerate(method.rows, 1):
        yield _rule(f"{method.id} row {number}", row.when, method.file, method.since)


def _checklist_rows(knowledge: Knowledge) -> Iterator[Rule]:
    for checklist in knowledge.checklists.values():
        yield from items_of(checklist)


def items_of(checklist: PublishedChecklist) -> Iterator[Rule]:
    """Items and stages of one checklist."""
    for item in checklist.items:
        yield item_rule(item, checklist)
    for number, stage in enumerate(checklist.stages, 1):
        yield _rule(f"{checklist.id} stage {number}", stage.when, checklist.file, date.min)


def item_rule(item: PublishedItem, checklist: PublishedChecklist | None = None) -> Rule:
    """One item, named after its checklist."""
    name = f"{checklist.id} item {item.id}" if checklist else item.id
    return _rule(name, item.met, checklist.file if checklist else "", date.min)


def _rule(name: str, when: Condition, file: str, since: date) -> Rule:
    return Rule(name, "derive", "inform", "", when, "", (), "reported", since, file=file)

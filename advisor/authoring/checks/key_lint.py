"""Conditions fit the facts they test, and nothing is asked, computed or stated that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from advisor.authoring.checks.key_usage import Reads
from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.checks.reference_lint import QUESTIONS, default_names
from advisor.authoring.checks.wording_lint import texts
from advisor.engine.facts import kinds_of
from advisor.engine.rule_check import check_rules, findings_of, tests_of
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import NUMBER_OPS, parse_condition
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.rules import Rule
from advisor.published.method_conditions import panel_rules
from advisor.published.phrasing import names_in

_BLANK: dict[str, Any] = {"gate": "derive", "effect": "inform", "title": "", "because": "", "sources": ()}


def conditions(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Everything that has a condition, as rules: rules, rows of methods, items of checklists, questions shown."""
    return (*knowledge.rules, *panel_rules(knowledge), *_shown_when(knowledge))


def _shown_when(knowledge: Knowledge) -> Iterator[Rule]:
    for question in knowledge.questions.values():
        if question.show_when is not None:
            when = parse_condition(question.show_when, question.key)
            yield Rule(id=question.key, when=when, grade="reported", since=date.min, file=QUESTIONS, **_BLANK)


def misfits(knowledge: Knowledge) -> Iterator[Fault]:
    """Conditions on a key, choice or parameter that does not exist, or by a comparison that does not suit it."""
    kinds, parameters = kinds_of(knowledge), knowledge.parameters_at(date.max)
    for rule in conditions(knowledge):
        try:
            check_rules([replace(rule, derives="", effect="inform")], parameters, kinds)
        except BadKnowledge as error:
            yield Fault.at(rule.file, rule.id, error)


def findings(knowledge: Knowledge, reads: Reads) -> Iterator[Fault]:
    """Findings that are asked for and never derived, or derived and never asked for."""
    derived = {rule.derives for rule in knowledge.rules if rule.derives}
    asked = {finding.name for rule in conditions(knowledge) for finding in findings_of(rule)}
    for rule in conditions(knowledge):
        for name in dict.fromkeys(finding.name for finding in findings_of(rule)):
            if name not in derived:
                yield Fault(rule.file, rule.id, f"no rule derives {name!r}; {nearest(name, derived)}")
        if rule.derives and rule.derives not in asked and rule.derives not in reads.words:
            yield Fault(rule.file, rule.id, f"nothing asks for the finding {rule.derives!r}")


def idle(knowledge: Knowledge, reads: Reads) -> Iterator[Fault]:
    """Questions, facts and parameters that no rule, no table and no code reads."""
    tests = [test for rule in conditions(knowledge) for test in tests_of(rule)]
    tested = {test.key for test in tests} | {name for _, _, text in texts(knowledge) for name in names_in(text)}
    for key in knowledge.questions:
        if key not in tested and key not in reads:
            yield Fault(QUESTIONS, key, "nothing reads the answer")
    for key in knowledge.facts:
        if key not in tested:
            yield Fault("rules/facts.toml", key, "no rule tests it and no text prints it")
    used = {str(test.value) for test in tests if test.op in NUMBER_OPS} | _named(knowledge)
    used |= {name for question in knowledge.questions.values() for name in default_names(question, knowledge)}
    for name in knowledge.parameters:
        if name not in used and name not in reads and not _is_tasks_own(name, knowledge, reads):
            yield Fault("rules/parameters", name, "nothing uses it")


def _named(knowledge: Knowledge) -> set[str]:
    """Parameters that methods, checklists and claims name."""
    names = {checklist.threshold for checklist in knowledge.checklists.values()}
    for method in knowledge.methods.values():
        names |= {method.fixed_usd, method.avoided_usd_per_million, method.asserted_tokens}
    for claim in knowledge.claims.values():
        names |= {text for text in (claim.inputs | (claim.only_if or {})).values() if isinstance(text, str)}
    return names | {name for _, _, text in texts(knowledge) for name in names_in(text)}


def _is_tasks_own(name: str, knowledge: Knowledge, reads: Reads) -> bool:
    """Whether the code reads the general parameter, of which this is one task's own."""
    general, _, last = name.rpartition(".")
    tasks = {choice.id for choice in knowledge.questions["workload.task"].choices}
    return last in tasks and general in reads


def without_cases(knowledge: Knowledge) -> Iterator[Fault]:
    """Rules that no case shows firing, or not firing."""
    for rule in knowledge.rules:
        for wanted, words in ((True, "fires"), (False, "does not fire")):
            if all(case.fires != wanted for case in rule.cases):
                yield Fault(rule.file, rule.id, f"has no case in which it {words}")

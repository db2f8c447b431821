"""Rules as durable_rules can run them safely: one `all` per disjunct, one element per fact, nothing negated.

Every element is a conjunction of comparisons on one wide fact. Negation, alternatives and several conditions on one
answer in separate elements give wrong answers in that engine, so none of them reaches it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.engine.fact_columns import WideFact, lay_out
from advisor.engine.facts import Kinds, check_string
from advisor.engine.limits import MOST_CHILDREN, MOST_DURABLE_RULES, MOST_FACTS, check_names
from advisor.engine.normalize import Clause, Literal, normalize
from advisor.engine.rule_check import Thresholds, where
from advisor.engine.strata import finding_levels
from advisor.errors import BadInput, BadKnowledge
from advisor.knowledge.rules import Rule

SENTINEL = "begin"
"""A rule that fires first in every session: one without any fired rule cannot be deleted without a crash."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a session runs: the rules as JSON values, the clause behind each name, the facts to tell in order."""

    definition: Mapping[str, Any]
    clauses: Mapping[str, Clause]
    facts: tuple[WideFact, ...]
    levels: Mapping[str, int]


def compile_rules(rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> Program:
    """Compile checked rules; raises BadKnowledge naming rule, file and number for any limit exceeded."""
    levels = finding_levels(rules)
    clauses = [
        Clause(rule, number, literals)
        for rule in rules
        for number, literals in enumerate(normalize(rule, kinds, thresholds))
    ]
    _check_texts(clauses)
    facts = lay_out(clauses, levels)
    if len(facts) >= MOST_CHILDREN:  # the first rule's own fact is one more
        raise BadKnowledge("rules", f"the rules test {len(facts)} facts", f"fewer than {MOST_CHILDREN} are matched")
    homes = {key: fact.id for fact in facts for key in fact.properties}
    definition: dict[str, Any] = {SENTINEL: {"all": [{"a0": {"fact": SENTINEL}}]}}
    for clause in clauses:
        definition[clause.name] = {"all": _elements(clause, homes)}
    return Program(definition, {clause.name: clause for clause in clauses}, facts, levels)


def _elements(clause: Clause, homes: Mapping[str, str]) -> list[dict[str, Any]]:
    by_fact: dict[str, list[Literal]] = {}
    for literal in clause.literals:
        by_fact.setdefault(homes[literal.key], []).append(literal)
    if len(by_fact) > MOST_FACTS:
        raise BadKnowledge(where(clause.rule), f"one alternative joins {len(by_fact)} facts", f"at most {MOST_FACTS}")
    return [
        {f"a{place}": {"$and": [{"fact": fact}, *(_comparison(literal) for literal in literals)]}}
        for place, (fact, literals) in enumerate(by_fact.items())
    ]


def _comparison(literal: Literal) -> dict[str, Any]:
    plain = {literal.property: literal.value}
    return plain if literal.op == "$eq" else {literal.op: plain}


def _check_texts(clauses: Sequence[Clause]) -> None:
    if len(clauses) > MOST_DURABLE_RULES:
        last = clauses[MOST_DURABLE_RULES].rule
        raise BadKnowledge(where(last), f"the rules unfold into {len(clauses)}", f"at most {MOST_DURABLE_RULES}")
    check_names({literal.property: where(clause.rule) for clause in clauses for literal in clause.literals})
    for clause in clauses:
        if json.dumps(clause.name, ensure_ascii=False) != f'"{clause.name}"':
            raise BadKnowledge(where(clause.rule), "the id has a character that JSON must escape")
        for text in (clause.name, *(literal.value for literal in clause.literals)):
            _check_text(clause, str(text))


def _check_text(clause: Clause, text: str) -> None:
    try:
        check_string(where(clause.rule), text)
    except BadInput as fault:
        raise BadKnowledge(where(clause.rule), fault.what, fault.todo) from None

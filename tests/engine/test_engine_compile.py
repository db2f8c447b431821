"""The one shape of rule that durable_rules answers rightly, and nothing else, reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from advisor.engine.compile import SENTINEL, Program, compile_rules
from advisor.engine.engine import Engine
from advisor.engine.facts import FactKind, check_rules, fact_kind
from advisor.engine.normalize import Clause, normalize
from advisor.errors import BadKnowledge
from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters
from advisor.knowledge.rules import Rule
from benchmarks.engine.engine_worlds import draw_kinds, draw_parameters, draw_rules

DAY = date(2026, 11, 21)
KINDS = {
    "data.boundary": FactKind("choice", ("anywhere", "region", "vpc")),
    "data.regimes": FactKind("choices", ("hipaa", "il5")),
    "volume.requests": FactKind("number"),
}
VALUES = {"few": DatedValue(DAY, "made-up", "recalled", value=10.0)}
PARAMETERS = Parameters(DAY, VALUES, {"few": ""})
VPC = KeyTest("data.boundary", "is", "vpc")
REGION = KeyTest("data.boundary", "is", "region")
HIPAA = KeyTest("data.regimes", "has", "hipaa")
FEW = KeyTest("volume.requests", "below", "few")
COMPARISONS = {"$neq", "$lt", "$lte", "$gt", "$gte"}


def a_rule(id: str, when: Condition) -> Rule:
    return Rule(id, "must", "inform", id, when, "", (), "recalled", DAY)


def alternatives(when: Condition) -> list[set[str]]:
    rule = a_rule("one", when)
    thresholds = check_rules([rule], PARAMETERS, KINDS)
    return [{f"{one.property} {one.op} {one.value}" for one in each} for each in normalize(rule, KINDS, thresholds)]


@pytest.fixture(scope="module", params=range(12))
def program(request: pytest.FixtureRequest) -> Program:
    random = Random(request.param)
    kinds, parameters = draw_kinds(random, 30), draw_parameters(random)
    rules = draw_rules(random, kinds, parameters, 40)
    return compile_rules(rules, kinds, check_rules(rules, parameters, kinds))


def elements(program: Program) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rule's name and the comparisons of one of its elements."""
    for name, rule in program.definition.items():
        if name != SENTINEL:
            for element in rule["all"]:
                (body,) = element.values()
                yield name, body["$and"]


def test_a_rule_is_one_all_of_plain_conjunctions(program: Program) -> None:
    for name, rule in program.definition.items():
        assert list(rule) == ["all"], name
        for place, element in enumerate(rule["all"]):
            assert list(element) == [f"a{place}"]
    for name, comparisons in elements(program):
        for comparison in comparisons:
            ((operator, value),) = comparison.items()
            assert operator in COMPARISONS or not operator.startswith("$"), name
            inner = value if operator in COMPARISONS else comparison
            assert all(type(constant) in (int, str) for constant in inner.values()), name


def test_every_answer_is_tested_in_one_element_only(program: Program) -> None:
    homes = {name: fact.id for fact in program.facts for key in fact.properties for name in fact.properties[key]}
    for name, rule in program.definition.items():
        told = [element[f"a{place}"].get("$and", [{}])[0].get("fact") for place, element in enumerate(rule["all"])]
        assert len(set(told)) == len(told), name
    for name, (fact, *comparisons) in elements(program):
        for comparison in comparisons:
            ((operator, value),) = comparison.items()
            (tested,) = value if operator in COMPARISONS else comparison
            assert homes[tested] == fact["fact"], name


def test_findings_are_told_after_the_rules_that_settle_them(program: Program) -> None:
    assert [fact.level for fact in program.facts] == sorted(fact.level for fact in program.facts)
    for clause in program.clauses.values():
        asked = [program.levels[one.key[8:]] for one in clause.literals if one.key.startswith("finding:")]
        if clause.rule.derives in program.levels:
            assert all(level < program.levels[clause.rule.derives] for level in asked)


def test_a_drawn_pack_is_laid_out_in_few_wide_facts(program: Program) -> None:
    answers = [fact for fact in program.facts if fact.level == -1]
    assert len(answers) < len({key for fact in answers for key in fact.properties}) / 2


def test_negation_is_pushed_to_the_comparisons() -> None:
    assert alternatives(Not(All((VPC, FEW)))) == [{"data.boundary $neq vpc"}, {"volume.requests.high $gte 10"}]
    assert alternatives(Not(AnyOf((HIPAA, Finding("x"))))) == [{"data.regimes=hipaa $eq 0", "finding:x $eq 0"}]
    assert alternatives(Not(KeyTest("data.boundary", "known", True))) == [{"data.boundary? $eq 0"}]


def test_contradictions_vanish() -> None:
    assert alternatives(All((VPC, REGION))) == []
    assert alternatives(All((VPC, Not(VPC)))) == []
    assert alternatives(All((FEW, Not(FEW)))) == []
    assert alternatives(All((AnyOf((VPC, HIPAA)), Not(HIPAA)))) == [
        {"data.boundary $eq vpc", "data.regimes=hipaa $eq 0"}
    ]


def test_an_alternative_that_asks_for_more_than_another_vanishes() -> None:
    assert alternatives(AnyOf((All((VPC, HIPAA)), VPC, VPC))) == [{"data.boundary $eq vpc"}]


def test_a_rule_that_no_answer_can_satisfy_compiles_to_nothing_and_never_fires() -> None:
    rules = [a_rule("never", All((VPC, REGION))), a_rule("sometimes", VPC)]
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        assert [firing.rule.id for firing in engine.run({"data.boundary": "vpc"}).firings] == ["sometimes"]
    assert list(compile_rules(rules, KINDS, {}).clauses) == ["sometimes#0"]


def test_clauses_are_named_after_rule_and_alternative() -> None:
    assert Clause(a_rule("must.air-gap", VPC), 3, ()).name == "must.air-gap#3"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("share", FactKind("number", scale=10**9)),
        ("tokens-per-month", FactKind("number", scale=1)),
        ("usd-per-year", FactKind("number", scale=100)),
        ("milliseconds", FactKind("number", scale=1000)),
        ("models", FactKind("choices")),
        ("choices", FactKind("choices")),
        *((kind, FactKind("choice")) for kind in ("choice", "id", "model", "text")),
        ("bool", FactKind("bool")),
    ],
)
def test_each_kind_of_question_has_a_kind_of_fact(kind: str, expected: FactKind) -> None:
    assert fact_kind(kind) == expected


@pytest.mark.parametrize(
    ("kinds", "decimals"),
    [
        ("share", 9),
        ("growth number ratio months usd-per-hour usd-per-million-tokens usd-per-kwh", 6),
        ("count", 5),
        ("milliseconds", 3),
        ("usd usd-per-month usd-per-year", 2),
        ("tokens tokens-per-month requests-per-month", 0),
    ],
)
def test_each_kind_of_number_keeps_so_many_decimals(kinds: str, decimals: int) -> None:
    assert {kind: fact_kind(kind).scale for kind in kinds.split()} == dict.fromkeys(kinds.split(), 10**decimals)


def test_an_undeclared_kind_is_refused() -> None:
    with pytest.raises(BadKnowledge, match="unknown kind 'shares'; did you mean 'share'"):
        fact_kind("shares")

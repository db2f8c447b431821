"""What the engine promises: three-valued tests, findings in order, both evaluators or no advice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from advisor.engine.engine import Engine
from advisor.engine.facts import FactKind, FactValue, quantize
from advisor.errors import BadInput, BadKnowledge, EnginesDisagree
from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
KINDS = {
    "data.boundary": FactKind("choice", ("anywhere", "tenancy", "vpc")),
    "data.regimes": FactKind("choices", ("hipaa", "il5")),
    "economics.second_region": FactKind("bool"),
    "latency.p50_ms": FactKind("number", scale=1000),
    "economics.gpu": FactKind("choice"),
}
FLOOR = {"floor": DatedValue(DAY, "made-up", "recalled", value=120.0)}
PARAMETERS = Parameters(DAY, FLOOR, {"floor": "ms"})


def a_rule(id: str, when: Condition, derives: str = "") -> Rule:
    rule = Rule(id, "must", "inform", id, when, "", (), "recalled", DAY, file="gates/must.toml")
    return replace(rule, gate="derive", effect="derive", derives=derives) if derives else rule


def fires(when: Condition, facts: dict[str, FactValue]) -> bool:
    with Engine.compile([a_rule("one", when)], PARAMETERS, KINDS) as engine:
        return bool(engine.run(facts).firings)


VPC = KeyTest("data.boundary", "is", "vpc")
OUR_NETWORK = KeyTest("data.boundary", "in", ("tenancy", "vpc"))
HIPAA = KeyTest("data.regimes", "has", "hipaa")
EITHER = KeyTest("data.regimes", "has_any", ("hipaa", "il5"))
TWO_REGIONS = KeyTest("economics.second_region", "is", True)


@pytest.mark.parametrize(
    ("test", "holds", "fails"),
    [
        (VPC, {"data.boundary": "vpc"}, {"data.boundary": "tenancy"}),
        (OUR_NETWORK, {"data.boundary": "tenancy"}, {"data.boundary": "anywhere"}),
        (HIPAA, {"data.regimes": ("il5", "hipaa")}, {"data.regimes": ()}),
        (EITHER, {"data.regimes": ("il5",)}, {"data.regimes": ()}),
        (TWO_REGIONS, {"economics.second_region": True}, {"economics.second_region": False}),
        (KeyTest("economics.gpu", "is", "h100-sxm"), {"economics.gpu": "h100-sxm"}, {"economics.gpu": "h100"}),
    ],
)
def test_a_test_and_its_negation_are_told_apart_and_both_fail_on_an_unknown_answer(
    test: KeyTest, holds: dict[str, FactValue], fails: dict[str, FactValue]
) -> None:
    assert [fires(test, holds), fires(test, fails), fires(test, {})] == [True, False, False]
    assert [fires(Not(test), holds), fires(Not(test), fails), fires(Not(test), {})] == [False, True, False]


# Range below, touching from below, straddling, touching from above, above the threshold of 120.
PLACES = [(100.0, 119.0), (100.0, 120.0), (100.0, 140.0), (120.0, 140.0), (121.0, 140.0), (120.0, 120.0)]
BY_DEFINITION: dict[str, Callable[[float, float], bool]] = {
    "below": lambda low, high: high < 120,
    "at_most": lambda low, high: high <= 120,
    "above": lambda low, high: low > 120,
    "at_least": lambda low, high: low >= 120,
    "may_be_below": lambda low, high: low < 120,
    "may_be_at_most": lambda low, high: low <= 120,
    "may_be_above": lambda low, high: high > 120,
    "may_be_at_least": lambda low, high: high >= 120,
}


@pytest.mark.parametrize("op", BY_DEFINITION)
def test_a_range_meets_a_threshold_as_the_comparison_says(op: str) -> None:
    test = KeyTest("latency.p50_ms", op, "floor")
    for low, high in PLACES:
        facts: dict[str, FactValue] = {"latency.p50_ms": Range(low, high)}
        assert fires(test, facts) is BY_DEFINITION[op](low, high), (low, high)
        assert fires(Not(test), facts) is not BY_DEFINITION[op](low, high), (low, high)
    assert not fires(test, {})
    assert not fires(Not(test), {})


def test_known_alone_sees_an_unanswered_question() -> None:
    for wanted in (True, False):
        test = KeyTest("data.regimes", "known", wanted)
        assert fires(test, {"data.regimes": ()}) is wanted
        assert fires(test, {}) is not wanted
        assert fires(Not(test), {}) is wanted


def test_one_true_alternative_outweighs_an_unknown_one_and_one_false_part_settles_a_conjunction() -> None:
    assert fires(AnyOf((VPC, HIPAA)), {"data.boundary": "vpc"})
    assert fires(Not(All((VPC, HIPAA))), {"data.boundary": "tenancy"})
    assert not fires(Not(AnyOf((VPC, HIPAA))), {"data.boundary": "tenancy"})


def test_findings_settle_before_rules_that_ask_for_them_or_for_their_absence_whatever_the_order_in_the_file() -> None:
    rules = [
        a_rule("absent", Not(Finding("second"))),
        a_rule("third", All((Finding("second"), Not(Finding("first"))))),
        a_rule("derive-second", AnyOf((Not(Finding("first")), HIPAA)), "second"),
        a_rule("derive-first", VPC, "first"),
    ]
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        inside = engine.run({"data.boundary": "vpc"})
        outside = engine.run({"data.boundary": "anywhere"})
        both = engine.run({"data.boundary": "vpc", "data.regimes": ("hipaa",)})
    assert [firing.rule.id for firing in inside.firings] == ["absent", "derive-first"]
    assert [firing.rule.id for firing in outside.firings] == ["third", "derive-second"]
    assert both.derived == {"first", "second"}


def test_a_firing_names_the_answers_of_the_alternative_that_fired() -> None:
    rules = [
        a_rule("derive", VPC, "private"),
        a_rule(
            "either",
            AnyOf((All((TWO_REGIONS, HIPAA)), All((Finding("private"), KeyTest("latency.p50_ms", "known", False))))),
        ),
    ]
    facts: dict[str, FactValue] = {"data.boundary": "vpc", "economics.second_region": True}
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        outcome = engine.run(facts)
    assert outcome.firings[0].matched == {"data.boundary": "vpc"}
    assert outcome.firings[1].matched == {"finding:private": True, "latency.p50_ms": "unknown"}
    assert (outcome.durable_rules, outcome.reference, outcome.agree) == (2, 2, True)


@pytest.mark.parametrize(
    ("tampered", "named", "side"),
    [
        ((True, True), "broken", "fired by the reference alone"),
        ((False, False), "sane", "fired by durable_rules alone"),
    ],
)
def test_a_disagreement_refuses_advice_and_names_the_rule(
    monkeypatch: pytest.MonkeyPatch, tampered: tuple[bool, bool], named: str, side: str
) -> None:
    with Engine.compile([a_rule("sane", VPC), a_rule("broken", HIPAA)], PARAMETERS, KINDS) as engine:
        monkeypatch.setattr(engine, "_fires", lambda readings: tampered)
        with pytest.raises(EnginesDisagree, match=rf"\({side}\); no advice is given") as caught:
            engine.run({"data.boundary": "vpc"})
    assert caught.value.where == f"gates/must.toml: rule {named!r}"
    assert caught.value.status == 3
    assert ("sane" in caught.value.sentence) is (named == "sane")


@pytest.mark.parametrize("first_comes_last", [False, True])
def test_where_several_alternatives_hold_the_first_one_is_named(first_comes_last: bool) -> None:
    alternatives = (VPC, TWO_REGIONS) if first_comes_last else (TWO_REGIONS, VPC)
    facts: dict[str, FactValue] = {"data.boundary": "vpc", "economics.second_region": True}
    with Engine.compile([a_rule("either", AnyOf(alternatives))], PARAMETERS, KINDS) as engine:
        assert list(engine.run(facts).firings[0].matched) == [alternatives[0].key]


@pytest.mark.parametrize("scale", [1, 100, 1000, 10**6, 10**9])
def test_numbers_become_the_nearest_whole_number_of_steps(scale: int) -> None:
    for value in (0.0, 0.29, 0.95, 1.005, -2.5, 1e-9, 119.9999, 4_503_599.627):
        steps = (Decimal(repr(value)) * scale).to_integral_value(ROUND_HALF_EVEN)
        assert quantize(value, scale, "key") == steps


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"data.bondary": "vpc"}, "no such fact; did you mean 'data.boundary'"),
        ({"data.boundary": "vcp"}, "no such choice 'vcp'; did you mean 'vpc'"),
        ({"data.boundary": True}, "True is not a choice"),
        ({"economics.second_region": "true"}, "'true' is not a bool"),
        ({"latency.p50_ms": Range.exactly(float("inf"))}, "too large"),
        ({"latency.p50_ms": Range.exactly(1e13)}, "too large"),
        ({"economics.gpu": "ü" * 2049}, "4098 bytes is too long"),
        ({"economics.gpu": "\ud800"}, "not valid Unicode"),
    ],
)
def test_a_fact_that_does_not_fit_its_question_is_refused_before_either_evaluator_sees_it(
    facts: dict[str, FactValue], message: str
) -> None:
    with Engine.compile([a_rule("one", VPC)], PARAMETERS, KINDS) as engine, pytest.raises(BadInput, match=message):
        engine.run(facts)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (KeyTest("data.bondary", "is", "vpc"), "did you mean 'data.boundary'"),
        (KeyTest("data.boundary", "is", "vcp"), "has no choice 'vcp'; did you mean 'vpc'"),
        (KeyTest("data.boundary", "has", "vpc"), "'has' does not suit data.boundary"),
        (KeyTest("data.boundary", "in", "vpc"), "in takes a list"),
        (KeyTest("latency.p50_ms", "below", "flor"), "no parameter 'flor'; did you mean 'floor'"),
        (KeyTest("economics.second_region", "is", "yes"), "is true or false, not 'yes'"),
        (All(()), "at least one condition"),
    ],
)
def test_a_rule_that_cannot_be_tested_is_refused_with_file_rule_and_spelling(when: Condition, message: str) -> None:
    with pytest.raises(BadKnowledge, match=message) as caught:
        Engine.compile([a_rule("one", when)], PARAMETERS, KINDS)
    assert caught.value.where == "gates/must.toml: rule 'one'"


def test_findings_that_derive_each_other_are_refused_naming_the_rules() -> None:
    rules = [
        a_rule("chicken", Not(Finding("egg")), "chicken"),
        a_rule("egg", All((Finding("chicken"), VPC)), "egg"),
        a_rule("bystander", VPC, "egg"),
    ]
    with pytest.raises(BadKnowledge, match="rules 'chicken', 'egg' derive their findings from each other"):
        Engine.compile(rules, PARAMETERS, KINDS)


def test_a_text_with_quotes_backslashes_and_other_scripts_is_compared_exactly() -> None:
    for text in ('say "no"', "back\\slash", "ünïcode", "日本", "tab\there", "5", "true", "null", "[1]"):
        test = KeyTest("economics.gpu", "is", text)
        assert fires(test, {"economics.gpu": text})
        assert not fires(test, {"economics.gpu": text + "x"})
        assert not fires(Not(test), {"economics.gpu": text})


def test_why_not_names_the_fewest_tests_in_the_way_nearest_rule_first() -> None:
    rules = [
        a_rule("far", All((TWO_REGIONS, HIPAA, Not(VPC)))),
        a_rule("near", AnyOf((All((TWO_REGIONS, HIPAA)), All((VPC, KeyTest("latency.p50_ms", "below", "floor")))))),
        a_rule("fired", VPC),
    ]
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        near, far = engine.why_not({"data.boundary": "vpc", "latency.p50_ms": Range(100, 140), "data.regimes": ()})
    assert (near.rule.id, far.rule.id) == ("near", "far")
    (failed,) = near.failed
    assert (failed.key, failed.op, failed.value, failed.current) == (
        "latency.p50_ms",
        "below",
        "floor",
        Range(100, 140),
    )
    assert [(failed.key, failed.wanted, failed.current) for failed in far.failed] == [
        ("economics.second_region", True, None),
        ("data.regimes", True, ()),
        ("data.boundary", False, "vpc"),
    ]


@pytest.mark.parametrize("op", BY_DEFINITION)
def test_why_not_judges_a_range_as_the_comparison_says(op: str) -> None:
    """The rule waits for another answer too, so that it is always told why not."""
    test = KeyTest("latency.p50_ms", op, "floor")
    rules = [a_rule("asks", All((TWO_REGIONS, test))), a_rule("denies", All((TWO_REGIONS, Not(test))))]
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        for low, high in PLACES:
            found = {miss.rule.id: miss.failed for miss in engine.why_not({"latency.p50_ms": Range(low, high)})}
            in_the_way = {id: [each.key for each in failed][1:] for id, failed in found.items()}
            holds = BY_DEFINITION[op](low, high)
            assert in_the_way["asks"] == ([] if holds else ["latency.p50_ms"]), (low, high)
            assert in_the_way["denies"] == (["latency.p50_ms"] if holds else []), (low, high)

"""Three independent readings of random conditions agree: durable_rules, the compiled reference, Kleene's tables."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.engine import Engine
from advisor.engine.facts import FactKind, FactValue
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Condition, Finding, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
BOUNDARIES = ("anywhere", "region", "tenancy", "vpc")
REGIMES = ("hipaa", "gdpr", "il5")
KINDS = {
    "data.boundary": FactKind("choice", BOUNDARIES),
    "data.regimes": FactKind("choices", REGIMES),
    "volume.cached_share": FactKind("number", scale=10**9),
    "volume.batch_share": FactKind("number", scale=10**9),
    "staffing.on_call": FactKind("bool"),
    "staffing.ready": FactKind("bool"),
}
POINTS = (-1.0, 0.0, 0.25, 0.5, 1.0)
VALUES = {f"p{index}": DatedValue(DAY, "drawn", "recalled", value=point) for index, point in enumerate(POINTS)}
PARAMETERS = Parameters(DAY, VALUES, dict.fromkeys(VALUES, ""))

numbers = st.sampled_from(("volume.cached_share", "volume.batch_share"))
bools = st.sampled_from(("staffing.on_call", "staffing.ready"))
some_boundaries = st.lists(st.sampled_from(BOUNDARIES), min_size=1, max_size=3, unique=True).map(tuple)
some_regimes = st.lists(st.sampled_from(REGIMES), min_size=1, max_size=2, unique=True).map(tuple)
tests = st.one_of(
    st.builds(KeyTest, st.just("data.boundary"), st.just("is"), st.sampled_from(BOUNDARIES)),
    st.builds(KeyTest, st.just("data.boundary"), st.just("in"), some_boundaries),
    st.builds(KeyTest, st.just("data.regimes"), st.just("has"), st.sampled_from(REGIMES)),
    st.builds(KeyTest, st.just("data.regimes"), st.just("has_any"), some_regimes),
    st.builds(KeyTest, numbers, st.sampled_from(NUMBER_OPS), st.sampled_from(tuple(VALUES))),
    st.builds(KeyTest, bools, st.just("is"), st.booleans()),
    st.builds(KeyTest, st.sampled_from(tuple(KINDS)), st.just("known"), st.booleans()),
)


def conditions(names: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    leaves: st.SearchStrategy[Condition] = tests
    if names:
        leaves = st.one_of(tests, st.builds(Finding, st.sampled_from(names)))
    return st.recursive(leaves, _branches, max_leaves=6)


def _branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(All, parts), st.builds(AnyOf, parts), st.builds(Not, inner))


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """Each rule may ask for the findings of the rules drawn before it; the file order is shuffled."""
    rules: list[Rule] = []
    for number in range(draw(st.integers(1, 7))):
        names = tuple(rule.derives for rule in rules if rule.derives)
        derives = f"f{number % 3}" if number < 3 and draw(st.booleans()) else ""
        rules.append(_rule(f"r{number}", draw(conditions(names)), derives))
    return draw(st.permutations(rules))


def _rule(id: str, when: Condition, derives: str) -> Rule:
    if derives:
        return Rule(id, "derive", "derive", id, when, "", (), "recalled", DAY, derives=derives)
    return Rule(id, "must", "inform", id, when, "", (), "recalled", DAY)


ranges = st.lists(st.sampled_from((*POINTS, 0.250000001, 0.75)), min_size=2, max_size=2).map(
    lambda e: Range(min(e), max(e))
)
answers: st.SearchStrategy[dict[str, FactValue]] = st.fixed_dictionaries(
    {},
    optional={
        "data.boundary": st.sampled_from(BOUNDARIES),
        "data.regimes": st.lists(st.sampled_from(REGIMES), unique=True).map(tuple),
        "volume.cached_share": ranges,
        "volume.batch_share": ranges,
        "staffing.on_call": st.booleans(),
        "staffing.ready": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None)
@given(rule_sets(), st.lists(answers, min_size=1, max_size=5))
def test_both_evaluators_fire_what_the_truth_tables_say(rules: list[Rule], many: list[dict[str, FactValue]]) -> None:
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        for facts in many:
            outcome = engine.run(facts)  # raises when the two differ
            assert {firing.rule.id for firing in outcome.firings} == by_truth_tables(rules, facts)
            assert engine.fired(facts) == tuple(firing.rule for firing in outcome.firings)


@settings(max_examples=150, deadline=None)
@given(rule_sets(), answers)
def test_every_rule_either_fires_or_has_a_failed_test(rules: list[Rule], facts: dict[str, FactValue]) -> None:
    with Engine.compile(rules, PARAMETERS, KINDS) as engine:
        misses = engine.why_not(facts)
        fired = engine.fired(facts)
    assert len(misses) + len(fired) == len(rules)
    assert all(miss.failed for miss in misses)


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
}


def by_truth_tables(rules: list[Rule], facts: dict[str, FactValue]) -> set[str]:
    """Walk every tree with Kleene's tables until no finding is added; floats, not integers, are compared."""
    derived: frozenset[str] = frozenset()
    for name in ("f0", "f1", "f2"):  # drawn so that each asks only for earlier ones
        deriving = [rule for rule in rules if rule.derives == name]
        if any(kleene(rule.when, facts, derived) for rule in deriving):
            derived |= {name}
    return {rule.id for rule in rules if kleene(rule.when, facts, derived)}


def kleene(condition: Condition, facts: dict[str, FactValue], derived: frozenset[str]) -> bool | None:
    match condition:
        case Finding(name):
            return name in derived
        case Not(part):
            inner = kleene(part, facts, derived)
            return None if inner is None else not inner
        case All(parts):
            return least([kleene(part, facts, derived) for part in parts])
        case AnyOf(parts):
            opposite = least([kleene(Not(part), facts, derived) for part in parts])
            return None if opposite is None else not opposite
        case KeyTest(key, op, value):
            return plain_test(facts.get(key), op, value)


def least(truths: list[bool | None]) -> bool | None:
    """Kleene's conjunction: the least of false < unknown < true."""
    rank = min({False: 0, None: 1, True: 2}[truth] for truth in truths)
    return (False, None, True)[rank]


def plain_test(fact: FactValue | None, op: str, value: str | bool | tuple[str, ...]) -> bool | None:
    if op == "known":
        return (fact is not None) is value
    if fact is None:
        return None
    if isinstance(fact, Range):
        return plain_comparison(fact, op, POINTS[int(str(value)[1:])])
    if op in ("is", "has"):
        return fact == value if op == "is" else isinstance(fact, tuple) and value in fact
    assert isinstance(value, tuple)
    return fact in value if op == "in" else isinstance(fact, tuple) and any(one in fact for one in value)


def plain_comparison(fact: Range, op: str, threshold: float) -> bool:
    quantifier = any if op.startswith("may_be_") else all
    compare = COMPARISONS[op.removeprefix("may_be_")]
    return quantifier(compare(point, threshold) for point in (fact.low, fact.high))

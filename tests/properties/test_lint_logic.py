"""What lint says of alternatives is true of every situation: it never calls a live rule dead or a needed one spare."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.authoring.logic_lint import compatible, implies, impossible
from advisor.authoring.rule_cases import holds
from advisor.engine.facts import FactKind, FactValue, check_rules, read_facts
from advisor.engine.normalize import Disjunct, normalize
from advisor.engine.reference import compile_reference
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Condition, Not
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
PLACES = ("anywhere", "region", "vpc")
KINDS = {
    "data.boundary": FactKind("choice", PLACES),
    "data.regimes": FactKind("choices", ("hipaa", "gdpr")),
    "volume.share": FactKind("number", scale=1000),
    "staffing.ready": FactKind("bool"),
}
POINTS = (0.25, 0.5, 0.75)
VALUES = {f"p{index}": DatedValue(DAY, "drawn", "recalled", value=point) for index, point in enumerate(POINTS)}
PARAMETERS = Parameters(DAY, VALUES, dict.fromkeys(VALUES, ""))

tests = st.one_of(
    st.builds(KeyTest, st.just("data.boundary"), st.just("is"), st.sampled_from(PLACES)),
    st.builds(KeyTest, st.just("data.regimes"), st.just("has"), st.sampled_from(("hipaa", "gdpr"))),
    st.builds(KeyTest, st.just("volume.share"), st.sampled_from(NUMBER_OPS), st.sampled_from(tuple(VALUES))),
    st.builds(KeyTest, st.just("staffing.ready"), st.just("is"), st.booleans()),
    st.builds(KeyTest, st.sampled_from(tuple(KINDS)), st.just("known"), st.booleans()),
)


def _branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(All, parts), st.builds(AnyOf, parts), st.builds(Not, inner))


conditions: st.SearchStrategy[Condition] = st.recursive(tests, _branches, max_leaves=6)
ends = st.sampled_from((0.0, 0.249, 0.25, 0.251, 0.5, 0.75, 1.0))
answers: st.SearchStrategy[dict[str, FactValue]] = st.fixed_dictionaries(
    {},
    optional={
        "data.boundary": st.sampled_from(PLACES),
        "data.regimes": st.lists(st.sampled_from(("hipaa", "gdpr")), unique=True).map(tuple),
        "volume.share": st.tuples(ends, ends).map(lambda pair: Range(min(pair), max(pair))),
        "staffing.ready": st.booleans(),
    },
)


def _rule(when: Condition) -> Rule:
    return Rule("drawn", "must", "inform", "", when, "", (), "recalled", DAY)


def _alternatives(when: Condition) -> tuple[Disjunct, ...]:
    rule = _rule(when)
    return normalize(rule, KINDS, check_rules([rule], PARAMETERS, KINDS))


@settings(max_examples=300, deadline=None)
@given(conditions, answers)
def test_a_rule_fires_where_one_of_its_alternatives_holds(when: Condition, facts: dict[str, FactValue]) -> None:
    rule, readings = _rule(when), read_facts(facts, KINDS)
    fires = compile_reference([rule], KINDS, check_rules([rule], PARAMETERS, KINDS))
    assert any(holds(one, readings, ()) for one in _alternatives(when)) == fires(readings)[0]


@settings(max_examples=300, deadline=None)
@given(conditions, conditions, answers)
def test_what_is_said_of_alternatives_is_true_of_every_situation(
    one: Condition, other: Condition, facts: dict[str, FactValue]
) -> None:
    readings = read_facts(facts, KINDS)
    for first in _alternatives(one):
        held = holds(first, readings, ())
        assert not (held and impossible(first))
        for second in _alternatives(other):
            both = held and holds(second, readings, ())
            assert not (both and not compatible(first, second))
            assert both or not (held and implies(first, second))

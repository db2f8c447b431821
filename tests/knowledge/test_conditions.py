"""The one fold over conditions, against truth tables written out by recursion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.conditions import (
    All,
    AnyOf,
    Condition,
    Finding,
    Leaf,
    Not,
    all_known,
    any_known,
    findings_in,
    fold,
    walk,
)
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.conditions import tests_in as all_tests_in

NAMES = ("a", "b", "c")
LEAVES = st.sampled_from([*(Finding(name) for name in NAMES), *(KeyTest(name, "is", True) for name in NAMES)])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=12,
)
TRUTHS = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in NAMES})


def by_table(condition: Condition, truths: dict[str, bool | None]) -> bool | None:
    """Kleene's strong logic on numbers: false 0, unknown 1, true 2; not is 2 - x, and is min, or is max."""
    return {0: False, 1: None, 2: True}[_level(condition, truths)]


def _level(condition: Condition, truths: dict[str, bool | None]) -> int:
    match condition:
        case Finding(name) | KeyTest(name):
            return {False: 0, None: 1, True: 2}[truths[name]]
        case Not(part):
            return 2 - _level(part, truths)
        case All(parts):
            return min(_level(part, truths) for part in parts)
        case AnyOf(parts):
            return max(_level(part, truths) for part in parts)


@given(CONDITIONS, TRUTHS, st.booleans())
def test_a_fold_pushes_negations_to_the_leaves_and_keeps_the_truth(
    condition: Condition, truths: dict[str, bool | None], wanted: bool
) -> None:
    def leaf(part: Leaf, wanted: bool) -> bool | None:
        truth = truths[part.name if isinstance(part, Finding) else part.key]
        return truth if wanted or truth is None else not truth

    expected = by_table(condition if wanted else Not(condition), truths)
    assert fold(condition, leaf, all_known, any_known, wanted) is expected


@given(CONDITIONS)
def test_a_walk_visits_leaves_in_the_order_of_a_fold(condition: Condition) -> None:
    def leaf(part: Leaf, _: bool) -> list[Leaf]:
        return [part]

    def chained(parts: list[list[Leaf]]) -> list[Leaf]:
        return [leaf for part in parts for leaf in part]

    folded = fold(condition, leaf, chained, chained)
    visited = [part for part, _ in walk(condition) if isinstance(part, (Finding, KeyTest))]
    assert visited == folded
    assert [*all_tests_in(condition)] == [part for part in folded if isinstance(part, KeyTest)]
    assert [*findings_in(condition)] == [part for part in folded if isinstance(part, Finding)]


def test_a_walk_counts_depth_and_can_leave_out_negations() -> None:
    inner = AnyOf((Finding("a"), Finding("b")))
    condition = All((Not(inner), Finding("c")))
    assert [depth for _, depth in walk(condition)] == [1, 2, 3, 4, 4, 2]
    assert inner not in [part for part, _ in walk(condition, negated=False)]

"""Counting the gates' outcomes state by state reaches what applying every set of rules does, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decision.gates import FRONTIER_ROUTES, GateInputs, RemainingRoutes, after_law, apply_gates, in_can_order
from advisor.knowledge.rules import OPEN_ROUTES, Rule
from tests.contract.asking import knowledge

RULES = [rule for rule in knowledge().rules if rule.gate in ("must", "can") and rule.effect in ("exclude", "choose")]
LAW = [rule for rule in RULES if rule.gate == "must"]
CAN = [rule for rule in RULES if rule.gate == "can" and rule.effect == "exclude"]
SELLERS = ("hosted-api", "managed-open", "managed-cloud")
Outcome = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]

INPUTS = st.builds(
    GateInputs,
    hybrid_listed=st.booleans(),
    routine_rate_given=st.booleans(),
    cloud_sells_vendor_model=st.booleans(),
    unsold=st.sets(st.sampled_from(SELLERS)).map(lambda routes: tuple(sorted(routes))),
    unsold_frontier=st.sets(st.sampled_from(FRONTIER_ROUTES)).map(lambda routes: tuple(sorted(routes))),
)


def some(rules: Sequence[Rule], most: int) -> st.SearchStrategy[list[Rule]]:
    """A few rules in the pack's order."""
    drawn = st.sets(st.integers(0, len(rules) - 1), max_size=most)
    return drawn.map(lambda places: [rules[place] for place in sorted(places)])


def outcome(found: RemainingRoutes) -> Outcome:
    return found.after_must, found.after_can, found.routine_halves, found.frontier_halves, found.cloud_open_eligible


def test_the_pack_has_rules_of_both_gates() -> None:
    assert len(LAW) > 3
    assert len(CAN) > 3
    assert {option for rule in CAN for option in rule.options} >= set(OPEN_ROUTES)


@settings(max_examples=150, deadline=None)
@given(some(LAW, 4), some(CAN, 5), INPUTS)
def test_states_reached_are_the_outcomes_of_all_sets_of_rules(
    law: list[Rule], can: list[Rule], inputs: GateInputs
) -> None:
    by_sets, by_states = set(), set()
    nothing_unsold = GateInputs(inputs.hybrid_listed, inputs.routine_rate_given, inputs.cloud_sells_vendor_model)
    for laws in _subsets(law):
        by_sets |= {outcome(apply_gates([*laws, *cans], inputs)) for cans in _subsets(can)}
        begun = after_law(laws, inputs)
        assert begun == after_law(laws, nothing_unsold).within(inputs, nothing_unsold)
        states = {begun}
        for rule in in_can_order(can):
            states |= {state.after(rule, inputs) for state in states}
        by_states |= {outcome(state.remaining(inputs)) for state in states}
    assert by_states == by_sets


def _subsets(rules: Sequence[Rule]) -> list[tuple[Rule, ...]]:
    return [each for size in range(len(rules) + 1) for each in combinations(rules, size)]

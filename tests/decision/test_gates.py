"""Which routes the law and the workload leave, and which rule is named for each route that is gone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor.decision.gates import GateInputs, after_law, apply_gates, conflicts, in_can_order, priced_alone
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.rules import ROUTES, Rule

DAY = date(2026, 11, 21)
ALL, BASE = ROUTES, ROUTES[:4]
WITH_HYBRID = GateInputs(hybrid_listed=True, routine_rate_given=False)
RATED = GateInputs(hybrid_listed=True, routine_rate_given=True)
PLAIN = GateInputs(hybrid_listed=False, routine_rate_given=False)


def a_rule(id: str, *options: str, gate: Any = "can", effect: Any = "exclude", kind: str = "physics") -> Rule:
    condition = KeyTest("economics.second_region", "is", True)
    return Rule(id, gate, effect, id, condition, "", (), "recalled", DAY, options=options, kind=kind)


def law(id: str, *options: str, effect: str = "exclude", kind: str = "law") -> Rule:
    return a_rule(id, *options, gate="must", effect=effect, kind=kind)


def test_a_route_falls_by_the_rules_that_name_it_and_each_is_told() -> None:
    found = apply_gates([law("one", "hosted-api"), a_rule("two", "hosted-api", "self-host")], PLAIN)
    assert found.after_must == ("managed-cloud", "managed-open", "self-host")
    assert found.after_can == ("managed-cloud", "managed-open")
    assert found.excluded_by == {
        "hosted-api": ("one", "two"), "managed-cloud": (), "managed-open": (), "self-host": ("two",),
    }  # fmt: skip
    assert (found.set_aside, found.cloud_open_eligible) == ((), True)


def test_hybrid_is_listed_only_where_it_was_asked_for() -> None:
    assert apply_gates([], PLAIN).after_can == BASE
    assert apply_gates([], WITH_HYBRID).after_can == ALL
    assert set(apply_gates([], WITH_HYBRID).excluded_by) == set(ALL)


def test_a_law_that_chooses_a_route_leaves_it_alone_and_no_hybrid() -> None:
    chosen = law("choose", "self-host", effect="choose")
    found = apply_gates([chosen], WITH_HYBRID)
    assert (found.after_must, found.after_can) == (("self-host",), ("self-host",))
    assert found.excluded_by["hybrid"] == found.excluded_by["hosted-api"] == ("choose",)
    assert found.excluded_by["self-host"] == ()


def test_a_choice_counts_only_while_its_route_stands() -> None:
    chosen = law("choose", "self-host", effect="choose")
    found = apply_gates([chosen, law("gone", "self-host")], WITH_HYBRID)
    assert found.after_must == ("hosted-api", "managed-cloud", "managed-open", "hybrid")
    assert found.excluded_by["hosted-api"] == ()
    only_preferred = a_rule("choose", "self-host", gate="prefer", effect="choose")
    assert apply_gates([only_preferred], WITH_HYBRID).after_must == ALL


def test_what_would_leave_nothing_is_set_aside_in_the_order_of_what_it_rests_on() -> None:
    """Physics first, then people, then the need for a frontier: the last one would empty the set."""
    rules = [
        a_rule("frontier", "managed-open", "self-host", kind="frontier"),
        a_rule("people", "self-host", kind="staffing"),
        a_rule("physics", "hosted-api", "managed-cloud", kind="physics"),
    ]
    assert [rule.id for rule in in_can_order(rules)] == ["physics", "people", "frontier"]
    found = apply_gates(rules, PLAIN)
    assert (found.after_must, found.after_can) == (BASE, ("managed-open",))
    assert [rule.id for rule in found.set_aside] == ["frontier"]
    assert found.excluded_by["managed-open"] == ()


def test_nothing_is_set_aside_where_the_law_left_nothing() -> None:
    found = apply_gates([law("none", *BASE), a_rule("more", "self-host")], PLAIN)
    assert (found.after_must, found.after_can, found.set_aside) == ((), (), ())
    assert found.excluded_by["self-host"] == ("none", "more")


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ([law("open", "managed-open", "self-host")], ("open",)),
        ([law("open", "managed-open"), a_rule("own", "self-host")], ("open", "own")),
        ([law("hosted", "hosted-api"), law("cloud", "managed-cloud"), law("other", "self-host")], ("hosted", "cloud")),
        ([law("choose", "hosted-api", effect="choose"), a_rule("own", "self-host")], ("choose", "own")),
    ],
)
def test_hybrid_falls_with_either_half_and_the_rules_that_took_it_are_named(
    rules: list[Rule], named: tuple[str, ...]
) -> None:
    found = apply_gates(rules, WITH_HYBRID)
    assert "hybrid" not in found.after_can
    assert found.excluded_by["hybrid"] == named


def test_hybrid_stands_while_each_half_has_one_route() -> None:
    found = apply_gates([law("own", "self-host"), law("cloud", "managed-cloud")], WITH_HYBRID)
    assert found.after_must == ("hosted-api", "managed-open", "hybrid")
    assert (found.routine_halves, found.frontier_halves) == (("managed-open",), ("hosted-api",))


@pytest.mark.parametrize(
    ("kind", "inputs", "stands"),
    [
        ("frontier", WITH_HYBRID, True),  # the frontier half does that part of the work
        ("accuracy", WITH_HYBRID, False),
        ("accuracy", RATED, True),  # how often the routine half succeeds is counted
        ("physics", WITH_HYBRID, False),
        ("tuning", WITH_HYBRID, False),
    ],
)
def test_what_an_open_model_cannot_do_alone_hybrid_may_do(kind: str, inputs: GateInputs, stands: bool) -> None:
    found = apply_gates([a_rule("one", "managed-open", "self-host", kind=kind)], inputs)
    assert ("hybrid" in found.after_can) is stands
    assert bool(found.routine_halves) is stands


def test_a_tuned_model_is_needed_of_the_routine_half_alone() -> None:
    found = apply_gates([a_rule("tuned", "hosted-api", "managed-cloud", kind="tuning")], WITH_HYBRID)
    assert found.after_can == ("managed-open", "self-host", "hybrid")
    assert found.frontier_halves == ("hosted-api", "managed-cloud")


@pytest.mark.parametrize(
    ("kind", "options", "eligible"),
    [
        ("law", ("managed-open", "self-host"), False),
        ("frontier", ("managed-open", "self-host"), False),
        ("accuracy", ("managed-open", "self-host"), False),
        ("physics", ("managed-open", "self-host"), True),
        ("law", ("self-host",), True),
        ("law", ("managed-cloud", "managed-open", "self-host"), True),
    ],
)
def test_a_rule_against_open_models_holds_in_a_cloud_that_sells_no_other(
    kind: str, options: tuple[str, ...], eligible: bool
) -> None:
    rule = law("open", *options) if kind == "law" else a_rule("open", *options, kind=kind)
    assert apply_gates([rule], PLAIN).cloud_open_eligible is eligible
    no_vendor = GateInputs(hybrid_listed=False, routine_rate_given=False, cloud_sells_vendor_model=False)
    left = apply_gates([rule], no_vendor).after_can
    assert ("managed-cloud" in left) is (eligible and "managed-cloud" not in options)
    state = after_law([rule], no_vendor) if kind == "law" else after_law([], no_vendor).after(rule, no_vendor)
    assert state.left(no_vendor) == left
    assert state.remaining(no_vendor).cloud_open_eligible is eligible


def test_what_nobody_sells_never_stands_though_no_rule_says_so() -> None:
    inputs = GateInputs(hybrid_listed=True, routine_rate_given=False, unsold=("managed-open",))
    found = apply_gates([a_rule("rest", "hosted-api", "managed-cloud", "self-host")], inputs)
    assert found.after_must == ("hosted-api", "managed-cloud", "self-host", "hybrid")
    assert found.routine_halves == ("self-host",)
    assert [rule.id for rule in found.set_aside] == ["rest"]
    no_frontier = GateInputs(True, False, unsold_frontier=("hosted-api", "managed-cloud"))
    found = apply_gates([], no_frontier)
    assert (found.after_can, found.frontier_halves) == (BASE, ())
    assert after_law([], no_frontier).left(no_frontier) == BASE


def test_the_state_after_the_law_keeps_what_else_is_unsold() -> None:
    state = after_law([law("own", "self-host")], WITH_HYBRID)
    assert state.after_must == ("hosted-api", "managed-cloud", "managed-open", "hybrid")
    start = GateInputs(True, False, unsold=("managed-open",))
    within = state.within(start, WITH_HYBRID)
    assert within.after_must == within.left(WITH_HYBRID) == ("hosted-api", "managed-cloud")
    frontier = GateInputs(True, False, unsold_frontier=("hosted-api", "managed-cloud"))
    assert state.within(frontier, WITH_HYBRID).after_must == ("hosted-api", "managed-cloud", "managed-open")
    assert state.after(a_rule("all", *BASE), WITH_HYBRID) == state
    chosen = after_law([law("choose", "hosted-api", effect="choose")], WITH_HYBRID)
    assert (chosen.chosen_by_law, chosen.after_must) == (True, ("hosted-api",))


def test_a_route_without_a_price_is_left_out_and_your_own_machines_stay() -> None:
    standing = apply_gates([], PLAIN)
    assert priced_alone(standing, set(BASE)) is standing
    assert priced_alone(standing, {"managed-cloud"}).after_can == ("managed-cloud",)
    assert priced_alone(standing, ()).after_can == ("self-host",)
    assert priced_alone(standing, ()).after_must == BASE


def test_the_smallest_sets_of_laws_that_leave_nothing_are_named() -> None:
    hosted, cloud = law("hosted", "hosted-api", "managed-open"), law("cloud", "managed-cloud")
    own, everything = law("own", "self-host"), law("all", *BASE)
    assert conflicts([hosted, cloud], PLAIN) == ()
    assert conflicts([hosted, cloud, own], PLAIN) == ((hosted, cloud, own),)
    assert conflicts([hosted, everything, cloud, own], PLAIN) == ((everything,), (hosted, cloud, own))
    choice = law("choose", "self-host", effect="choose")
    one_seller = GateInputs(False, False, unsold=("hosted-api", "managed-cloud", "managed-open"))
    assert conflicts([own, choice], one_seller) == ((own,),)
    assert conflicts([a_rule("can", *BASE)], PLAIN) == ()

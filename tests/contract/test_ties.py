"""Costs meet on the same draws; only a near tie is broken, by the first signal that names a tied route."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from advisor.decision.gates import GateInputs, RemainingRoutes, RouteChoice, apply_gates, beats, choose
from advisor.knowledge.rules import Rule
from tests.contract.asking import DAY, Given, ask, knowledge

COUNT = 1000
Totals = dict[str, float | np.ndarray]
PACK = {rule.id: rule for rule in knowledge().rules_at(DAY)}
LOCK_IN, FLEET_BUDGET = PACK["prefer.lock-in"], PACK["prefer.predictable-budget"]
STEADY, PER_TOKEN = PACK["prefer.consistent-latency"], PACK["prefer.variable-load"]
COMMITTED = PACK["prefer.predictable-commitment"]


def standing(*routes: str, hybrid: bool = False) -> RemainingRoutes:
    """What is left when the named routes stand."""
    gone = [route for route in ("hosted-api", "managed-cloud", "managed-open", "self-host") if route not in routes]
    rules = [_exclusion(route) for route in gone]
    return apply_gates(rules, GateInputs(hybrid, routine_rate_given=True))


def cheaper_in(share: float, median: float = 100.0) -> np.ndarray:
    """Totals below `median` in that share of the draws and above it in the rest, with a median no lower."""
    below = np.arange(COUNT) < round(share * COUNT)
    return np.where(below, median - 1, median + 1)


def judged(totals: Totals, *signals: Rule, hybrid: bool = False) -> RouteChoice:
    left = standing(*totals, hybrid=hybrid)
    return choose(left, totals, signals, tie_share=0.25, hybrid_margin=0.1, conditional=frozenset())


@pytest.mark.parametrize(("share", "status"), [(0.249, "provisional"), (0.25, "near-tie"), (0.4, "near-tie")])
def test_a_route_ties_where_it_is_the_cheaper_of_the_two_in_a_quarter_of_the_draws(share: float, status: str) -> None:
    choice = judged({"hosted-api": 100.0, "self-host": cheaper_in(share)})
    assert (choice.option, choice.decided_by, choice.status) == ("hosted-api", "worth", status)
    assert choice.confidence == pytest.approx(1 - share)


def test_the_lowest_median_wins_even_where_the_mean_is_higher() -> None:
    risky = np.where(np.arange(COUNT) < 900, 50.0, 10_000.0)
    assert judged({"hosted-api": 100.0, "self-host": risky}).option == "self-host"


def test_a_signal_never_revives_a_route_that_is_not_tied() -> None:
    choice = judged({"hosted-api": 100.0, "self-host": cheaper_in(0.2)}, LOCK_IN, FLEET_BUDGET, STEADY)
    assert (choice.option, choice.decided_by, choice.status) == ("hosted-api", "worth", "provisional")


def test_a_tie_that_no_signal_names_stays_with_the_lowest_median() -> None:
    totals: Totals = {"hosted-api": 100.0, "managed-cloud": cheaper_in(0.3)}
    choice = judged(totals, LOCK_IN, FLEET_BUDGET, STEADY)
    assert (choice.option, choice.decided_by, choice.status) == ("hosted-api", "worth", "near-tie")


@pytest.mark.parametrize(
    ("signals", "option"),
    [
        ([LOCK_IN], "self-host"),
        ([FLEET_BUDGET], "self-host"),
        ([STEADY], "self-host"),
        ([PER_TOKEN], "hosted-api"),
        ([PER_TOKEN, STEADY], "self-host"),
        ([PER_TOKEN, COMMITTED], "hosted-api"),
        ([STEADY, COMMITTED], "hosted-api"),
        ([COMMITTED, LOCK_IN], "self-host"),
    ],
    ids=lambda part: "+".join(rule.id for rule in part) if isinstance(part, list) else part,
)
def test_signals_decide_in_the_published_order(signals: list[Rule], option: str) -> None:
    """Lock-in concern, budget predictability, latency consistency with steady load, variable or public load."""
    totals: Totals = {"hosted-api": 100.0, "self-host": cheaper_in(0.45)}
    for order in (signals, signals[::-1]):
        choice = judged(totals, *order)
        assert (choice.option, choice.decided_by) == (option, "prefer")


def test_a_signal_that_names_no_tied_route_leaves_the_word_to_the_next() -> None:
    totals: Totals = {"hosted-api": 100.0, "managed-cloud": cheaper_in(0.3), "self-host": 900.0}
    choice = judged(totals, LOCK_IN, PER_TOKEN)
    assert (choice.option, choice.decided_by) == ("hosted-api", "prefer")


def test_two_tied_routes_of_one_signal_are_told_apart_by_price() -> None:
    totals: Totals = {"hosted-api": 100.0, "managed-open": cheaper_in(0.3, 101), "self-host": cheaper_in(0.4, 100.5)}
    assert judged(totals, LOCK_IN).option == "self-host"


def test_the_pack_states_the_published_order() -> None:
    ordered = (LOCK_IN, FLEET_BUDGET, STEADY, PER_TOKEN)
    orders = [rule.order for rule in ordered]
    assert orders == sorted(set(orders))
    assert [set(rule.options) for rule in ordered] == [
        {"managed-open", "self-host"},
        {"self-host"},
        {"self-host"},
        {"hosted-api", "managed-cloud"},
    ]
    by_the_token = PACK["prefer.variable-load-open"]
    assert (by_the_token.order, set(by_the_token.options)) == (PER_TOKEN.order, {"managed-open"})


@pytest.mark.parametrize(("median", "chosen"), [(90.0, "hybrid"), (90.1, "hosted-api")])
def test_hybrid_must_lie_ten_percent_below_every_other_route(median: float, chosen: str) -> None:
    choice = judged({"hosted-api": 100.0, "self-host": 105.0, "hybrid": median}, hybrid=True)
    assert choice.option == chosen


def test_a_hybrid_that_does_not_earn_its_keep_ties_with_nothing() -> None:
    choice = judged({"hosted-api": 100.0, "self-host": 400.0, "hybrid": cheaper_in(0.4)}, LOCK_IN, hybrid=True)
    assert (choice.option, choice.status, choice.hybrid_earns) == ("hosted-api", "provisional", False)


def test_confidence_is_the_share_of_draws_as_the_cheapest_of_all_that_stand() -> None:
    first, second, third = (np.where(np.arange(COUNT) % 10 < edge, 50.0, 200.0) for edge in (0, 2, 0))
    choice = judged({"hosted-api": first - 60, "managed-open": second, "self-host": third + 5})
    assert choice.option == "hosted-api"
    assert choice.confidence == pytest.approx(0.8)
    assert sum(choice.cheapest_share.values()) == pytest.approx(1)


def test_one_route_left_is_certain() -> None:
    choice = judged({"self-host": cheaper_in(0.5)})
    assert choice.confidence == 1.0


def test_signals_act_through_the_whole_assessment() -> None:
    """A volume near the crossing of cloud and fleet is a tie; each answer then breaks it as published."""
    tied = _tie()
    plain = ask(tied).verdict
    assert (plain.status, plain.decided_by) == ("near-tie", "worth")
    for given, option in (
        ({"economics.lock_in_concern": True}, "self-host"),
        ({"economics.budget_predictability": True}, "self-host"),
        ({"latency.consistency_over_quality": True, "volume.stability": "steady"}, "self-host"),
        ({"volume.stability": "variable"}, "managed-cloud"),
        ({"volume.stability": "variable", "economics.lock_in_concern": True}, "self-host"),
    ):
        verdict = ask({**tied, **given}).verdict
        assert (verdict.option, verdict.decided_by, verdict.status) == (option, "prefer", "near-tie")


def _tie() -> Given:
    """Answers whose tenancy leaves cloud and fleet, about the volume where they cost the same; it is known roughly."""
    base: Given = {"data.boundary": "tenancy", "quality.fine_tuning_required": False}
    low, high = 1e6, 1e11
    for _ in range(40):
        middle = (low * high) ** 0.5
        volume = {"volume.output_tokens": f"{middle / 8:.0f}..{middle * 8:.0f}"}
        given = {**base, **volume, "volume.input_tokens": f"{middle:.0f}..{middle * 40:.0f}"}
        assessment = ask(given)
        costs = {option.option: option.monthly_usd.p50 for option in assessment.options}
        if assessment.verdict.status == "near-tie":
            return given
        low, high = (middle, high) if costs["managed-cloud"] < costs["self-host"] else (low, middle)
    raise AssertionError("cloud and fleet never cross")


def _exclusion(route: str) -> Rule:
    return replace(PACK["must.boundary-tenancy"], id=f"gone.{route}", options=(route,))


def test_two_routes_of_one_price_are_as_sure_as_each_other_and_not_one_of_them_for_certain() -> None:
    """One list price at the vendor and in the cloud: a draw in which both cost the same counts half for either."""
    same = cheaper_in(0.5)
    choice = judged({"hosted-api": same, "managed-cloud": same + 1e-9, "self-host": same + 50})
    assert choice.pairwise == {"managed-cloud": 0.5, "self-host": 0.0}
    assert choice.cheapest_share == pytest.approx({"hosted-api": 0.5, "managed-cloud": 0.5, "self-host": 0.0})
    assert (choice.status, choice.confidence) == ("near-tie", 0.5)


@pytest.mark.parametrize("apart", [0.0, 0.004, 0.02, 3.0])
def test_the_most_that_one_route_may_win_by_is_never_below_what_it_wins(apart: float) -> None:
    """The bounds compare a rival's low end with the cheapest's high end: at the same cost both count half."""
    one, other = cheaper_in(0.3), cheaper_in(0.6) + apart
    assert beats(one - 1.0, other + 1.0) >= beats(one, other)
    assert beats(one, other) + beats(other, one) == pytest.approx(1.0)

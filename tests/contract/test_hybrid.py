"""Hybrid: listed on a stated share, standing while both halves have a route, chosen only where it earns its keep."""

from __future__ import annotations

import pytest

from advisor.assessment.model import Assessment
from tests.contract.asking import Given, ask, excluded, route

SHARE: Given = {"quality.frontier_share": 0.2}


def _listed(assessment: Assessment) -> bool:
    return assessment.option("hybrid") is not None


@pytest.mark.parametrize(("share", "listed"), [(0, False), (0.01, True), (0.5, True), (0.99, True), (1, False)])
def test_hybrid_is_listed_for_a_share_strictly_between_none_and_all(share: float, listed: bool) -> None:
    assert _listed(ask({"quality.frontier_share": share})) is listed


def test_hybrid_is_not_listed_for_a_share_nobody_gave() -> None:
    assert not _listed(ask({}))
    assert not _listed(ask({"quality.frontier_share": "unknown"}))


@pytest.mark.parametrize(
    "given",
    [
        {"data.boundary": "vpc"},  # no frontier route
        {"license.models": ["command-a"]},  # no open route
        {"data.boundary": "tenancy", "staffing.gpu_experience": False},  # no open route left inside the account
        {"quality.open_model_accuracy": 0.6},  # no open model good enough
    ],
    ids=str,
)
def test_hybrid_falls_when_a_half_has_no_route(given: Given) -> None:
    assert "hybrid" in excluded(ask({**SHARE, **given}))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"data.boundary": "tenancy"},  # cloud and own fleet
        {"data.classes": ["export-controlled"]},
        {"quality.frontier_required": True},  # met by the frontier half
        {"quality.multimodal_required": True},
        {"quality.fine_tuning_required": True},  # met by the routine half
        {"staffing.gpu_experience": False},  # an open provider carries the routine half
    ],
    ids=str,
)
def test_hybrid_stands_while_both_halves_have_one(given: Given) -> None:
    assert "hybrid" not in excluded(ask({**SHARE, **given}))


def test_the_routine_share_is_governed_by_its_own_success_rate() -> None:
    """An open model that misses the accuracy on everything may still carry the routine share."""
    weak: Given = {**SHARE, "quality.open_model_accuracy": 0.6}
    assert "hybrid" not in excluded(ask({**weak, "quality.routine_success_rate": 0.97}))


def test_an_unknown_routine_rate_lies_between_the_open_and_the_api_rate() -> None:
    given: Given = {
        **SHARE,
        "quality.api_success_rate": 0.95,
        "quality.open_success_rate": 0.8,
        "quality.failure_cost_usd": 1,
        "quality.tokens_per_task": 5000,
    }
    between = _failures(given)
    all_open, all_api = (_failures({**given, "quality.routine_success_rate": rate}) for rate in (0.8, 0.95))
    assert all_api < between < all_open


def test_hybrid_costs_the_two_halves() -> None:
    """With cheap open tokens for four fifths, the token bill lies between the two routes', nearer to the open one."""
    assessment = ask({**SHARE, "staffing.gpu_experience": False})
    open_bill, api_bill, both = (
        route(assessment, name).lines["tokens"] for name in ("managed-open", "hosted-api", "hybrid")
    )
    assert open_bill < both < api_bill
    assert both == pytest.approx(0.8 * open_bill + 0.2 * api_bill, rel=0.05)


def test_hybrid_names_both_models_their_sellers_and_shares() -> None:
    """No route id stands where a reader looks for what to buy."""
    assessment = ask({**SHARE, "staffing.gpu_experience": False})
    rest, hard = (route(assessment, name) for name in ("managed-open", "hybrid"))
    assert rest.offer is not None
    assert hard.offer is not None
    priced = hard.priced
    assert priced.startswith(f"80% on {rest.offer.model} at ")
    assert ", 20% on " in priced
    assert all(model in priced for model in hard.offer.model.split(" + "))
    assert not any(name in priced for name in ("managed-open", "managed-cloud", "hosted-api", "self-host"))


def test_hybrid_states_both_ends_of_a_share_that_is_a_range() -> None:
    priced = route(ask({**SHARE, "quality.frontier_share": "0.1..0.3"}), "hybrid").priced
    assert priced.startswith("70–90% on ")
    assert ", 10–30% on " in priced


def test_hybrid_is_chosen_only_ten_percent_below_every_other_route() -> None:
    """An expensive frontier need excludes the open routes, so hybrid undercuts the vendors by far."""
    chosen: list[str] = []
    for volume in ("5M", "50M", "500M", "5B"):
        assessment = ask({**SHARE, "quality.frontier_required": True, "volume.output_tokens": volume})
        others = [each for each in assessment.options if each.state != "excluded" and each.option != "hybrid"]
        below = all(route(assessment, "hybrid").monthly_usd.p50 <= 0.9 * each.monthly_usd.p50 for each in others)
        assert below or assessment.verdict.option != "hybrid"
        if assessment.verdict.option == "hybrid":
            chosen.append(volume)
    assert chosen, "hybrid is chosen at no volume"


def test_no_open_route_does_alone_what_part_of_needs_a_frontier_model() -> None:
    assessment = ask({**SHARE, "volume.output_tokens": "500M"})
    assert assessment.verdict.option in ("hybrid", "hosted-api", "managed-cloud")
    assert {route(assessment, name).state for name in ("managed-open", "self-host")} == {"excluded"}


def _failures(given: Given) -> float:
    return route(ask(given), "hybrid").lines["failures"]

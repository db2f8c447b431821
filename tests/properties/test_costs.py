"""What must hold of costs whatever the answers: more is never cheaper, doubt never shrinks, units cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from tests.contract.asking import DAY, Given, answers, knowledge
from tests.cost.pointed import evaluated

DRAWS = 200
ULPS = 1e-9
shares = st.sampled_from((0, 0.1, 0.5, 0.9, 1))
tokens = st.sampled_from((1, 10**4, 10**6, 3 * 10**7, 10**9, 10**11))
factors = st.sampled_from((1.0001, 1.3, 2, 10, 1000))
# Hybrid is left out: it takes whichever route carries a share at the lower median, so one draw may fall either way.
workloads = st.fixed_dictionaries(
    {"volume.output_tokens": tokens, "volume.input_tokens": tokens},
    optional={
        "volume.cached_share": shares,
        "volume.batch_share": shares,
        "volume.peak_to_average": st.sampled_from((1, 2.5, 20)),
        "volume.annual_growth": st.sampled_from((0, 0.5, 2)),
        "economics.gpus": st.sampled_from((1, 4, 16)),
        "economics.gpu": st.sampled_from(("h100-sxm", "h200", "l40s")),
        "economics.open_model": st.sampled_from(("llama-3.1-8b", "llama-3.3-70b", "qwen3-30b-a3b")),
        "economics.api_model": st.sampled_from(("gpt-5.4", "claude-opus-4.8", "deepseek-v4-flash")),
        "economics.acquisition": st.sampled_from(("reserved", "on-demand", "spot", "owned", "serverless")),
        "economics.pricing": st.sampled_from(
            ("per-token", "flex", "priority", "committed", "provisioned", "dedicated-endpoint")
        ),
        "economics.horizon_months": st.sampled_from((1, 12, 36)),
        "economics.service_tier": st.sampled_from(("internal-endpoint", "production", "high-availability")),
        "quality.failure_cost_usd": st.sampled_from((0, 5)),
        "quality.api_success_rate": shares,
        "quality.open_success_rate": shares,
    },
)
quickly = settings(max_examples=40, deadline=None)
Totals = Mapping[str, NDArray[np.float64]]


def totals(stated: Given, draws: int = DRAWS) -> Totals:
    """Dollars a month by route, draw by draw."""
    evaluation = evaluate(answers(stated), compiled_knowledge(knowledge(), DAY), 1, draws)
    return {route: np.broadcast_to(each, (draws,)) for route, each in evaluation.costs.totals.items()}


def never_below(
    higher: Totals, cheaper: Totals, *, except_for: tuple[str, ...] = (), at_median: tuple[str, ...] = ()
) -> None:
    """Every route that both price costs as much or more: in every draw, or at the median that chose what it buys."""
    for route in higher.keys() & cheaper.keys() - set(except_for):
        one, other = higher[route], cheaper[route]
        if route in ("managed-cloud", *at_median):
            one, other = np.median(one, keepdims=True), np.median(other, keepdims=True)
        assert np.all(one >= other * (1 - ULPS) - ULPS), route


@given(workloads, st.booleans(), factors)
@quickly
def test_more_tokens_never_cost_less(workload: Given, named: bool, factor: float) -> None:
    """More requests of one shape; a fleet only of a named model and card, since another may take fewer people.

    More traffic may buy wider groups of the same card, which in a single draw can fill up better than narrow ones did.
    """
    hardware = {"economics.open_model": "llama-3.3-70b", "economics.gpu": "h100-sxm"} if named else {}
    keys = ("volume.input_tokens", "volume.output_tokens")
    more = {**workload, **{key: workload[key] * factor for key in keys}}
    shape = {"volume.output_per_request": 400}
    free = () if named else ("self-host",)
    small, large = hardware | workload | shape, hardware | more | shape
    wider = () if layout_of(small) == layout_of(large) else ("self-host",)
    never_below(totals(large), totals(small), except_for=free, at_median=wider)


def layout_of(stated: Given) -> str:
    """How a group of the fleet that is bought is laid out."""
    return evaluated(stated, DRAWS).scenario.fleet.speed.layout


RISING: dict[str, tuple[Any, ...]] = {
    "volume.requests": (300, 1000, 20_000, 300_000, 10**6, 3 * 10**7),
    "volume.input_per_request": (300, 310, 1500, 3000, 9000, 30_000),
    "volume.output_per_request": (50, 51, 400, 800, 1000),
    "volume.peak_to_average": (1, 1.05, 2, 3, 8, 20),
    "volume.annual_growth": (0, 0.2, 0.5, 2),
    "workload.audience": ("internal", "public"),
    "workload.developers": (1, 2, 5, 6, 50, 500),
    "economics.service_tier": ("internal-endpoint", "production", "high-availability"),
    "economics.second_region": (False, True),
    "latency.p50_ms": (5000, 1000, 400, 200),
    "latency.p95_ms": (10_000, 2000, 800, 300),
    "latency.inter_token_ms": (200, 50, 25, 15, 8),
    "economics.gpu_hour_usd": (0.5, 1, 3, 3.03, 7),
    "economics.electricity_usd_kwh": (0.05, 0.15, 0.5),
    "economics.migration_cost_usd": (0, 1000, 10**5),
    "staffing.loaded_cost_usd": (100_000, 150_000, 250_000, 400_000),
    "data.classes": (["public"], ["pii"], ["pii", "phi"]),
    "data.regimes": ([], ["soc2"], ["soc2", "gdpr"], ["soc2", "gdpr", "hipaa"], ["soc2", "gdpr", "hipaa", "il5"]),
}
"""Answers that may only raise a bill, from the least to the most that they ask for."""
services = st.fixed_dictionaries(
    {
        "volume.requests": st.sampled_from((300, 20_000, 10**6)),
        "volume.input_per_request": st.sampled_from((300, 1500, 9000)),
        "volume.output_per_request": st.sampled_from((50, 400, 1000)),
    },
    optional={
        "workload.task": st.sampled_from(("extraction", "chat", "agentic-coding", "classification")),
        "workload.audience": st.sampled_from(("internal", "public")),
        "volume.peak_to_average": st.sampled_from((1, 3, 8)),
        "volume.cached_share": st.sampled_from((0, 0.5)),
        "economics.api_model": st.sampled_from(("gpt-5.4", "claude-opus-4.8", "gpt-5.4-mini")),
        "economics.open_model": st.sampled_from(("llama-3.1-8b", "llama-3.3-70b", "gpt-oss-120b")),
        "economics.gpu": st.sampled_from(("h100-sxm", "h200", "l40s")),
        "economics.acquisition": st.sampled_from(("reserved", "on-demand", "owned", "spot")),
        "economics.horizon_months": st.sampled_from((1, 12, 36)),
    },
)
NOISE = 0.01
"""Fleets are shortlisted at the point estimate and chosen at P50: two of nearly the same price may change places."""
two_steps = st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True).map(sorted)


def middles(evaluation: Evaluation) -> dict[str, float]:
    """P50 by route, of those on which something can be bought; hybrid takes whichever halves are cheaper."""
    bought = {route for route, offers in evaluation.costs.offers.items() if offers.feasible}
    return {
        route: float(np.median(cost)) for route, cost in evaluation.costs.totals.items() if route in bought - HYBRID
    }


HYBRID = {"hybrid"}


@pytest.mark.parametrize("key", RISING)
@given(services, two_steps)
@settings(max_examples=10, deadline=None)
def test_more_of_what_costs_never_costs_less(key: str, service: Given, steps: list[int]) -> None:
    """More traffic, longer prompts, stricter targets, costlier hardware and people, more colleagues and regimes."""
    less, more = (RISING[key][min(step, len(RISING[key]) - 1)] for step in steps)
    cheaper, higher = (middles(evaluated({**service, key: value}, DRAWS)) for value in (less, more))
    for route in cheaper.keys() & higher.keys():
        assert higher[route] >= cheaper[route] * (1 - NOISE), (route, less, more)


@given(services, st.sampled_from((1, 6, 12, 24)), st.sampled_from((1, 2, 12)))
@settings(max_examples=15, deadline=None)
def test_more_months_never_cost_less_in_all(service: Given, months: int, more: int) -> None:
    short, long = (
        middles(evaluated({**service, "economics.horizon_months": horizon}, DRAWS))
        for horizon in (months, months + more)
    )
    for route in short.keys() & long.keys():
        assert long[route] * (months + more) >= short[route] * months * (1 - NOISE), route


SMOOTH: dict[str, tuple[float, float]] = {
    "volume.requests": (1, 1e8),
    "volume.input_per_request": (50, 100_000),
    "volume.output_per_request": (5, 3000),
    "volume.peak_to_average": (1, 20),
    "volume.cached_share": (0.01, 0.98),
    "volume.batch_share": (0.01, 0.98),
    "volume.annual_growth": (0.01, 3),
    "latency.p95_ms": (200, 10_000),
    "latency.inter_token_ms": (8, 200),
    "economics.gpu_hour_usd": (0.3, 10),
    "economics.utilization": (0.05, 0.9),
    "economics.discount": (0.01, 0.8),
    "staffing.loaded_cost_usd": (50_000, 500_000),
}
STEP = 1.01
JUMP = 0.05
"""A hundredth more of one answer moves no bill by more than a twentieth, but for a whole GPU, which the offer names."""


@pytest.mark.parametrize("key", SMOOTH)
@given(services, st.floats(0, 1))
@settings(max_examples=10, deadline=None)
def test_a_hundredth_more_moves_a_bill_by_little_or_by_a_whole_gpu(key: str, service: Given, place: float) -> None:
    low, high = SMOOTH[key]
    value = low * (high / low) ** place
    found = [evaluated({**service, key: each}, DRAWS) for each in (value, min(value * STEP, max(high, value)))]
    before, after = map(middles, found)
    for route in before.keys() & after.keys():
        if abs(after[route] / before[route] - 1) > JUMP:
            fleets = [each.costs.offers[route].feasible[0].offer for each in found]
            assert (fleets[0].gpu, fleets[0].gpus) != (fleets[1].gpu, fleets[1].gpus), (route, value)


@given(services, st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_one_person_more_moves_a_bill_by_that_person_or_a_whole_gpu(service: Given, developers: int) -> None:
    """No label turns with the sixth colleague: tooling follows people, and what moves otherwise is another fleet."""
    asked = {**service, "workload.audience": "internal"}
    found = [evaluated({**asked, "workload.developers": each}, DRAWS) for each in (developers, developers + 1)]
    before, after = map(middles, found)
    for route in before.keys() & after.keys():
        fleets = [each.costs.offers[route].feasible[0].offer for each in found]
        if (fleets[0].gpu, fleets[0].gpus) == (fleets[1].gpu, fleets[1].gpus):
            assert after[route] <= before[route] * (1 + 1.5 / developers), route


@given(workloads, shares, shares)
@quickly
def test_a_discount_never_raises_a_bill(workload: Given, one: float, other: float) -> None:
    small, large = sorted((one, other))
    never_below(totals({**workload, "economics.discount": small}), totals({**workload, "economics.discount": large}))


@given(workloads)
@quickly
def test_a_second_region_never_lowers_a_bill(workload: Given) -> None:
    tier = {"economics.service_tier": "internal-endpoint"} | workload
    one, two = totals(tier), totals({**tier, "economics.second_region": True})
    never_below(two, one)
    assert np.all(two["self-host"] > one["self-host"])


@given(workloads, st.sampled_from(("volume.cached_share", "volume.batch_share")), shares, shares)
@quickly
def test_caching_and_batch_never_raise_a_vendors_bill(workload: Given, key: str, one: float, other: float) -> None:
    """A fleet reads its prompts whether or not they are priced, so only what is bought by the token is compared."""
    bought = {**workload, "economics.pricing": "per-token", "economics.api_model": "gpt-5.4"}
    small, large = sorted((one, other))
    never_below(totals({**bought, key: small}), totals({**bought, key: large}), except_for=("self-host",))


LINEAR: dict[str, tuple[float, float]] = {
    "volume.input_tokens": (1e6, 1e10),
    "economics.gpu_hour_usd": (0.5, 20),
    "staffing.loaded_cost_usd": (50_000, 500_000),
    "economics.discount": (0, 0.9),
    "quality.failure_cost_usd": (0, 100),
    "economics.migration_cost_usd": (0, 10**6),
}


@given(st.sampled_from(sorted(LINEAR)), st.floats(0.2, 0.8), st.floats(0, 1), st.floats(0, 1))
@quickly
def test_a_wider_range_never_narrows_the_band(key: str, middle: float, one: float, other: float) -> None:
    """Two ranges about the same middle, of an answer in which costs are linear."""
    low, high = LINEAR[key]
    room = min(middle, 1 - middle)
    stated: dict[str, Any] = {
        "volume.output_tokens": "50M",
        "volume.input_tokens": "200M",
        "volume.cached_share": 0,
        "volume.annual_growth": 0,
        "economics.gpus": 4,
        "economics.horizon_months": 1,
        "quality.api_success_rate": 0.9,
        "quality.open_success_rate": 0.7,
        "quality.tokens_per_task": 5000,
        "volume.input_per_request": 2000,
    }
    spans = [[low + (high - low) * (middle + side * room * width) for side in (-1, 1)] for width in (one, other)]
    narrow, wide = (
        totals({**stated, key: f"{left:.9f}..{right:.9f}"}, 2000) for left, right in sorted(spans, reverse=True)
    )
    for route in narrow:
        assert band(wide[route]) >= band(narrow[route]) * (1 - SAMPLING), route


SAMPLING = 0.02
"""Other inputs vary as well: the band of 2,000 independent draws has a standard error of 2 to 3 percent, that of common
draws about half of it, for a range so narrow that it hardly counts."""


def band(values: NDArray[np.float64]) -> float:
    low, high = np.quantile(values, (0.1, 0.9))
    return float(high - low)


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("volume.output_tokens", "30M/day", "900M/month"),
        ("volume.output_tokens", "10.8B/year", "900M"),
        ("volume.output_tokens", "1.25M/hour", 900_000_000),
        ("volume.input_tokens", "1B..2B/month", "12B..24B/year"),
        ("staffing.loaded_cost_usd", "20k/month", "240k/year"),
        ("economics.gpu_hour_usd", "54/day", "2.25"),
        ("volume.cached_share", "25%", 0.25),
        ("volume.tokens_per_developer", "100k/day", "3M"),
    ],
)
def test_units_cancel(key: str, one: object, other: object) -> None:
    stated: Given = {"workload.developers": 50}
    first, second = totals({**stated, key: one}), totals({**stated, key: other})
    assert all(np.array_equal(first[route], second[route]) for route in first)
    assert first.keys() == second.keys()


@given(workloads)
@quickly
def test_every_figure_is_a_sum_of_money(workload: Given) -> None:
    for route, drawn in totals(workload).items():
        assert np.all(np.isfinite(drawn)), route
        assert np.all(drawn >= 0), route


EXACT: Given = {
    "workload.task": "chat", "volume.output_tokens": "1.517B", "volume.input_tokens": "8.083B",
    "volume.output_per_request": 400, "volume.cached_share": 0, "volume.batch_share": 0, "volume.annual_growth": 0,
    "economics.api_model": "claude-sonnet-4.6", "economics.open_model": "llama-3.3-70b",
}  # fmt: skip


def test_with_exact_answers_the_bill_is_quantity_times_list_price() -> None:
    """8.083B read at 3 dollars a million and 1.517B written at 15 are 47,004 dollars."""
    found = evaluated({**EXACT, "economics.horizon_months": 1}, 2000)
    assert found.costs.point_lines["hosted-api"]["tokens"] == pytest.approx(8083 * 3 + 1517 * 15, rel=0.001)


def test_a_longer_horizon_moves_no_bill_for_tokens() -> None:
    """Nobody knows which way prices drift: sixty months widen a bill and leave its middle where one month has it."""
    short, long = (evaluated({**EXACT, "economics.horizon_months": months}, 2000) for months in (1, 60))
    for route in ("hosted-api", "managed-cloud", "managed-open"):
        one, sixty = (np.median(each.costs.totals[route]) for each in (short, long))
        assert sixty == pytest.approx(one, rel=0.03), route

"""What must hold of offers over whole evaluations: more work or stricter terms never make a route cheaper."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.decision.evaluate import Evaluation
from tests.cost.pointed import evaluated

ROUNDING = 1e-9
NOISE = 0.005
"""Fleets are shortlisted at the point estimate and chosen at P50: two of nearly the same price may change places."""
quickly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
tokens = st.sampled_from((10**6, 3 * 10**7, 10**9, 2 * 10**10))
workloads = st.fixed_dictionaries(
    {
        "volume.output_tokens": tokens,
        "volume.input_per_request": st.sampled_from((300, 1500, 9000)),
        "volume.output_per_request": st.sampled_from((100, 400, 1000)),
        "volume.peak_to_average": st.sampled_from((1, 3, 8)),
    },
    optional={
        "workload.task": st.sampled_from(("extraction", "chat", "agentic-coding", "classification")),
        "workload.audience": st.sampled_from(("internal", "public")),
        "economics.open_model": st.sampled_from(("llama-3.1-8b", "llama-3.3-70b", "gpt-oss-120b")),
        "economics.api_model": st.sampled_from(("gpt-5.4", "claude-opus-4.8", "gpt-5.4-mini")),
        "economics.gpu": st.sampled_from(("h100-sxm", "h200", "l40s")),
        "economics.acquisition": st.sampled_from(("reserved", "on-demand", "owned")),
        "economics.horizon_months": st.sampled_from((1, 12, 36)),
    },
)


def p50(evaluation: Evaluation) -> dict[str, float]:
    return {route: float(np.median(cost)) for route, cost in evaluation.costs.totals.items() if route != "hybrid"}


def never_cheaper(dearer: dict[str, Any], cheaper: dict[str, Any], slack: float = NOISE) -> None:
    one, other = p50(evaluated(dearer, 300)), p50(evaluated(cheaper, 300))
    for route in one.keys() & other.keys():
        assert one[route] >= other[route] * (1 - slack) - ROUNDING, (route, one[route], other[route])


@given(workloads, st.sampled_from((1.01, 1.5, 10)))
@quickly
def test_more_tokens_never_make_a_route_cheaper(workload: dict[str, Any], factor: float) -> None:
    never_cheaper({**workload, "volume.output_tokens": workload["volume.output_tokens"] * factor}, workload)


@given(workloads, st.sampled_from((1.2, 2, 5)))
@quickly
def test_a_longer_prompt_never_makes_a_route_cheaper(workload: dict[str, Any], factor: float) -> None:
    longer = workload["volume.input_per_request"] * factor
    never_cheaper({**workload, "volume.input_per_request": longer}, workload)


@given(
    workloads,
    st.sampled_from(("latency.p50_ms", "latency.p95_ms", "latency.inter_token_ms")),
    st.sampled_from((2000, 400, 60, 20)),
    st.sampled_from((1.1, 2)),
)
@quickly
def test_a_stricter_latency_never_makes_a_fleet_cheaper(
    workload: dict[str, Any], key: str, target: float, factor: float
) -> None:
    strict, loose = ({**workload, key: ms} for ms in (target, target * factor))
    found = evaluated(strict, 300)
    if found.scenario.shortlist.feasible:
        never_cheaper(strict, loose)


@given(workloads, st.sampled_from((1, 3, 7)), st.sampled_from((1.01, 2)))
@quickly
def test_a_dearer_gpu_never_makes_a_route_cheaper(workload: dict[str, Any], price: float, factor: float) -> None:
    one, other = ({**workload, "economics.gpu_hour_usd": usd} for usd in (price * factor, price))
    never_cheaper(one, other)


@given(workloads)
@quickly
def test_a_second_region_never_makes_a_route_cheaper(workload: dict[str, Any]) -> None:
    never_cheaper({**workload, "economics.second_region": True}, workload)


@given(workloads, st.sampled_from((0.0, 0.1, 0.3)), st.sampled_from((0.01, 0.4)))
@quickly
def test_a_lower_discount_never_makes_a_route_cheaper(workload: dict[str, Any], low: float, more: float) -> None:
    never_cheaper(
        {**workload, "economics.discount": low}, {**workload, "economics.discount": low + more}, slack=ROUNDING
    )


@given(workloads, st.sampled_from(("volume.output_tokens", "volume.input_per_request", "volume.peak_to_average")))
@quickly
def test_a_hundredth_more_moves_no_bill_by_a_tenth_but_for_a_whole_gpu(workload: dict[str, Any], key: str) -> None:
    one, other = evaluated(workload, 300), evaluated({**workload, key: workload[key] * 1.01}, 300)
    before, after = p50(one), p50(other)
    for route in before.keys() & after.keys():
        if abs(after[route] / before[route] - 1) > 0.1:
            offers = [each.costs.offers[route].bought for each in (one, other)]
            assert route == "self-host", route
            names = [each.offer for each in offers if each is not None]
            assert names[0].gpus != names[1].gpus or names[0].gpu != names[1].gpu

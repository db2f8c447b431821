"""No recommended fleet is asked for more than its hardware can do: floating-point work and bytes, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from advisor.cost.scenario_builder import request_shape
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import read_answers, vocabulary
from advisor.sizing.calibration import Calibration
from advisor.sizing.throughput import operating_points
from advisor.workload.resolve import resolve_workload
from tests.contract.asking import DAY, knowledge
from tests.cost.pointed import evaluated

CASES = sorted((Path(__file__).parents[1] / "data" / "economics").glob("*.toml"))
LIMIT = 0.9
SECONDS = 30 * 24 * 3600
BYTES = {"bf16": 2.0, "fp8": 1.0, "fp4": 0.5, "int4": 0.5}


def peak_shares(evaluation: Evaluation) -> tuple[float, float]:
    """Arithmetic and memory traffic of the peak hour over what the whole fleet could do at its data sheet's best.

    Work: two operations a parameter for every token read or written. Bytes: of each request in flight the weights'
    share of a step, read at least once for as many tokens as there are requests in flight.
    """
    prepared = evaluation.findings.prepared
    workload = resolve_workload(prepared.known)
    bought = evaluation.costs.offers["self-host"].bought
    assert bought is not None
    plan = evaluation.scenario.fleet
    gpu, model = plan.request.gpu, plan.request.model
    batch, peak = workload.batch_share.value.point, workload.peak_to_average.value.point
    hour = batch + (1 - batch) * peak
    many = prepared.known.range("economics.token_multiplier").point
    made = workload.output_tokens.value.point * many / SECONDS * hour
    shape = request_shape(prepared.known)
    read = made * max(0.0, shape.input_tokens - shape.cached_tokens) / shape.output_tokens
    operations = 2 * model.active_b * 1e9 * (made + read)
    best = {"fp8": gpu.fp8_tflops, "fp4": gpu.fp4_tflops}.get(plan.request.precision, 0.0) or gpu.bf16_tflops
    flops = bought.offer.gpus * max(best, gpu.bf16_tflops) * 1e12
    replicas = max(1, bought.offer.replicas)
    in_flight = max(1.0, plan.speed.concurrency)
    weights = min(BYTES[plan.request.precision], model.native_bytes or 2.0) * model.active_b * 1e9
    moved = made / in_flight * weights
    bandwidth = replicas * plan.group_gpus * gpu.bandwidth_gbs * 1e9
    return operations / flops, moved / bandwidth


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_fleet_is_asked_for_more_than_nine_tenths_of_its_peak(path: Path) -> None:
    answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge()))
    evaluation = evaluate(answers, compiled_knowledge(knowledge(), DAY), 1, 100)
    for share in peak_shares(evaluation):
        assert share <= LIMIT


GROWING: dict[str, Any] = {
    "volume.output_tokens": "100B/month",
    "volume.input_tokens": "100B/month",
    "economics.open_model": "llama-3.3-70b",
    "economics.gpu": "h100-sxm",
    "data.boundary": "vpc",
}


def test_a_hundred_billion_tokens_take_a_fleet_that_can_do_them() -> None:
    """100B read and 100B written at 141 GFLOP each are 10.9 PFLOP/s on average; one H100's peak is 2."""
    evaluation = evaluated(GROWING)
    bought = evaluation.costs.offers["self-host"].bought
    assert bought is not None
    assert 2e11 * 2 * 70.6e9 / SECONDS > 5 * 1979e12
    assert bought.offer.gpus >= 16
    assert max(peak_shares(evaluation)) <= LIMIT


def test_one_stated_gpu_for_fifty_billion_tokens_is_said_and_not_priced() -> None:
    stated = GROWING | {"volume.output_tokens": "50B/month", "volume.input_tokens": "50B/month", "economics.gpus": 1}
    found = evaluated(stated).costs.offers["self-host"]
    assert found.replaced is not None
    assert found.replaced.requirement == "capacity"
    assert found.replaced.offer.gpus == 1
    assert found.bought is not None
    assert found.bought.offer.gpus > 8
    enough = evaluated(stated | {"economics.gpus": 512}).costs.offers["self-host"]
    assert enough.replaced is None
    assert enough.bought is not None
    assert enough.bought.offer.gpus == 512


def test_a_morning_peak_takes_more_than_the_mean() -> None:
    team = {
        "workload.developers": 500, "volume.tokens_per_developer": "60M", "volume.output_share": 0.05,
        "economics.open_model": "llama-3.3-70b", "economics.gpu": "h100-sxm", "data.boundary": "vpc",
        "volume.cached_share": 0,
    }  # fmt: skip
    flat, morning = (evaluated(team | {"volume.peak_to_average": peak}) for peak in (1, 8))
    fleets = [each.costs.offers["self-host"].bought for each in (flat, morning)]
    assert fleets[0] is not None
    assert fleets[1] is not None
    assert fleets[1].offer.gpus >= 4 * fleets[0].offer.gpus


def test_production_keeps_a_spare_group() -> None:
    small = {"volume.output_tokens": "20M", "volume.input_tokens": "80M", "economics.open_model": "llama-3.1-8b"}
    plans = {
        tier: evaluated(small | {"economics.service_tier": tier}).costs.offers["self-host"].bought
        for tier in ("internal-endpoint", "production")
    }
    found = {tier: plan.offer.replicas for tier, plan in plans.items() if plan is not None}
    assert found == {"internal-endpoint": 1, "production": 2}


def test_a_fleet_with_room_to_spare_is_not_passed_over_for_one_that_just_suffices() -> None:
    """Voice: at 40 ms between tokens three small cards were bought at $15.1k, at 25 ms two large ones at $14.7k.

    Two A100 just carry the load at the point estimate, and three are needed in half of the draws.
    """
    voice = {
        "workload.task": "chat", "workload.audience": "public", "data.classes": ["pii"],
        "volume.requests": "5M", "volume.input_per_request": 1500, "volume.output_per_request": 60,
        "volume.cached_share": 0.6, "volume.peak_to_average": 4, "latency.p50_ms": 250, "latency.p95_ms": 500,
        "latency.interactive": True,
    }  # fmt: skip
    costs = [
        float(np.median(evaluated({**voice, "latency.inter_token_ms": target}, 256).costs.totals["self-host"]))
        for target in (80, 40, 25, 15)
    ]
    assert costs == sorted(costs)


def test_of_stated_gpus_the_groups_are_built_that_carry_most() -> None:
    """Eight cards cost eight cards however they are grouped; what differs is how much they serve."""
    stated = {
        "volume.output_tokens": "100M", "volume.input_tokens": "400M", "economics.open_model": "llama-3.3-70b",
        "economics.gpu": "h100-sxm", "economics.gpus": 8, "economics.precision": "fp8",
    }  # fmt: skip
    plan = evaluated(stated).costs.drawn.scenario.fleet
    asked = plan.request
    calibration = Calibration.from_parameters(knowledge().parameters_at(DAY))
    carried = {
        point.gpus: 8 / point.gpus * point.tokens_per_second
        for point in operating_points(asked.model, asked.gpu, "fp8", asked.shape, asked.targets, calibration)
        if point.fits and point.meets_targets
    }
    assert len(carried) > 1
    assert plan.group_gpus == max(carried, key=carried.__getitem__)

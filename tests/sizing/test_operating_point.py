"""Operating points: below the knee, within the targets, and never cheaper for a stricter target."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from advisor.sizing.group_model import group_models
from advisor.sizing.placement import Layout, RequestShape
from advisor.sizing.sizing_report import LoadAsked, size
from advisor.sizing.throughput import OperatingPoint, ServiceTargets, operating_points
from tests.sizing.common import CALIBRATION, GPUS, MODELS, PARAMETERS, SHAPE, place

NONE = ServiceTargets()
TOLD = ("layout", "gpus", "reason", "band_low", "band_high", "memory", "own")


def vars_of(value: object) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


def points(model: str, gpu: str, targets: ServiceTargets = NONE) -> tuple[OperatingPoint, ...]:
    return operating_points(MODELS[model], GPUS[gpu], "fp8", SHAPE, targets, CALIBRATION)


def cheapest(targets: ServiceTargets, demand: float) -> float:
    """Cards for a demand of output tokens per second, among the groups that keep the targets."""
    met = [point for point in points("llama-3.3-70b", "h100-sxm", targets) if point.meets_targets]
    return min((point.gpus * max(1.0, demand / point.tokens_per_second) for point in met), default=float("inf"))


def test_a_stricter_target_never_takes_fewer_cards() -> None:
    strict = [ServiceTargets(inter_token_ms=ms) for ms in (200, 100, 60, 40, 30, 20, 15, 12, 8, 1)]
    cards = [cheapest(NONE, 20_000), *(cheapest(each, 20_000) for each in strict)]
    assert cards == sorted(cards)
    assert cards[-1] == float("inf")
    first = [ServiceTargets(first_token_p95_ms=ms) for ms in (10_000, 2_000, 500, 200, 120, 1)]
    cards = [cheapest(each, 20_000) for each in first]
    assert cards == sorted(cards)


def test_an_unmet_target_is_told_at_the_load_of_a_lone_request() -> None:
    for point in points("llama-3.3-70b", "h100-sxm", ServiceTargets(inter_token_ms=0.5)):
        if point.fits:
            assert not point.meets_targets
            assert point.concurrency <= 1


def test_no_point_lies_beyond_the_knee() -> None:
    for gpus in (2, 4, 8):
        (model,) = group_models(
            place("llama-3.3-70b", "h100-sxm", gpus, "fp8"), SHAPE, CALIBRATION, only=(Layout(gpus),)
        )[0]
        limit = CALIBRATION.knee_share * model.saturated(SHAPE).tokens_per_second
        named = [point for point in points("llama-3.3-70b", "h100-sxm") if point.layout == f"tp{gpus}"]
        assert 0.9 * limit < named[0].tokens_per_second <= limit * (1 + 1e-9)


def test_the_targets_are_kept_where_the_point_says_so() -> None:
    targets = ServiceTargets(first_token_p50_ms=400, first_token_p95_ms=800, inter_token_ms=30)
    kept = [point for point in points("qwen3-235b-a22b", "h200", targets) if point.meets_targets]
    assert kept
    for point in kept:
        assert point.first_token_p50_ms <= 400
        assert point.first_token_p95_ms <= 800
        assert point.inter_token_ms <= 30


def test_two_nodes_are_proposed_where_one_does_not_hold_the_model() -> None:
    found = points("deepseek-r1", "h100-sxm")
    assert {point.gpus for point in found if point.fits} == {16}
    assert all(point.reason for point in found if not point.fits)


def test_where_nothing_fits_nothing_is_served() -> None:
    found = operating_points(MODELS["deepseek-r1"], GPUS["l4"], "bf16", SHAPE, NONE, CALIBRATION)
    assert found
    for point in found:
        assert (point.fits, point.meets_targets, point.tokens_per_second) == (False, False, 0)
        assert point.reason


def test_a_size_that_cannot_be_split_is_told() -> None:
    (point,) = operating_points(
        MODELS["qwen2.5-coder-32b"], GPUS["l4"], "int4", RequestShape(30_000, 8_000), NONE, CALIBRATION, group_sizes=[2]
    )
    assert not point.fits
    assert "32,768" in point.reason
    assert {value for name, value in vars_of(point).items() if name not in TOLD} == {0}
    assert {value for name, value in vars_of(point.memory).items() if name != "reason"} == {0}
    assert (point.gpus, point.band_low, point.band_high, point.layout) == (2, 1.0, 1.0, "")


@pytest.mark.parametrize("gpu", sorted(GPUS))
def test_every_accelerator_gives_points_whose_rates_are_positive_and_banded(gpu: str) -> None:
    found = operating_points(MODELS["llama-3.1-8b"], GPUS[gpu], "bf16", SHAPE, NONE, CALIBRATION)
    assert any(point.fits for point in found) or GPUS[gpu].memory_gb <= 24
    for point in found:
        if point.fits:
            assert point.band_low <= 1 <= point.band_high
            assert point.tokens_per_second > 0


def test_one_answer_at_a_time_moves_the_rate_the_right_way() -> None:
    def rate(**changed: object) -> float:
        usual = {"engine": "tensorrt-llm", "kv_precision": "fp8", "memory_fraction": 0.9}
        placed = replace(place("llama-3.3-70b", "h100-sxm", 4, "fp8"), **{**usual, **changed})  # type: ignore[arg-type]
        return size(placed, SHAPE, PARAMETERS, LoadAsked()).rates["p50"]

    assert rate(memory_fraction=0.95) >= rate() > 0.0
    assert rate(kv_precision="bf16") <= rate()
    longer = operating_points(
        MODELS["llama-3.3-70b"], GPUS["h100-sxm"], "fp8", replace(SHAPE, input_tokens=8000.0), NONE, CALIBRATION
    )
    shorter = points("llama-3.3-70b", "h100-sxm")
    assert max(point.tokens_per_second for point in longer) < max(point.tokens_per_second for point in shorter)


def test_no_fleet_is_planned_on_what_memory_barely_holds_and_size_still_says_that_it_fits() -> None:
    model, card = MODELS["llama-3.3-70b"], GPUS["h100-sxm"]
    one, two = (
        operating_points(model, card, "fp8", SHAPE, ServiceTargets(), CALIBRATION, group_sizes=(size,))[0]
        for size in (1, 2)
    )
    assert not one.fits
    assert "too near to what the estimate errs by" in one.reason
    assert two.fits
    models, _ = group_models(place("llama-3.3-70b", "h100-sxm", 1, "fp8"), SHAPE, CALIBRATION)
    memory = models[0].memory
    assert memory.fits
    assert 0 < memory.kv_gb < CALIBRATION.planned_room * memory.available_gb

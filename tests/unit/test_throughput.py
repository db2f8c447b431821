"""Speed of a group: the formula by an independent path, its limits, its latencies, and what never gets worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.memory import shared_parameters
from advisor.sizing.placement import Placement, Precision, RequestShape
from advisor.sizing.roofline import power, roofline
from advisor.sizing.throughput import batch_cap, batch_within, group, single_stream_ceiling, smallest_group

KNOWLEDGE = load_knowledge()
MODELS, GPUS = KNOWLEDGE.catalog.models, KNOWLEDGE.catalog.gpus
CALIBRATION = Calibration.from_parameters(KNOWLEDGE.parameters_at(date(2026, 11, 21)))
SHAPE = RequestShape(1000, 1000)


def place(model: str, gpu: str, gpus: int, precision: Precision) -> Placement:
    return Placement(MODELS[model], GPUS[gpu], gpus, precision)


def figure(name: str) -> Decimal:
    return Decimal(str(getattr(CALIBRATION, name)))


def test_a_dense_group_runs_at_the_rate_the_formula_gives_by_hand() -> None:
    batch, weights = Decimal(200), Decimal("70.6") * 10**9
    flops, attention = 2 * Decimal(1979) * 10**12, 2 * Decimal(989) * 10**12
    bandwidth = 2 * Decimal(3350) * 10**9 * figure("bandwidth_efficiency")
    context = Decimal(1500)
    products = max(batch * 2 * weights / (flops * figure("decode_efficiency")), weights / bandwidth)
    scores = 4 * 64 * 128 * 80 * batch * context / (attention * figure("decode_efficiency"))
    cache = batch * 80 * 2 * 8 * 128 * context / bandwidth
    # Two all-reduces a layer, each 2 · (n − 1) ÷ n of 8192 16-bit activations, over half of 900 GB/s.
    link = Decimal(2 * 2 * 80 * 8192 * 2) / 2 / (450 * 10**9 * figure("link_efficiency"))
    launches = 80 * (figure("layer_us") + figure("sync_us")) / 10**6
    decode = products + max(scores, cache) + batch * link + launches
    pairs = Decimal(80 * 1000 * 1000) / 2
    prompt = 1000 * 2 * weights / flops + 4 * 64 * 128 * pairs / attention
    step = decode + batch / 1000 * (prompt / figure("prefill_efficiency") + 1000 * link)
    speed = group(place("llama-3.3-70b", "h100-sxm", 2, "fp8"), SHAPE, CALIBRATION, 200)
    assert speed.tokens_per_second == pytest.approx(float(batch / step), rel=1e-9)
    assert speed.inter_token_ms == pytest.approx(float(step * 1000), rel=1e-9)


def test_a_step_of_a_mixture_reads_only_the_experts_touched() -> None:
    line = roofline(place("qwen3-30b-a3b", "b200", 1, "fp4"), CALIBRATION)
    active, total = Decimal("3.3") * 10**9, Decimal("30.5") * 10**9
    width = figure("bytes_fp4")
    assert line.weights_read(line.experts_touched(1)) == pytest.approx(float(active * width))
    assert line.weights_read(line.experts_touched(5000)) == pytest.approx(float(total * width))
    missed = (Decimal(120) / 128) ** 16
    expected = active * width + (total - active) / 120 * (128 * (1 - missed) - 8) * width
    assert line.weights_read(line.experts_touched(16)) == pytest.approx(float(expected))


def test_arithmetic_of_a_mixture_counts_active_parameters() -> None:
    where = place("llama-4-maverick", "h200", 8, "fp8")
    line = roofline(where, CALIBRATION)
    routed = where.model.active_b * 1e9 - shared_parameters(where.model)
    expected = 2 * (shared_parameters(where.model) + routed / CALIBRATION.expert_efficiency)
    assert line.product_seconds(1) * line.flops == pytest.approx(expected)


@pytest.mark.parametrize(("gpu", "expected"), [("a100-80gb", 51.3), ("m4-max", 13.7)])
def test_one_stream_of_70b_in_4_bits_cannot_exceed_the_bandwidth(gpu: str, expected: float) -> None:
    where = place("llama-3.3-70b", gpu, 1, "int4")
    assert single_stream_ceiling(where, CALIBRATION) == pytest.approx(expected, abs=0.1)
    assert group(where, SHAPE, CALIBRATION, 1).tokens_per_second < expected


def test_what_does_not_fit_has_no_speed_and_says_why() -> None:
    speed = group(place("llama-3.3-70b", "a100-80gb", 1, "bf16"), SHAPE, CALIBRATION)
    assert (speed.fits, speed.batch, speed.tokens_per_second, speed.bound) == (False, 0, 0.0, "capacity")
    assert (speed.first_token_ms, speed.inter_token_ms) == (0.0, 0.0)
    assert "exceed" in speed.reason


@pytest.mark.parametrize(
    ("model", "gpu", "gpus", "precision", "shape", "bound"),
    [
        ("llama-3.3-70b", "h100-sxm", 2, "fp8", (8000, 100), "compute"),
        ("llama-3.3-70b", "h100-sxm", 1, "fp8", (1000, 1000), "capacity"),
        ("llama-3.1-8b", "h100-sxm", 1, "fp8", (128, 4096), "memory-bandwidth"),
    ],
)
def test_the_bound_names_what_would_have_to_grow(
    model: str, gpu: str, gpus: int, precision: Precision, shape: tuple[int, int], bound: str
) -> None:
    assert group(place(model, gpu, gpus, precision), RequestShape(*shape), CALIBRATION).bound == bound


def test_the_smallest_group_is_the_first_power_of_two_that_holds_the_requests() -> None:
    one = place("llama-3.3-70b", "h100-sxm", 1, "bf16")
    assert smallest_group(one, SHAPE, CALIBRATION) == 2
    assert smallest_group(one, SHAPE, CALIBRATION, useful_batch=100) == 4
    assert smallest_group(place("llama-3.3-70b", "m4-max", 1, "bf16"), SHAPE, CALIBRATION) is None


@given(st.floats(20, 5_000), st.floats(3, 200))
def test_the_batch_within_targets_keeps_them_and_one_more_request_does_not(first: float, inter: float) -> None:
    where = place("llama-3.1-8b", "h100-sxm", 1, "fp8")
    batch = batch_within(where, SHAPE, CALIBRATION, first, inter)
    most = min(group(where, SHAPE, CALIBRATION).batch, batch_cap(where, CALIBRATION))
    if batch:
        speed = group(where, SHAPE, CALIBRATION, batch)
        assert speed.first_token_ms <= first
        assert speed.inter_token_ms <= inter
    if batch < most:
        more = group(where, SHAPE, CALIBRATION, batch + 1)
        assert more.first_token_ms > first or more.inter_token_ms > inter


def test_a_target_no_request_meets_allows_none() -> None:
    assert batch_within(place("llama-3.3-70b", "h100-sxm", 2, "fp8"), SHAPE, CALIBRATION, inter_token_ms=1) == 0
    assert batch_within(place("llama-3.3-70b", "a100-80gb", 1, "bf16"), SHAPE, CALIBRATION) == 0


@given(st.sampled_from(["llama-3.1-8b", "qwen3-30b-a3b", "gpt-oss-20b"]), st.integers(1, 400), st.floats(1, 3))
def test_more_requests_or_faster_parts_never_serve_fewer_tokens(model: str, batch: int, faster: float) -> None:
    where = place(model, "h100-sxm", 1, "fp8")
    speed = group(where, SHAPE, CALIBRATION, batch)
    assert group(where, SHAPE, CALIBRATION, batch + 1).tokens_per_second >= speed.tokens_per_second * (1 - 1e-12)
    gpu = where.gpu
    for better in (
        replace(gpu, bandwidth_gbs=gpu.bandwidth_gbs * faster),
        replace(gpu, bf16_tflops=gpu.bf16_tflops * faster, fp8_tflops=gpu.fp8_tflops * faster),
    ):
        quicker = group(replace(where, gpu=better), SHAPE, CALIBRATION, batch)
        assert quicker.tokens_per_second >= speed.tokens_per_second * (1 - 1e-12)


@given(st.floats(0, 1), st.integers(0, 20_000))
def test_repeated_squaring_is_a_power(base: float, exponent: int) -> None:
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-9, abs=1e-300)

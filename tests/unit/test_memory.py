"""Memory of a group: every part reproduced in exact decimals, the impossible refused with its arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.catalog import OpenModel
from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.memory import (
    attended_layer_tokens,
    expert_parameters,
    fit,
    kv_bytes_per_token,
    resident_weight_bytes,
    shared_parameters,
    weight_bytes,
)
from advisor.sizing.placement import Placement, Precision, RequestShape

KNOWLEDGE = load_knowledge()
MODELS, GPUS = KNOWLEDGE.catalog.models, KNOWLEDGE.catalog.gpus
CALIBRATION = Calibration.from_parameters(KNOWLEDGE.parameters_at(date(2026, 11, 21)))
SHAPE = RequestShape(1000, 1000)


def place(model: str, gpu: str, gpus: int, precision: Precision) -> Placement:
    return Placement(MODELS[model], GPUS[gpu], gpus, precision)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("llama-3.1-8b", 131_072),
        ("llama-3.3-70b", 327_680),
        ("llama-3.1-405b", 516_096),
        ("qwen3-235b-a22b", 192_512),
        ("deepseek-v3", 70_272),
    ],
)
def test_cache_per_token_in_16_bits_is_the_published_one(model: str, expected: int) -> None:
    assert kv_bytes_per_token(place(model, "a100-80gb", 1, "bf16"), CALIBRATION) == expected


def test_the_cache_is_halved_where_products_run_in_8_bits_and_only_there() -> None:
    full = kv_bytes_per_token(place("llama-3.1-8b", "h100-sxm", 1, "bf16"), CALIBRATION)
    assert kv_bytes_per_token(place("llama-3.1-8b", "h100-sxm", 1, "fp8"), CALIBRATION) == full / 2
    assert kv_bytes_per_token(place("llama-3.1-8b", "a100-80gb", 1, "fp8"), CALIBRATION) == full


def test_tensor_parallelism_beyond_the_cache_heads_copies_them_and_attention_data_parallelism_does_not() -> None:
    eight = place("llama-3.1-8b", "h100-sxm", 8, "bf16")
    two_heads = replace(eight, model=replace(eight.model, kv_heads=2))
    assert kv_bytes_per_token(two_heads, CALIBRATION) == 4 * kv_bytes_per_token(replace(two_heads, gpus=1), CALIBRATION)
    assert kv_bytes_per_token(eight, CALIBRATION) == kv_bytes_per_token(replace(eight, gpus=1), CALIBRATION)
    mixture = place("qwen3-235b-a22b", "h100-sxm", 8, "bf16")
    assert kv_bytes_per_token(mixture, CALIBRATION) == kv_bytes_per_token(replace(mixture, gpus=1), CALIBRATION)


@pytest.mark.parametrize(("precision", "width"), [("bf16", "2"), ("fp8", "1"), ("fp4", "0.5625"), ("int4", "0.5625")])
def test_weights_take_all_parameters_at_the_stored_width(precision: Precision, width: str) -> None:
    for model in (MODELS["llama-3.3-70b"], MODELS["qwen3-235b-a22b"]):
        expected = Decimal(str(model.total_b)) * 10**9 * Decimal(width)
        assert weight_bytes(model, precision, CALIBRATION) == pytest.approx(float(expected), rel=1e-12)


def test_a_model_released_in_four_bits_is_served_in_them_unless_unpacked() -> None:
    model = MODELS["gpt-oss-120b"]
    assert weight_bytes(model, "fp8", CALIBRATION) == model.total_b * 1e9 * model.native_bytes
    assert weight_bytes(model, "bf16", CALIBRATION) == model.total_b * 1e9 * 2
    assert place("gpt-oss-120b", "h200", 1, "fp8").multiplied == "bf16"
    assert place("gpt-oss-120b", "b200", 1, "fp8").multiplied == "fp4"


@pytest.mark.parametrize("model", [model for model in MODELS.values() if model.experts], ids=lambda model: model.id)
def test_shared_and_expert_parameters_make_up_the_active_and_the_total_ones(model: OpenModel) -> None:
    expert, shared = expert_parameters(model), shared_parameters(model)
    assert shared > 0
    assert shared + model.routed * expert == pytest.approx(model.active_b * 1e9)
    assert shared + model.experts * expert == pytest.approx(model.total_b * 1e9)


def test_every_gpu_of_a_mixture_holds_its_own_copy_of_the_shared_weights() -> None:
    one, eight = place("deepseek-v3", "h200", 1, "fp8"), place("deepseek-v3", "h200", 8, "fp8")
    extra = resident_weight_bytes(eight, CALIBRATION) - resident_weight_bytes(one, CALIBRATION)
    assert extra == pytest.approx(7 * shared_parameters(one.model))


def test_windowed_layers_attend_to_no_more_than_their_window() -> None:
    model = MODELS["gpt-oss-120b"]
    assert attended_layer_tokens(model, 100) == 36 * 100
    assert attended_layer_tokens(model, 10_000) == 18 * 10_000 + 18 * 128


@pytest.mark.parametrize(
    ("model", "gpu", "gpus", "precision"),
    [
        ("llama-3.3-70b", "a100-80gb", 1, "bf16"),
        ("llama-3.3-70b", "rtx-5090", 1, "int4"),
        ("llama-3.3-70b", "rtx-5090", 1, "fp4"),
        ("qwen3-30b-a3b", "rtx-5090", 1, "bf16"),
        ("deepseek-v3", "h100-sxm", 8, "fp8"),
    ],
)
def test_what_cannot_fit_is_refused_in_one_sentence_with_a_sum_that_adds_up(
    model: str, gpu: str, gpus: int, precision: Precision
) -> None:
    memory = fit(place(model, gpu, gpus, precision), SHAPE, CALIBRATION)
    assert not memory.fits
    assert memory.batch == 0
    total = memory.weights_gb + memory.overhead_gb + memory.kv_gb
    assert total > memory.available_gb
    for part in (f"{memory.weights_gb:,.1f} GB", f"{total:,.1f} GB", f"{memory.available_gb:,.1f} GB", gpu, model):
        assert part in memory.reason
    assert "\n" not in memory.reason


def test_the_requests_that_fit_follow_by_hand() -> None:
    memory = fit(place("llama-3.3-70b", "h100-sxm", 2, "fp8"), SHAPE, CALIBRATION)
    available = 2 * 80 * Decimal(2**30)
    usable = available * Decimal(str(CALIBRATION.usable_memory)) - 2 * Decimal(str(CALIBRATION.overhead_gb)) * 10**9
    request = 80 * 2 * 8 * 128 * 1 * Decimal(1000 + 1000)
    assert memory.batch == (usable - Decimal("70.6") * 10**9) // request
    assert memory.kv_gb == pytest.approx(float(memory.batch * request / 10**9))
    assert memory.available_gb == pytest.approx(float(available / 10**9))


@given(st.integers(1, 8), st.floats(1, 50_000), st.floats(1, 8_000), st.floats(1, 4))
def test_more_gpus_or_shorter_requests_never_hold_fewer(
    gpus: int, tokens_in: float, tokens_out: float, longer: float
) -> None:
    where = place("llama-3.1-8b", "l40s", gpus, "fp8")
    batch = fit(where, RequestShape(tokens_in, tokens_out), CALIBRATION).batch
    assert fit(where, RequestShape(tokens_in * longer, tokens_out), CALIBRATION).batch <= batch
    assert fit(where, RequestShape(tokens_in, tokens_out * longer), CALIBRATION).batch <= batch
    assert fit(replace(where, gpus=gpus * 2), RequestShape(tokens_in, tokens_out), CALIBRATION).batch >= batch


@given(st.integers(1, 10_000))
def test_asking_for_fewer_requests_takes_less_cache(asked: int) -> None:
    where = place("llama-3.1-8b", "h100-sxm", 1, "fp8")
    everything, some = fit(where, SHAPE, CALIBRATION), fit(where, SHAPE, CALIBRATION, asked)
    assert some.batch == min(asked, everything.batch)
    assert some.kv_gb <= everything.kv_gb
    assert some.weights_gb + some.kv_gb + some.overhead_gb <= some.available_gb

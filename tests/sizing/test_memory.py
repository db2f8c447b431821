"""Memory: checkpoints by part, caches by kind of layer, and the shares that engines leave free."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from advisor.knowledge.catalog import LayerGroup
from advisor.sizing.calibration import ENGINES, Calibration
from advisor.sizing.group_model import GroupModel, group_models
from advisor.sizing.memory import padding_bytes_per_gpu
from advisor.sizing.model_shape import attended_tokens, kept_bytes, kv_split, prompt_pairs, read_bytes, shape_of
from advisor.sizing.placement import Layout, Placement, RequestShape, WeightFormat
from tests.sizing.common import CALIBRATION, GPUS, KNOWLEDGE, MODELS, SHAPE, place

FULL = LayerGroup(1, "full", 64, 8, 128)


def only(placement: Placement, layout: Layout, shape: RequestShape = SHAPE) -> GroupModel:
    models, _ = group_models(placement, shape, CALIBRATION)
    return next(model for model in models if model.layout == layout)


@pytest.mark.parametrize(
    ("model", "bytes_per_token"),
    [("llama-3.1-8b", 131_072), ("llama-3.3-70b", 327_680), ("llama-3.1-405b", 516_096), ("deepseek-v3", 70_272)],
)
def test_a_token_keeps_what_the_published_shape_gives(model: str, bytes_per_token: int) -> None:
    groups = shape_of(MODELS[model]).groups
    assert sum(group.count * kept_bytes(group, 1.0, 2.0) for group in groups) == bytes_per_token


def test_a_quantized_checkpoint_keeps_its_tables_in_16_bits() -> None:
    two = only(place("llama-3.3-70b", "h100-sxm", 2, "fp8"), Layout(2))
    tables = 2 * 128_256 * 8192
    assert two.memory.weights_gb == pytest.approx((70.554e9 - tables + 2 * tables) / 1e9, rel=1e-3)


def test_a_model_released_in_four_bits_keeps_all_but_its_experts_in_16() -> None:
    one = only(replace(place("gpt-oss-120b", "h100-sxm", 1, "fp4"), engine="vllm"), Layout(1))
    files = one.weights.total(one.shape) / 1e9
    assert files == pytest.approx(65.2, rel=0.02)  # the published files
    # kernels round experts of 2,880 up to 3,072: vLLM logs 64.38 GiB on an H100
    assert one.memory.weights_gb == pytest.approx(64.38 * 1.0737, rel=0.005)


def test_a_gguf_file_weighs_more_than_four_and_a_half_bits() -> None:
    local = only(Placement(MODELS["llama-3.1-8b"], GPUS["rtx-4090"], 1, "int4"), Layout(1))
    assert local.memory.weights_gb == pytest.approx(4.92, rel=0.02)  # Q4_K_M as published


@pytest.mark.parametrize("engine", ENGINES)
def test_the_cache_has_a_precision_of_its_own(engine: str) -> None:
    asked = replace(place("llama-3.3-70b", "h100-sxm", 4, "fp8"), engine=engine)  # type: ignore[arg-type]
    narrow = only(replace(asked, kv_precision="fp8"), Layout(4)).memory
    wide = only(replace(asked, kv_precision="bf16"), Layout(4)).memory
    assert narrow.request_gb == pytest.approx(wide.request_gb / 2)
    usual = only(asked, Layout(4)).memory
    assert usual.request_gb == (narrow if engine == "tensorrt-llm" else wide).request_gb


def test_more_of_a_card_to_fill_leaves_more_room_for_requests() -> None:
    fractions = (0.7, 0.8, 0.9, 0.95)
    rooms = [
        only(replace(place("llama-3.3-70b", "h100-sxm", 4, "fp8"), memory_fraction=f), Layout(4)) for f in fractions
    ]
    assert [room.memory.batch for room in rooms] == sorted({room.memory.batch for room in rooms})


def test_tensorrt_llm_fills_a_share_of_what_weights_leave_and_the_others_one_of_the_card() -> None:
    asked = replace(place("llama-3.3-70b", "h100-sxm", 1, "fp8"), memory_fraction=0.9)
    seen = 85.899 * CALIBRATION.visible_share
    left = seen - 72.65
    tight, plain = (
        only(replace(asked, engine=engine), Layout(1), RequestShape(100, 100)).memory
        for engine in ("tensorrt-llm", "vllm")
    )
    assert tight.kv_gb == pytest.approx(0.9 * left - CALIBRATION.overhead_gb, rel=0.02)
    assert plain.kv_gb == pytest.approx(0.9 * seen - 72.65 - CALIBRATION.engines["vllm"].trial_run_gb, rel=0.05)


@pytest.mark.parametrize(("engine", "share"), [("vllm", 0.92), ("sglang", 0.9), ("llama.cpp", 0.9)])
def test_servers_fill_about_nine_tenths_of_a_card_unasked(engine: str, share: float) -> None:
    assert CALIBRATION.engines[engine].memory_fraction == share


def test_what_a_release_changed_counts_from_its_day() -> None:
    asked = replace(place("qwen3-32b", "h100-sxm", 1, "bf16"), memory_fraction=0.9)
    rooms = []
    for day in (date(2025, 10, 2), date(2026, 9, 1)):
        then = Calibration.from_parameters(KNOWLEDGE.parameters_at(day))
        models, _ = group_models(asked, RequestShape(100, 100), then)
        memory = models[0].memory
        rooms.append((memory.available_gb - memory.overhead_gb - memory.weights_gb) / 1.0737)
    # vLLM 0.11 and 0.26 logged 4.45 and 8.52 GiB on one card
    assert rooms == pytest.approx([4.45, 8.52], rel=0.1)


def test_vllm_schedules_fewer_requests_on_small_cards_and_on_the_a100() -> None:
    short, engine = RequestShape(50, 50), CALIBRATION.engines["vllm"]
    batches = {
        gpu: only(place("llama-3.1-8b", gpu, 1, "bf16"), Layout(1), short).memory.batch
        for gpu in ("l40s", "a100-80gb", "h100-sxm", "h200")
    }
    assert batches["l40s"] == batches["a100-80gb"] == engine.batch_cap_small
    assert batches["h100-sxm"] == batches["h200"] == engine.batch_cap


def test_larger_groups_keep_more_for_what_they_send_each_other() -> None:
    kept = [only(place("llama-3.1-8b", "h100-sxm", size, "bf16"), Layout(size)).memory for size in (1, 2, 4, 8)]
    each = [memory.overhead_gb / size for memory, size in zip(kept, (1, 2, 4, 8), strict=True)]
    steps = [after - before for before, after in pairwise(each)]
    assert steps == pytest.approx([CALIBRATION.engines["vllm"].group_gb] * 3)


def test_widths_that_are_whole_tiles_are_not_padded() -> None:
    deepseek = only(place("deepseek-r1", "b200", 8, "fp4"), Layout(8))
    assert deepseek.memory.weights_gb == pytest.approx(deepseek.weights.total(deepseek.shape) / 1e9)


def test_experts_of_eight_bits_are_not_padded_and_those_of_four_are() -> None:
    """Experts of gpt-oss are 2,880 wide: whole tiles are 3,072, a fifteenth more of 36 · 128 · 3 · 2,880² weights."""
    shape, tile = shape_of(MODELS["gpt-oss-120b"]), CALIBRATION.expert_tile
    four = WeightFormat(2.0, 2.0, 0.53, 2.0, 2.0, 2.0, "bf16")
    added = 36 * 128 * 3 * 2880**2 / 15 * 0.53
    assert padding_bytes_per_gpu(shape, Layout(1), four, tile) == pytest.approx(added, rel=1e-3)
    assert padding_bytes_per_gpu(shape, Layout(2), four, tile) == pytest.approx(added / 2, rel=1e-3)
    assert padding_bytes_per_gpu(shape, Layout(1), replace(four, expert=1.0), tile) == 0.0


def test_a_hybrid_mixture_in_four_bits_keeps_attention_in_16_and_two_states_a_request() -> None:
    asked = replace(place("qwen3.6-35b-a3b", "rtx-5090", 1, "fp4"), kv_precision="fp8", engine="vllm")
    found = only(asked, Layout(1), RequestShape(131_071, 1))
    assert found.weights.attention == 2.0
    # vLLM 0.24 logged 5.98 GiB for 567,978 tokens in requests of 131,072
    assert found.memory.request_gb == pytest.approx(5.98 * 1.0737 / 567_978 * 131_072, rel=0.02)
    dense = only(replace(place("qwen3.6-27b", "rtx-5090", 1, "fp4"), engine="vllm"), Layout(1))
    assert dense.weights.attention < 1.0


def test_memory_shared_with_the_system_is_not_all_the_accelerators() -> None:
    mac = only(Placement(MODELS["llama-3.3-70b"], GPUS["m4-max"], 1, "int4"), Layout(1)).memory
    assert mac.overhead_gb >= 0.25 * mac.available_gb
    models, _ = group_models(Placement(MODELS["gpt-oss-120b"], GPUS["m1-max"], 1, "fp4"), SHAPE, CALIBRATION)
    assert not any(model.memory.fits for model in models)


def test_a_latent_is_copied_to_every_tensor_rank_and_heads_are_split() -> None:
    latent = LayerGroup(1, "latent", 128, 1, 192, latent=576)
    assert [kv_split(latent, tensor) for tensor in (1, 2, 8)] == [1, 1, 1]
    assert [kv_split(FULL, tensor) for tensor in (1, 4, 8, 16)] == [1, 4, 8, 8]


def test_windows_states_and_compressed_caches_do_not_grow_as_the_context_does() -> None:
    window = replace(FULL, attention="window", window=1024)
    state = LayerGroup(1, "linear", state_values=1000)
    pressed = LayerGroup(1, "latent", 64, 1, 512, latent=512, window=128, kept_share=0.25, selected=64, index_dim=128)
    assert kept_bytes(window, 10_000, 2.0) == kept_bytes(FULL, 1024, 2.0)
    assert kept_bytes(window, 10_000, 2.0, whole=True) == kept_bytes(FULL, 10_000, 2.0)
    assert kept_bytes(state, 10, 2.0) == kept_bytes(state, 10_000, 2.0) == 2000
    assert kept_bytes(pressed, 10_000, 2.0) == (2500 + 128) * 512 * 2 + 2500 * 128
    assert attended_tokens(pressed, 10_000) == 64 + 128
    assert read_bytes(pressed, 10_000, 2.0) == (64 + 128) * 512 * 2 + 2500 * 128
    assert prompt_pairs(FULL, 100) == 5000
    assert prompt_pairs(replace(window, window=10), 100) == 100 * 10 - 50


def test_what_does_not_fit_says_the_sum() -> None:
    models, _ = group_models(place("llama-3.3-70b", "a100-80gb", 1, "bf16"), SHAPE, CALIBRATION)
    memory = models[0].memory
    assert not memory.fits
    total = memory.weights_gb + memory.overhead_gb + memory.request_gb
    assert f"= {total:,.1f} GB exceed the 85.9 GB" in memory.reason

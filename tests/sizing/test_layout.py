"""Which layouts a group allows: heads, experts, whole nodes, context."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.knowledge.catalog import LayerGroup
from advisor.sizing.group_model import group_models
from advisor.sizing.model_shape import ModelShape, shape_of
from advisor.sizing.placement import Layout, RequestShape, layouts, tensor_refusal
from tests.sizing.common import CALIBRATION, MODELS, SHAPE, place


@pytest.mark.parametrize("gpus", [3, 5, 6, 7])
def test_heads_that_do_not_divide_are_refused_with_the_sizes_that_do(gpus: int) -> None:
    why = tensor_refusal(shape_of(MODELS["llama-3.3-70b"]), gpus)
    assert why == f"64 attention heads do not divide over {gpus} GPUs; 1, 2, 4, 8 work"


@pytest.mark.parametrize("attention", ["full", "window"])
def test_key_heads_divide_by_the_ranks_or_divide_them(attention: str) -> None:
    """Of 24 query heads and 4 of keys: 2 or 4 ranks split both, 8 share each of the 4 in pairs, 3 and 6 do neither."""
    heads = ModelShape((LayerGroup(1, attention, 24, 4, 128),), 3072, 0.0, 0.0, 4096)  # type: ignore[arg-type]
    assert tensor_refusal(heads, 3) == "4 KV heads do not divide over 3 GPUs; 1, 2, 4, 8 work"
    assert [tensor_refusal(heads, ranks) for ranks in (1, 2, 4, 8)] == [""] * 4
    assert tensor_refusal(heads, 6).startswith("4 KV heads do not divide over 6 GPUs")
    assert tensor_refusal(heads, 5).startswith("24 attention heads do not divide over 5 GPUs")


def test_three_cards_are_stages_of_a_pipeline_or_refused() -> None:
    three = place("llama-3.3-70b", "a100-80gb", 3, "bf16")
    models, why = group_models(three, SHAPE, CALIBRATION)
    assert ([str(model.layout) for model in models], why) == (["pp3"], "")
    refused, why = group_models(replace(three, way="tp"), SHAPE, CALIBRATION)
    assert refused == ()
    assert "1, 2, 4, 8 work" in why


def test_a_dense_group_of_eight_is_tensor_parallel_pipelined_or_both() -> None:
    found = {str(layout) for layout in layouts(shape_of(MODELS["llama-3.3-70b"]), 8, 8)}
    assert found == {"pp8", "tp2·pp4", "tp4·pp2", "tp8"}


def test_a_pipeline_inside_a_node_is_proposed_over_a_bus_and_not_over_fast_links() -> None:
    def proposed(gpu: str, way: str | None = None) -> set[str]:
        placement = replace(place("llama-3.3-70b", gpu, 4, "fp8"), way=way)  # type: ignore[arg-type]
        return {str(model.layout) for model in group_models(placement, SHAPE, CALIBRATION)[0]}

    assert proposed("h100-sxm") == {"tp4"}
    assert proposed("h100-nvl") == {"tp4", "tp2·pp2", "pp4"}
    assert proposed("h100-sxm", "pp") == {"tp2·pp2", "pp4"}


def test_a_mixture_may_attend_in_data_ranks_with_its_experts_spread() -> None:
    found = {str(layout) for layout in layouts(shape_of(MODELS["qwen3-235b-a22b"]), 4, 4)}
    assert found == {"tp4", "dp4·ep4", "tp2·pp2", "pp4"}


def test_tensor_parallelism_never_leaves_a_node() -> None:
    for layout in layouts(shape_of(MODELS["deepseek-r1"]), 16, 8):
        assert layout.tensor <= 8
        assert layout.gpus == 16


@pytest.mark.parametrize(("gpus", "why"), [(12, "8 or 16 are"), (40, "at most 4 nodes")])
def test_a_group_over_nodes_is_whole_nodes(gpus: int, why: str) -> None:
    models, told = group_models(place("deepseek-r1", "h100-sxm", gpus, "fp8"), SHAPE, CALIBRATION)
    assert models == ()
    assert why in told


def test_two_nodes_hold_what_one_does_not_and_their_network_is_slower_than_their_links() -> None:
    one, _ = group_models(place("deepseek-r1", "h100-sxm", 8, "fp8"), SHAPE, CALIBRATION)
    two, _ = group_models(place("deepseek-r1", "h100-sxm", 16, "fp8"), SHAPE, CALIBRATION)
    assert not any(model.memory.fits for model in one)
    piped = next(model for model in two if model.layout == Layout(8, pipeline=2))
    assert piped.memory.fits
    assert piped.step.far < piped.step.link


def test_a_prompt_longer_than_the_context_is_refused_with_both_numbers() -> None:
    models, why = group_models(place("qwen3-32b", "h200", 8, "fp8"), RequestShape(300_000, 1500), CALIBRATION)
    assert models == ()
    assert "301,500" in why
    assert "40,960" in why

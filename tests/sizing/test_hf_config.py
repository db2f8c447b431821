"""Published configurations read into layers: parameters as published, and what cannot be read refused by its key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.sizing.hf_config import PublishedModel, parse_config, read_config
from advisor.sizing.model_shape import as_model

CONFIGS = Path(__file__).resolve().parent.parent / "data" / "configs"
DENSE = {
    "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
    "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072,
}  # fmt: skip


def kinds(model: PublishedModel) -> dict[str, int]:
    found: dict[str, int] = {}
    for group in model.groups:
        name = group.attention + ("+experts" if group.experts else "")
        found[name] = found.get(name, 0) + group.count
    return found


@pytest.mark.parametrize(
    ("name", "total", "active", "layers"),
    [
        ("qwen3.5-35b-a3b", 34.7, 3.5, {"linear+experts": 30, "full+experts": 10}),
        ("deepseek-v3", 671.0, 37.6, {"latent": 3, "latent+experts": 58}),
        ("gpt-oss-120b", 116.8, 5.7, {"window+experts": 18, "full+experts": 18}),
        ("nvidia-nemotron-3-nano-30b-a3b-bf16", 31.6, 3.6, {"linear": 23, "none+experts": 23, "full": 6}),
    ],
)
def test_parameters_and_layers_come_out_as_published(
    name: str, total: float, active: float, layers: dict[str, int]
) -> None:
    path = CONFIGS / f"{name}.json"
    read = read_config(path)
    model = as_model(read, path)
    assert model.total_b == pytest.approx(total, rel=0.01)
    assert model.active_b == pytest.approx(active, rel=0.02)
    assert kinds(read) == layers


def test_a_plain_model_is_read_to_the_last_parameter() -> None:
    read = parse_config(DENSE, "config.json")
    (group,) = read.groups
    assert group.attention_m == 4096 * 128 * (32 + 8 + 8 + 32) / 1e6
    assert group.ffn_m == 3 * 4096 * 14336 / 1e6
    assert (group.count, group.kv_heads, group.head_dim, read.tied, read.quantization) == (32, 8, 128, False, None)


def test_a_configuration_that_lists_every_tensor_kept_out_of_quantization_is_read(tmp_path: Path) -> None:
    """MiniMax M3 in four bits takes 3 MB, most of it names of tensors."""
    names = [
        f"model.layers.{layer}.block_sparse_moe.experts.{expert}.w1" for layer in range(60) for expert in range(512)
    ]
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**DENSE, "quantization_config": {"quant_method": "fp8", "ignore": names}}))
    assert path.stat().st_size > 1_000_000
    assert read_config(path).groups == parse_config(DENSE, "config.json").groups


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"attention_head_groups_v9": 4}, "attention_head_groups_v9"),
        ({"layer_types": ["full_attention", "retention"] * 16}, "layer_types"),
        ({"layer_types": ["full_attention"]}, "layer_types"),
        ({"hidden_size": "4096"}, "hidden_size"),
        ({"vocab_size": None}, "vocab_size"),
        ({"num_kv_shared_layers": 4}, "num_kv_shared_layers"),
        ({"quantization_config": {"quant_method": "hqq9"}}, "quantization_config"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_key(changed: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput, match=key):
        parse_config({**DENSE, **changed}, "config.json")


def test_what_a_checkpoint_excludes_stays_in_16_bits() -> None:
    quantized = {"quant_method": "fp8", "modules_to_not_convert": ["lm_head", "model.layers.0.self_attn.q_norm"]}
    kept = parse_config({**DENSE, "quantization_config": quantized}, "config.json").quantization
    assert kept is not None
    assert kept.feed_forward == 1.0
    half = [f"model.layers.{layer}.mlp.gate_proj" for layer in range(16)]
    kept = parse_config(
        {**DENSE, "quantization_config": {"quant_algo": "NVFP4", "ignore": half}}, "config.json"
    ).quantization
    assert kept is not None
    assert kept.feed_forward == pytest.approx((0.5625 + 2.0) / 2)


@pytest.mark.parametrize(("text", "what"), [("{", "not valid JSON"), ("[]", "not a model configuration")])
def test_a_file_that_is_no_configuration_gets_one_sentence(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=what):
        read_config(path)
    with pytest.raises(BadInput, match="no such file"):
        read_config(tmp_path / "none.json")


def test_the_files_are_whole() -> None:
    assert len(list(CONFIGS.glob("*.json"))) == 4
    for path in CONFIGS.glob("*.json"):
        assert json.loads(path.read_text())


@pytest.mark.parametrize(
    ("changed", "layers"),
    [
        ({"full_attention_interval": 4, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
          "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4},
         {"linear": 24, "full": 8}),
        ({"sliding_window": 1024, "sliding_window_pattern": 6}, {"window": 27, "full": 5}),
        ({"model_type": "gpt_oss", "sliding_window": 128}, {"window": 16, "full": 16}),
        ({"sliding_window": 4096}, {"window": 32}),
        ({"sliding_window": 131072}, {"full": 32}),
    ],
)  # fmt: skip
def test_each_notation_of_layers_that_attend_differently_is_read(
    changed: dict[str, Any], layers: dict[str, int]
) -> None:
    assert kinds(parse_config({**DENSE, **changed}, "config.json")) == layers


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(BadInput, match="is not a model configuration"):
        parse_config({**DENSE, "linear_attn_config": "KDA"}, "config.json")


GLM_NEXT = {
    "model_type": "glm5_next_text", "num_hidden_layers": 8, "hidden_size": 4096, "num_attention_heads": 64,
    "intermediate_size": 12288, "moe_intermediate_size": 2048, "n_routed_experts": 288, "n_shared_experts": 1,
    "num_experts_per_tok": 8, "vocab_size": 154880, "max_position_embeddings": 1048576, "q_lora_rank": 1536,
    "kv_lora_rank": 512, "qk_nope_head_dim": 256, "qk_rope_head_dim": 0, "v_head_dim": 256, "index_n_heads": 32,
    "index_head_dim": 128, "index_topk": 2048, "index_kpool": 4, "index_kpool_compress": True,
    "layer_types": (["linear_attention"] * 3 + ["deepseek_sparse_attention"]) * 2,
    "mlp_layer_types": ["dense"] * 3 + ["sparse"] * 5,
    "linear_attn_config": {
        "num_heads": 64, "head_dim": 128, "short_conv_kernel_size": 4,
        "kda_layers": [0, 1, 2, 4, 5, 6], "full_attn_layers": [3, 7],
    },
}  # fmt: skip


def test_layers_numbered_from_zero_are_not_read_as_numbered_from_one() -> None:
    """GLM-5.3 Flash lists its linear layers from zero beside their types, Kimi's models from one and without types."""
    read = parse_config(GLM_NEXT, "config.json")
    assert kinds(read) == {"linear": 3, "linear+experts": 3, "latent+experts": 2}
    kimi = {**GLM_NEXT, "linear_attn_config": {**GLM_NEXT["linear_attn_config"], "kda_layers": [1, 2, 3, 5, 6, 7]}}  # type: ignore[dict-item]
    assert kinds(parse_config({**kimi, "layer_types": None}, "config.json")) == kinds(read)


def test_keys_that_choose_are_pooled_over_tokens() -> None:
    (sparse,) = (group for group in parse_config(GLM_NEXT, "config.json").groups if group.latent)
    assert (sparse.latent, sparse.selected, sparse.index_dim) == (512, 2048, 128 // 4)


def test_gates_of_low_rank_take_two_thin_matrices_each() -> None:
    """Queries, keys, values and output of 4096 by 8192, a rate for each head, and two gates through 128."""
    linear = parse_config(GLM_NEXT, "config.json").groups[0]
    thin = 4096 * 128 + 128 * 8192
    assert linear.attention_m == (4 * 4096 * 8192 + 4096 * 64 + 2 * thin) / 1e6


def test_qwen3_next_gates_its_attention_without_a_key_that_says_so() -> None:
    heads = {"num_attention_heads": 16, "num_key_value_heads": 2, "head_dim": 256, "hidden_size": 2048}
    (plain,) = parse_config({**DENSE, **heads}, "config.json").groups
    (gated,) = parse_config({**DENSE, **heads, "model_type": "qwen3_next"}, "config.json").groups
    assert gated.attention_m - plain.attention_m == pytest.approx(2048 * 16 * 256 / 1e6)

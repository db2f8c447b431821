"""Every notation of published configurations, on models small enough to count each part's parameters by hand."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.knowledge.catalog import LayerGroup
from advisor.sizing.hf_config import PublishedModel, Quantization, parse_config

SMALL: dict[str, Any] = {
    "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    "intermediate_size": 100, "vocab_size": 1000, "max_position_embeddings": 4096,
}  # fmt: skip
LATENT = {"kv_lora_rank": 8, "qk_rope_head_dim": 4, "qk_nope_head_dim": 12, "v_head_dim": 16, "q_lora_rank": 24}
INDEXED = {"index_topk": 32, "index_head_dim": 6, "index_n_heads": 3}
PRESSED = {
    "q_lora_rank": 24,
    "o_lora_rank": 20,
    "o_groups": 2,
    "sliding_window": 8,
    "index_head_dim": 6,
    "index_topk": 16,
}
MAMBA = {"mamba_num_heads": 4, "mamba_head_dim": 8, "ssm_state_size": 16}
EXPERTS = {"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 20}
DELTA = {
    "full_attention_interval": 2, "linear_num_key_heads": 2, "linear_key_head_dim": 4, "linear_num_value_heads": 4,
    "linear_value_head_dim": 8, "linear_conv_kernel_dim": 3,
}  # fmt: skip
SPARSE = {"use_sparse_attention": True, "sparse_index_dim": 6, "sparse_topk_blocks": 4, "sparse_block_size": 8}


def read(**changed: Any) -> PublishedModel:
    """The small model with some keys changed; None takes one away."""
    given = {**SMALL, **changed}
    return parse_config({key: value for key, value in given.items() if value is not None}, "config.json")


def weights(group: LayerGroup) -> tuple[int, int, int]:
    """Parameters of attention, of what every token passes, and of one expert."""
    return round(group.attention_m * 1e6), round(group.ffn_m * 1e6), round(group.expert_m * 1e6)


@pytest.mark.parametrize(
    ("changed", "parameters", "heads"),
    [
        ({}, 64 * (64 + 32 + 32 + 64), (4, 2, 16, 0)),
        ({"attn_output_gate": True}, 64 * (128 + 32 + 32 + 64), (4, 2, 16, 0)),
        ({"attention_output_gate": True}, 64 * (128 + 32 + 32 + 64), (4, 2, 16, 0)),
        ({"attention_k_eq_v": True}, 64 * (64 + 32 + 64), (4, 2, 16, 0)),
        ({"v_head_dim": 8}, 64 * (64 + 32 + 16 + 32), (4, 2, 16, 8)),
        ({"global_head_dim": 32}, 64 * (128 + 64 + 64 + 128), (4, 2, 32, 0)),
        ({"global_head_dim": 32, "num_global_key_value_heads": 1}, 64 * (128 + 32 + 32 + 128), (4, 1, 32, 0)),
        ({"head_dim": None, "num_key_value_heads": None}, 64 * (64 + 64 + 64 + 64), (4, 4, 16, 0)),
        ({"num_key_value_heads": None, "num_attention_groups": 1}, 64 * (64 + 16 + 16 + 64), (4, 1, 16, 0)),
        ({"head_dim": None, "attention_head_dim": 8}, 64 * (32 + 16 + 16 + 32), (4, 2, 8, 0)),
    ],
)  # fmt: skip
def test_full_attention_has_the_weights_of_its_heads(
    changed: dict[str, Any], parameters: int, heads: tuple[int, ...]
) -> None:
    (group,) = read(**changed).groups
    assert weights(group) == (parameters, 3 * 64 * 100, 0)
    assert (group.attention, group.window, group.count) == ("full", 0, 2)
    assert (group.query_heads, group.kv_heads, group.head_dim, group.value_dim) == heads


@pytest.mark.parametrize(
    ("changed", "parameters", "heads"),
    [
        ({"layer_types": ["sliding_attention"] * 2, "sliding_window": 8}, 64 * 192, (4, 2, 16, 0)),
        ({"layer_types": ["chunked_attention"] * 2, "attention_chunk_size": 8}, 64 * 192, (4, 2, 16, 0)),
        ({"hybrid_layer_pattern": [1, 1], "sliding_window_size": 8, "attention_k_eq_v": True}, 64 * 192, (4, 2, 16, 0)),
        ({"hybrid_layer_pattern": [1, 1], "sliding_window": 8, "swa_num_attention_heads": 2,
          "swa_num_key_value_heads": 1, "swa_head_dim": 8, "swa_v_head_dim": 4}, 64 * (16 + 8 + 4 + 8), (2, 1, 8, 4)),
    ],
)  # fmt: skip
def test_a_window_keeps_its_size_and_may_have_heads_of_its_own(
    changed: dict[str, Any], parameters: int, heads: tuple[int, ...]
) -> None:
    (group,) = read(**changed).groups
    assert (group.attention, group.window, weights(group)[0]) == ("window", 8, parameters)
    assert (group.query_heads, group.kv_heads, group.head_dim, group.value_dim) == heads


@pytest.mark.parametrize(
    ("changed", "parameters", "size", "index"),
    [
        # queries down and up 64 · 24 + 24 · 64, keys and values down 64 · 12 and up 8 · 4 · 28, output 4 · 16 · 64
        (LATENT, 3072 + 768 + 896 + 4096, 16, (0, 0)),
        ({**LATENT, "q_lora_rank": None}, 64 * 64 + 768 + 896 + 4096, 16, (0, 0)),
        ({**LATENT, "q_lora_rank": None, "qk_nope_head_dim": None}, 64 * 80 + 768 + 8 * 4 * 32 + 4096, 20, (0, 0)),
        ({**LATENT, "mla_use_output_gate": True}, 3072 + 768 + 896 + 4096 + 64 * 64, 16, (0, 0)),
        # an indexer of 3 heads of 6: 24 · 18 from the queries' rank, 64 · 6 keys, 64 · 3 weights of heads
        ({**LATENT, **INDEXED}, 8832 + 432 + 384 + 192, 16, (32, 6)),
        ({**LATENT, **INDEXED, "q_lora_rank": None}, 9856 + 64 * 18 + 384 + 192, 16, (32, 6)),
        ({**LATENT, "layer_types": ["deepseek_sparse_attention"] * 2}, 8832, 16, (0, 0)),
    ],
)
def test_a_latent_has_the_weights_of_its_ranks(
    changed: dict[str, Any], parameters: int, size: int, index: tuple[int, int]
) -> None:
    (group,) = read(**changed).groups
    assert (group.attention, group.latent, group.query_heads, group.kv_heads) == ("latent", 12, 4, 1)
    assert (weights(group)[0], group.head_dim, group.value_dim) == (parameters, size, 16)
    assert (group.selected, group.index_dim) == index


def test_a_compressed_cache_keeps_one_of_so_many_tokens_and_an_index_where_it_chooses() -> None:
    window, four, sixteen = read(num_hidden_layers=3, compress_ratios=[0, 4, 16], **PRESSED).groups
    # queries 64 · 24 + 24 · 64, one key 64 · 16, output 64 · 20 + 2 · 20 · 64; a compressed layer has 64 · 16 more
    assert (window.attention, window.window, weights(window)[0]) == ("window", 8, 7936)
    assert (four.attention, four.latent, four.window, weights(four)[0]) == ("latent", 16, 8, 8960)
    assert (four.kept_share, four.selected, four.index_dim) == (0.25, 16, 6)
    assert (sixteen.kept_share, sixteen.selected, sixteen.index_dim) == (0.0625, 0, 0)
    assert (four.query_heads, four.kv_heads, four.head_dim) == (4, 1, 16)
    (ungrouped,) = read(compress_ratios=[0, 0], **{**PRESSED, "o_groups": None}).groups
    assert weights(ungrouped)[0] == 7936 - 20 * 64


@pytest.mark.parametrize(
    ("stated", "parameters", "state"),
    [
        # inner 2 · 8 = 16: three products, gate and decay of rank 8 and 2 rates, the output, the second halves of both
        ({"short_conv_kernel_size": 3}, 64 * (48 + 8 + 8 + 2) + 16 * 64 + 2 * 8 * 16, 2 * 2 * 64 + 3 * 3 * 16),
        ({}, 5504, 256 + 192),
        ({"use_full_rank_gate": True}, 64 * (48 + 16 + 8 + 2) + 16 * 64 + 8 * 16, 448),
    ],
)
def test_listed_linear_layers_count_from_one(stated: dict[str, Any], parameters: int, state: int) -> None:
    linear, full = read(linear_attn_config={"kda_layers": [1], "num_heads": 2, "head_dim": 8, **stated}).groups
    assert (linear.attention, weights(linear)[0], linear.state_values) == ("linear", parameters, state)
    assert (linear.query_heads, linear.kv_heads, linear.head_dim) == (2, 2, 8)
    assert full.attention == "full"


def test_linear_layers_between_full_ones_keep_a_state() -> None:
    linear, full = read(**DELTA).groups
    # keys and queries 2 · 2 · 4, values and gates 2 · 32, two rates of each of 4 heads; the output 32 · 64
    assert (linear.attention, weights(linear)[0]) == ("linear", 64 * (16 + 64 + 8) + 32 * 64)
    assert linear.state_values == 2 * 4 * 4 * 8 + 3 * (16 + 32)
    assert full.attention == "full"
    assert read(**{**DELTA, "linear_conv_kernel_dim": None}).groups[0].state_values == 256 + 4 * 48


@pytest.mark.parametrize(
    ("more", "parameters", "plain"),
    [
        ({"sparse_attention_freq": [0, 1], "sparse_num_index_heads": 2}, 12288 + 64 * 6 * 3, 1),
        ({"sparse_attention_freq": [0]}, 12288 + 64 * 6 * 2, 1),
        ({}, 12288 + 64 * 6 * 2, 0),
    ],
)
def test_block_sparse_attention_chooses_blocks_in_the_layers_that_are_flagged(
    more: dict[str, Any], parameters: int, plain: int
) -> None:
    *others, sparse = read(sparse_attention_config={**SPARSE, **more}).groups
    assert (weights(sparse)[0], sparse.selected, sparse.index_dim, sparse.count) == (parameters, 32, 6, 2 - plain)
    assert [(weights(group)[0], group.selected) for group in others] == [(12288, 0)] * plain


def test_block_sparse_attention_that_is_off_is_plain() -> None:
    assert read(sparse_attention_config={**SPARSE, "use_sparse_attention": False}).groups == read().groups


@pytest.mark.parametrize(
    "listed",
    [
        {"hybrid_override_pattern": "M*E-", "num_hidden_layers": 4},
        {"layers_block_type": ["mamba", "attention", "moe", "mlp"], "num_hidden_layers": None},
    ],
)
def test_a_hybrid_of_single_parts_has_no_other_part_in_a_layer(listed: dict[str, Any]) -> None:
    experts = {"n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 20}
    latent = {"moe_latent_size": 32, "moe_shared_expert_intermediate_size": 10}
    mamba, attention, moe, dense = read(**listed, **MAMBA, **experts, **latent, n_groups=2, conv_kernel=3).groups
    # inner 32: 64 · (2 · 32 + 2 · 2 · 16 + 4) + 32 · 64
    assert (mamba.attention, weights(mamba)) == ("linear", (8448 + 2048, 0, 0))
    assert mamba.state_values == 2 * 32 * 16 + 3 * (32 + 2 * 2 * 16)
    assert (attention.attention, weights(attention)) == ("full", (12288, 0, 0))
    assert (moe.attention, weights(moe)) == ("none", (0, 2 * 64 * 10 + 2 * 64 * 32, 2 * 32 * 20))
    assert (moe.experts, moe.routed) == (8, 2)
    assert (dense.attention, weights(dense)) == ("none", (0, 2 * 64 * 100, 0))
    bare, _, wide, _ = read(**listed, **MAMBA, **experts).groups
    assert weights(bare)[0] == 64 * (64 + 32 + 4) + 32 * 64
    assert bare.state_values == 1024 + 4 * (32 + 32)
    assert weights(wide) == (0, 0, 2 * 64 * 20)


@pytest.mark.parametrize(
    ("changed", "parameters", "expert"),
    [
        ({}, 512, 3840),  # 8 · 64 of the router
        ({"n_shared_experts": 2}, 512 + 3 * 64 * 40, 3840),
        ({"num_shared_experts": 1}, 512 + 3840, 3840),
        ({"shared_expert_intermediate_size": 30, "n_shared_experts": 2}, 512 + 3 * 64 * 30, 3840),
        ({"shared_expert_intermediate_size": 0, "n_shared_experts": 2}, 512, 3840),
        ({"share_expert_dim": 30}, 512 + 5760, 3840),
        ({"shared_intermediate_size": 30}, 512 + 5760, 3840),
        ({"model_type": "llama4_text", "attention_chunk_size": 8, "moe_intermediate_size": 20}, 512 + 3840, 3840),
        ({"enable_moe_block": True}, 512 + 3 * 64 * 100, 3840),
        ({"routed_expert_hidden_size": 32}, 512 + 2 * 64 * 32, 3 * 32 * 20),
        ({"moe_intermediate_size": None, "expert_intermediate_size": 20}, 512, 3840),
        ({"moe_intermediate_size": None}, 512, 19200),
        ({"num_experts": None, "num_local_experts": 8}, 512, 3840),
        ({"num_experts": None, "n_routed_experts": 8}, 512, 3840),
        ({"num_experts": None, "moe_num_experts": 8}, 512, 3840),
        ({"num_experts_per_tok": None, "num_experts_per_token": 2}, 512, 3840),
        ({"num_experts_per_tok": None, "experts_per_token": 2}, 512, 3840),
        ({"num_experts_per_tok": None, "top_k_experts": 2}, 512, 3840),
        ({"num_experts_per_tok": None, "moe_top_k": 2}, 512, 3840),
    ],
)
def test_each_notation_of_experts_is_read(changed: dict[str, Any], parameters: int, expert: int) -> None:
    groups = read(**{**EXPERTS, **changed}).groups
    assert [weights(group) for group in groups] == [(12288, parameters, expert)] * len(groups)
    assert {(group.experts, group.routed) for group in groups} == {(8, 2)}
    assert sum(group.count for group in groups) == 2


@pytest.mark.parametrize(
    ("changed", "experts"),
    [
        ({}, [8]),
        ({"mlp_layer_types": ["sparse", "dense", "dense", "sparse"]}, [8, 0]),
        ({"moe_layers_enum": "0,3"}, [8, 0]),
        ({"moe_layer_freq": [1, 0, 0, 1]}, [8, 0]),
        ({"moe_layer_freq": 2}, [0, 8]),
        ({"interleave_moe_layer_step": 2}, [0, 8]),
        ({"decoder_sparse_step": 2}, [0, 8]),
        ({"mlp_only_layers": [1, 2]}, [8, 0]),
        ({"first_k_dense_replace": 2}, [0, 8]),
    ],
)
def test_experts_are_in_the_layers_that_the_configuration_says(changed: dict[str, Any], experts: list[int]) -> None:
    """In each of four layers, or in two of them; the first layer comes first."""
    groups = read(num_hidden_layers=4, **EXPERTS, **changed).groups
    assert [(group.experts, group.count) for group in groups] == [(count, 4 // len(experts)) for count in experts]
    assert {weights(group)[1] for group in groups if not group.experts} <= {3 * 64 * 100}


def test_dense_layers_beside_experts_may_have_a_width_of_their_own() -> None:
    for key in ("dense_intermediate_size", "intermediate_size_mlp"):
        dense, _ = read(**{**EXPERTS, key: 50}, first_k_dense_replace=1).groups
        assert weights(dense) == (12288, 3 * 64 * 50, 0)


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"hybrid_layer_pattern": [0, 1, 1, 1], "sliding_window": 8}, {"full": 1, "window": 3}),
        ({"model_type": "llama4_text", "attention_chunk_size": 8}, {"window": 3, "full": 1}),
        ({"sliding_window_pattern": 2, "sliding_window": 8}, {"window": 2, "full": 2}),
        ({"sliding_window": 8, "use_sliding_window": False}, {"full": 4}),
        ({"sliding_window": 4095}, {"window": 4}),
        ({"sliding_window": 4096}, {"full": 4}),
        ({"model_type": "gpt_oss", "sliding_window": 8}, {"window": 2, "full": 2}),
        ({"layer_types": ["attention", "full_attention"] * 3}, {"full": 4}),
    ],
)
def test_layers_attend_as_the_configuration_says(changed: dict[str, Any], kinds: dict[str, int]) -> None:
    assert [(group.attention, group.count) for group in read(num_hidden_layers=4, **changed).groups] == [*kinds.items()]


def test_searched_layers_have_the_heads_and_widths_that_are_listed() -> None:
    blocks = [
        {"attention": {"n_heads_in_group": 2}, "ffn": {"ffn_mult": 12.0}},
        {"attention": {"n_heads_in_group": None}, "ffn": {"ffn_mult": 12.1}},
        {"attention": {"n_heads_in_group": 4}, "ffn": {"ffn_mult": None}},
    ]
    for size in (16, None):
        grouped, none, single = read(block_configs=blocks, head_dim=size).groups
        # widths 2 ÷ 3 · 12 · 64 = 512 and, a little above it, the next multiple of 256
        assert (grouped.attention, weights(grouped)) == ("full", (64 * 16 * (8 + 4), 3 * 64 * 512, 0))
        assert (none.attention, weights(none)) == ("none", (0, 3 * 64 * 768, 0))
        assert (single.attention, weights(single)) == ("full", (64 * 16 * (8 + 2), 0, 0))
        heads = [(group.query_heads, group.kv_heads, group.head_dim) for group in (grouped, none, single)]
        assert heads == [(4, 2, 16), (0, 0, 0), (4, 1, 16)]
    for part in ("attention", "ffn"):
        for fault in ("replace_with_linear", "sparsify"):
            with pytest.raises(BadInput, match=f"block_configs: {part} is replaced or sparsified"):
                read(block_configs=[{**blocks[0], part: {fault: True}}])


def test_a_text_model_inside_another_is_the_one_that_is_read() -> None:
    for key in ("text_config", "language_config", "llm_config"):
        outer = {key: SMALL, "_name_or_path": "lab/model", "model_type": "outer", "tie_word_embeddings": True}
        inner = parse_config(outer, "config.json")
        assert (inner.groups, inner.name, inner.tied) == (read().groups, "lab/model", True)
        assert (inner.hidden, inner.vocab, inner.context) == (64, 1000, 4096)
    assert read(model_type="outer").name == "outer"
    assert read().name == "model"
    assert not read(tie_word_embeddings=False).tied
    for key in ("max_sequence_length", "seq_length"):
        assert read(max_position_embeddings=None, **{key: 512}).context == 512


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"hybrid_override_pattern": "MX", **MAMBA}, "hybrid_override_pattern holds 'X'; known: M"),
        ({"layers_block_type": ["lstm"]}, "layers_block_type holds 'lstm'; known: mamba, attention, moe, mlp"),
        ({"num_hidden_layers": None}, "num_hidden_layers is missing"),
        ({"num_hidden_layers": 10_001}, "it has 10,001 layers; at most 10,000 are read"),
        ({"hidden_size_per_layer_input": 4}, "hidden_size_per_layer_input is not understood"),
        ({"num_attention_heads": True}, "num_attention_heads is True; a whole number up to 1,000,000,000"),
        ({"vocab_size": 10**9 + 1}, "vocab_size is 1000000001"),
        ({"vocab_size": -1}, "vocab_size is -1"),
    ],
)
def test_a_layer_that_is_not_known_is_refused_with_what_is(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read(**changed)


def quantized(stated: dict[str, Any], **changed: Any) -> Quantization:
    found = read(quantization_config=stated, **changed).quantization
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stated", "width"),
    [
        ({"quant_algo": "NVFP4"}, 0.5 + 1 / 16),  # four bits, and an 8-bit scale for each 16
        ({"quant_method": "mxfp4"}, 0.5 + 1 / 32),  # an 8-bit scale for each 32
        ({"quant_method": "mxfp8"}, 1 + 1 / 32),
        ({"quant_method": "fp8"}, 1.0),
        ({"quant_method": "fbgemm_fp8"}, 1.0),
        ({"format": "float8-quantized"}, 1.0),
        ({"format": "int8"}, 1.0),
        ({"quant_algo": "W8A8_SQ"}, 1.0),
        ({"quant_algo": "W4A16_AWQ"}, 0.53125),
        ({"quant_method": "awq", "bits": 4}, 0.53125),
        ({"quant_method": "gptq", "bits": 4}, 0.53125),
        ({"quant_method": "own", "bits": 8}, 1.0),
        ({"quant_method": "own", "w_bit": 4}, 0.5625),
        ({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 4}}}}, 0.5625),
        ({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8}}}}, 1.0),
    ],
)  # fmt: skip
def test_each_format_takes_its_bytes_a_weight(stated: dict[str, Any], width: float) -> None:
    assert quantized(stated) == Quantization(width, width)


@pytest.mark.parametrize("stated", [{"quant_method": "own", "bits": 3}, {"quant_method": "own"}])
def test_a_format_that_is_not_known_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="quantization_config: format 'own' is not understood; known: nvfp4, mxfp4"):
        quantized(stated)


@pytest.mark.parametrize("key", ["modules_to_not_convert", "ignore", "ignored_layers", "exclude_modules"])
@pytest.mark.parametrize(
    ("excluded", "widths"),
    [
        (["model.layers.0.mlp.gate_proj", "model.layers.0.mlp.down"], (1.5, 1.0)),  # one layer of two
        (["model.layers*0.mlp.gate_proj", "model.layers*0.mlp.down"], (1.5, 1.0)),
        (["re:.*gate_proj.*"], (2.0, 1.0)),
        (["gate_proj"], (2.0, 1.0)),
        (["self_attn"], (1.0, 1.0)),
        (["model.layers.1.mlp.shared_expert.up"], (1.5, 1.0)),
        (["model.layers.1.mlp.experts.7.up"], (1.0, 1.5)),
        (["model.layers.0.mlp.shared_experts.up"], (1.5, 1.0)),
        (["*.mlp.experts.*"], (1.0, 2.0)),
        (["model.layers.0.mlp.router", "model.layers.0.input_norm"], (1.0, 1.0)),
    ],
)
def test_what_is_excluded_stays_in_16_bits_in_so_many_layers(
    key: str, excluded: list[str], widths: tuple[float, ...]
) -> None:
    found = quantized({"quant_method": "fp8", key: excluded})
    assert (found.feed_forward, found.expert) == widths


def test_experts_in_a_type_of_their_own_take_its_bytes() -> None:
    found = quantized({"quant_method": "fp8"}, expert_dtype="fp4")
    assert (found.feed_forward, found.expert) == (1.0, 0.53125)


def test_a_mixed_checkpoint_has_the_mean_of_each_part_and_a_width_for_what_it_does_not_list() -> None:
    listed = {
        "model.layers.0.self_attn.q_proj": {"quant_algo": "FP8"},
        "model.layers.1.mixer.in_proj": {"quant_algo": "NVFP4"},
        "model.layers.0.mlp.experts.0.up": {"quant_algo": "NVFP4"},
        "model.layers.1.mlp.experts.0.up": {"quant_algo": "FP8"},
    }
    plain = Quantization(2.0, (0.5625 + 1.0) / 2)
    assert quantized({"quantized_layers": listed}) == plain
    shared = listed | {"model.layers.0.mlp.shared_experts.up": {"quant_algo": "NVFP4"}}
    assert quantized({"quantized_layers": shared}).feed_forward == 0.5625
    assert quantized({"quantized_layers": listed, "quant_method": "fp8"}).feed_forward == 1.0
    unknown = {"quantized_layers": {"lm_head": {"quant_algo": "own"}}}
    with pytest.raises(BadInput, match="format 'own' is not understood"):
        quantized(unknown)


@pytest.mark.parametrize(
    "word",
    ["layer", "head", "expert", "attn", "attention", "ssm", "mamba", "lora", "window", "block", "moe", "mlp", "kv_",
     "hybrid", "index", "compress", "intermediate", "sparse", "hidden_size", "latent", "conv"],
)  # fmt: skip
def test_a_key_that_may_change_a_layer_is_refused_where_it_is_not_known(word: str) -> None:
    key = f"{word}v9"
    with pytest.raises(BadInput, match=f"{key} = 3 is not understood; it may change layers"):
        read(**{key: 3})
    unset: tuple[Any, ...] = (0, False, [], {})
    for nothing in unset:
        assert read(**{key: nothing}).groups == read().groups
    assert read(**{f"vision_{key}": 3, "rope_theta": 1e6}).groups == read().groups


@pytest.mark.parametrize(
    "name",
    ["self_attn.q_norm", "self_attn.indexer.wk", "self_attn.router", "linear_attn.conv1d", "self_attn.kv_b_proj",
     "self_attn.weights_proj", "shared_expert.mlp.gate$", "block_sparse_moe.gate.experts"],
)  # fmt: skip
def test_parts_too_small_to_count_may_stay_in_16_bits(name: str) -> None:
    found = quantized({"quant_method": "fp8", "ignore": [f"model.layers.0.{name}"]})
    assert (found.feed_forward, found.expert) == (1.0, 1.0)

"""Read a model's published Hugging Face configuration into layer groups; what cannot be read is refused by its key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING, Any

from advisor.bounded_read import parse_json, read_file
from advisor.errors import BadInput, shown
from advisor.knowledge.catalog import LayerGroup

if TYPE_CHECKING:
    from pathlib import Path

Config = Mapping[str, Any]
MILLION = 1e6
MOST_BYTES = 20_000_000
"""A configuration that lists every tensor kept out of quantization takes a few million bytes."""

SHAPING = (
    "layer", "head", "expert", "attn", "attention", "ssm", "mamba", "lora", "window", "block", "moe", "mlp", "kv_",
    "hybrid", "index", "compress", "intermediate", "sparse", "hidden_size", "latent", "conv",
)  # fmt: skip
"""A key that holds one of these words may change what a layer keeps or computes, so it must be one that is read."""

READ = frozenset(
    """num_hidden_layers hidden_size num_attention_heads num_key_value_heads head_dim attention_head_dim v_head_dim
    intermediate_size intermediate_size_mlp dense_intermediate_size moe_intermediate_size expert_intermediate_size
    shared_expert_intermediate_size moe_shared_expert_intermediate_size shared_intermediate_size share_expert_dim
    num_experts num_local_experts n_routed_experts n_shared_experts num_shared_experts num_experts_per_tok
    num_experts_per_token experts_per_token top_k_experts first_k_dense_replace moe_layer_freq mlp_only_layers
    decoder_sparse_step interleave_moe_layer_step mlp_layer_types layer_types layers_block_type
    full_attention_interval hybrid_override_pattern hybrid_layer_pattern attn_type_list block_configs
    sliding_window sliding_window_size attention_chunk_size use_sliding_window max_window_layers sliding_window_pattern
    no_rope_layers swa_num_attention_heads swa_num_key_value_heads swa_head_dim swa_v_head_dim global_head_dim
    num_global_key_value_heads attention_k_eq_v kv_lora_rank q_lora_rank qk_rope_head_dim qk_nope_head_dim
    qk_head_dim o_lora_rank index_topk index_head_dim index_n_heads index_kpool indexer_types compress_ratios
    sparse_attention_config linear_attn_config linear_num_key_heads linear_num_value_heads linear_key_head_dim
    linear_value_head_dim linear_conv_kernel_dim ssm_state_size mamba_num_heads mamba_head_dim conv_kernel expand
    moe_latent_size routed_expert_hidden_size attn_output_gate attention_output_gate enable_moe_block
    moe_num_experts moe_top_k moe_layers_enum attention_other_setting num_attention_groups
    num_nextn_predict_layers num_mtp_modules mtp_num_hidden_layers mtp_transformer_layers num_kv_shared_layers
    hidden_size_per_layer_input vocab_size_per_layer_input use_double_wide_mlp""".split()  # noqa: SIM905 one word each, as configurations spell them
)
MOST, MOST_LAYERS = 10**9, 10_000
"""The largest number and the most layers that are read: ten times and more what any published model has."""
HARMLESS = frozenset(
    """attention_bias attention_dropout hidden_dropout attention_value_scale add_full_attention_sink_bias
    add_swa_attention_sink_bias layer_norm_epsilon layernorm_epsilon rms_norm_eps norm_eps hidden_act
    hidden_activation mlp_hidden_act mamba_hidden_act mamba_ssm_dtype mamba_ssm_cache_dtype mamba_proj_bias mlp_bias
    use_mamba_kernels use_conv_bias moe_router_activation_func moe_router_dtype moe_router_scaling_factor
    moe_renormalize moe_shared_expert_overlap latent_moe_use_norm use_bidirectional_attention num_hash_layers
    compress_rope_theta indexer_rope_interleave index_share_for_mtp_iteration index_skip_topk_offset
    index_topk_freq index_topk_pattern index_kpool_compress index_kpool_always_select_tail
    mtp_hybrid_override_pattern mtp_layers_block_type attn_res_block_size
    mla_use_nope mla_use_output_gate swiglu_limits_shared expert_dtype num_expert_group n_group n_groups
    add_cross_attention cross_attention_hidden_size output_attentions output_hidden_states pruned_heads
    chunk_size_feed_forward attn_implementation _attn_implementation use_head_wise_attn_gate need_fp32_gate
    attention_multiplier use_moe use_moe_router_bias norm_expert_weight moe_every_n_layer moe_layer_offset
    image_token_index tie_word_embeddings is_encoder_decoder""".split()  # noqa: SIM905 one word each, as configurations spell them
)
ROUTED = ("num_experts_per_tok", "num_experts_per_token", "experts_per_token", "top_k_experts", "moe_top_k")
SMALL = ("norm", "indexer", ".mlp.gate$", "router", "conv", "kv_b_proj", "weights_proj", "block_sparse_moe.gate")
"""Excluded from quantization, and too small to count."""
FORWARD = ("shared_expert", "gate_proj", "gate|up", "mlp.down", ".mlp*")
"""Excluded feed-forward parts that every token passes."""
MXFP4 = 0.53125
"""Bytes of four bits, and of an 8-bit scale for each 32 of them."""
OPAQUE = ("rope", "vision", "audio", "token", "torch", "image", "video", "architectures", "auto_map", "norm", "dropout")


@dataclass(frozen=True, slots=True)
class Quantization:
    """Bytes per weight of the published checkpoint: of feed-forward parts that every token passes, and of experts."""

    feed_forward: float
    expert: float


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """What a configuration says: layers, tables, context, and how the checkpoint is stored."""

    name: str
    groups: tuple[LayerGroup, ...]
    hidden: int
    vocab: int
    tied: bool
    context: int
    quantization: Quantization | None


class _Reader:
    """The text part of one configuration, with the keys it has been asked for."""

    def __init__(self, where: str, config: Config) -> None:
        self.where, self.config = where, config

    def has(self, key: str) -> bool:
        return self.config.get(key) is not None

    def number(self, *keys: str, default: int | None = None) -> int:
        for key in keys:
            value = self.config.get(key)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
                raise BadInput(self.where, f"{key} is {shown(value)}", f"a whole number up to {MOST:,} is expected")
            return value
        if default is None:
            raise BadInput(self.where, f"{keys[0]} is missing", "it is needed to count layers, heads and parameters")
        return default

    def each(self, key: str, layers: int) -> list[Any]:
        """Return a list with one entry per layer; longer lists also describe layers that only propose tokens."""
        value = self.config[key]
        if not isinstance(value, list) or len(value) < layers:
            raise BadInput(self.where, f"{key} does not list {layers} layers", "one entry per layer is expected")
        return value[:layers]


def read_config(path: Path) -> PublishedModel:
    """Read a config.json; a `hf_quant_config.json` beside it says how the checkpoint is quantized."""
    config = parse_json(read_file(path, MOST_BYTES, follow=True), str(path))
    if not isinstance(config, dict):
        raise BadInput(str(path), "is not a model configuration", "an object with num_hidden_layers is expected")
    quantization_file = path.with_name("hf_quant_config.json")
    listed = (
        parse_json(read_file(quantization_file, MOST_BYTES, follow=True), str(quantization_file))
        if quantization_file.is_file()
        else None
    )
    extra = listed.get("quantization") if isinstance(listed, dict) else None
    return parse_config(config, str(path), extra)


def parse_config(config: Config, where: str, quantization: Config | None = None) -> PublishedModel:
    """Turn a configuration into layer groups; raises BadInput naming the key that cannot be read."""
    try:
        return _parsed(config, where, quantization)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        # A value of another type than every published configuration has: a text for a table, a zero for a divisor.
        raise BadInput(
            where, f"is not a model configuration: {shown(str(fault))}", "see a published config.json"
        ) from None


def _parsed(config: Config, where: str, quantization: Config | None) -> PublishedModel:
    text = config.get("text_config") or config.get("language_config") or config.get("llm_config") or config
    reader = _Reader(where, text)
    _refuse_unknown(reader)
    layers = _layers(reader)
    counted = Counter(layers)
    groups = tuple(replace(layer, count=count) for layer, count in counted.items())
    stated = quantization or config.get("quantization_config") or text.get("quantization_config")
    hidden = reader.number("hidden_size")
    tied = bool(text.get("tie_word_embeddings", config.get("tie_word_embeddings", False)))
    name = str(config.get("_name_or_path") or config.get("model_type") or "model")
    return PublishedModel(
        name, groups, hidden, reader.number("vocab_size"), tied,
        reader.number("max_position_embeddings", "max_sequence_length", "seq_length"),
        _quantization(stated, text, where) if stated else None,
    )  # fmt: skip


def _refuse_unknown(reader: _Reader) -> None:
    for key, value in reader.config.items():
        if key in READ or key in HARMLESS or value in (None, False, 0, [], {}):
            continue
        if any(word in key for word in OPAQUE) and key not in READ:
            continue
        if any(word in key for word in SHAPING):
            raise BadInput(reader.where, f"{key} = {json.dumps(value)[:60]} is not understood", "it may change layers")
    for key in ("num_kv_shared_layers", "hidden_size_per_layer_input"):
        if reader.config.get(key):
            raise BadInput(reader.where, f"{key} is not understood", "layers that share caches or inputs are not read")


def _layers(reader: _Reader) -> list[LayerGroup]:
    if reader.has("block_configs"):
        return _searched(reader)
    count = reader.number("num_hidden_layers", default=0) or len(reader.config.get("layers_block_type") or ())
    pattern = _pattern(reader)
    if max(count, len(pattern)) > MOST_LAYERS:
        raise BadInput(reader.where, f"it has {max(count, len(pattern)):,} layers", f"at most {MOST_LAYERS:,} are read")
    if pattern:
        return [_alternating(reader, letter) for letter in pattern]
    if not count:
        count = reader.number("num_hidden_layers")
    kinds = _attention_kinds(reader, count)
    sparse = _expert_layers(reader, count)
    return [_layer(reader, at, kinds[at], sparse[at]) for at in range(count)]


def _pattern(reader: _Reader) -> str:
    """Letters of a hybrid that gives each layer one part: M state space, * attention, E experts, - dense."""
    if reader.has("hybrid_override_pattern"):
        return str(reader.config["hybrid_override_pattern"])
    letters = {"mamba": "M", "attention": "*", "moe": "E", "mlp": "-"}
    listed = reader.config.get("layers_block_type") or ()
    for kind in listed:
        if kind not in letters:
            raise BadInput(reader.where, f"layers_block_type holds {kind!r}", f"known: {', '.join(letters)}")
    return "".join(letters[kind] for kind in listed)


def _alternating(reader: _Reader, letter: str) -> LayerGroup:
    hidden = reader.number("hidden_size")
    if letter == "M":
        heads, size = reader.number("mamba_num_heads"), reader.number("mamba_head_dim")
        state, groups = reader.number("ssm_state_size"), reader.number("n_groups", default=1)
        inner = heads * size
        width = 2 * inner + 2 * groups * state + heads
        kernel = reader.number("conv_kernel", default=4)
        kept = 2 * inner * state + kernel * (inner + 2 * groups * state)  # state in 32 bits: counted as two values
        return LayerGroup(1, "linear", state_values=kept, attention_m=(hidden * width + inner * hidden) / MILLION)
    if letter == "*":
        return _grouped(reader, hidden)
    if letter == "-":
        return LayerGroup(1, "none", ffn_m=2 * hidden * reader.number("intermediate_size") / MILLION)
    if letter != "E":
        raise BadInput(reader.where, f"hybrid_override_pattern holds {letter!r}", "known: M, *, E, -")
    routed_in = reader.number("moe_latent_size", default=0) or hidden
    shared = reader.number("moe_shared_expert_intermediate_size", default=0)
    outer = 2 * hidden * shared + 2 * hidden * (routed_in if routed_in != hidden else 0)
    return LayerGroup(
        1, "none", ffn_m=outer / MILLION, experts=reader.number("n_routed_experts"),
        routed=reader.number("num_experts_per_tok"),
        expert_m=2 * routed_in * reader.number("moe_intermediate_size") / MILLION,
    )  # fmt: skip


def _grouped(reader: _Reader, hidden: int, *, kind: str = "full", window: int = 0, prefix: str = "") -> LayerGroup:
    """Build grouped-query attention, with its own heads where sliding layers have some of their own."""
    heads = reader.number(f"{prefix}num_attention_heads")
    default_kv = reader.number("num_key_value_heads", "num_attention_groups", default=heads)
    kv = reader.number(f"{prefix}num_key_value_heads", default=default_kv)
    size = reader.number(f"{prefix}head_dim", "head_dim", "attention_head_dim", default=hidden // heads)
    value = reader.number(f"{prefix}v_head_dim", "v_head_dim", default=size)
    if kind == "full" and reader.has("global_head_dim"):
        size = value = reader.number("global_head_dim")
        kv = reader.number("num_global_key_value_heads", default=kv)
    stated = reader.config.get("attn_output_gate") or reader.config.get("attention_output_gate")
    gate = 1 if stated or reader.config.get("model_type") == "qwen3_next" else 0  # which gates without a key for it
    values = 0 if reader.config.get("attention_k_eq_v") and kind == "full" else kv * value
    width = heads * size * (1 + gate) + kv * size + values + heads * value
    return LayerGroup(
        1, "window" if kind == "window" else "full", heads, kv, size, value if value != size else 0, window,
        attention_m=hidden * width / MILLION,
    )  # fmt: skip


def _layer(reader: _Reader, at: int, kind: str, sparse: bool) -> LayerGroup:
    attention = _attention(reader, at, kind)
    hidden = reader.number("hidden_size")
    if not sparse:
        width = reader.number("dense_intermediate_size", "intermediate_size_mlp", "intermediate_size", default=0)
        return replace(attention, ffn_m=attention.ffn_m + 3 * hidden * width / MILLION)
    inner = reader.number("moe_intermediate_size", "expert_intermediate_size", "intermediate_size")
    experts = _experts(reader)
    shared = _shared(reader, inner)
    router = hidden * experts
    dense = 3 * hidden * reader.number("intermediate_size") if reader.config.get("enable_moe_block") else 0
    narrow = reader.number("routed_expert_hidden_size", default=hidden)
    project = 2 * hidden * narrow if narrow != hidden else 0
    return replace(
        attention, ffn_m=(3 * hidden * shared + router + dense + project) / MILLION, experts=experts,
        routed=reader.number(*ROUTED),
        expert_m=3 * narrow * inner / MILLION,
    )  # fmt: skip


def _experts(reader: _Reader) -> int:
    return reader.number("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts", default=0)


def _shared(reader: _Reader, inner: int) -> int:
    """Intermediate size of all shared experts of a layer together."""
    stated = reader.number("shared_expert_intermediate_size", "share_expert_dim", "shared_intermediate_size", default=0)
    if stated or reader.has("shared_expert_intermediate_size"):
        return stated
    if str(reader.config.get("model_type", "")).startswith("llama4"):
        return inner  # one shared expert as wide as a routed one, which this family does not state
    return inner * reader.number("n_shared_experts", "num_shared_experts", default=0)


def _expert_layers(reader: _Reader, count: int) -> list[bool]:
    config = reader.config
    if not _experts(reader):
        return [False] * count
    if reader.has("mlp_layer_types"):
        return [kind == "sparse" for kind in reader.each("mlp_layer_types", count)]
    if reader.has("moe_layers_enum"):
        listed = {int(at) for at in str(config["moe_layers_enum"]).split(",")}
        return [at in listed for at in range(count)]
    first = reader.number("first_k_dense_replace", default=0)
    frequency = config.get("moe_layer_freq")
    if isinstance(frequency, list):
        return [bool(flag) for flag in reader.each("moe_layer_freq", count)]
    step = reader.number("interleave_moe_layer_step", "decoder_sparse_step", default=1) or 1
    step = frequency if isinstance(frequency, int) and frequency else step
    dense = set(config.get("mlp_only_layers") or ())
    return [at >= first and (at + 1) % step == 0 and at not in dense for at in range(count)]


def _attention_kinds(reader: _Reader, count: int) -> list[str]:  # noqa: PLR0911 one return for each published notation
    config = reader.config
    if reader.has("linear_attn_config") and not reader.has("layer_types"):
        # numbered from one; a configuration that lists layer_types beside them numbers from zero
        linear = {at - 1 for at in config["linear_attn_config"].get("kda_layers", ())}
        return ["linear_attention" if at in linear else "full_attention" for at in range(count)]
    if reader.has("hybrid_layer_pattern"):
        return [
            "sliding_attention" if flag else "full_attention" for flag in reader.each("hybrid_layer_pattern", count)
        ]
    if reader.has("layer_types"):
        return [str(kind) for kind in reader.each("layer_types", count)]
    if reader.has("full_attention_interval"):
        every = reader.number("full_attention_interval")
        return ["full_attention" if (at + 1) % every == 0 else "linear_attention" for at in range(count)]
    if reader.has("compress_ratios"):
        return [f"compressed_{ratio}" for ratio in reader.each("compress_ratios", count)]
    if str(config.get("model_type", "")).startswith("llama4"):
        # every fourth layer attends to everything, the others within chunks
        return ["full_attention" if (at + 1) % 4 == 0 else "chunked_attention" for at in range(count)]
    if reader.has("sliding_window_pattern"):
        every = reader.number("sliding_window_pattern")
        return ["full_attention" if (at + 1) % every == 0 else "sliding_attention" for at in range(count)]
    window = config.get("sliding_window") and config.get("use_sliding_window", True)
    if window and config.get("model_type") == "gpt_oss":
        return ["full_attention" if at % 2 else "sliding_attention" for at in range(count)]
    context = reader.number("max_position_embeddings", default=0)
    slides = window and reader.number("sliding_window") < context
    return ["sliding_attention" if slides else "full_attention"] * count


def _attention(reader: _Reader, at: int, kind: str) -> LayerGroup:
    hidden = reader.number("hidden_size")
    if kind.startswith("compressed_"):
        return _compressed(reader, hidden, int(kind.removeprefix("compressed_")))
    if kind == "linear_attention":
        return _linear(reader, hidden)
    if kind in ("sliding_attention", "chunked_attention"):
        window = reader.number("sliding_window", "attention_chunk_size", "sliding_window_size")
        prefix = "swa_" if reader.has("swa_num_attention_heads") else ""
        return _grouped(reader, hidden, kind="window", window=window, prefix=prefix)
    if kind not in ("full_attention", "deepseek_sparse_attention", "attention"):
        raise BadInput(
            reader.where, f"layer_types holds {kind!r}", "full, sliding, chunked, linear and sparse are read"
        )
    if reader.has("kv_lora_rank"):
        return _latent(reader, hidden)
    return _block_sparse(reader, at, _grouped(reader, hidden))


def _latent(reader: _Reader, hidden: int) -> LayerGroup:
    heads, rank, rope = (reader.number(k) for k in ("num_attention_heads", "kv_lora_rank", "qk_rope_head_dim"))
    value = reader.number("v_head_dim")
    inner = reader.number("qk_nope_head_dim", default=value)
    query_rank = reader.number("q_lora_rank", default=0)
    query = heads * (inner + rope)
    down = hidden * query_rank + query_rank * query if query_rank else hidden * query
    gate = hidden * heads * value if reader.config.get("mla_use_output_gate") else 0
    indexer = 0
    if reader.has("index_topk"):
        size, indexers = reader.number("index_head_dim"), reader.number("index_n_heads")
        indexer = (query_rank or hidden) * indexers * size + hidden * size + hidden * indexers
    # so many tokens share one key that chooses
    pooled = reader.number("index_kpool", default=1) or 1
    weights = down + hidden * (rank + rope) + rank * heads * (inner + value) + heads * value * hidden + gate + indexer
    return LayerGroup(
        1, "latent", heads, 1, inner + rope, value, latent=rank + rope, selected=reader.number("index_topk", default=0),
        index_dim=reader.number("index_head_dim", default=0) // pooled if indexer else 0, attention_m=weights / MILLION,
    )  # fmt: skip


def _compressed(reader: _Reader, hidden: int, ratio: int) -> LayerGroup:
    """Build attention over a window and over tokens compressed `ratio` to one; 0 keeps the window alone."""
    heads, size = reader.number("num_attention_heads"), reader.number("head_dim")
    query_rank, out_rank = reader.number("q_lora_rank"), reader.number("o_lora_rank")
    groups = reader.number("o_groups", default=1)
    window = reader.number("sliding_window")
    weights = hidden * query_rank + query_rank * heads * size + hidden * size
    weights += heads * size * out_rank + groups * out_rank * hidden
    common = {"query_heads": heads, "kv_heads": 1, "head_dim": size}
    if not ratio:
        return LayerGroup(1, "window", window=window, attention_m=weights / MILLION, **common)
    weights += hidden * size
    index = reader.number("index_head_dim")
    chooses = ratio < reader.number("index_topk")
    return LayerGroup(
        1, "latent", latent=size, window=window, kept_share=1.0 / ratio, attention_m=weights / MILLION,
        selected=reader.number("index_topk") if chooses else 0, index_dim=index if chooses else 0, **common,
    )  # fmt: skip


def _linear(reader: _Reader, hidden: int) -> LayerGroup:
    if reader.has("linear_attn_config"):
        stated = _Reader(f"{reader.where}: linear_attn_config", reader.config["linear_attn_config"])
        heads, size = stated.number("num_heads"), stated.number("head_dim")
        inner, kernel = heads * size, stated.number("short_conv_kernel_size", default=4)
        low_rank = hidden * size + size * inner  # one for what is forgotten, and one for the output unless it is full
        gate = hidden * inner if stated.config.get("use_full_rank_gate") else low_rank
        weights = hidden * (4 * inner + heads) + low_rank + gate
        return LayerGroup(
            1, "linear", heads, heads, size, state_values=2 * heads * size * size + 3 * kernel * inner,
            attention_m=weights / MILLION,
        )  # fmt: skip
    keys, values = reader.number("linear_num_key_heads"), reader.number("linear_num_value_heads")
    key_dim, value_dim = reader.number("linear_key_head_dim"), reader.number("linear_value_head_dim")
    inner = values * value_dim
    width = 2 * keys * key_dim + 2 * inner + 2 * values
    kernel = reader.number("linear_conv_kernel_dim", default=4)
    state = 2 * values * key_dim * value_dim + kernel * (2 * keys * key_dim + inner)
    return LayerGroup(1, "linear", state_values=state, attention_m=(hidden * width + inner * hidden) / MILLION)


def _block_sparse(reader: _Reader, at: int, attention: LayerGroup) -> LayerGroup:
    stated = reader.config.get("sparse_attention_config")
    if not stated or not stated.get("use_sparse_attention"):
        return attention
    flags = stated.get("sparse_attention_freq") or ()
    if at < len(flags) and not flags[at]:
        return attention
    nested = _Reader(f"{reader.where}: sparse_attention_config", stated)
    size = nested.number("sparse_index_dim")
    chosen = nested.number("sparse_topk_blocks") * nested.number("sparse_block_size")
    heads = nested.number("sparse_num_index_heads", default=1)
    extra = reader.number("hidden_size") * size * (heads + 1) / MILLION
    return replace(attention, selected=chosen, index_dim=size, attention_m=attention.attention_m + extra)


def _searched(reader: _Reader) -> list[LayerGroup]:
    """Read layers that a search made unlike each other: heads and feed-forward width are given one by one."""
    hidden, heads = reader.number("hidden_size"), reader.number("num_attention_heads")
    size = reader.number("head_dim", default=hidden // heads)
    layers = []
    for block in reader.config["block_configs"]:
        attention, forward = block["attention"], block["ffn"]
        for part, stated in (("attention", attention), ("ffn", forward)):
            if stated.get("replace_with_linear") or stated.get("sparsify"):
                raise BadInput(reader.where, f"block_configs: {part} is replaced or sparsified", "it is not read")
        per = attention.get("n_heads_in_group")
        kv = heads // per if per else 0
        weights = hidden * size * (2 * heads + 2 * kv) if kv else 0
        # widths are multiples of 256
        width = 256 * -(-int(2 * (forward.get("ffn_mult") or 0) * hidden / 3) // 256)
        layers.append(
            LayerGroup(
                1,
                "full" if kv else "none",
                heads if kv else 0,
                kv,
                size if kv else 0,
                attention_m=weights / MILLION,
                ffn_m=3 * hidden * width / MILLION,
            )
        )
    return layers


def _quantization(stated: Config, text: Config, where: str) -> Quantization:
    """Bytes per weight by part: what a checkpoint excludes stays in 16 bits."""
    if stated.get("quantized_layers"):
        return _mixed(stated["quantized_layers"], where, 1.0 if stated.get("quant_method") == "fp8" else 2.0)
    width = _format_bytes(stated, where)
    excluded = [str(name) for key in ("modules_to_not_convert", "ignore", "ignored_layers", "exclude_modules")
                for name in (stated.get(key) or ()) if not any(word in str(name) for word in SMALL)]  # fmt: skip
    layers = int(text.get("num_hidden_layers") or len(text.get("layers_block_type") or ()) or 1)
    forward = [name for name in excluded if any(word in name for word in FORWARD)]
    experts = [name for name in excluded if "experts" in name and "shared" not in name]
    fp4 = str(text.get("expert_dtype")) == "fp4"
    return Quantization(_partly(width, forward, layers), MXFP4 if fp4 else _partly(width, experts, layers))


def _partly(width: float, kept: list[str], layers: int) -> float:
    """Bytes per weight of a part that is kept in 16 bits in the layers named.

    A pattern stands for every layer, a name with a number for one of them.
    """
    whole = any("re:" in name or "*" in name.split("layers")[0] or not any(c.isdigit() for c in name) for name in kept)
    share = 1.0 if whole else min(1.0, len({_number(name) for name in kept}) / layers)
    return width + (2.0 - width) * share


def _number(name: str) -> str:
    digits = [part for part in name.replace("*", ".").split(".") if part.isdigit()]
    return digits[0] if digits else name


def _mixed(listed: Config, where: str, base: float) -> Quantization:
    """Average the formats that a mixed checkpoint lists layer by layer; what is not listed keeps the base width."""
    widths: dict[bool, list[float]] = {True: [], False: []}
    for name, entry in listed.items():
        width, is_expert = _format_bytes(entry, where), "experts" in name and "shared" not in name
        if is_expert or not any(word in name for word in ("lm_head", "attn", "mixer")):
            widths[is_expert].append(width)
    forward, expert = (fsum(each) / len(each) if each else base for each in (widths[False], widths[True]))
    return Quantization(forward, expert)


def _format_bytes(stated: Config, where: str) -> float:
    """Bytes per weight of a stated format, block scales included."""
    name = str(stated.get("quant_algo") or stated.get("format") or stated.get("quant_method") or "").lower()
    bits = stated.get("bits") or stated.get("w_bit")
    for groups in (stated.get("config_groups") or {}).values():
        weights = groups.get("weights") or {}
        bits = bits or weights.get("num_bits")
    known = {
        "nvfp4": 0.5625, "mxfp4": MXFP4, "mxfp8": 1.03125, "fp8": 1.0, "float8": 1.0, "int8": 1.0, "fbgemm": 1.0,
        "w8a8": 1.0, "w4a16": 0.53125, "awq": 0.53125, "gptq": 0.53125,
    }  # fmt: skip
    for word, width in known.items():
        if word in name:
            return width
    if bits in (4, 8):
        return 0.5625 if bits == 4 else 1.0
    raise BadInput(
        where, f"quantization_config: format {name or stated!r} is not understood", f"known: {', '.join(known)}"
    )

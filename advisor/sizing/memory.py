"""What fits into a group of accelerators: weights, caches, overhead, a draft, adapters, weights off the cards."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, fsum
from typing import TYPE_CHECKING

from advisor.sizing.model_shape import BILLION, MILLION, kept_bytes, kv_split, shape_of
from advisor.sizing.placement import layout_words

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.parameters import Range
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.model_shape import ModelShape
    from advisor.sizing.placement import Layout, Placement, RequestShape, WeightFormat


# What is served besides the plain weights: a draft layer, LoRA adapters, weights kept off the cards.


@dataclass(frozen=True, slots=True)
class ServingExtras:
    """Tokens proposed per step and accepted, the throughput adapters leave, the share of weights kept off the cards.

    `accepted` counts the tokens of one step, the verified one included: 1 without drafts.
    """

    drafts: int = 0
    accepted: float = 1.0
    adapter_share: float = 1.0
    offloaded: float = 0.0


PLAIN = ServingExtras()


def accepted_tokens(drafts: int, each: float) -> float:
    """Tokens of a step where a draft is right with a chance of `each`; those after the first wrong one do not count."""
    accepted = 1.0
    for _ in range(drafts):
        accepted = 1 + each * accepted
    return accepted


def serving_extras(
    placement: Placement, shape: ModelShape, weights: WeightFormat, calibration: Calibration
) -> ServingExtras:
    """What a placement asks for, at the middle of what was published."""
    if not (placement.drafts or placement.adapters or placement.offloaded_gb):
        return PLAIN
    accepted = accepted_tokens(placement.drafts, calibration.draft_accepted.point)
    share = calibration.adapter_throughput.point if placement.adapters else 1.0
    offloaded = placement.offloaded_gb * BILLION / weights.total(shape)
    return ServingExtras(placement.drafts, accepted, share, offloaded)


def extras_band(placement: Placement, calibration: Calibration) -> tuple[float, float]:
    """Multipliers of throughput by which drafts and adapters widen the band: the ends of what was published."""
    low = high = 1.0
    if placement.drafts:
        each = calibration.draft_accepted
        ends = [accepted_tokens(placement.drafts, chance) for chance in (each.low, each.point, each.high)]
        low, high = low * ends[0] / ends[1], high * ends[2] / ends[1]
    if placement.adapters:
        share: Range = calibration.adapter_throughput
        low, high = low * share.low / share.point, high * share.high / share.point
    return low, high


def draft_weight_bytes(shape: ModelShape, layout: Layout, wide: float) -> float:
    """Bytes on one GPU of a layer that proposes tokens: one more layer like the mean one, kept in 16 bits."""
    shared = (shape.attention + shape.feed_forward) / shape.layers
    experts = shape.routed_experts / shape.layers
    return wide * (shared / (layout.tensor * layout.pipeline) + experts / layout.gpus)


def draft_cache_bytes(shape: ModelShape, layout: Layout, kv_bytes: float, tokens: float, drafts: int) -> float:
    """Bytes on one GPU that a request keeps for drafts: one more layer of cache, and states for each token proposed."""
    layer = max((kept_bytes(g, tokens, kv_bytes) / kv_split(g, layout.tensor) for g in shape.groups), default=0.0)
    return layer + drafts * state_bytes_per_gpu(shape, layout)


def adapter_bytes(shape: ModelShape, layout: Layout, rank: float, wide: float) -> float:
    """Bytes of one LoRA adapter on one GPU: two thin matrices next to each product that every token passes."""
    values = 0.0
    for group in shape.groups:
        heads = group.query_heads * group.head_dim
        kept = group.kv_heads * group.head_dim
        attention = 4 * shape.hidden + 2 * heads + 2 * kept if heads else 0
        inner = group.ffn_m * MILLION / 3 / shape.hidden
        feed = 3 * (shape.hidden + inner) if group.ffn_m and not group.experts else 0
        values += group.count * (attention + feed)
    return values * rank * wide / (layout.tensor * layout.pipeline)


CARD_GB = 2.0**30
"""Bytes per GB as accelerators state their memory: a card sold as 80 GB holds 80 GiB, 80 · 2³⁰ bytes."""


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Memory of the whole group in GB of 10⁹ bytes; `batch` is how many requests have room for their cache at once.

    `kv_gb` is the room for caches where the model fits, else what one request would need. `memory_bound` is false
    where the engine schedules no more although memory would hold them.
    """

    fits: bool
    weights_gb: float
    kv_gb: float
    overhead_gb: float
    available_gb: float
    request_gb: float
    batch: int
    memory_bound: bool
    reason: str


def weight_bytes_per_gpu(shape: ModelShape, layout: Layout, weights: WeightFormat) -> float:
    """Bytes of weights on one GPU: the shared ones split by tensor rank and stage, the experts over the whole group."""
    shared = weights.total(shape) - shape.routed_experts * weights.expert
    return shared / (layout.tensor * layout.pipeline) + shape.routed_experts * weights.expert / layout.gpus


def cache_bytes_per_gpu(shape: ModelShape, layout: Layout, kv_bytes: float, tokens: float, *, windows: bool) -> float:
    """Bytes of cache that a request of `tokens` keeps on each GPU of its rank.

    Heads are split over tensor ranks and copied where there are fewer of them, a latent is copied to every rank. With
    `windows` false the engine keeps the whole context of layers that attend to a window of it.
    """
    kept = (
        kept_bytes(group, tokens, kv_bytes, whole=not windows) * group.count / kv_split(group, layout.tensor)
        for group in shape.groups
    )
    return fsum(kept) / layout.pipeline


def state_bytes_per_gpu(shape: ModelShape, layout: Layout) -> float:
    """Bytes of one state of a request in all linear layers of a GPU."""
    kept = (
        kept_bytes(group, 0.0, 0.0) * group.count / kv_split(group, layout.tensor)
        for group in shape.groups
        if group.attention == "linear"
    )
    return fsum(kept) / layout.pipeline


def padding_bytes_per_gpu(shape: ModelShape, layout: Layout, weights: WeightFormat, tile: float) -> float:
    """Bytes that kernels of four-bit experts add on one GPU, as they round an expert's width up to whole tiles."""
    if weights.expert >= 1.0:
        return 0.0
    added = 0.0
    for group in shape.groups:
        if group.experts:
            width = round(group.expert_m * MILLION / 3 / shape.hidden)
            added += group.count * group.experts * group.expert_m * MILLION * (ceil(width / tile) * tile / width - 1)
    return added * weights.expert / layout.gpus


def takes_server_defaults(gpu: Gpu, calibration: Calibration) -> bool:
    """Whether vLLM schedules as many requests on a card as on a server's: large ones, of those with fp8 units."""
    return gpu.memory_gb >= calibration.large_card_gb and bool(gpu.fp8_tflops)


def usable_fraction(gpu: Gpu, calibration: Calibration, engine: EngineProfile, fraction: float | None) -> float:
    """Share of a card that weights and caches may fill: what is asked for, else the engine's default.

    Memory shared with the operating system is handed to the accelerator in part only, whatever the engine asks for.
    """
    asked = engine.memory_fraction if fraction is None else fraction
    return min(asked, calibration.unified_share) if gpu.platform == "metal" else asked


def memory_use(
    placement: Placement, layout: Layout, weights: WeightFormat, request: RequestShape, calibration: Calibration,
    engine: EngineProfile,
) -> MemoryUse:  # fmt: skip
    """Place a model on a group and count the requests that have room at once, up to what the engine schedules."""
    gpu, shape = placement.gpu, shape_of(placement.model)
    available = gpu.memory_gb * CARD_GB
    held = weight_bytes_per_gpu(shape, layout, weights)
    held -= min(held, placement.offloaded_gb * BILLION / layout.gpus)
    held += padding_bytes_per_gpu(shape, layout, weights, calibration.expert_tile)
    wide = calibration.bytes_bf16
    held += placement.adapters * adapter_bytes(shape, layout, calibration.adapter_rank, wide)
    seen = available * calibration.visible_share
    overhead = (
        available
        - seen
        + _overhead(seen, held, usable_fraction(gpu, calibration, engine, placement.memory_fraction), engine)
    )
    cap = int(engine.batch_cap if takes_server_defaults(gpu, calibration) else engine.batch_cap_small)
    overhead += _set_aside(shape, layout, calibration, engine, cap)
    tokens = request.input_tokens + engine.output_reserved * request.output_tokens
    one = cache_bytes_per_gpu(shape, layout, weights.kv, tokens, windows=not engine.keeps_windows)
    one += (engine.states_kept - 1) * state_bytes_per_gpu(shape, layout)
    if placement.drafts:
        held += draft_weight_bytes(shape, layout, wide)
        one += draft_cache_bytes(shape, layout, weights.kv, tokens, placement.drafts)
    free = available - overhead - held
    per_rank = int(free // one) if free > 0 and one > 0 else 0
    batch = min(per_rank, cap) * layout.data
    gpus = layout.gpus
    one_gb = one * layout.tensor * layout.pipeline / BILLION
    parts = (held * gpus / BILLION, overhead * gpus / BILLION, available * gpus / BILLION)
    reason = _reason(parts, one_gb, batch, f"{gpus} × {gpu.title}", placement.model.title, layout)
    kv = free * gpus / BILLION if batch else one_gb
    return MemoryUse(batch > 0, parts[0], kv, parts[1], parts[2], one_gb, batch, per_rank < cap, reason)


def _set_aside(
    shape: ModelShape, layout: Layout, calibration: Calibration, engine: EngineProfile, requests: int
) -> float:  # fmt: skip
    """Bytes of a card kept beside weights and cache: the larger peak of a trial run, its layers' or its sampling's.

    Ranks keep buffers for what they send each other, more of them in larger groups.
    """
    peak = (engine.trial_run_gb or calibration.overhead_gb) * BILLION
    sampling = engine.sampled_bytes * requests * shape.head / shape.hidden
    return max(peak, sampling) + engine.group_gb * BILLION * (layout.gpus - 1).bit_length()


def _overhead(available: float, held: float, fraction: float, engine: EngineProfile) -> float:
    """Bytes of a card kept free: a share of all of it, or, as TensorRT-LLM counts, of what the weights leave."""
    return (1 - fraction) * (max(0.0, available - held) if engine.fraction_of_free else available)


def _reason(parts: tuple[float, float, float], one: float, batch: int, cards: str, name: str, layout: Layout) -> str:
    weights, overhead, available = parts
    needs = f"{name}: {weights:,.1f} GB of weights + {overhead:,.1f} GB kept free and overhead"
    has = f"the {available:,.1f} GB ({available * BILLION / CARD_GB:,.0f} GiB) of {cards}"
    words = layout_words(str(layout))
    spread = f" (layout: {words})" if layout.gpus > 1 else ""
    if batch:
        return f"{needs} leave room for {batch:,} requests of {one:,.3f} GB each in {has}{spread}"
    if weights + overhead + one > available:
        total = weights + overhead + one
        return f"{needs} + {one:,.3f} GB of cache for one request = {total:,.1f} GB exceed {has}"
    return f"{needs} leave each rank of the layout {words} too little for one request of {one:,.3f} GB in {has}"

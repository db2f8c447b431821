"""What is served besides the plain weights: a draft layer, LoRA adapters, weights kept off the cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.sizing.model.layer_cache import kept_bytes, kv_split
from advisor.sizing.model.model_shape import BILLION, MILLION

if TYPE_CHECKING:
    from advisor.knowledge.ranges import Range
    from advisor.sizing.calibration import Calibration
    from advisor.sizing.layout import Layout
    from advisor.sizing.model.model_shape import ModelShape
    from advisor.sizing.model.weight_format import WeightFormat
    from advisor.sizing.placement import Placement


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
    states = sum(
        kept_bytes(g, tokens, kv_bytes) * g.count / kv_split(g, layout.tensor)
        for g in shape.groups if g.attention == "linear"
    )  # fmt: skip
    return layer + drafts * states / layout.pipeline


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

"""Seconds of one forward pass: launches, links, weights, cache, arithmetic, of decoding and of reading prompts.

One model for every load: a step costs what it launches, what it sends, and the longer of what it reads and computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.sizing.model_shape import BILLION, MILLION

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.model_layers import LayerGroup
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.layout import Layout
    from advisor.sizing.model_shape import ModelShape
    from advisor.sizing.weights import WeightFormat

TERA = 1e12
MICRO = 1e-6
ACTIVATION_BYTES = 2
"""Activations travel in 16 bits whatever the weights are stored in."""


@dataclass(frozen=True, slots=True)
class PassTime:
    """Seconds of one pass by part: products and the weights they read overlap, attention and its cache too."""

    products: float
    weights: float
    scores: float
    cache: float
    links: float
    launches: float

    @property
    def seconds(self) -> float:
        """Add what does not overlap."""
        return max(self.products, self.weights) + max(self.scores, self.cache) + self.links + self.launches

    @property
    def shares(self) -> dict[str, float]:
        """Seconds by what limits them."""
        compute = (self.products if self.products > self.weights else 0.0) + (
            self.scores if self.scores > self.cache else 0.0
        )
        memory = (self.weights if self.weights >= self.products else 0.0) + (
            self.cache if self.cache >= self.scores else 0.0
        )
        return {"compute": compute, "memory-bandwidth": memory, "links": self.links, "launch": self.launches}


class StepModel:
    """One model on one group of accelerators under one engine; every rate that no batch changes is kept."""

    def __init__(
        self, shape: ModelShape, gpu: Gpu, layout: Layout, weights: WeightFormat, calibration: Calibration,
        engine: EngineProfile,
    ) -> None:  # fmt: skip
        self.shape, self.layout, self.weights, self.engine = shape, layout, weights, engine
        self.calibration = calibration
        c = calibration
        self.bandwidth = gpu.bandwidth_gbs * BILLION * engine.bandwidth_efficiency
        peaks = {"bf16": gpu.bf16_tflops, "fp8": gpu.fp8_tflops, "fp4": gpu.fp4_tflops * c.fp4_efficiency}
        self.flops = peaks[weights.multiplied] * TERA
        self.attention_flops = gpu.bf16_tflops * TERA
        # parameters every token passes, of one stage, and their bytes
        dense = shape.attention + shape.feed_forward
        stage = 1 / layout.pipeline
        self.shared = (dense + shape.head) * stage
        self.shared_bytes = (
            shape.attention * weights.attention + shape.feed_forward * weights.feed_forward + shape.head * weights.head
        ) * stage
        self.layers = shape.layers * stage
        self.moe_groups = [(g.count * stage, g.experts, g.routed, g.expert_m * MILLION) for g in shape.groups if g.experts]
        self.link = self._link_rate(gpu)
        self.kv_groups = [g for g in shape.groups if g.attention != "none"]
        self.synchronized = sum(g.count * ((g.attention != "none") + bool(g.ffn_m or g.experts)) for g in shape.groups)
        # hybrids put attention and feed-forward into layers of their own, so that each launches about half as much
        self.launch_layers = sum(g.count * (0.5 * (g.attention != "none") + 0.5 * bool(g.ffn_m or g.experts)) for g in shape.groups)

    def _link_rate(self, gpu: Gpu) -> float:
        """Bytes per second that one GPU sends to the others of its stage; links state both directions together."""
        c = self.calibration
        rate = (gpu.link_gbs or c.link_gbs_unstated) / 2 * BILLION * c.link_efficiency
        return rate

    def decode(self, batch: float, context: float) -> PassTime:
        """Time of one step that gives each of `batch` requests a token at a mean `context`, through every stage."""
        stages = self.layout.pipeline
        one = self._pass(max(1.0, batch / stages), context)
        if stages == 1:
            return one
        return PassTime(*(stages * part for part in (one.products, one.weights, one.scores, one.cache, one.links, one.launches)))

    def prefill(self, tokens: float, cached: float = 0.0, *, alone: bool = False) -> PassTime:
        """Time of reading one prompt whose first `cached` tokens were read before.

        Shared with decoding steps it pays for no launch and no weights; `alone` it pays for both.
        """
        e, layout = self.engine, self.layout
        fresh = max(1.0, tokens - cached)
        # one data rank reads the prompt of its own request; the others read theirs meanwhile
        rank = layout.tensor if alone else layout.stage
        products = 2 * fresh * self.shared / rank + self._expert_flops(fresh) / layout.stage
        products /= self.flops * e.prefill_efficiency
        scores = 0.0
        for g in self.kv_groups:
            if g.attention != "linear":
                width = g.head_dim + (g.value_dim or g.head_dim)
                scores += 2 * g.query_heads * width * (pairs(g, tokens) - pairs(g, cached)) * g.count
        scores /= rank * layout.pipeline * self.attention_flops * e.prefill_efficiency
        links = self._links(fresh, prefill=True)
        if not alone:
            return PassTime(products, 0.0, scores, 0.0, links, 0.0)
        weights = self._weight_bytes(fresh) / self.bandwidth
        # prompts run without captured graphs: each layer is launched by the host
        launches = self._launches(1.0) + self.launch_layers / layout.pipeline * e.prefill_layer_us * MICRO
        parts = (products, weights, scores, 0.0, links, launches)
        return PassTime(*(part * layout.pipeline for part in parts))

    def _pass(self, batch: float, context: float) -> PassTime:
        e, c, layout = self.engine, self.calibration, self.layout
        rank = max(1.0, batch / layout.data)
        products = 2 * rank * self.shared / layout.tensor + self._expert_flops(batch) * self._imbalance() / layout.stage
        products /= self.flops * e.decode_efficiency
        weights = self._weight_bytes(batch) / self.bandwidth
        scores = cache = 0.0
        for g in self.kv_groups:
            attended = rank * attended_tokens(g, context) * g.count / layout.pipeline
            width = 2 * g.latent if g.latent else g.head_dim + (g.value_dim or g.head_dim)
            scores += 2 * g.query_heads / layout.tensor * width * attended
            cache += rank * read_bytes(g, context, self.weights.kv) * g.count / layout.pipeline / kv_split(g, layout.tensor)
        scores /= self.attention_flops * e.decode_efficiency
        cache /= self.bandwidth * c.cache_efficiency
        moved = self._moved(batch)
        return PassTime(products, weights, scores, cache + moved, self._links(batch), self._launches(batch))

    def _moved(self, batch: float) -> float:
        """Seconds for sorting, scattering and gathering activations of each expert a token is routed to."""
        c, layout = self.calibration, self.layout
        copies = sum(count * routed for count, _, routed, _ in self.moe_groups)
        spread = layout.stage if layout.expert else layout.data
        bytes_ = copies * self.shape.hidden * ACTIVATION_BYTES * c.expert_passes * batch / max(1, spread)
        return bytes_ / self.bandwidth

    def _imbalance(self) -> float:
        """Load of the busiest rank over the mean where whole experts are spread."""
        return self.calibration.expert_imbalance if self.layout.expert and self.layout.stage > 1 else 1.0

    def _expert_flops(self, tokens: float) -> float:
        per_token = sum(count * routed * size for count, _, routed, size in self.moe_groups)  # of one stage
        return 2 * tokens * per_token / self.calibration.expert_efficiency

    def _weight_bytes(self, tokens: float) -> float:
        """Bytes one GPU of a stage reads: its part of the shared weights, and of the experts touched."""
        experts = sum(count * size * touched(total, routed, tokens) for count, total, routed, size in self.moe_groups)
        return self.shared_bytes / self.layout.tensor + experts * self.weights.expert * self._imbalance() / self.layout.stage

    def _links(self, batch: float, *, prefill: bool = False) -> float:
        """Seconds of all-reduces inside the tensor ranks, of the all-to-all between data ranks, of stage hand-overs."""
        c, layout, hidden = self.calibration, self.layout, self.shape.hidden
        seconds = 0.0
        reduces = self.synchronized / layout.pipeline
        if layout.tensor > 1:
            rank = batch / layout.data
            sent = 2 * (layout.tensor - 1) / layout.tensor * hidden * ACTIVATION_BYTES * rank
            seconds += reduces * sent / self.link
        if layout.data > 1:
            share = 2 * (layout.stage - 1) / layout.stage
            sent = share * hidden * ACTIVATION_BYTES * batch * reduces
            seconds += sent / self.link * c.all_to_all
        if layout.pipeline > 1:
            seconds += hidden * ACTIVATION_BYTES * batch / self.link
        if not prefill and layout.stage > 1:
            seconds += reduces * self.engine.sync_us * MICRO
        return seconds

    def _launches(self, batch: float) -> float:
        """Seconds the host and the launches of kernels cost that no other work hides."""
        e = self.engine
        experts = sum(count for count, *_ in self.moe_groups)
        per_stage = self.launch_layers / self.layout.pipeline * e.layer_us + experts * e.expert_layer_us
        if self.layout.data > 1:
            per_stage += experts * self.calibration.rank_layer_us
        host = e.step_us + e.request_us * batch / self.layout.data
        return (per_stage + host / self.layout.pipeline) * MICRO


def touched(experts: int, routed: int, tokens: float) -> float:
    """Experts of a layer that at least one of `tokens` is routed to, were routing even."""
    return experts * (1 - power(1 - routed / experts, int(tokens)))


def power(base: float, exponent: int) -> float:
    """Raise by repeated squaring: the same bits on every platform, which `**` on floats does not promise."""
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def pairs(g: LayerGroup, tokens: float) -> float:
    """Pairs of tokens of which the later attends to the earlier, in one layer of this kind."""
    limit = g.window if g.attention == "window" else g.selected
    seen = min(tokens, limit) if limit else tokens
    return tokens * seen - seen * seen / 2


def attended_tokens(g: LayerGroup, context: float) -> float:
    """Tokens one new token of this layer attends to."""
    if g.attention == "linear":
        return 0.0
    if g.attention == "window":
        return min(context, g.window)
    kept = context * g.kept_share
    if g.selected:
        kept = min(kept, g.selected)
    return kept + (min(context, g.window) if g.latent and g.window else 0.0)


def read_bytes(g: LayerGroup, context: float, kv_bytes: float) -> float:
    """Bytes of cache that one new token of one request reads in one layer of this kind."""
    if g.attention == "linear":
        return 2 * 2.0 * g.state_values
    values = g.latent or g.kv_heads * (g.head_dim + (g.value_dim or g.head_dim))
    index = context * g.kept_share * g.index_dim  # the chooser's keys are kept in eight bits
    return attended_tokens(g, context) * values * kv_bytes + index


def kept_bytes(g: LayerGroup, context: float, kv_bytes: float) -> float:
    """Bytes of cache that one request of `context` tokens keeps in one layer of this kind."""
    if g.attention == "linear":
        return 2.0 * g.state_values
    if g.attention == "none":
        return 0.0
    values = g.latent or g.kv_heads * (g.head_dim + (g.value_dim or g.head_dim))
    if g.attention == "window":
        return min(context, g.window) * values * kv_bytes
    local = min(context, g.window) if g.window else 0.0
    return (context * g.kept_share + local) * values * kv_bytes + context * g.kept_share * g.index_dim


def kv_split(g: LayerGroup, tensor: int) -> float:
    """Parts into which a request's cache is split over tensor ranks: heads at most; a latent is copied to each."""
    if g.latent:
        return 1.0
    if g.attention == "linear":
        return float(tensor)
    return float(min(tensor, g.kv_heads) if g.kv_heads else tensor)

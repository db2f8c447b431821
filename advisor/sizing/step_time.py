"""Seconds of one forward pass: launches, links, weights, cache, arithmetic, of decoding and of reading prompts.

One model for every load: a step costs what it launches, what it sends, and the longer of what it reads and computes.
"""

from __future__ import annotations

from math import fsum, sqrt
from operator import add
from typing import TYPE_CHECKING, Literal, NamedTuple

from advisor.sizing.memory import PLAIN, ServingExtras
from advisor.sizing.model_shape import BILLION, MILLION, attended_tokens, kv_split, prompt_pairs, read_bytes

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.model_shape import ModelShape
    from advisor.sizing.placement import Layout, WeightFormat

TERA = 1e12
MICRO = 1e-6
Bound = Literal["memory-bandwidth", "compute", "launch", "links", "capacity"]
"""What a step spends most of its time on, or what keeps it from serving more at once."""
ACTIVATION_BYTES = 2
"""Activations travel in 16 bits whatever the weights are stored in."""


class PassTime(NamedTuple):
    """Seconds of one pass by part: products and the weights they read overlap, attention and its cache too."""

    products: float
    weights: float
    scores: float
    cache: float
    links: float
    launches: float
    host: float = 0.0

    @property
    def device(self) -> float:
        """Seconds of the accelerators: reading and computing overlap in part; of two equal ones, the root of two."""
        return (
            sqrt(self.products * self.products + self.weights * self.weights)
            + sqrt(self.scores * self.scores + self.cache * self.cache)
            + self.links
            + self.launches
        )

    @property
    def seconds(self) -> float:
        """Seconds of the accelerators, or of the host where preparing the next step takes it longer."""
        return max(self.device, self.host)

    def times(self, factor: float) -> PassTime:
        """Every part so many times as long."""
        return PassTime(*(factor * part for part in self))

    def plus(self, other: PassTime) -> PassTime:
        """One pass after another."""
        return PassTime(*map(add, self, other))

    @property
    def shares(self) -> dict[Bound, float]:
        """Seconds by what limits them."""
        compute = memory = 0.0
        for computed, read in ((self.products, self.weights), (self.scores, self.cache)):
            compute, memory = (compute + computed, memory) if computed > read else (compute, memory + read)
        return {"compute": compute, "memory-bandwidth": memory, "links": self.links, "launch": self.launches}


class StepModel:
    """One model on one group of accelerators under one engine; every rate that no batch changes is kept."""

    def __init__(  # noqa: PLR0913 the parts of a placement, and what is served with it
        self, shape: ModelShape, gpu: Gpu, layout: Layout, weights: WeightFormat, calibration: Calibration,
        engine: EngineProfile, *, node: int = 8, extras: ServingExtras = PLAIN,
    ) -> None:  # fmt: skip
        self.extras = extras
        self.shape, self.layout, self.weights, self.engine = shape, layout, weights, engine
        self.calibration = calibration
        self.pace = 1.0
        """Speed that was measured over the modeled one."""
        c = calibration
        self.peak_bandwidth = gpu.bandwidth_gbs * BILLION
        self.bandwidth = self.peak_bandwidth * engine.bandwidth_efficiency
        peaks = {"bf16": gpu.bf16_tflops, "fp8": gpu.fp8_tflops, "fp4": powered(gpu.fp4_tflops, gpu.watts, c.fp4_pj)}
        self.flops = peaks[weights.multiplied] * TERA
        if weights.multiplied == "bf16" and min(weights.attention, weights.feed_forward, weights.expert) < 1.9:
            self.flops *= c.widened_efficiency
        self.attention_flops = gpu.bf16_tflops * TERA
        # parameters every token passes, of one stage, and their bytes
        dense = shape.attention + shape.feed_forward
        stage = 1 / layout.pipeline
        self.shared = (dense + shape.head) * stage
        self.shared_bytes = (
            shape.attention * weights.attention + shape.feed_forward * weights.feed_forward + shape.head * weights.head
        ) * stage
        self.layers = shape.layers * stage
        self.uneven = 1 + c.stage_wait * (layout.pipeline - 1)
        """Time of a pipeline over that of its stages, were none to wait for another."""
        self.moe_groups = [
            (g.count * stage, g.experts, g.routed, g.expert_m * MILLION) for g in shape.groups if g.experts
        ]
        self.expert_layers = sum(g.count for g in shape.groups if g.experts)
        self.latent_layers = sum(g.count for g in shape.groups if g.latent)
        self.link = self._link_rate(gpu)
        # what leaves a node goes through its network
        self.far = self.link if layout.gpus <= node else min(self.link, c.node_gbs * BILLION * c.link_efficiency)
        self.kv_groups = [g for g in shape.groups if g.attention != "none"]
        self.synchronized = sum(g.count * ((g.attention != "none") + bool(g.ffn_m or g.experts)) for g in shape.groups)
        # hybrids put attention and feed-forward into layers of their own, so that each launches about half as much
        self.launch_layers = fsum(
            g.count * (0.5 * (g.attention != "none") + 0.5 * bool(g.ffn_m or g.experts)) for g in shape.groups
        )

        self._prompts: dict[tuple[float, float], tuple[PassTime, float]] = {}
        self._attentions: dict[float, tuple[float, float]] = {}

    def _link_rate(self, gpu: Gpu) -> float:
        """Bytes per second that one GPU sends to the others of its stage; links state both directions together."""
        c = self.calibration
        return (gpu.link_gbs or c.link_gbs_unstated) / 2 * BILLION * c.link_efficiency

    @property
    def ceiling(self) -> float:
        """Tokens per second that one request cannot exceed: peak bandwidth over the bytes of a step."""
        read = self.shared_bytes / self.layout.tensor + self._expert_bytes(1.0)
        return self.peak_bandwidth * (1 + self.extras.drafts) / (read * self.layout.pipeline)

    def decode(self, batch: float, context: float) -> PassTime:
        """Time of one step that gives each of `batch` requests a token at a mean `context`, through every stage."""
        stages, extras = self.layout.pipeline, self.extras
        batch = max(1.0, batch / stages)
        one = self._pass(batch, context, 1 + extras.drafts)
        if extras.drafts:
            one = self._with_drafts(one, batch, context)
        # stages wait for each other: their batches are never quite alike
        share = stages * self.uneven / extras.adapter_share
        return one if share == 1 else one.times(share)

    def _with_drafts(self, verified: PassTime, batch: float, context: float) -> PassTime:
        """Time per token of a step that verifies what a draft layer proposed one after another, over those accepted."""
        one = self._pass(batch, context).times(1 / self.shape.layers)
        head = self.shape.head * self.calibration.bytes_bf16 / self.layout.tensor / self.bandwidth
        launches = (self.engine.layer_us + self.engine.expert_layer_us + self.engine.step_us) * MICRO
        draft = PassTime(one.products, one.weights + head, one.scores, one.cache, one.links, launches)
        return verified.plus(draft.times(self.extras.drafts)).times(1 / self.extras.accepted)

    def prompt(self, tokens: float, cached: float) -> tuple[PassTime, float]:
        """Time of reading one prompt between decoding steps, and its seconds alone; no load changes either."""
        kept = self._prompts.get((tokens, cached))
        if kept is None:
            alone = self.prefill(tokens, cached, alone=True).seconds
            kept = self._prompts[tokens, cached] = self.prefill(tokens, cached), alone
        return kept

    def prefill(self, tokens: float, cached: float = 0.0, *, alone: bool = False) -> PassTime:
        """Time of reading one prompt whose first `cached` tokens were read before.

        Shared with decoding steps it pays for no launch and no weights; `alone` it pays for both.
        """
        e, c, layout = self.engine, self.calibration, self.layout
        fresh = max(1.0, tokens - cached)
        # one data rank reads the prompt of its own request; the others read theirs meanwhile
        rank = layout.tensor if alone else layout.stage
        products = 2 * fresh * self.shared / rank + self._expert_flops(fresh) / layout.stage
        products /= self.flops * e.prefill_efficiency
        scores = 0.0
        for g in self.kv_groups:
            if g.attention != "linear":
                width = g.head_dim + (g.value_dim or g.head_dim)
                scores += 2 * g.query_heads * width * (prompt_pairs(g, tokens) - prompt_pairs(g, cached)) * g.count
        scores /= rank * layout.pipeline * self.attention_flops * e.prefill_efficiency
        links = self._links(fresh, prefill=True)
        passed = self._passed(fresh / (rank / layout.tensor))
        if not alone:
            lost = self.extras.adapter_share / self.uneven
            return PassTime(products / lost, 0.0, scores / lost, passed / lost, links / lost, 0.0)
        weights = self._weight_seconds(fresh)
        # prompts run without captured graphs: each layer is launched by the host
        prompt_us = self.launch_layers * e.prefill_layer_us + self.expert_layers * c.expert_prompt_us
        prompt_us += self.latent_layers * c.latent_prompt_us
        launches = self._launches() + prompt_us / layout.pipeline * MICRO
        parts = (products, weights, scores, passed, links, launches)
        return PassTime(*(part * layout.pipeline / self.extras.adapter_share for part in parts))

    def _pass(self, batch: float, context: float, width: int = 1) -> PassTime:
        """One step of `batch` requests, with `width` tokens of each."""
        e, layout = self.engine, self.layout
        rank = max(1.0, batch / layout.data)
        tokens, wide = batch * width, rank * width
        products = 2 * wide * self.shared / layout.tensor
        products += self._expert_flops(tokens) * self._imbalance() / layout.stage
        products /= self.flops * self._efficiency(wide)
        weights = self._weight_seconds(tokens)
        scores, cache = self._attention(context)
        scores, cache = wide * scores, rank * cache
        moved = self._moved(tokens) + self._passed(wide)
        return PassTime(
            products,
            weights,
            scores,
            cache + moved,
            self._links(tokens),
            self._launches(),
            e.request_us * batch / layout.data * MICRO,
        )

    def _attention(self, context: float) -> tuple[float, float]:
        """Seconds to score the context for one token, and to read the cache of one request, in one step of a rank."""
        kept = self._attentions.get(context)
        if kept is None:
            e, c, layout = self.engine, self.calibration, self.layout
            scores = cache = 0.0
            for g in self.kv_groups:
                attended = attended_tokens(g, context) * g.count / layout.pipeline
                width = 2 * g.latent if g.latent else g.head_dim + (g.value_dim or g.head_dim)
                slowed = c.latent_efficiency if g.latent else 1.0
                scores += 2 * g.query_heads / layout.tensor * width * attended / slowed
                read = read_bytes(g, context, self.weights.kv) * g.count / layout.pipeline
                cache += read / kv_split(g, layout.tensor)
            scores /= self.attention_flops * e.decode_efficiency
            cache /= self.bandwidth * e.cache_efficiency
            kept = self._attentions[context] = scores, cache
        return kept

    def _efficiency(self, rank: float) -> float:
        """Arithmetic reached by products of so many tokens at once: that of decoding for few, of prompts for many."""
        e = self.engine
        many = rank / (rank + self.calibration.wide_batch)
        return e.decode_efficiency + (e.prefill_efficiency - e.decode_efficiency) * many

    def _moved(self, batch: float) -> float:
        """Seconds for sorting, scattering and gathering activations of each expert a token is routed to."""
        c, layout = self.calibration, self.layout
        copies = fsum(count * routed for count, _, routed, _ in self.moe_groups)
        spread = layout.stage if layout.expert else layout.data
        bytes_ = copies * self.shape.hidden * ACTIVATION_BYTES * c.expert_passes * batch / max(1, spread)
        return bytes_ / self.bandwidth

    def _passed(self, rank: float) -> float:
        """Seconds for activations that norms, gates and conversions read and write between products.

        Tensor-parallel ranks share those inside attention and feed-forward; what runs between layers, each does whole.
        """
        c = self.calibration
        share = c.activations_whole + (1 - c.activations_whole) / self.layout.tensor
        values = self.layers * self.shape.hidden * c.activation_passes * share
        return values * ACTIVATION_BYTES * rank / self.bandwidth

    def _imbalance(self) -> float:
        """Load of the busiest rank over the mean where data ranks have whole experts of their own."""
        return self.calibration.expert_imbalance if self.layout.data > 1 else 1.0

    def _expert_flops(self, tokens: float) -> float:
        per_token = fsum(count * routed * size for count, _, routed, size in self.moe_groups)  # of one stage
        return 2 * tokens * per_token / self.calibration.expert_efficiency

    def _expert_bytes(self, tokens: float) -> float:
        """Bytes of routed experts' weights that one GPU of a stage reads for so many tokens."""
        experts = fsum(count * size * touched(total, routed, tokens) for count, total, routed, size in self.moe_groups)
        return experts * self.weights.expert * self._imbalance() / self.layout.stage

    def _weight_seconds(self, tokens: float) -> float:
        """Seconds one GPU of a stage reads weights: its part of the shared ones, and of the experts touched."""
        seconds = (self.shared_bytes / self.layout.tensor + self._expert_bytes(tokens)) / self.bandwidth
        away = self.extras.offloaded
        if not away:
            return seconds
        # what is kept off the card crosses the bus before every step that needs it
        return seconds * (1 - away + away * self.bandwidth / (self.calibration.host_gbs * BILLION))

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
            seconds += sent / self.far * c.all_to_all
        if layout.pipeline > 1:
            seconds += hidden * ACTIVATION_BYTES * batch / self.far
        if not prefill and layout.stage > 1:
            seconds += reduces * self.engine.sync_us * MICRO
        return seconds

    def _launches(self) -> float:
        """Seconds the host and the launches of kernels cost that no other work hides."""
        e = self.engine
        experts = sum(count for count, *_ in self.moe_groups)
        per_stage = self.launch_layers / self.layout.pipeline * e.layer_us + experts * e.expert_layer_us
        if self.layout.data > 1:
            # tensor ranks meet at every layer anyhow; data ranks wait for the one whose requests take longest
            per_stage += experts * self.calibration.rank_layer_us
        # every stage schedules its batches itself
        return (per_stage + e.step_us) * MICRO


def powered(peak_tflops: float, watts: float, picojoules: float) -> float:
    """Arithmetic in TFLOP/s that a card's power sustains: each operation takes its time at the peak, and its energy.

    A card with more arithmetic to the watt slows down further from its stated peak.
    """
    if not peak_tflops or not watts:
        return peak_tflops
    return 1 / (1 / peak_tflops + picojoules / watts)


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

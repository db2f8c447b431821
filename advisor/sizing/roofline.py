"""Seconds that prefill and one decode step take: arithmetic or memory traffic, whichever is slower, and fixed costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.sizing.memory import (
    BILLION,
    attended_layer_tokens,
    bytes_per_weight,
    expert_parameters,
    kv_bytes_per_layer,
    shared_parameters,
)

if TYPE_CHECKING:
    from advisor.knowledge.catalog import OpenModel
    from advisor.sizing.calibration import Calibration
    from advisor.sizing.placement import Placement

TERA = 1e12
MICRO = 1e-6
ACTIVATION_BYTES = 2
"""Activations travel in 16 bits whatever the weights are stored in."""
ALL_REDUCES = 2
"""Per layer: one after attention, one after the feed-forward part."""


@dataclass(frozen=True, slots=True)
class PassTime:
    """Seconds of one pass through all layers, by part.

    Inside a layer the matrix products and attention follow each other, so their times add; within each, arithmetic and
    memory traffic overlap, so the longer counts. `moving` is activations through memory and links, `fixed` launches.
    """

    products: float
    weights: float
    scores: float
    cache: float
    moving: float
    fixed: float

    @property
    def seconds(self) -> float:
        """Roofline of the products plus roofline of attention plus what neither hides."""
        return max(self.products, self.weights) + max(self.scores, self.cache) + self.moving + self.fixed

    @property
    def arithmetic(self) -> float:
        """Seconds in which arithmetic is the limit."""
        products = self.products if self.products > self.weights else 0.0
        return products + (self.scores if self.scores > self.cache else 0.0)


@dataclass(frozen=True, slots=True)
class Roofline:
    """One model on one group of accelerators: rates and sizes that no batch changes.

    `flops` and `attention_flops` are peak operations per second, `bandwidth` peak bytes per second of the group;
    `shared` and `expert` parameters; `weight_width` bytes each; `kv_layer` bytes; `token_seconds` per token of a pass.
    """

    model: OpenModel
    gpus: int
    attention_ranks: int
    calibration: Calibration
    flops: float
    attention_flops: float
    bandwidth: float
    shared: float
    expert: float
    weight_width: float
    kv_layer: float
    token_seconds: float

    def prefill(self, tokens: float, cached: float = 0.0) -> PassTime:
        """Time of one prompt in passes that decoding requests share, so that it pays for no launch and no weights.

        The first `cached` tokens were read before: they are attended to, and cost nothing else.
        """
        rate, fresh = self.calibration.prefill_efficiency, tokens - cached
        pairs = self._pairs(tokens) - self._pairs(cached)
        scores = 4 * self.model.query_heads * self.model.head_dim * pairs / (self.attention_flops * rate)
        return PassTime(self.product_seconds(fresh) / rate, 0.0, scores, 0.0, fresh * self.token_seconds, 0.0)

    def _pairs(self, tokens: float) -> float:
        """Pairs of tokens of which the later attends to the earlier, over all layers."""
        return tokens * attended_layer_tokens(self.model, tokens) / 2

    def decode(self, batch: float, context: float) -> PassTime:
        """Time of one step that gives each of `batch` requests one token at a mean `context`."""
        calibration, model = self.calibration, self.model
        attended = batch * attended_layer_tokens(model, context)
        touched = self.experts_touched(batch)
        rate = self.bandwidth * calibration.bandwidth_efficiency
        width = 2 * model.mla_rank + model.rope_dim if model.mla_rank else 2 * model.head_dim
        launches = calibration.layer_us + (calibration.sync_us if self.gpus > 1 else 0.0)
        routing = calibration.moe_layer_us * touched / model.experts if model.experts else 0.0
        return PassTime(
            products=self.product_seconds(batch) / calibration.decode_efficiency,
            weights=self.weights_read(touched) / rate,
            scores=2 * model.query_heads * width * attended / (self.attention_flops * calibration.decode_efficiency),
            cache=self.kv_layer * attended / rate,
            moving=batch * self.token_seconds,
            fixed=model.layers * (launches + routing) * MICRO,
        )

    def product_seconds(self, tokens: float) -> float:
        """Seconds at peak for all matrix products, two operations per parameter a token meets; experts' are small."""
        routed = self.model.routed * self.expert / self.calibration.expert_efficiency
        return 2 * tokens * (self.shared + routed) / self.flops

    def weights_read(self, touched: float) -> float:
        """Bytes of weights one step reads over the group: every copy of the shared ones, and the experts touched."""
        return (self.shared * self.attention_ranks + self.expert * touched) * self.weight_width

    def experts_touched(self, batch: float) -> float:
        """Experts of a layer that at least one of `batch` tokens is routed to, were routing even."""
        experts = self.model.experts
        return experts * (1 - power(1 - self.model.routed / experts, int(batch))) if experts else 0.0


def power(base: float, exponent: int) -> float:
    """Raise by repeated squaring: the same bits on every platform, which `**` on floats does not promise."""
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def roofline(placement: Placement, calibration: Calibration) -> Roofline:
    """Gather what a placement fixes: peak rates, weights by part, traffic per token."""
    model, gpu, gpus = placement.model, placement.gpu, placement.gpus
    return Roofline(
        model=model,
        gpus=gpus,
        attention_ranks=placement.attention_ranks,
        calibration=calibration,
        flops=gpus * product_tflops(placement, calibration) * TERA,
        attention_flops=gpus * gpu.bf16_tflops * TERA,
        bandwidth=gpus * gpu.bandwidth_gbs * BILLION,
        shared=shared_parameters(model),
        expert=expert_parameters(model),
        weight_width=bytes_per_weight(model, placement.precision, calibration),
        kv_layer=kv_bytes_per_layer(placement, calibration),
        token_seconds=_expert_seconds(placement, calibration) + _link_seconds(placement, calibration),
    )


def product_tflops(placement: Placement, calibration: Calibration) -> float:
    """Peak TFLOPS of one GPU in the format its matrix products run in."""
    gpu = placement.gpu
    fp4 = gpu.fp4_tflops * calibration.fp4_efficiency
    return {"bf16": gpu.bf16_tflops, "fp8": gpu.fp8_tflops, "fp4": fp4, "int4": gpu.bf16_tflops}[placement.multiplied]


def _expert_seconds(placement: Placement, calibration: Calibration) -> float:
    """Seconds per token for sorting, scattering and gathering activations of each expert it is routed to."""
    model, gpu = placement.model, placement.gpu
    passes = calibration.expert_passes * model.routed
    moved = model.layers * model.hidden * ACTIVATION_BYTES * passes
    return moved / (placement.gpus * gpu.bandwidth_gbs * BILLION)


def _link_seconds(placement: Placement, calibration: Calibration) -> float:
    """Seconds per token between the GPUs of a group: ring all-reduces, or the all-to-all that replaces them.

    A ring all-reduce sends 2 · (n − 1) ÷ n of the data one way through each GPU's links; their rate counts both ways.
    """
    model, gpus = placement.model, placement.gpus
    one_way = (placement.gpu.link_gbs or calibration.link_gbs_unstated) / 2 * BILLION * calibration.link_efficiency
    sent = ALL_REDUCES * 2 * (gpus - 1) / gpus * model.layers * model.hidden * ACTIVATION_BYTES
    return sent / one_way * (calibration.all_to_all if placement.attention_ranks > 1 else 1.0)

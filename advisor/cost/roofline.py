"""Seconds that prefill and one decode step take: the slower of arithmetic and memory, plus what neither explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.cost.memory import (
    BILLION,
    attended_layer_tokens,
    bytes_per_weight,
    expert_parameters,
    kv_bytes_per_layer,
    shared_parameters,
)

if TYPE_CHECKING:
    from advisor.cost.calibration import Calibration
    from advisor.cost.placement import Placement
    from advisor.knowledge.catalog import OpenModel

TERA = 1e12
MICRO = 1e-6
BF16_BYTES = 2


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
        return (self.products if self.products > self.weights else 0.0) + (
            self.scores if self.scores > self.cache else 0.0
        )


@dataclass(frozen=True, slots=True)
class Roofline:
    """One model on one group of accelerators: rates and sizes that no batch changes."""

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

    def prefill(self, tokens: float) -> PassTime:
        """Time of one prompt in passes that decoding requests share, so that it pays for no launch and no weights."""
        rate = self.calibration.prefill_efficiency
        products = self.product_flops(tokens) / (self.flops * rate)
        scores = self.score_flops(tokens, tokens) / 2 / (self.attention_flops * rate)
        return PassTime(products, 0.0, scores, 0.0, tokens * self.token_seconds, 0.0)

    def decode(self, batch: float, context: float) -> PassTime:
        """Time of one step that gives each of `batch` requests one token at a mean `context`."""
        calibration = self.calibration
        rate = calibration.decode_efficiency
        attended = attended_layer_tokens(self.model, context)
        return PassTime(
            products=self.product_flops(batch) / (self.flops * rate),
            weights=self.weights_read(batch) / (self.bandwidth * calibration.bandwidth_efficiency),
            scores=self.score_flops(batch, context) / (self.attention_flops * rate),
            cache=batch * self.kv_layer * attended / (self.bandwidth * calibration.cache_efficiency),
            moving=batch * self.token_seconds,
            fixed=self.model.layers * self.layer_us * MICRO,
        )

    @property
    def layer_us(self) -> float:
        """Launches per layer and step; more where GPUs wait for each other, more where a router decides."""
        calibration = self.calibration
        waiting = calibration.sync_us if self.gpus > 1 else 0.0
        return calibration.layer_us + waiting + (calibration.moe_layer_us if self.model.experts else 0.0)

    def score_flops(self, tokens: float, context: float) -> float:
        """Operations of attention: query times key and weight times value, two each, for every head and layer."""
        heads = self.model.query_heads * self.model.head_dim
        return 4 * heads * tokens * attended_layer_tokens(self.model, context)

    def product_flops(self, tokens: float) -> float:
        """Operations of all matrix products: two per parameter a token meets; the busiest experts' rank sets the pace."""
        uneven = self.calibration.expert_imbalance if self.gpus > 1 and self.model.experts else 1.0
        return 2 * tokens * (self.shared + self.model.routed * self.expert * uneven)

    def weights_read(self, batch: float) -> float:
        """Bytes of weights one step reads over the group: every copy of the shared ones, experts once routed to."""
        return (self.shared * self.attention_ranks + self.expert * self.experts_touched(batch)) * self.weight_width

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
        flops=gpus * tensor_tflops(placement, calibration) * TERA,
        attention_flops=gpus * gpu.bf16_tflops * TERA,
        bandwidth=gpus * gpu.bandwidth_gbs * BILLION,
        shared=shared_parameters(model),
        expert=expert_parameters(model),
        weight_width=bytes_per_weight(model, placement.precision, calibration),
        kv_layer=kv_bytes_per_layer(placement, calibration),
        token_seconds=_token_seconds(placement, calibration),
    )


def tensor_tflops(placement: Placement, calibration: Calibration) -> float:
    """Peak TFLOPS of one GPU for matrix products; a format it cannot multiply is widened to the next it can."""
    gpu = placement.gpu
    fp8 = gpu.fp8_tflops or gpu.bf16_tflops
    fp4 = gpu.fp4_tflops * calibration.fp4_efficiency or fp8
    peak = {"bf16": gpu.bf16_tflops, "fp8": fp8, "fp4": fp4, "int4": gpu.bf16_tflops}
    return peak[placement.precision]


def _token_seconds(placement: Placement, calibration: Calibration) -> float:
    """Seconds per token that grow with width and depth: activations through memory, and between GPUs.

    Links are taken to grow with arithmetic, as they have from one generation to the next.
    """
    model, gpu, gpus = placement.model, placement.gpu, placement.gpus
    width = model.layers * model.hidden * BF16_BYTES
    passes = calibration.activation_passes + calibration.expert_passes * model.routed
    memory = width * passes / (gpus * gpu.bandwidth_gbs * BILLION)
    exchange = calibration.all_to_all if placement.attention_ranks > 1 else 1.0
    crossing = exchange * width * (gpus - 1) / gpus
    return memory + crossing / (gpu.bf16_tflops * BILLION * calibration.link_share)

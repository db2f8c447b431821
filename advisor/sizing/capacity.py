"""How many requests a group of accelerators has room for beside the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.sizing.model_shape import BILLION
from advisor.sizing.step_time import kept_bytes, kv_split

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.layout import Layout
    from advisor.sizing.model_shape import ModelShape
    from advisor.sizing.weights import WeightFormat

CARD_GB = 2.0**30


def room(shape: ModelShape, gpu: Gpu, layout: Layout, weights: WeightFormat, calibration: Calibration, engine: EngineProfile, fraction=None):
    """Bytes free for caches on one GPU."""
    parts = layout.tensor * layout.pipeline
    shared = (shape.attention * weights.attention + shape.feed_forward * weights.feed_forward
              + shape.head * weights.head + shape.embedding * weights.embedding)
    held = shared / parts + shape.routed_experts * weights.expert / layout.gpus
    return gpu.memory_gb * CARD_GB * (fraction or engine.memory_fraction) - held - calibration.overhead_gb * BILLION


def most_requests(shape, gpu, layout, weights, calibration, engine, tokens_in, tokens_out, fraction=None) -> int:
    free = room(shape, gpu, layout, weights, calibration, engine, fraction)
    held = tokens_in + engine.output_reserved * tokens_out
    request = sum(kept_bytes(g, held, weights.kv) * g.count / kv_split(g, layout.tensor) for g in shape.groups) / layout.pipeline
    per = int(free // request) if free > 0 else 0
    return min(per, int(engine.batch_cap)) * layout.data

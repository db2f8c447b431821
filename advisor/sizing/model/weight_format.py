"""In how many bytes the weights of a model are kept and multiplied, part by part, and its cache."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu, OpenModel
    from advisor.sizing.calibration import Calibration, EngineProfile
    from advisor.sizing.model.model_shape import ModelShape
    from advisor.sizing.placement import Precision


@dataclass(frozen=True, slots=True)
class WeightFormat:
    """Bytes per weight by part; `kv` bytes per cached value; `multiplied` is the format products run in."""

    attention: float
    feed_forward: float
    expert: float
    head: float
    embedding: float
    kv: float
    multiplied: Literal["bf16", "fp8", "fp4"]

    def weighing(self, shape: ModelShape, total: float) -> WeightFormat:
        """Scale every part so that one copy weighs `total` bytes."""
        factor = total / self.total(shape)
        return replace(
            self, attention=self.attention * factor, feed_forward=self.feed_forward * factor,
            expert=self.expert * factor, head=self.head * factor, embedding=self.embedding * factor,
        )  # fmt: skip

    def total(self, shape: ModelShape) -> float:
        """Bytes of one copy of all weights."""
        return (
            shape.attention * self.attention
            + shape.feed_forward * self.feed_forward
            + shape.routed_experts * self.expert
            + shape.head * self.head
            + shape.embedding * self.embedding
        )


def weight_format(
    model: OpenModel, gpu: Gpu, precision: Precision, calibration: Calibration, engine: EngineProfile,
    kv_precision: Precision | None = None,
) -> WeightFormat:  # fmt: skip
    """Say how a precision is kept: quantized layers in it, tables in 16 bits, a model released narrower as released.

    Where an accelerator cannot multiply a format, weights are widened to 16 bits as they are read. The cache has a
    precision of its own: what is asked for, or what the engine keeps it in unasked.
    """
    c = calibration
    wide = c.bytes_bf16
    stored = {"bf16": c.bytes_bf16, "fp8": c.bytes_fp8, "fp4": c.bytes_fp4, "int4": engine.bytes_int4}[precision]
    tables = engine.bytes_int4 if precision == "int4" and engine.quantizes_tables else wide
    parts = {"attention": stored, "feed_forward": stored, "expert": stored}
    if precision != "bf16":
        for part in parts:
            native = released(model, part)
            if native:
                parts[part] = native if native > 1.0 or native < stored else stored
        if precision == "fp4" and (model.mla_rank or (model.experts and _has_states(model))):
            # published four-bit checkpoints of latent models, and of mixtures with linear layers, narrow no attention
            parts["attention"] = wide
    narrow = min(parts.values())
    units = {"fp8": gpu.fp8_tflops, "fp4": gpu.fp4_tflops}
    wanted = "bf16" if precision in ("bf16", "int4") else "fp8" if narrow >= 1.0 else "fp4"
    multiplied = wanted if units.get(wanted) else "bf16"
    width = {"bf16": c.kv_bytes_full, "fp8": c.kv_bytes_quantized, "fp4": c.bytes_fp4, "int4": c.bytes_fp4}
    kept = kv_precision or (
        "fp8" if engine.quantizes_cache and precision in ("fp8", "fp4") and gpu.fp8_tflops else "bf16"
    )
    return WeightFormat(**parts, head=tables, embedding=tables, kv=width[kept], multiplied=multiplied)  # type: ignore[arg-type]


def _has_states(model: OpenModel) -> bool:
    return any(group.attention == "linear" for group in model.groups)


def released(model: OpenModel, part: str) -> float:
    """Bytes per weight of a part in the checkpoint a model was released as; 0 where it was released in 16 bits."""
    if part == "expert" or not model.experts:
        return model.native_bytes
    # a model released in four bits keeps all but its experts in 16
    return 2.0 if 0 < model.native_bytes < 1 else model.native_bytes

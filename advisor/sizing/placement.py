"""Where a model runs, how it is laid over the group, in which format its weights are, and what its speed rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from advisor.sizing.calibration import (
    ENGINES,
    Calibration,
    OwnMeasurement,
    configuration_id,
    neighbors_id,
    profile_name,
)

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu, OpenModel
    from advisor.sizing.calibration import EngineName, EngineProfile
    from advisor.sizing.model_shape import ModelShape


# Where a model runs and what is asked of it: model, accelerator, group size, precision; tokens in and out.


Precision = Literal["bf16", "fp8", "fp4", "int4"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
Way = Literal["tp", "dp", "pp"]
WAYS: tuple[Way, ...] = get_args(Way)
"""Ways to lay a model over a group that a person can insist on: tensor, data with experts, or pipeline parallel."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One copy of a model over a group of `gpus` accelerators of one kind; what is None is chosen.

    `memory_fraction` is the share of a card that the engine may fill; `nodes` machines hold the group;
    `checkpoint_bytes` is what the weights weigh, where that is known better than from the precision. A draft layer
    proposes `drafts` tokens for every step, `adapters` (LoRA) are loaded with the weights, and `offloaded_gb` of the
    weights stay in the memory of the machine.
    """

    model: OpenModel
    gpu: Gpu
    gpus: int
    precision: Precision
    kv_precision: Precision | None = None
    engine: EngineName | None = None
    memory_fraction: float | None = None
    way: Way | None = None
    nodes: int | None = None
    checkpoint_bytes: float | None = None
    drafts: int = 0
    adapters: int = 0
    offloaded_gb: float = 0.0


@dataclass(frozen=True, slots=True)
class RequestShape:
    """Mean tokens of one request: its prompt, its answer, and what of the prompt the engine has read before."""

    input_tokens: float
    output_tokens: float
    cached_tokens: float = 0.0


# In how many bytes the weights of a model are kept and multiplied, part by part, and its cache.


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


# What a placement's speed rests on: the user's own measurement of it or of its neighbors, else the published band.


def as_measured(placement: Placement, calibration: Calibration) -> Placement:
    """The placement under the engine it was measured with, where none is named and the usual one was not measured.

    Whoever measured a configuration under one engine would run it so.
    """
    if not calibration.measured or placement.engine is not None:
        return placement
    found = [name for name in ENGINES if _exact(placement, name, calibration)]
    if not found or profile_name(None, placement.gpu) in found:
        return placement
    return replace(placement, engine=found[0])


def own_measurement(placement: Placement, calibration: Calibration) -> OwnMeasurement | None:
    """What was measured of a placement, or else of its neighbors; None where nothing was."""
    if not calibration.measured:
        return None
    placement = as_measured(placement, calibration)
    profile = profile_name(placement.engine, placement.gpu)
    near = neighbors_id(placement.model.id, placement.gpu.id, profile)
    return _exact(placement, profile, calibration) or calibration.measured.get(near)


def band_of(
    placement: Placement, shape: ModelShape, calibration: Calibration, *, saturated: bool
) -> tuple[float, float]:  # fmt: skip
    """The band of a placement's throughput: that of its measurement, or else what is published."""
    known = own_measurement(placement, calibration)
    if known is not None:
        return known.low, known.high
    low, high = calibration.band(placement.engine, placement.gpu, shape, saturated=saturated)
    if placement.gpus > placement.gpu.max_group:  # published rows are of one node
        low, high = low * calibration.across_nodes.low, high * calibration.across_nodes.high
    return low, high


def _exact(place: Placement, profile: str, calibration: Calibration) -> OwnMeasurement | None:
    name = configuration_id(place.model.id, place.gpu.id, place.gpus, place.precision, profile)
    return calibration.measured.get(name)


# How one copy of a model is laid over a group of accelerators: tensor, pipeline, data and expert parallel.


LARGEST = 8
"""GPUs of the largest node whose links are counted alike."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`tensor` GPUs split each layer, `pipeline` stages split the layers, `data` ranks attend for their own requests.

    With `data` above 1 the experts are spread over all ranks of a stage (expert parallel) and the shared weights are
    copied to each; with `expert` true and one data rank, whole experts are spread over the tensor ranks.
    """

    tensor: int = 1
    pipeline: int = 1
    data: int = 1
    expert: bool = False

    @property
    def gpus(self) -> int:
        """GPUs of the group."""
        return self.tensor * self.pipeline * self.data

    @property
    def stage(self) -> int:
        """GPUs that hold one layer together."""
        return self.tensor * self.data

    def __str__(self) -> str:
        """Name the parts that are not 1, as engines' options do: tp8, tp8·pp2, dp8·ep8."""
        parts = [f"{name}{size}" for name, size in (("dp", self.data), ("tp", self.tensor)) if size > 1]
        if self.expert and self.stage > 1:
            parts.append(f"ep{self.stage}")
        if self.pipeline > 1:
            parts.append(f"pp{self.pipeline}")
        return "·".join(parts) or ONE_GPU


_WAYS = {"dp": "data", "tp": "tensor", "ep": "expert", "pp": "pipeline"}
"""Kinds of parallelism by how engines' options abbreviate them."""
_PART = re.compile(rf"({'|'.join(_WAYS)})([0-9]+)")
ONE_GPU = "tp1"


def layout_words(layout: str) -> str:
    """A layout's id, "tp8·pp2", as people read it: "tensor 8, pipeline 2"; "one GPU" of tp1; others as they are."""
    if layout == ONE_GPU:
        return "one GPU"
    parts = [_PART.fullmatch(part) for part in layout.split("·")]
    return ", ".join(f"{_WAYS[part[1]]} {part[2]}" for part in parts if part) if all(parts) else layout


def tensor_refusal(shape: ModelShape, tensor: int) -> str:
    """Say why a model's heads cannot be split over so many GPUs, and which sizes can; empty where they can.

    Engines need query heads that divide by the ranks, and KV heads that divide by them or divide them.
    """
    why = _indivisible(shape, tensor)
    if not why:
        return ""
    works = [str(size) for size in range(1, LARGEST + 1) if not _indivisible(shape, size)]
    return f"{why}; {', '.join(works)} work"


def _indivisible(shape: ModelShape, tensor: int) -> str:
    for group in shape.groups:
        if not group.query_heads or group.attention == "none":
            continue
        if group.query_heads % tensor:
            return f"{group.query_heads} attention heads do not divide over {tensor} GPUs"
        if group.attention in ("full", "window") and group.kv_heads % tensor and tensor % group.kv_heads:
            return f"{group.kv_heads} KV heads do not divide over {tensor} GPUs"
    return ""


def expert_refusal(shape: ModelShape, ranks: int) -> str:
    """Say why whole experts cannot be spread over so many GPUs; empty where they can."""
    for group in shape.groups:
        if group.experts and group.experts % ranks:
            return f"{group.experts} experts do not divide over {ranks} GPUs"
    return ""


def layouts(shape: ModelShape, gpus: int, node: int) -> tuple[Layout, ...]:
    """Layouts of exactly `gpus` GPUs in nodes of `node` that heads, experts and layers allow, as people run them.

    Tensor parallelism stays inside a node; between nodes run pipeline stages. A mixture may attend in data ranks, each
    a GPU or a node, with its experts spread over all.
    """
    found = []
    for tensor in range(1, min(gpus, node) + 1):
        if node % tensor or gpus % tensor or tensor_refusal(shape, tensor):
            continue
        rest = gpus // tensor
        if rest == 1:
            found.append(Layout(tensor))
            continue
        if rest <= shape.layers:
            found.append(Layout(tensor, pipeline=rest))
        if shape.mixture and tensor in (1, node) and not expert_refusal(shape, gpus):
            found.append(Layout(tensor, data=rest, expert=True))
    return tuple(found)

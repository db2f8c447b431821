"""How one copy of a model is laid over a group of accelerators: tensor, pipeline, data and expert parallel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.sizing.model_shape import ModelShape


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

"""Where a model runs and what is asked of it: model, accelerator, group size, precision; tokens in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu, OpenModel
    from advisor.sizing.calibration import EngineName

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

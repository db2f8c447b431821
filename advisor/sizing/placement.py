"""Where a model runs and what is asked of it: model, accelerator, group size, precision; tokens in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu, OpenModel

Precision = Literal["bf16", "fp8", "fp4", "int4"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


@dataclass(frozen=True, slots=True)
class Placement:
    """One copy of a model over a group of `gpus` accelerators of one kind."""

    model: OpenModel
    gpu: Gpu
    gpus: int
    precision: Precision

    @property
    def attention_ranks(self) -> int:
        """Ranks that run attention for requests of their own: every GPU of a mixture of experts, else the group as one.

        Engines split a mixture's experts over the group and keep the shared weights whole on each GPU (attention data
        parallel); a dense model's layers are split (tensor parallel).
        """
        return self.gpus if self.model.experts else 1

    @property
    def stored(self) -> Precision:
        """Format of the weights: a model released in four bits has no eight-bit weights to serve."""
        released_narrower = 0 < self.model.native_bytes < 1
        return "fp4" if released_narrower and self.precision == "fp8" else self.precision

    @property
    def multiplied(self) -> Precision:
        """Format the products run in: the stored one where the accelerator multiplies it, else bf16."""
        units = {"fp8": self.gpu.fp8_tflops, "fp4": self.gpu.fp4_tflops}
        return self.stored if units.get(self.stored) else "bf16"


@dataclass(frozen=True, slots=True)
class RequestShape:
    """Mean tokens of one request: its prompt, its answer, and what of the prompt the engine has read before."""

    input_tokens: float
    output_tokens: float
    cached_tokens: float = 0.0

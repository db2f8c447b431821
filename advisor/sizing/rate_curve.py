"""The curve of a group by accelerator: rate against time per token, with the cheapest layout at each load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.sizing.sizing_report import CurvePoint

MILLI = 1000.0


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One load of a group with the layout that serves it cheapest; the rate is in output tokens."""

    concurrency: int
    tokens_per_second_per_gpu: float
    inter_token_ms: float
    layout: str


def rate_points(curve: Sequence[CurvePoint], gpus: int) -> tuple[RatePoint, ...]:
    """The curve of a group of so many GPUs, by GPU."""
    return tuple(
        RatePoint(
            point.concurrency, point.served.tokens_per_second / gpus, point.served.inter_token * MILLI, point.layout
        )
        for point in curve
    )

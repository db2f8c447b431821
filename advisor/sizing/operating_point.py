"""The operating point of one group of accelerators: the highest load below the knee that meets the latency targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.sizing.memory import MemoryFit, fit
from advisor.sizing.placement import Placement
from advisor.sizing.throughput import MILLI, batch_cap, batch_within, group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.sizing.calibration import Calibration
    from advisor.sizing.placement import Precision, RequestShape
    from advisor.knowledge.catalog import Gpu, OpenModel

MemoryUse = MemoryFit


@dataclass(frozen=True, slots=True)
class ServiceTargets:
    """Latency targets in ms; None where there is no target."""

    first_token_p50_ms: float | None = None
    first_token_p95_ms: float | None = None
    inter_token_ms: float | None = None


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One group of GPUs with one layout at the highest load below the knee that meets the targets.

    Rates are of the whole group, output tokens only; times in ms; `band_low` and `band_high` multiply the throughput
    into the ends of its 80 % band. Where the model does not fit, every figure is 0 and `reason` holds the sum.
    """

    layout: str
    gpus: int
    fits: bool
    meets_targets: bool
    reason: str
    requests_per_second: float
    tokens_per_second: float
    concurrency: float
    inter_token_ms: float
    first_token_p50_ms: float
    first_token_p95_ms: float
    band_low: float
    band_high: float
    bound: str
    memory: MemoryUse


def operating_points(
    model: OpenModel,
    gpu: Gpu,
    precision: Precision,
    shape: RequestShape,
    targets: ServiceTargets,
    calibration: Calibration,
    *,
    group_sizes: Sequence[int] | None = None,
    kv_precision: Precision | None = None,
    memory_fraction: float | None = None,
    engine: str | None = None,
) -> tuple[OperatingPoint, ...]:
    """Every layout of one group of 1 to 8 GPUs; those that hold no request are returned with `fits` False."""
    sizes = group_sizes or [size for size in (1, 2, 4, 8) if size <= gpu.max_group]
    place = Placement(model, gpu, 1, precision)
    return tuple(_point(replace(place, gpus=size), shape, targets, calibration) for size in sizes)


def _point(place: Placement, shape: RequestShape, targets: ServiceTargets, calibration: Calibration) -> OperatingPoint:
    first = min((ms for ms in (targets.first_token_p50_ms, targets.first_token_p95_ms) if ms is not None), default=None)
    most = min(fit(place, shape, calibration).batch, batch_cap(place, calibration))
    batch = batch_within(place, shape, calibration, first, targets.inter_token_ms) if most else 0
    speed = group(place, shape, calibration, max(batch, 1))
    rate = speed.tokens_per_second
    return OperatingPoint(
        f"tp{place.gpus}", place.gpus, speed.fits, batch > 0, speed.reason, rate / shape.output_tokens, rate,
        rate * speed.inter_token_ms / MILLI, speed.inter_token_ms, speed.first_token_ms, speed.first_token_ms,
        speed.band_low, speed.band_high, speed.bound, speed.memory,
    )  # fmt: skip

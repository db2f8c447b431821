"""How fast a group of accelerators serves a model: at a load, and the highest load that meets the targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.sizing.group_model import MILLI, MOST_NODES, GroupModel, Served, group_models, served_closed
from advisor.sizing.memory import MemoryUse
from advisor.sizing.placement import Placement, band_of, own_measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.knowledge.catalog import Gpu, OpenModel
    from advisor.sizing.calibration import Calibration, OwnMeasurement
    from advisor.sizing.placement import Precision, RequestShape


# The operating point of one group of accelerators: the highest load below the knee that meets the latency targets.


GROUP_SIZES = (1, 2, 4, 8)
"""Groups that are bought: halves of a node down to one card; others are sized where they are asked for."""
HALVINGS = 14
NOTHING = MemoryUse(False, 0.0, 0.0, 0.0, 0.0, 0.0, 0, False, "")


@dataclass(frozen=True, slots=True)
class ServiceTargets:
    """Latency targets in ms; None where there is no target."""

    first_token_p50_ms: float | None = None
    first_token_p95_ms: float | None = None
    inter_token_ms: float | None = None

    def met_by(self, served: Served) -> bool:
        """Whether a steady state keeps every target."""
        reached = (served.first_token_p50, served.first_token_p95, served.inter_token)
        pairs = zip(reached, self.limits_ms, strict=True)
        return all(target is None or seconds * MILLI <= target for seconds, target in pairs)

    @property
    def limits_ms(self) -> tuple[float | None, float | None, float | None]:
        """The targets in the order of `OperatingPoint.latencies_ms`."""
        return self.first_token_p50_ms, self.first_token_p95_ms, self.inter_token_ms


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One group of GPUs with one layout at the highest load below the knee that meets the targets.

    The rate is of the whole group, output tokens only; times in ms; `band_low` and `band_high` multiply the throughput
    into the ends of its 80% band. Where the model does not fit, every figure is 0 and `reason` holds the sum. Where
    not even a lone request meets the targets, the point is that of a lone request and `meets_targets` is false.
    `own` is what the user measured of it or of its neighbors; None where the speed is modeled alone.
    """

    layout: str
    gpus: int
    fits: bool
    meets_targets: bool
    reason: str
    memory: MemoryUse
    tokens_per_second: float = 0.0
    concurrency: float = 0.0
    inter_token_ms: float = 0.0
    first_token_p50_ms: float = 0.0
    first_token_p95_ms: float = 0.0
    band_low: float = 1.0
    band_high: float = 1.0
    own: OwnMeasurement | None = None

    @property
    def latencies_ms(self) -> tuple[float, float, float]:
        """Milliseconds to the first token, at half and at 95% of requests, and between tokens."""
        return self.first_token_p50_ms, self.first_token_p95_ms, self.inter_token_ms


def operating_points(
    model: OpenModel, gpu: Gpu, precision: Precision, shape: RequestShape, targets: ServiceTargets,
    calibration: Calibration, *, group_sizes: Sequence[int] | None = None,
) -> tuple[OperatingPoint, ...]:  # fmt: skip
    """Every layout of one group of 1 to 8 GPUs, and of two to four nodes where one node does not hold the model.

    Sizes or layouts that cannot serve are returned with `fits` False and the reason in numbers. A stricter target
    never raises the rate of a layout, so it never asks for fewer groups.
    """
    node = gpu.max_group
    sizes = list(group_sizes or (size for size in GROUP_SIZES if size <= node))
    place = Placement(model, gpu, 1, precision)
    points = [point for size in sizes for point in _points(place, size, shape, targets, calibration)]
    if group_sizes is None and node in GROUP_SIZES and node > 1 and not any(point.fits for point in points):
        for nodes in range(2, MOST_NODES + 1):
            wider = _points(place, nodes * node, shape, targets, calibration)
            points += wider
            if any(point.fits for point in wider):
                break
    return tuple(points)


def fastest_point(
    model: OpenModel, gpu: Gpu, precision: Precision, shape: RequestShape, targets: ServiceTargets,
    calibration: Calibration, size: int,
) -> float:  # fmt: skip
    """No layout of so many GPUs serves more output tokens per second than this; 0 where none keeps the targets.

    Far cheaper than the operating points: a rate stays below the knee, unless one request alone exceeds it.
    """
    models, _ = _kept_models(Placement(model, gpu, size, precision), shape, calibration)
    most = 0.0
    for each in models:
        if each.memory.fits:
            lone = each.at(min(1.0, each.memory.batch * calibration.knee_share), shape)
            if targets.met_by(lone):
                knee = calibration.knee_share * each.saturated(shape).requests_per_second
                most = max(most, max(knee, lone.requests_per_second) * shape.output_tokens, lone.tokens_per_second)
    return most


def _points(
    place: Placement, gpus: int, shape: RequestShape, targets: ServiceTargets, calibration: Calibration
) -> list[OperatingPoint]:
    sized = replace(place, gpus=gpus)
    if not place.model.has_shape:
        unknown = f"{place.model.title}: its layers and heads are not known, so that no fleet can be sized for it"
        return [OperatingPoint("", gpus, False, False, unknown, NOTHING)]
    models, why = _kept_models(sized, shape, calibration)
    if why:
        return [OperatingPoint("", gpus, False, False, why, NOTHING)]
    band = band_of(sized, models[0].shape, calibration, saturated=True)
    own = own_measurement(sized, calibration)
    return [_point(model, shape, targets, calibration, band, own) for model in models]


_Models = tuple[tuple[GroupModel, ...], str]
_MODELS: dict[tuple[object, ...], tuple[OpenModel, Gpu, Calibration, _Models]] = {}
_MOST_MODELS = 4_000


def _kept_models(place: Placement, shape: RequestShape, calibration: Calibration) -> _Models:
    """The layouts of a placement in which all else is chosen, kept for what asks only for other targets."""
    model, gpu = place.model, place.gpu
    key = model.id, gpu.id, place.gpus, place.precision, shape
    kept = _MODELS.get(key)
    if kept is None or kept[0] is not model or kept[1] is not gpu or kept[2] is not calibration:
        if len(_MODELS) >= _MOST_MODELS:
            _MODELS.clear()
        kept = _MODELS[key] = model, gpu, calibration, group_models(place, shape, calibration)
    return kept[3]


def _point(
    model: GroupModel, shape: RequestShape, targets: ServiceTargets, calibration: Calibration,
    band: tuple[float, float], own: OwnMeasurement | None,
) -> OperatingPoint:  # fmt: skip
    memory, layout = model.memory, model.layout
    if not memory.fits:
        return OperatingPoint(str(layout), layout.gpus, False, False, memory.reason, memory)
    if memory.kv_gb < calibration.planned_room * memory.available_gb and own is None:
        left = f"{memory.kv_gb:,.1f} GB for cache are too near to what the estimate errs by to plan a fleet on"
        return OperatingPoint(str(layout), layout.gpus, False, False, f"{memory.reason}; {left}", memory)
    served, met = highest_load(model, shape, targets, calibration)
    return OperatingPoint(
        str(layout), layout.gpus, True, met, memory.reason, memory, served.tokens_per_second, served.flight,
        served.inter_token * MILLI, served.first_token_p50 * MILLI, served.first_token_p95 * MILLI, *band, own,
    )  # fmt: skip


def highest_load(
    model: GroupModel, shape: RequestShape, targets: ServiceTargets, calibration: Calibration
) -> tuple[Served, bool]:
    """Find the highest arrival rate below the knee at which the targets are met, and whether there is one.

    The knee is a share of the saturated rate: nearer to it queues grow without bound. Latencies grow with the load,
    so the answer is found by halving the requests in flight.
    """
    most = model.memory.batch
    knee = calibration.knee_share * model.saturated(shape).requests_per_second

    def at(flight: float) -> Served:
        return model.at(flight, shape)

    def good(served: Served) -> bool:
        return served.requests_per_second <= knee and targets.met_by(served)

    lone = at(min(1.0, most * calibration.knee_share))
    if not targets.met_by(lone):
        return lone, False
    low, high = lone.flight, float(most)
    best = lone
    top = at(high)
    if good(top):
        return top, True
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        served = at(middle)
        if good(served):
            low, best = middle, served
        else:
            high = middle
    return best, True


def fastest(models: list[GroupModel], shape: RequestShape, clients: float | None) -> tuple[GroupModel, Served]:
    """Pick the layout that serves so many clients, or as many as it holds, at the highest rate."""
    served = [
        (model, served_closed(
            model.step, shape, clients or model.memory.batch, model.memory.batch,
            memory_bound=model.memory.memory_bound,
        ))
        for model in models
    ]  # fmt: skip
    return max(served, key=lambda pair: pair[1].tokens_per_second)


def forget() -> None:
    """Let go of what is kept for the what-ifs of one workload."""
    _MODELS.clear()

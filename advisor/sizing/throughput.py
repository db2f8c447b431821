"""How fast a group of accelerators serves a model: at a load, and the highest load that meets the targets."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from advisor.sizing.group_model import MILLI, MOST_NODES, GroupModel, Served, group_models, served_closed
from advisor.sizing.memory import MemoryUse
from advisor.sizing.placement import Placement, band_of, own_measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.knowledge.catalog import Gpu, OpenModel
    from advisor.sizing.calibration import Calibration, EngineName, OwnMeasurement
    from advisor.sizing.placement import Precision, RequestShape
    from advisor.sizing.step_time import Bound


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
        pairs = (
            (served.first_token_p50, self.first_token_p50_ms),
            (served.first_token_p95, self.first_token_p95_ms),
            (served.inter_token, self.inter_token_ms),
        )
        return all(target is None or seconds * MILLI <= target for seconds, target in pairs)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One group of GPUs with one layout at the highest load below the knee that meets the targets.

    Rates are of the whole group, output tokens only; times in ms; `band_low` and `band_high` multiply the throughput
    into the ends of its 80% band. Where the model does not fit, every figure is 0 and `reason` holds the sum. Where
    not even a lone request meets the targets, the point is that of a lone request and `meets_targets` is false.
    `own` is what the user measured of it or of its neighbors; None where the speed is modeled alone.
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
    own: OwnMeasurement | None = None


def operating_points(  # noqa: PLR0913 the parts of an offer, each chosen by its own answer
    model: OpenModel, gpu: Gpu, precision: Precision, shape: RequestShape, targets: ServiceTargets,
    calibration: Calibration, *, group_sizes: Sequence[int] | None = None, kv_precision: Precision | None = None,
    memory_fraction: float | None = None, engine: EngineName | None = None,
) -> tuple[OperatingPoint, ...]:  # fmt: skip
    """Every layout of one group of 1 to 8 GPUs, and of two to four nodes where one node does not hold the model.

    Sizes or layouts that cannot serve are returned with `fits` False and the reason in numbers. A stricter target
    never raises the rate of a layout, so it never asks for fewer groups.
    """
    node = gpu.max_group
    sizes = list(group_sizes or (size for size in GROUP_SIZES if size <= node))
    place = Placement(model, gpu, 1, precision, kv_precision, engine, memory_fraction)
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
    sized = Placement(
        place.model, place.gpu, gpus, place.precision, place.kv_precision, place.engine, place.memory_fraction
    )
    if not place.model.has_shape:
        unknown = f"{place.model.title}: its layers and heads are not known, so that no fleet can be sized for it"
        return [_refused("", gpus, unknown, NOTHING)]
    models, why = _kept_models(sized, shape, calibration)
    if why:
        return [_refused("", gpus, why, NOTHING)]
    band = band_of(sized, models[0].shape, calibration, saturated=True)
    own = own_measurement(sized, calibration)
    points = [_point(model, shape, targets, calibration, band, measured=own is not None) for model in models]
    return [replace(point, own=own) if own and point.fits else point for point in points]


_Models = tuple[tuple[GroupModel, ...], str]
_MODELS: dict[tuple[object, ...], tuple[OpenModel, Gpu, Calibration, _Models]] = {}
_MOST_MODELS = 4_000
_PLACED = tuple(field.name for field in fields(Placement) if field.name not in ("model", "gpu"))


def _kept_models(place: Placement, shape: RequestShape, calibration: Calibration) -> _Models:
    """The layouts of a placement, kept for the questions that ask only for other targets."""
    model, gpu = place.model, place.gpu
    key = (model.id, gpu.id, shape, *(getattr(place, name) for name in _PLACED))
    kept = _MODELS.get(key)
    if kept is None or kept[0] is not model or kept[1] is not gpu or kept[2] is not calibration:
        if len(_MODELS) >= _MOST_MODELS:
            _MODELS.clear()
        kept = _MODELS[key] = model, gpu, calibration, group_models(place, shape, calibration)
    return kept[3]


def _refused(layout: str, gpus: int, reason: str, memory: MemoryUse) -> OperatingPoint:
    return OperatingPoint(layout, gpus, False, False, reason, 0, 0, 0, 0, 0, 0, 1.0, 1.0, "capacity", memory)


def _point(
    model: GroupModel, shape: RequestShape, targets: ServiceTargets, calibration: Calibration,
    band: tuple[float, float], *, measured: bool,
) -> OperatingPoint:  # fmt: skip
    memory, layout = model.memory, model.layout
    if not memory.fits:
        return _refused(str(layout), layout.gpus, memory.reason, memory)
    if memory.kv_gb < calibration.planned_room * memory.available_gb and not measured:
        left = f"{memory.kv_gb:,.1f} GB for cache are too near to what the estimate errs by to plan a fleet on"
        return _refused(str(layout), layout.gpus, f"{memory.reason}; {left}", memory)
    served, met = highest_load(model, shape, targets, calibration)
    return OperatingPoint(
        str(layout), layout.gpus, True, met, memory.reason, served.requests_per_second, served.tokens_per_second,
        served.flight, served.inter_token * MILLI, served.first_token_p50 * MILLI, served.first_token_p95 * MILLI,
        *band, served.bound, memory,
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


# How fast a group of accelerators serves a model: the best layout at a number of requests in flight.


TWO_NODES = 16
"""The group of two nodes of eight, where one does not hold a model."""


@dataclass(frozen=True, slots=True)
class GroupSpeed:
    """Steady state of one group: output tokens per second of the whole group at `batch` requests in flight.

    `band_low` and `band_high` multiply `tokens_per_second` into the ends of the 80% band; latencies in ms; `waiting`
    requests have no room and wait for a place.
    """

    fits: bool
    batch: int
    tokens_per_second: float
    band_low: float
    band_high: float
    bound: Bound
    first_token_ms: float
    first_token_p95_ms: float
    inter_token_ms: float
    waiting: float
    layout: str
    memory: MemoryUse
    reason: str


def group(placement: Placement, shape: RequestShape, calibration: Calibration, batch: int | None = None) -> GroupSpeed:
    """Speed of one group with `batch` clients, or with as many as memory and the engine allow.

    Of all layouts that fit, the fastest counts. Where the model does not fit, every figure is 0 and `reason` holds the
    arithmetic.
    """
    models, why = group_models(placement, shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    if not fitting:
        memory = max((model.memory for model in models), key=lambda use: use.available_gb, default=NOTHING)
        reason = why or memory.reason
        return GroupSpeed(False, 0, 0.0, 1.0, 1.0, "capacity", 0.0, 0.0, 0.0, 0.0, "", memory, reason)
    model, served = fastest(fitting, shape, batch)
    low, high = band_of(placement, model.shape, calibration, saturated=batch is None)
    return GroupSpeed(
        True, round(served.flight), served.tokens_per_second, low, high, served.bound, served.first_token_p50 * MILLI,
        served.first_token_p95 * MILLI, served.inter_token * MILLI, served.waiting, str(model.layout), model.memory,
        model.memory.reason,
    )  # fmt: skip


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


def single_stream_ceiling(placement: Placement, shape: RequestShape, calibration: Calibration) -> float:
    """Tokens per second one request cannot exceed: peak bandwidth of the group over the bytes of its active weights."""
    models, _ = group_models(placement, shape, calibration)
    return max((model.step.ceiling for model in models), default=0.0)


def smallest_group(
    placement: Placement, shape: RequestShape, calibration: Calibration, useful_batch: int = 1
) -> int | None:
    """Fewest GPUs that hold the weights and the cache of `useful_batch` requests; None where no group of them does."""
    for gpus in (*GROUP_SIZES, TWO_NODES):
        models, _ = group_models(replace(placement, gpus=gpus), shape, calibration)
        if any(model.memory.batch >= useful_batch for model in models):
            return gpus
    return None


def batch_within(
    placement: Placement, shape: RequestShape, calibration: Calibration, first_token_ms: float | None = None,
    inter_token_ms: float | None = None,
) -> int:  # fmt: skip
    """Most requests in flight that keep both latencies within their targets; 0 where a single one does not."""
    models, _ = group_models(placement, shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    low, high = 0, max((model.memory.batch for model in fitting), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        _, served = fastest(fitting, shape, middle)
        over = _over(served.first_token_p50, first_token_ms) or _over(served.inter_token, inter_token_ms)
        low, high = (low, middle - 1) if over else (middle, high)
    return low


def _over(seconds: float, target_ms: float | None) -> bool:
    return target_ms is not None and seconds * MILLI > target_ms


def forget() -> None:
    """Let go of what is kept for the what-ifs of one workload."""
    _MODELS.clear()

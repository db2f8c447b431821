"""One group of accelerators, sized and priced: what `advisor size` reports, at one load or along the curve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.knowledge.parameters import Range
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import MILLI, MOST_NODES, GroupModel, Served, group_models, served_open
from advisor.sizing.memory import extras_band
from advisor.sizing.model_shape import shape_of
from advisor.sizing.placement import band_of, own_measurement, tensor_refusal
from advisor.sizing.throughput import HALVINGS, NOTHING, ServiceTargets, fastest, highest_load

if TYPE_CHECKING:
    from advisor.knowledge.catalog import Gpu
    from advisor.knowledge.parameters import Parameters
    from advisor.sizing.memory import MemoryUse
    from advisor.sizing.placement import Placement, RequestShape


SECONDS_PER_HOUR = 3600.0
MILLION = 1e6


@dataclass(frozen=True, slots=True)
class LoadAsked:
    """The load to size at; none of the three asks for the curve.

    So many clients at once, or an arrival rate per second, or latency targets: then the highest arrival rate below
    saturation that keeps them.
    """

    concurrency: int | None = None
    requests_per_second: float | None = None
    targets: ServiceTargets | None = None


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One load of a group with the layout that serves it cheapest; the rate is in output tokens."""

    concurrency: int
    tokens_per_second_per_gpu: float
    inter_token_ms: float
    layout: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One load of a group of `gpus` with the layout that serves it cheapest: on a given group, fastest."""

    concurrency: int
    gpus: int
    layout: str
    served: Served

    @property
    def rate(self) -> RatePoint:
        """The point per GPU."""
        served = self.served
        return RatePoint(
            self.concurrency, served.tokens_per_second / self.gpus, served.inter_token * MILLI, self.layout
        )


@dataclass(frozen=True, slots=True)
class Sizing:
    """A placement at one load; `usd_per_hour` is the rent of the group, None where none is known.

    Where nothing fits, `served` is None and `reason` holds the sum. `carried` is false where an arrival rate exceeds
    what the group can serve, which is then shown saturated, or where not even a lone request keeps the latency targets,
    which is then shown.
    """

    placement: Placement
    shape: RequestShape
    load: LoadAsked
    layout: str
    served: Served | None
    memory: MemoryUse
    reason: str
    carried: bool
    band: tuple[float, float]
    single_stream_ceiling: float
    curve: tuple[CurvePoint, ...]
    usd_per_hour: float | None

    @property
    def fits(self) -> bool:
        """Whether the model fits, its request with it."""
        return self.served is not None

    @property
    def rates(self) -> dict[str, float]:
        """Output tokens per second of the group: the ends of the 80% band and its center."""
        rate = self.served.tokens_per_second if self.served else 0.0
        return {"p10": rate * self.band[0], "p50": rate, "p90": rate * self.band[1]}

    @property
    def usd_per_million_output(self) -> float | None:
        """Rent of the hour over the tokens written in it at this load; None where it cannot be said."""
        return None if self.served is None else self.usd_at(self.served)

    def usd_at(self, served: Served) -> float | None:
        """Rent of the hour over a million output tokens at another load of the group; None where no rent is known."""
        if self.usd_per_hour is None:
            return None
        return self.usd_per_hour / (served.tokens_per_second * SECONDS_PER_HOUR) * MILLION


def size(placement: Placement, shape: RequestShape, parameters: Parameters, load: LoadAsked) -> Sizing:
    """Size a placement with the figures and prices of one day, in its fastest layout at the load asked for."""
    calibration = Calibration.from_parameters(parameters)
    models, why = group_models(placement, shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    hour = hourly_price(placement.gpu, parameters)
    rent = None if hour is None else hour * placement.gpus
    if not fitting:
        memory = max((model.memory for model in models), key=lambda use: use.available_gb, default=NOTHING)
        reason = why or memory.reason + _larger(placement, shape, calibration)
        return Sizing(placement, shape, load, "", None, memory, reason, False, (1.0, 1.0), 0.0, (), rent)
    curve = curve_of(fitting, shape) if load == LoadAsked() else ()
    model, served, carried = _at(fitting, shape, load, calibration)
    saturated = served.flight >= model.memory.batch or load == LoadAsked()
    low, high = band_of(placement, model.shape, calibration, saturated=saturated)
    extras = extras_band(placement, calibration)
    band = (low * extras[0], high * extras[1])
    ceiling = max(each.step.ceiling for each in fitting)
    own = own_measurement(placement, calibration)
    reason = model.memory.reason + _idle_heads(placement) + (f"; {own.sentence}" if own else "")
    return Sizing(
        placement, shape, load, str(model.layout), served, model.memory, reason, carried, band, ceiling, curve, rent
    )  # fmt: skip


def _at(
    models: list[GroupModel], shape: RequestShape, load: LoadAsked, calibration: Calibration
) -> tuple[GroupModel, Served, bool]:
    if load.targets:
        kept = [(model, *highest_load(model, shape, load.targets, calibration)) for model in models]
        best = max(kept, key=lambda each: (each[2], each[1].tokens_per_second))
        return best if best[2] else min(kept, key=lambda each: each[1].inter_token)
    if load.requests_per_second is None:
        return *fastest(models, shape, load.concurrency), True
    found = [(model, *_arriving(model, shape, load.requests_per_second)) for model in models]
    carrying = [each for each in found if each[2]]
    if carrying:
        return min(carrying, key=lambda each: each[1].inter_token)
    return *fastest(models, shape, None), False


def _arriving(model: GroupModel, shape: RequestShape, rate: float) -> tuple[Served, bool]:
    """Find the requests in flight at which a group serves an arrival rate, and whether it can."""
    most = float(model.memory.batch)

    def at(flight: float) -> Served:
        return served_open(model.step, shape, flight, model.memory.batch, memory_bound=model.memory.memory_bound)

    low, high = 0.0, most
    if at(high).requests_per_second < rate:
        return at(high), False
    for _ in range(2 * HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).requests_per_second < rate else (low, middle)
    return at(high), True


def curve_of(models: list[GroupModel], shape: RequestShape) -> tuple[CurvePoint, ...]:
    """Rate against time per token: one point for each doubling of the requests in flight, up to what has room.

    A load that gives no more tokens per second than a lighter one, in whatever layout, is no point of the curve.
    """
    most = max(model.memory.batch for model in models)
    points: list[CurvePoint] = []
    for clients in (*(2**doubling for doubling in range((most - 1).bit_length())), most):
        model, served = fastest([each for each in models if each.memory.batch >= clients], shape, clients)
        if not points or served.tokens_per_second > points[-1].served.tokens_per_second:
            points.append(CurvePoint(clients, model.layout.gpus, str(model.layout), served))
    return tuple(points)


def _larger(placement: Placement, shape: RequestShape, calibration: Calibration) -> str:
    """Name the smallest group that holds the model, where a larger one does."""
    node = placement.gpu.max_group
    sizes = [size for size in (1, 2, 4, 8) if size <= node] + [nodes * node for nodes in range(2, MOST_NODES + 1)]
    for gpus in sizes:
        if gpus <= placement.gpus or (gpus > node and node == 1):
            continue
        models, _ = group_models(replace(placement, gpus=gpus, nodes=None, way=None), shape, calibration)
        if any(model.memory.fits for model in models):
            return f"; {gpus} of these cards hold it"
    return ""


def _idle_heads(placement: Placement) -> str:
    """Say why a group is not split by tensor parallelism alone, where its heads do not divide."""
    why = tensor_refusal(shape_of(placement.model), placement.gpus) if placement.gpus <= placement.gpu.max_group else ""
    return f"; {why} with tensor parallelism alone" if why else ""


def hourly_price(gpu: Gpu, parameters: Parameters) -> float | None:
    """Dollars per GPU-hour on demand: the median of the listings, or their middle; the latest in force on the day."""
    offers = [price for price in gpu.prices if price.acquisition == "on-demand" and price.since <= parameters.as_of]
    if not offers:
        return None
    latest = max(offers, key=lambda price: price.since)
    return Range(latest.low, latest.high, latest.mode).point

"""Fleets that could serve: model × GPU × layout × precision × acquisition, the cheapest at the point estimate first.

A bound from memory and peak arithmetic alone orders the combinations; a group's speed is worked out only while the bound
still lies below what was found. What is kept is priced on the draws afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil, inf

from advisor.cost.fleet import FleetPlan, FleetRequest, gpus_for, groups_for
from advisor.cost.offers import Offer, RejectedOffer, Requirement
from advisor.knowledge.catalog import Acquisition, Gpu, OpenModel
from advisor.sizing.calibration import Calibration
from advisor.sizing.operating_point import OperatingPoint, ServiceTargets, operating_points
from advisor.sizing.placement import Placement, Precision, RequestShape

KEPT = 4
"""Fleets kept of each search: the one that is bought and up to three runners-up."""
_TRIED = 120
"""Combinations whose speed is worked out before a search without any feasible fleet gives up."""
_BITS = {"bf16": 16, "fp8": 8, "fp4": 4, "int4": 4}
_TERA, _GIGA, _BITS_PER_BYTE = 1e12, 1e9, 8


@dataclass(frozen=True, slots=True)
class Rent:
    """What one GPU costs a month at the point estimate, by way of acquisition; power and housing in it where owned."""

    gpu: str
    acquisition: Acquisition
    monthly_usd: float


@dataclass(frozen=True)
class FleetSearch:
    """What is searched through, for a demand in output tokens per second to provide at the point estimate."""

    models: tuple[OpenModel, ...]
    gpus: tuple[Gpu, ...]
    rents: tuple[Rent, ...]
    precision: Precision | None
    usual_precision: Precision
    shape: RequestShape
    targets: ServiceTargets
    calibration: Calibration
    demand: float
    concurrency: float
    given: int = 0
    _found: dict[int, FleetList] = field(default_factory=dict, repr=False)

    def fleets(self, spares: int) -> FleetList:
        """The fleets with so many spare groups; worked out once."""
        if spares not in self._found:
            self._found[spares] = _search(self, spares)
        return self._found[spares]

    def with_all(self, gpus: Sequence[Gpu], rents: Sequence[Rent]) -> FleetSearch:
        """The same search without the hardware that was named."""
        return replace(self, gpus=tuple(gpus), rents=tuple(rents), given=0, precision=None, _found={})


@dataclass(frozen=True)
class FleetList:
    """Feasible fleets, cheapest first; `fallback` is what is priced where none is: it fails the least."""

    feasible: tuple[FleetPlan, ...]
    rejected: tuple[RejectedOffer, ...]
    fallback: FleetPlan | None
    replaced: RejectedOffer | None = None

    @property
    def plan(self) -> FleetPlan | None:
        """The cheapest feasible fleet, else the fallback."""
        return self.feasible[0] if self.feasible else self.fallback


@dataclass(frozen=True, slots=True)
class _Candidate:
    model: OpenModel
    gpu: Gpu
    precision: Precision
    rent: Rent
    bound: float


def fleet_offer(plan: FleetPlan, replicas: int) -> Offer:
    """The name of a fleet of so many groups."""
    asked = plan.request
    gpus = plan.given or replicas * plan.group_gpus
    return Offer(
        route="self-host", model=asked.model.id, pricing="per-hour" if plan.acquisition != "owned" else "purchase",
        gpu=asked.gpu.id, gpus=gpus, replicas=replicas, precision=asked.precision, acquisition=plan.acquisition,
        layout=plan.speed.layout,
    )  # fmt: skip


def _search(search: FleetSearch, spares: int) -> FleetList:
    found: list[tuple[float, FleetPlan]] = []
    rejected: list[RejectedOffer] = []
    fallback: list[tuple[tuple[float, ...], FleetPlan]] = []
    replaced: RejectedOffer | None = None
    tried = 0
    for candidate in sorted(_candidates(search, spares), key=lambda each: each.bound):
        if len(found) >= KEPT and candidate.bound > found[KEPT - 1][0]:
            break
        if not found and tried >= _TRIED:
            break
        tried += 1
        plans = list(_plans(search, candidate, spares))
        for plan in plans:
            fallback.append((_distance(plan, search), plan))
        good = [plan for plan in plans if plan.fits and plan.keeps_targets]
        if not good:
            rejected.append(_rejection(plans, search))
            continue
        best = min(good, key=lambda plan: _monthly(plan, candidate, search))
        short = _too_small(best, search)
        if short is not None:
            replaced = replaced or short
            best = replace(best, given=0)
        found.append((_monthly(best, candidate, search), best))
        found.sort(key=lambda each: each[0])
    least = min(fallback, key=lambda each: each[0])[1] if fallback else None
    kept = tuple(plan for _, plan in found[:KEPT])
    return FleetList(kept, tuple(rejected), least if not kept else None, replaced)


def _candidates(search: FleetSearch, spares: int) -> Iterator[_Candidate]:
    rents: dict[str, list[Rent]] = {}
    for rent in search.rents:
        rents.setdefault(rent.gpu, []).append(rent)
    for model in search.models:
        for gpu in search.gpus:
            for precision in _precisions(search, model, gpu):
                least = _least_gpus(search, model, gpu, precision, spares)
                for rent in rents.get(gpu.id, ()):
                    yield _Candidate(model, gpu, precision, rent, least * rent.monthly_usd)


def _precisions(search: FleetSearch, model: OpenModel, gpu: Gpu) -> tuple[Precision, ...]:
    """The precision named; else the format a model was released in where it is narrow, and what the card multiplies."""
    if search.precision is not None:
        return (search.precision,)
    if gpu.workstation:
        return ("int4",)
    if 0 < model.native_bytes < 1:
        return ("fp4",)
    usual = search.usual_precision
    return (usual,) if usual == "bf16" or gpu.fp8_tflops else ("bf16",)


def _least_gpus(search: FleetSearch, model: OpenModel, gpu: Gpu, precision: Precision, spares: int) -> float:
    """No fleet can be smaller: weights must lie in memory, and peak arithmetic must do every token's products."""
    stored = Placement(model, gpu, 1, precision).stored
    held = ceil(model.total_b * _BITS[stored] / _BITS_PER_BYTE / gpu.memory_gb)
    peak = max(gpu.bf16_tflops, gpu.fp8_tflops, gpu.fp4_tflops) * _TERA
    read = max(0.0, search.shape.input_tokens - search.shape.cached_tokens)
    work = search.demand * 2.0 * model.active_b * _GIGA * (1.0 + read / search.shape.output_tokens)
    if search.given:
        return float(search.given)
    return max(float(held * (1 + spares)), work / peak)


def _plans(search: FleetSearch, candidate: _Candidate, spares: int) -> Iterator[FleetPlan]:
    request = FleetRequest(
        candidate.model, candidate.gpu, candidate.precision, search.shape, search.given, search.concurrency,
        search.targets,
    )  # fmt: skip
    points = _points(
        candidate.model, candidate.gpu, candidate.precision, search.shape, search.targets, search.calibration
    )
    for point in points:
        if not search.given or point.gpus <= search.given:
            yield FleetPlan(request, point, candidate.rent.acquisition, 0 if search.given else spares, search.given)
    if search.given and all(point.gpus > search.given for point in points):
        yield FleetPlan(request, points[0], candidate.rent.acquisition, spares, 0)


@lru_cache(maxsize=4096)
def _points(
    model: OpenModel,
    gpu: Gpu,
    precision: Precision,
    shape: RequestShape,
    targets: ServiceTargets,
    calibration: Calibration,
) -> tuple[OperatingPoint, ...]:
    """The operating points of one combination, kept for the what-ifs that share it."""
    return operating_points(model, gpu, precision, shape, targets, calibration)


def _monthly(plan: FleetPlan, candidate: _Candidate, search: FleetSearch) -> float:
    return gpus_for(plan, search.demand) * candidate.rent.monthly_usd


def _too_small(plan: FleetPlan, search: FleetSearch) -> RejectedOffer | None:
    """The stated number of GPUs against the peak, where it cannot carry it."""
    if not plan.given:
        return None
    needed = groups_for(plan, search.demand)
    if needed <= plan.given_groups:
        return None
    carried = plan.given_groups * plan.speed.tokens_per_second
    load = search.demand / carried if carried else inf
    asked = max(load, search.concurrency / max(1.0, plan.given_groups * plan.speed.concurrency))
    because = (
        f"{plan.given} × {plan.request.gpu.title} carry {carried:,.0f} output tokens a second below saturation, "
        f"the peak asks for {search.demand:,.0f}: {asked:.0%}; it takes {needed * plan.group_gpus}"
    )
    return RejectedOffer(fleet_offer(plan, plan.given_groups), "capacity", because)


def _distance(plan: FleetPlan, search: FleetSearch) -> tuple[float, ...]:
    """How far a fleet is from feasible: fitting comes first, then the smallest excess of latency, then GPUs."""
    if not plan.fits:
        return (1.0, 0.0, float(-plan.group_gpus))
    return (0.0, _excess(plan, search.targets), float(gpus_for(plan, search.demand)))


def _excess(plan: FleetPlan, targets: ServiceTargets) -> float:
    speed = plan.speed
    pairs = (
        (speed.first_token_p50_ms, targets.first_token_p50_ms),
        (speed.first_token_p95_ms, targets.first_token_p95_ms),
        (speed.inter_token_ms, targets.inter_token_ms),
    )
    return max((have / want if want else inf for have, want in pairs if want is not None), default=0.0)


def _rejection(plans: Sequence[FleetPlan], search: FleetSearch) -> RejectedOffer:
    """Why no layout of one combination will do: the reason of the one that comes closest."""
    nearest = min(plans, key=lambda plan: _distance(plan, search))
    offer = fleet_offer(nearest, 1)
    if not nearest.fits:
        return RejectedOffer(offer, _misfit(nearest), nearest.speed.reason)
    return RejectedOffer(offer, "latency", _latency(nearest, search.targets))


def _misfit(plan: FleetPlan) -> Requirement:
    return "layout" if "head" in plan.speed.reason or "link" in plan.speed.reason else "memory"


def _latency(plan: FleetPlan, targets: ServiceTargets) -> str:
    speed = plan.speed
    said = [
        f"{words} takes {have:,.0f} ms, the target is {want:,.0f} ms"
        for words, have, want in (
            ("the first token", speed.first_token_p50_ms, targets.first_token_p50_ms),
            ("the first token at p95", speed.first_token_p95_ms, targets.first_token_p95_ms),
            ("each further token", speed.inter_token_ms, targets.inter_token_ms),
        )
        if want is not None and have > want
    ]
    return f"on {plan.group_gpus} × {plan.request.gpu.title} {' and '.join(said) or 'no load keeps the targets'}"

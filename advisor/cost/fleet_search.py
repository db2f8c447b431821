"""Fleets that could serve: model × GPU × layout × precision × acquisition, the cheapest at the point estimate first.

A bound from memory and peak arithmetic alone orders the combinations; a group's speed is worked out only while the
bound still lies below what was found. What is kept is priced on the draws afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf

import numpy as np

from advisor.cost.fleet import FleetPlan, FleetRequest, gpus_for, groups_for
from advisor.cost.offers import Offer, RejectedOffer, Requirement
from advisor.knowledge.catalog import Acquisition, Gpu, OpenModel
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import MOST_NODES
from advisor.sizing.memory import CARD_GB
from advisor.sizing.model_shape import BILLION
from advisor.sizing.placement import Precision, RequestShape
from advisor.sizing.throughput import GROUP_SIZES, OperatingPoint, ServiceTargets, fastest_point, operating_points

KEPT = 6
"""Fleets kept of each search, to be compared by P50 on the draws."""
_OF_A_SIZE = 3
"""Fleets kept of those that no more than so many cheaper ones match in GPUs."""
_MOST_POINTS = 20_000
_POINTS: dict[tuple[object, ...], tuple[Calibration, OpenModel, tuple[OperatingPoint, ...]]] = {}
"""Operating points by combination, with the calibration they are of."""
_BITS = {"bf16": 16, "fp8": 8, "fp4": 4, "int4": 4}
_TERA, _GIGA, _BITS_PER_BYTE = 1e12, 1e9, 8
_ROUNDING = 1.0 - 1e-9
_NODE_LEFT_TO_WEIGHTS = 0.5
"""Where weights take more of a node than this, several nodes are searched too: the cache may not fit beside them."""
_CARD_GB = CARD_GB / BILLION
"""A card sold as 80 GB holds 80 GiB."""


@dataclass(frozen=True, slots=True)
class Rent:
    """What one GPU costs a month at the median, by way of acquisition; power and housing in it where owned."""

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
    one_group: bool = False
    """Whether only fleets of a single group are looked for, as on a workstation."""
    _found: dict[int, FleetList] = field(default_factory=dict, repr=False)

    @property
    def worst_demand(self) -> float:
        """The demand over the low end of the widest band of throughput: what fleets that run that slowly must carry.

        GPUs are drawn, and people cost by the GPU: a fleet that just suffices at the point estimate takes more of them
        in half of the draws, where one with room to spare takes no more.
        """
        return self.demand / min(band.low for band in self.calibration.bands.values())

    def fleets(self, spares: int) -> FleetList:
        """The fleets with so many spare groups; worked out once."""
        if spares not in self._found:
            self._found[spares] = _searched(self, spares)
        return self._found[spares]


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
    """One combination with groups of `size` GPUs, 0 for more than one node."""

    model: OpenModel
    gpu: Gpu
    precision: Precision
    rent: Rent
    size: int
    combination: tuple[str, str, str, str]
    """What tells offers apart: the group's size and layout are chosen within it."""


def fleet_offer(plan: FleetPlan, replicas: int) -> Offer:
    """The name of a fleet of so many groups."""
    asked = plan.request
    gpus = plan.given or replicas * plan.group_gpus
    return Offer(
        route="self-host", model=asked.model.id, pricing="per-hour" if plan.acquisition != "owned" else "purchase",
        gpu=asked.gpu.id, gpus=gpus, replicas=replicas, precision=asked.precision, acquisition=plan.acquisition,
        layout=plan.speed.layout,
    )  # fmt: skip


_SEARCHED: dict[tuple[object, ...], tuple[FleetSearch, FleetList]] = {}
_MOST_SEARCHED = 2_000


def _searched(search: FleetSearch, spares: int) -> FleetList:
    """The fleets of a search; those of an equal one are kept, since most what-ifs change nothing that fleets read."""
    key = (
        *_hardware(search), search.shape, search.targets, search.demand, search.concurrency, search.given, spares,
        search.one_group,
    )  # fmt: skip
    kept = _SEARCHED.get(key)
    if kept is None or not _same_figures(kept[0], search):
        if len(_SEARCHED) >= _MOST_SEARCHED:
            _SEARCHED.clear()
        kept = _SEARCHED[key] = search, _search(search, spares)
    return kept[1]


def _hardware(search: FleetSearch) -> tuple[object, ...]:
    """What is searched through, by id: models, cards, rents and formats."""
    models, gpus = (tuple(each.id for each in some) for some in (search.models, search.gpus))
    return models, gpus, search.rents, search.precision, search.usual_precision


def _search(search: FleetSearch, spares: int) -> FleetList:
    best: dict[tuple[str, str, str, str], tuple[float, FleetPlan]] = {}
    failed: dict[tuple[str, str, str, str], list[FleetPlan]] = {}
    replaced: RejectedOffer | None = None
    table = _table(search)
    bounds, least = table.bounds(search, spares)
    places = np.argsort(bounds, kind="stable")
    if search.one_group:
        places = places[(table.busy(search) <= table.largest)[places]]
    sizes, outdone = dict[tuple[str, str, str, str], float](), set[tuple[str, str, str, str]]()
    most_expensive, most = inf, inf  # what a fleet must cost less than, or take fewer GPUs than, to be of interest
    for place in places.tolist():
        candidate, bound = table.rows[place], bounds[place]
        if bound >= most_expensive and least[place] >= most:
            continue
        if candidate.combination in best and bound > best[candidate.combination][0]:
            continue
        if _too_slow(search, candidate, spares, best, sizes):
            outdone.add(candidate.combination)
            continue
        plans = list(_plans(search, candidate, spares))
        good = [plan for plan in plans if plan.fits and plan.keeps_targets]
        if search.one_group:
            good = [plan for plan in good if groups_for(plan, search.demand) == 1]
        if not good:
            failed.setdefault(candidate.combination, []).extend(plans)
            continue
        plan = min(good, key=lambda plan: (_monthly(plan, candidate, search), plan.speed.inter_token_ms))
        short = _too_small(plan, search)
        if short is not None:
            replaced = replaced or short
            plan = replace(plan, given=0, spares=spares)
        cost = _monthly(plan, candidate, search)
        before = best.get(candidate.combination)
        # of two that cost the same, the one that carries more: a model that barely fits one card serves few there
        if before is None or (cost, -_carried(plan, search)) < (before[0], -_carried(before[1], search)):
            best[candidate.combination] = cost, plan
            sizes[candidate.combination] = gpus_for(plan, search.worst_demand)
            most_expensive = _nth(KEPT, (cost for cost, _ in best.values()))
            most = 0.0 if search.one_group else _nth(_OF_A_SIZE, sizes.values())
    kept = _worth_pricing([plan for _, plan in sorted(best.values(), key=lambda each: each[0])], search)
    never = (plans for one, plans in failed.items() if one not in best and one not in outdone and plans)
    rejected = tuple(_rejection(plans, search) for plans in never)
    nearest = [plan for plans in failed.values() for plan in plans]
    fallback = min(nearest, key=lambda plan: _distance(plan, search)) if nearest and not kept else None
    return FleetList(kept, rejected, fallback, replaced)


def _too_slow(
    search: FleetSearch, candidate: _Candidate, spares: int,
    best: Mapping[tuple[str, str, str, str], tuple[float, FleetPlan]], sizes: Mapping[tuple[str, str, str, str], float],
) -> bool:  # fmt: skip
    """Whether a combination that serves is outdone, by what its speed cannot exceed: neither cheap nor small enough.

    Working out the speed itself takes some ten times as long, and a large demand leaves many combinations to try.
    """
    if search.given or search.one_group or not candidate.size or len(best) < KEPT:
        return False
    shape = shape_within(search.shape, candidate.model)
    fast = fastest_point(
        candidate.model, candidate.gpu, candidate.precision, shape, search.targets, search.calibration, candidate.size
    )
    if not fast:
        return False
    gpus, worst = (
        (max(1, ceil(demand / fast * _ROUNDING)) + spares) * candidate.size
        for demand in (search.demand, search.worst_demand)
    )
    cost = gpus * candidate.rent.monthly_usd
    if candidate.combination in best and cost > best[candidate.combination][0]:
        return True
    cheaper = [sizes[one] for one, (usd, _) in best.items() if usd <= cost]
    return len(cheaper) >= KEPT and sum(size <= worst for size in cheaper) >= _OF_A_SIZE


@dataclass(frozen=True)
class _Combinations:
    """Every combination of a search and what bounds its cost, whatever the demand: one row each.

    `gpus` is the group's size, or what the weights alone take where they exceed a node; `largest` the most GPUs of one
    group; `peak` its arithmetic that serving can reach, in operations a second; `active` those of one token.
    """

    rows: tuple[_Candidate, ...]
    gpus: np.ndarray
    largest: np.ndarray
    peak: np.ndarray
    active: np.ndarray
    monthly: np.ndarray

    def busy(self, search: FleetSearch) -> np.ndarray:
        """GPUs that the demand would keep busy by peak arithmetic alone."""
        read = max(0.0, search.shape.input_tokens - search.shape.cached_tokens)
        gpus: np.ndarray = search.demand * self.active * (1.0 + read / search.shape.output_tokens) / self.peak
        return gpus

    def bounds(self, search: FleetSearch, spares: int) -> tuple[np.ndarray, np.ndarray]:
        """The least that each combination can cost a month, and the fewest GPUs that it can take."""
        groups = np.maximum(1.0, np.ceil(self.busy(search) / self.gpus))
        least = np.full_like(groups, search.given) if search.given else (groups + spares) * self.gpus
        return least * self.monthly, least


_TABLES: dict[tuple[object, ...], tuple[FleetSearch, _Combinations]] = {}
_MOST_TABLES = 200


def _worth_pricing(cheapest_first: list[FleetPlan], search: FleetSearch) -> tuple[FleetPlan, ...]:
    """The cheapest by rent, and some of those that need fewer GPUs: what people cost follows the number of GPUs."""
    kept = list(cheapest_first[:KEPT])
    sizes = [gpus_for(plan, search.worst_demand) for plan in cheapest_first]
    for place, plan in enumerate(cheapest_first[KEPT:], KEPT):
        if sum(gpus <= sizes[place] for gpus in sizes[:place]) < _OF_A_SIZE:
            kept.append(plan)
    return tuple(kept)


def _nth(number: int, figures: Iterable[float]) -> float:
    """The figure that so many are no larger than; infinite where there are fewer."""
    ordered = sorted(figures)
    return ordered[number - 1] if len(ordered) >= number else inf


def _table(search: FleetSearch) -> _Combinations:
    """The combinations of a search; what does not depend on the demand is worked out once."""
    key = _hardware(search)
    kept = _TABLES.get(key)
    if kept is None or not _same_figures(kept[0], search):
        if len(_TABLES) >= _MOST_TABLES:
            _TABLES.clear()
        kept = _TABLES[key] = search, _combinations(search)
    return kept[1]


def _same_figures(one: FleetSearch, other: FleetSearch) -> bool:
    """Whether two searches are of the same catalog and calibration."""
    return (
        one.calibration is other.calibration
        and all(a is b for a, b in zip(one.models, other.models, strict=True))
        and all(a is b for a, b in zip(one.gpus, other.gpus, strict=True))
    )


def _combinations(search: FleetSearch) -> _Combinations:
    engines = search.calibration.engines.values()
    reached = max(max(each.prefill_efficiency, each.decode_efficiency) for each in engines)
    reached *= search.calibration.knee_share
    rents: dict[str, list[Rent]] = {}
    for rent in search.rents:
        rents.setdefault(rent.gpu, []).append(rent)
    rows: list[_Candidate] = []
    figures: list[tuple[float, float, float, float, float]] = []
    for model in search.models:
        for gpu in search.gpus:
            peak = max(gpu.bf16_tflops, gpu.fp8_tflops, gpu.fp4_tflops) * _TERA * reached
            for precision in _precisions(search, model, gpu):
                held = _least_gpus(model, gpu, precision)
                sizes = [size for size in GROUP_SIZES if held <= size <= gpu.max_group]
                if held > gpu.max_group * _NODE_LEFT_TO_WEIGHTS:
                    sizes.append(0)
                for size in sizes:
                    for rent in rents.get(gpu.id, ()):
                        named = model.id, gpu.id, precision, rent.acquisition
                        rows.append(_Candidate(model, gpu, precision, rent, size, named))
                        largest = size or MOST_NODES * gpu.max_group
                        figures.append((size or held, largest, peak, 2.0 * model.active_b * _GIGA, rent.monthly_usd))
    columns = np.array(figures, dtype=float).reshape(-1, 5).T
    return _Combinations(tuple(rows), *columns)


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


def _least_gpus(model: OpenModel, gpu: Gpu, precision: Precision) -> int:
    """No group can hold fewer GPUs: the weights must lie in memory."""
    bits = float(_BITS[precision])
    if model.native_bytes:
        bits = min(bits, model.native_bytes * _BITS_PER_BYTE)
    return max(1, ceil(model.total_b * bits / _BITS_PER_BYTE / _CARD_GB / gpu.memory_gb))


def _plans(search: FleetSearch, candidate: _Candidate, spares: int) -> Iterator[FleetPlan]:
    request = FleetRequest(
        model=candidate.model,
        gpu=candidate.gpu,
        precision=candidate.precision,
        shape=shape_within(search.shape, candidate.model),
        concurrency=search.concurrency,
        targets=search.targets,
    )
    for point in _points(search, candidate):
        given = search.given if point.gpus <= search.given else 0
        yield FleetPlan(request, point, candidate.rent.acquisition, 0 if given else spares, given)


def shape_within(shape: RequestShape, model: OpenModel) -> RequestShape:
    """The mean request as a model can hold it.

    A model that only requests of a usual length would exceed is not ruled out for it: they are shortened, prompt and
    answer alike, so that tokens read and written keep their proportion. One that stated lengths exceed was rejected.
    """
    tokens = shape.input_tokens + shape.output_tokens
    if not model.context or tokens <= model.context:
        return shape
    part = model.context / tokens
    return RequestShape(shape.input_tokens * part, shape.output_tokens * part, shape.cached_tokens * part)


def _points(search: FleetSearch, candidate: _Candidate) -> tuple[OperatingPoint, ...]:
    """The operating points of one combination, kept for the what-ifs that share it."""
    model, gpu, calibration = candidate.model, candidate.gpu, search.calibration
    shape = shape_within(search.shape, model)
    key = (id(calibration), model.id, gpu.id, candidate.precision, candidate.size, shape, search.targets)
    kept = _POINTS.get(key)
    if kept is None or kept[0] is not calibration or kept[1] is not model:
        if len(_POINTS) >= _MOST_POINTS:
            _POINTS.clear()
        found = operating_points(
            model, gpu, candidate.precision, shape, search.targets, calibration,
            group_sizes=(candidate.size,) if candidate.size else None,
        )  # fmt: skip
        kept = _POINTS[key] = calibration, model, found
    return kept[2]


def _monthly(plan: FleetPlan, candidate: _Candidate, search: FleetSearch) -> float:
    return gpus_for(plan, search.demand) * candidate.rent.monthly_usd


def _carried(plan: FleetPlan, search: FleetSearch) -> float:
    """Output tokens a second that all groups of a fleet serve below saturation."""
    return gpus_for(plan, search.demand) // plan.group_gpus * plan.speed.tokens_per_second


def _too_small(plan: FleetPlan, search: FleetSearch) -> RejectedOffer | None:
    """The stated number of GPUs against the peak, where it cannot carry it."""
    if not search.given:
        return None
    if not plan.given:
        because = (
            f"{search.given} × {plan.request.gpu.title} do not hold {plan.request.model.title}; "
            f"it takes {plan.group_gpus} of them to a group"
        )
        return RejectedOffer(replace(fleet_offer(plan, 0), gpus=search.given), "capacity", because)
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
    pairs = zip(plan.speed.latencies_ms, targets.limits_ms, strict=True)
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
    named = ("the first token", "the first token at p95", "each further token")
    said = [
        f"{words} takes {have:,.0f} ms, the target is {want:,.0f} ms"
        for words, have, want in zip(named, plan.speed.latencies_ms, targets.limits_ms, strict=True)
        if want is not None and have > want
    ]
    return f"on {plan.group_gpus} × {plan.request.gpu.title} {' and '.join(said) or 'no load keeps the targets'}"


def forget() -> None:
    """Let go of what is kept for the what-ifs of one workload."""
    for kept in (_POINTS, _SEARCHED, _TABLES):
        kept.clear()

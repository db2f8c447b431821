"""What the routes may cost whatever the open answers turn out to be, draw by draw, as intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

import numpy as np

from advisor.analysis.bounds import Completions, bounds_of
from advisor.analysis.reevaluate import FIXED
from advisor.cost.draws import CHUNK, Figure, Sample, draws
from advisor.cost.operations import Tier
from advisor.cost.routes import (
    Pricing,
    added,
    cloud_frontier,
    cloud_open,
    frontier_half,
    frontier_slot,
    hosted_api,
    managed_open,
    routine_half,
    self_host,
    total,
)
from advisor.cost.scenario import Scenario
from advisor.decision.gates import RemainingRoutes

# Numbers known only between bounds, draw by draw: the cost core computes with them as with plain ones.
#
# Every operation rounds monotonically and is done in the order the cost core does it, so the bounds hold to the last
# bit for whatever number between them is answered.


@dataclass(frozen=True, slots=True)
class Interval:
    """Two figures of one shape, `low` ≤ `high` in every draw."""

    low: Figure
    high: Figure

    @property
    def is_exact(self) -> bool:
        """Whether both bounds are the same in every draw."""
        return bool(np.array_equal(self.low, self.high))

    def __add__(self, other: Any) -> Interval:
        """Add the bounds."""
        it = interval(other)
        return Interval(self.low + it.low, self.high + it.high)

    def __sub__(self, other: Any) -> Interval:
        """Subtract the opposite bounds."""
        it = interval(other)
        return Interval(self.low - it.high, self.high - it.low)

    def __rsub__(self, other: Any) -> Interval:
        """Subtract from a figure."""
        return interval(other) - self

    def __mul__(self, other: Any) -> Interval:
        """Take the extremes of all products of bounds."""
        it = interval(other)
        return _extremes(self.low * it.low, self.low * it.high, self.high * it.low, self.high * it.high)

    def __truediv__(self, other: Any) -> Interval:
        """Divide by bounds that do not enclose zero."""
        it = interval(other)
        return _extremes(self.low / it.low, self.low / it.high, self.high / it.low, self.high / it.high)

    def __rtruediv__(self, other: Any) -> Interval:
        """Divide a figure."""
        return interval(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        """Arithmetic with arrays, and what rises with every argument: maximum, minimum, ceiling."""
        if method != "__call__" or named:
            return NotImplemented
        if ufunc in _ARITHMETIC:
            one, other = map(interval, inputs)
            return _ARITHMETIC[ufunc](one, other)
        if ufunc not in (np.maximum, np.minimum, np.ceil):
            return NotImplemented
        known = [interval(each) for each in inputs]
        rising: Callable[..., Figure] = ufunc
        return Interval(rising(*(each.low for each in known)), rising(*(each.high for each in known)))


_ARITHMETIC = {
    np.add: Interval.__add__,
    np.subtract: Interval.__sub__,
    np.multiply: Interval.__mul__,
    np.divide: Interval.__truediv__,
}


def interval(figure: Any) -> Interval:
    """A figure as its own bounds."""
    return figure if isinstance(figure, Interval) else Interval(figure, figure)


def hull(*parts: Interval) -> Interval:
    """The narrowest bounds around several."""
    result = parts[0]
    for part in parts[1:]:
        result = Interval(np.minimum(result.low, part.low), np.maximum(result.high, part.high))
    return result


def _extremes(*products: Figure) -> Interval:
    low, high = products[0], products[0]
    for each in products[1:]:
        low, high = np.minimum(low, each), np.maximum(high, each)
    return Interval(low, high)


_ANYTHING = Interval(-np.inf, np.inf)
_ALSO = {"gpu.on_demand_usd": "economics.gpu_hour_usd"}


@dataclass(frozen=True)
class CostBounds:
    """Bounds of each route's total, worked out once per route and way of pricing it."""

    completions: Completions
    seed: int
    count: int
    _kept: dict[tuple[object, ...], Interval] = field(default_factory=dict, repr=False)

    def of(self, route: str, standing: RemainingRoutes) -> Interval:
        """Bounds of a route's total where that much is left standing."""
        key = (route, standing.cloud_open_eligible, standing.routine_halves, standing.frontier_halves)
        if key not in self._kept:
            self._kept[key] = self._bounds(route, standing) if self.is_settled(route) else _ANYTHING
        return self._kept[key]

    def is_settled(self, route: str) -> bool:
        """Whether what is priced is settled, and only how much it comes to is not."""
        open_model = route == "hosted-api" or self.completions.open_model_settled
        return open_model and not self.fixed(route) & self.completions.open_keys

    def fixed(self, route: str) -> frozenset[str]:
        """The answers that choose what a route prices."""
        dedicated = self.completions.known.text("economics.pricing") == "dedicated-endpoint"
        return FIXED["managed-open dedicated" if dedicated and route == "managed-open" else route]

    def _bounds(self, route: str, standing: RemainingRoutes) -> Interval:
        tiers = self.completions.tiers if route in ("self-host", "hybrid") else self.completions.tiers[:1]
        ways = [
            way
            for way in product(tiers, self.completions.works, self.completions.regulated)
            if way[0] != "workstation" or way[1] == "workstation"  # one person's machine does one person's work
        ]
        priced = [self._priced(route, self._pricing(*way, standing), standing) for way in ways]
        parts = [part for way in priced for part in way]
        return hull(*parts) if parts else _ANYTHING

    def _pricing(self, tier: Tier, work: Tier, regulated: bool, standing: RemainingRoutes) -> Pricing:
        scenario = self.completions.prepared.scenario(
            tier, work=work, regulated=regulated, cloud_open_eligible=standing.cloud_open_eligible
        )
        return Pricing(scenario, cast("Sample", self._sample(scenario)))

    def _sample(self, scenario: Scenario) -> Any:
        """Settled figures as drawn; open ones as whatever may be answered, or is assumed where nothing is."""
        drawn, open_keys = draws(scenario.ranges, self.seed, min(self.count, CHUNK)), self.completions.open_keys
        questions = self.completions.at.knowledge.questions

        def sample(name: str) -> Any:
            key = _ALSO.get(name, name)
            if key not in open_keys:
                return drawn(name)
            low, high = bounds_of(questions[key])
            assumed = scenario.ranges[name]
            return Interval(min(low, assumed.low), max(high, assumed.high))

        return sample

    def _priced(self, route: str, pricing: Pricing, standing: RemainingRoutes) -> Iterator[Interval]:
        """Bounds for each way in which a route may be put together."""
        offers = pricing.scenario.offers
        if route == "self-host":
            yield interval(total(self_host(pricing)))
        elif route == "hosted-api" and offers.hosted is not None:
            yield interval(total(hosted_api(pricing)))
        elif route == "managed-open" and (offers.managed is not None or pricing.scenario.endpoint is not None):
            yield interval(total(managed_open(pricing)))
        elif route == "managed-cloud":
            if offers.cloud_frontier is not None:
                yield interval(total(cloud_frontier(pricing)))
            if offers.cloud_open is not None and standing.cloud_open_eligible:
                yield interval(total(cloud_open(pricing)))
        elif route == "hybrid":
            yield from _halves(pricing, standing)


def _halves(pricing: Pricing, standing: RemainingRoutes) -> Iterator[Interval]:
    scenario = pricing.scenario
    managed = scenario.offers.managed is not None or scenario.endpoint is not None
    rests: Sequence[str] = [route for route in standing.routine_halves if route != "managed-open" or managed]
    hards: Sequence[str] = [
        route
        for route in standing.frontier_halves
        if getattr(scenario.offers, frontier_slot(scenario, route)) is not None
    ]
    for rest, hard in product(rests, hards):
        yield interval(total(added(routine_half(pricing, rest), frontier_half(pricing, hard))))

"""What the routes may cost whatever the open answers turn out to be, draw by draw, on the draws of the assessment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

import numpy as np

from advisor.analysis.bounding.bounds import Completions, bounds_of
from advisor.analysis.bounding.interval import Interval, hull, interval
from advisor.analysis.dependencies import FIXED
from advisor.cost.draws import CHUNK, Sample, draws
from advisor.cost.fleets.people import Tier
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
        ways = product(tiers, self.completions.regulated)
        priced = [self._priced(route, self._pricing(tier, known, standing), standing) for tier, known in ways]
        parts = [part for way in priced for part in way]
        return hull(*parts) if parts else _ANYTHING

    def _pricing(self, tier: Tier, regulated: bool, standing: RemainingRoutes) -> Pricing:
        scenario = self.completions.prepared.scenario(
            tier, regulated=regulated, cloud_open_eligible=standing.cloud_open_eligible
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

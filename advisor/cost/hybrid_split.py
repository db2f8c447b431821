"""Hybrid's best split: how much of the traffic to send to a frontier route, and what that saves over sending all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.cost.compare.comparison import median
from advisor.cost.compare.projection import Ends, HybridSplit
from advisor.cost.draws import Figure, spread
from advisor.cost.routes import Pricing, frontier_half, frontier_slot, routine_half, total
from advisor.cost.scenario import Scenario

_STEPS = 20
_HALVINGS = 7


def split(pricing: Pricing, halves: tuple[Sequence[str], Sequence[str]], margin: float) -> HybridSplit | None:
    """The best split over the routes that may carry either share; None where one of them has no priced route.

    No less goes to the frontier than needs it (the answer's point), but more may where failures make that cheaper.
    """
    scenario = pricing.scenario
    routines, frontiers = _priced(scenario, *halves)
    if not routines or not frontiers:
        return None
    alone = {route: total(frontier_half(pricing, route, 1.0)) for route in frontiers}
    frontier = min(alone, key=lambda route: median(alone[route]))
    task = _Task(pricing, tuple(routines), frontier, alone[frontier])
    if not scenario.frontier_share:
        return HybridSplit(task.cheaper(0.5)[0], frontier, None, None, task.largest(margin))
    routine, best = task.best(scenario.ranges["quality.frontier_share"].point)
    return HybridSplit(routine, frontier, best, task.saving(routine, best), task.largest(margin))


@dataclass(frozen=True, slots=True)
class _Task:
    """What stays the same while shares are tried."""

    pricing: Pricing
    routines: tuple[str, ...]
    frontier: str
    all_frontier: Figure

    def together(self, routine: str, share: float) -> Figure:
        """Dollars a month of both halves at a frontier share."""
        one, other = routine_half(self.pricing, routine, share), frontier_half(self.pricing, self.frontier, share)
        return total(one) + total(other)

    def saving(self, routine: str, share: float) -> Ends | None:
        """The share of the all-frontier bill that is saved: P10, P50, P90; None where that bill may be nothing."""
        if not np.all(np.asarray(self.all_frontier) > 0.0):
            return None
        return Ends.of(*spread(np.asarray(1.0 - self.together(routine, share) / self.all_frontier)))

    def cheaper(self, share: float) -> tuple[str, float]:
        """The cheaper routine route at a frontier share, and the median of both halves."""
        costs = {route: median(self.together(route, share)) for route in self.routines}
        route = min(costs, key=lambda route: costs[route])
        return route, costs[route]

    def best(self, least: float) -> tuple[str, float]:
        """The routine route and the frontier share, from `least` on, that cost least; less than all stays with two."""
        shares = [least + (1.0 - least) * step / _STEPS for step in range(_STEPS)]
        found = {share: self.cheaper(share) for share in shares}
        share = min(shares, key=lambda share: found[share][1])
        return found[share][0], share

    def largest(self, margin: float) -> float | None:
        """The largest frontier share, by steps and then by halving, at which both stay a margin below all-frontier."""
        limit = (1.0 - margin) * median(self.all_frontier)
        good = [step / _STEPS for step in range(1, _STEPS) if self.cheaper(step / _STEPS)[1] <= limit]
        if not good:
            return None
        low, high = good[-1], good[-1] + 1.0 / _STEPS
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.cheaper(middle)[1] <= limit else (low, middle)
        return low


def _priced(scenario: Scenario, routine: Sequence[str], frontier: Sequence[str]) -> tuple[list[str], list[str]]:
    known = {"self-host": True, "managed-open": scenario.offers.managed is not None or scenario.endpoint is not None}
    hard = [route for route in frontier if getattr(scenario.offers, frontier_slot(scenario, route)) is not None]
    return [route for route in routine if known[route]], hard

"""The routes beside each other on the same draws, and the two routes that hybrid combines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Figure, draws, points
from advisor.cost.routes import (
    Lines,
    Pricing,
    added,
    frontier_half,
    hosted_api,
    managed_cloud,
    managed_open,
    routine_half,
    self_host,
    total,
)
from advisor.cost.scenario import Scenario

Halves = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Dollars a month by route and line: draws, and the point estimate. Routes without a price are left out.

    `halves` are the open and the frontier route of hybrid; None where hybrid is not listed or a half has no route.
    """

    drawn: Pricing
    lines: Mapping[str, Lines]
    totals: Mapping[str, Figure]
    point_lines: Mapping[str, Mapping[str, float]]
    halves: Halves | None


def compare(scenario: Scenario, seed: int, count: int, routine: Sequence[str], frontier: Sequence[str]) -> Comparison:
    """Price every route; `routine` and `frontier` are the routes that may carry hybrid's two shares."""
    drawn = Pricing(scenario, draws(scenario.ranges, seed, count))
    lines, halves = _base_lines(drawn), None
    point = Pricing(scenario, points(scenario.ranges))
    point_lines = _base_lines(point)
    if scenario.frontier_share:
        halves = _add_hybrid(drawn, lines, routine, frontier)
    if halves is not None:
        point_lines["hybrid"] = added(routine_half(point, halves[0]), frontier_half(point, halves[1]))
    totals = {route: total(parts) for route, parts in lines.items()}
    plain = {route: {name: float(figure) for name, figure in parts.items()} for route, parts in point_lines.items()}
    return Comparison(drawn, lines, totals, plain, halves)


def median(figure: Figure) -> float:
    """The middle of the draws."""
    return float(np.median(figure))


def _base_lines(pricing: Pricing) -> dict[str, Lines]:
    offers = pricing.scenario.offers
    lines = {"self-host": self_host(pricing)}
    if offers.hosted is not None:
        lines["hosted-api"] = hosted_api(pricing)
    if offers.cloud_frontier is not None:
        lines["managed-cloud"] = managed_cloud(pricing)
    if offers.managed is not None:
        lines["managed-open"] = managed_open(pricing)
    return lines


def _add_hybrid(
    drawn: Pricing, lines: dict[str, Lines], routine: Sequence[str], frontier: Sequence[str]
) -> Halves | None:
    """Add hybrid's lines, either share on the cheaper of the routes that may carry it; None where one has no route."""
    rests = {route: routine_half(drawn, route) for route in routine if route in lines}
    hards = {route: frontier_half(drawn, route) for route in frontier if route in lines}
    if not rests or not hards:
        return None
    rest = min(rests, key=lambda route: median(total(rests[route])))
    hard = min(hards, key=lambda route: median(total(hards[route])))
    lines["hybrid"] = added(rests[rest], hards[hard])
    return rest, hard

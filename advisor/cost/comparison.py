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
    cloud_frontier,
    cloud_open,
    frontier_half,
    hosted_api,
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
    `open_in_cloud` tells that the cloud is priced with the open model, the cheaper of the two it may run.
    """

    drawn: Pricing
    lines: Mapping[str, Lines]
    totals: Mapping[str, Figure]
    point_lines: Mapping[str, Mapping[str, float]]
    halves: Halves | None
    open_in_cloud: bool


def compare(scenario: Scenario, seed: int, count: int, routine: Sequence[str], frontier: Sequence[str]) -> Comparison:
    """Price every route; `routine` and `frontier` are the routes that may carry hybrid's two shares."""
    drawn = Pricing(scenario, draws(scenario.ranges, seed, count))
    open_in_cloud = _open_in_cloud(drawn)
    lines, halves = _base_lines(drawn, open_in_cloud), None
    point = Pricing(scenario, points(scenario.ranges))
    point_lines = _base_lines(point, open_in_cloud)
    if scenario.frontier_share:
        halves = _add_hybrid(drawn, lines, routine, frontier)
    if halves is not None:
        point_lines["hybrid"] = added(routine_half(point, halves[0]), frontier_half(point, halves[1]))
    totals = {route: total(parts) for route, parts in lines.items()}
    plain = {route: {name: float(figure) for name, figure in parts.items()} for route, parts in point_lines.items()}
    return Comparison(drawn, lines, totals, plain, halves, open_in_cloud)


def median(figure: Figure) -> float:
    """The middle of the draws."""
    return float(np.median(figure))


def _open_in_cloud(drawn: Pricing) -> bool:
    """Whether the open model may be run in the cloud, and is cheaper there by the median."""
    offers = drawn.scenario.offers
    if offers.cloud_open is None or not drawn.scenario.cloud_open_eligible:
        return False
    return offers.cloud_frontier is None or median(total(cloud_open(drawn))) < median(total(cloud_frontier(drawn)))


def _base_lines(pricing: Pricing, open_in_cloud: bool) -> dict[str, Lines]:
    offers = pricing.scenario.offers
    lines = {"self-host": self_host(pricing)}
    if offers.hosted is not None:
        lines["hosted-api"] = hosted_api(pricing)
    if open_in_cloud or offers.cloud_frontier is not None:
        lines["managed-cloud"] = (cloud_open if open_in_cloud else cloud_frontier)(pricing)
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

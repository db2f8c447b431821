"""Cost against volume for charts: the band of each route at volumes six to the decade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.cost.breakeven import has_traffic, hosted_curve, managed_curve, self_host_curve, shares_at
from advisor.cost.draws import Array, Figure, draws
from advisor.cost.routes import Pricing
from advisor.cost.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Curve:
    """One route's dollars a month, shape (volumes,) each, at output tokens a month `at`."""

    route: str
    at: Array
    p10: Array
    p50: Array
    p90: Array


def curves(scenario: Scenario, seed: int, count: int, at: Array) -> tuple[Curve, ...]:
    """Self-hosting, the vendor's API and the managed open model; routes without a price are left out."""
    if not has_traffic(scenario):
        return ()
    pricing = Pricing(scenario, draws(scenario.ranges, seed, count))
    shares = shares_at(pricing, at)
    found = [_curve("self-host", at, self_host_curve(pricing, shares))]
    if scenario.offers.hosted is not None:
        found.append(_curve("hosted-api", at, hosted_curve(pricing, shares)))
    if scenario.offers.managed is not None and scenario.pricing != "dedicated-endpoint":
        found.append(_curve("managed-open", at, managed_curve(pricing, shares)))
    return tuple(found)


def _curve(route: str, at: Array, costs: list[Figure]) -> Curve:
    bands = np.array([_band(np.atleast_1d(cost)) for cost in costs])
    return Curve(route, at, bands[:, 0], bands[:, 1], bands[:, 2])


def _band(cost: Array) -> Array:
    """Percentiles that are draws themselves: in a chart nobody sees the step between two of thousands."""
    places = [int(share * (len(cost) - 1)) for share in (0.1, 0.5, 0.9)]
    return np.partition(cost, places)[places]

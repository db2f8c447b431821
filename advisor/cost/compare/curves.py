"""Cost against volume for charts: the band of each route at volumes six to the decade."""

from __future__ import annotations

import numpy as np

from advisor.cost.compare.breakeven import by_token_at, has_traffic, self_host_at, shares_at
from advisor.cost.compare.projection import Curve
from advisor.cost.draws import Array
from advisor.cost.offers import Lines
from advisor.cost.routes import Pricing, hosted_api, managed_open


def curves(pricing: Pricing, at: Array) -> tuple[Curve, ...]:
    """Self-hosting, the vendor's API and the managed open model; routes without a price are left out."""
    scenario = pricing.scenario
    if not has_traffic(scenario):
        return ()
    found = [_curve("self-host", at, self_host_at(pricing, at))]
    if scenario.offers.hosted is not None:
        found.append(_line("hosted-api", at, pricing, hosted_api(pricing)))
    if scenario.offers.managed is not None and scenario.endpoint is None:
        found.append(_line("managed-open", at, pricing, managed_open(pricing)))
    return tuple(found)


def _line(route: str, at: Array, pricing: Pricing, lines: Lines) -> Curve:
    """A token-priced route."""
    return _curve(route, at, by_token_at(pricing, lines, shares_at(pricing, at)))


def _curve(route: str, at: Array, costs: Array) -> Curve:
    bands = np.array([_band(cost) for cost in costs])
    return Curve(route, *(tuple(figures.tolist()) for figures in (at, *bands.T)))


def _band(cost: Array) -> Array:
    """Percentiles that are draws themselves: in a chart nobody sees the step between two of thousands.

    Sorting all of them is several times as fast as `numpy.partition` for three places.
    """
    places = [int(share * (len(cost) - 1)) for share in (0.1, 0.5, 0.9)]
    return np.sort(cost)[places]

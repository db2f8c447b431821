"""Month by month: what a route has cost so far, discounted, and when another has paid for itself.

Over the months of the comparison, undiscounted, a rented route's months add up to its mean month times their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from advisor.cost.compare.breakeven import crossing_of
from advisor.cost.compare.comparison import Part
from advisor.cost.compare.projection import Ends, Horizon, PayBack, RouteMonths
from advisor.cost.draws import Array, Figure, Sample, sum_in_order
from advisor.cost.fleet import Months, fleet_size, replicas_demanded
from advisor.cost.routes import (
    Pricing,
    capacity_lines,
    fleet_of,
    price_decline,
    rent_drift,
    second_region_share,
)
from advisor.cost.traffic import mean_factor, month_factors

_STEADY = (
    "labor", "observability", "upgrades", "compliance", "incidents", "integration", "evaluation", "gateway",
)  # fmt: skip
_WITH_TRAFFIC = ("egress", "failures")


def horizon(
    pricing: Pricing, routes: Mapping[str, Sequence[Part]], pairs: Sequence[tuple[str, str]], months: int
) -> Horizon:
    """Spread the mean lines of every route over months, and compare the `pairs` of route and rival."""
    plain = {route: _summed(parts, pricing, months) for route, parts in routes.items()}
    today = {route: _discounted(spent, pricing.sample) for route, spent in plain.items()}
    bands = tuple(_band(route, np.cumsum(plain[route], axis=0), today[route]) for route in routes)
    return Horizon(months, bands, tuple(_pay_back(route, rival, today) for route, rival in pairs))


def spending(pricing: Pricing, part: Part, months: int) -> Array:
    """Dollars of each month, shape (months, draws): traffic grows, prices drift, GPUs come whole, a purchase at once.

    People, tooling, upgrades, compliance and incidents are spread evenly; the move itself is paid in the first month.
    """
    sample, lines = pricing.sample, part.lines
    growth, decline = sample("volume.annual_growth"), -1.0 * sample(price_decline(part.offer))
    tokens = lines["tokens"] / mean_factor(growth, pricing.scenario.months, decline)
    moving = sum_in_order(lines[line] for line in _WITH_TRAFFIC) / pricing.growth
    move: Figure = pricing.move if part.route == "self-host" else 0.0
    steady = sum_in_order(lines[line] for line in _STEADY) - move / pricing.scenario.months
    grown, drift = month_factors(growth, months), month_factors(decline, months)
    first = np.arange(months)[:, np.newaxis] == 0
    spent = steady + np.where(first, move, 0.0) + grown * moving + grown * drift * tokens
    return np.asarray(spent + _capacity(pricing, part, months))


def pay_back_month(route: Array, against: Array) -> Array:
    """Per draw the month, from 1, from which `route` has cost no more and stays so; infinite where it never does.

    Both of shape (months, draws), dollars spent by the end of each month.
    """
    ahead = route <= against
    stays = np.flip(np.logical_and.accumulate(np.flip(ahead, axis=0), axis=0), axis=0)
    first = np.argmax(stays, axis=0) + 1.0
    return np.where(stays.any(axis=0), first, np.inf)


def _capacity(pricing: Pricing, part: Part, months: int) -> Figure:
    """Dollars of each month for GPUs: rent and power as they are needed, or the purchase when it falls due."""
    scenario, sample = pricing.scenario, pricing.sample
    if not any(np.any(part.lines[line]) for line in ("gpu", "hardware", "power", "failover", "storage")):
        return 0.0
    mine = part.route == "self-host"
    plan, band = fleet_of(scenario, part.route)
    demand = replicas_demanded(plan, pricing.open_traffic(part.share), sample, band)
    growth = month_factors(sample("volume.annual_growth"), months)
    spare = sample("economics.owned_gpus_spare") if mine else 0.0
    size = fleet_size(plan, demand * growth, spare, Months(1, 0.0, 0.0))
    size = replace(size, rented=size.charged * month_factors(rent_drift(pricing, part.route), months))
    lines = capacity_lines(pricing, part.route, size)
    if mine and scenario.acquisition == "owned":
        running = lines["power"] + lines["storage"]
        return running * (1.0 + second_region_share(pricing)) + _purchases(pricing, size.charged, months)
    return sum_in_order(lines.values())


def _purchases(pricing: Pricing, charged: Figure, months: int) -> Array:
    """Dollars of each month for GPUs that growth adds, and to replace worn-out ones, less their resale value."""
    sample, month = pricing.sample, np.arange(float(months))[:, np.newaxis]
    life = sample("operations.owned_life_years") * sample("time.months_per_year")
    worn_out = (month // life > (month - 1.0) // life) & (month > 0.0)
    needed = np.broadcast_to(charged, np.broadcast_shapes(np.shape(charged), (months, 1)))
    most = np.maximum.accumulate(needed, axis=0)
    bought = np.concatenate([np.zeros_like(most[:1]), most[:-1]])
    renewed = np.where(worn_out, bought * (1.0 - sample("operations.residual_share")), 0.0)
    added = np.maximum(0.0, needed - bought)
    priced = (added + renewed) * sample("gpu.purchase_usd") * (1.0 + second_region_share(pricing))
    return np.asarray(priced)


def _summed(parts: Sequence[Part], pricing: Pricing, months: int) -> Array:
    """Dollars of each month of all parts together, shape (months, draws)."""
    return np.asarray(sum_in_order(spending(pricing, part, months) for part in parts))


def _discounted(spent: Array, sample: Sample) -> Array:
    """Dollars of today spent by the end of each month; the first month counts in full."""
    return np.cumsum(spent / month_factors(sample("market.discount_rate"), len(spent)), axis=0)


def _band(route: str, spent: Array, today: Array) -> RouteMonths:
    low, middle, high = np.quantile(today, (0.1, 0.5, 0.9), axis=1)
    return RouteMonths(route, *(tuple(each.tolist()) for each in (np.median(spent, axis=1), low, middle, high)))


def _pay_back(route: str, against: str, today: Mapping[str, Array]) -> PayBack:
    at = crossing_of(pay_back_month(*np.broadcast_arrays(today[route], today[against])), ())
    return PayBack(route, against, Ends.of(at.p10, at.p50, at.p90), at.never_share)

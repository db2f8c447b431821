"""Where self-hosting and the API would cost the same, were one input other than volume different."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np

from advisor.cost.compare.breakeven import (
    Crossing,
    crossing_of,
    crossings,
    first_crossings,
    has_traffic,
    row_by_row,
)
from advisor.cost.compare.projection import Crossover, Ends
from advisor.cost.draws import Array, Figure, Sample, points
from advisor.cost.routes import Pricing, hosted_api, second_region_share, self_host, total
from advisor.cost.scenario import Scenario
from advisor.cost.tokens.prices import MILLION
from advisor.workload.identities import DEVELOPERS, OUTPUT, leaves

UTILIZATION = tuple(step / 50.0 for step in range(1, 51))
"""Shares of 1 at which self-hosting is priced: every fiftieth."""
TEAM = tuple(step * scale for scale in (1.0, 10.0, 100.0, 1e3, 1e4) for step in (1.0, 1.5, 2.0, 3.0, 4.5, 7.0))
"""Team sizes at which both are priced, six to the decade."""


def crossovers(drawn: Pricing) -> tuple[Crossover, ...]:
    """The crossings by price of a GPU, price of the API, utilization and team size, as far as each plays a role."""
    scenario = drawn.scenario
    if scenario.offers.hosted is None or not has_traffic(scenario):
        return ()
    point = Pricing(scenario, points(scenario.ranges))
    kinds: Sequence[Callable[[Pricing, Pricing], Iterator[Crossover]]] = (
        _by_gpu_price,
        _by_api_price,
        _by_utilization,
        _by_team,
    )
    return tuple(found for kind in kinds for found in kind(drawn, point))


def gpu_price_at_par(pricing: Pricing) -> Array:
    """The price at par: price · (API − all else) ÷ what GPUs cost; −∞ where even free ones cost more than the API."""
    lines, key = self_host(pricing), _gpu_key(pricing.scenario)
    bought = lines["hardware"] if pricing.scenario.acquisition == "owned" else lines["gpu"] + lines["storage"]
    gpus = bought * (1.0 + second_region_share(pricing))
    room = total(hosted_api(pricing)) - (total(lines) - gpus)
    price = np.asarray(pricing.sample(key) * (room / gpus))
    return np.where(price > 0.0, price, -np.inf)


def api_price_at_par(pricing: Pricing) -> Array:
    """Dollars per million output tokens at which both cost the same, all the vendor's prices in proportion; 0: any."""
    offer = pricing.scenario.offers.hosted
    assert offer is not None  # asked only where there is an API price
    lines = hosted_api(pricing)
    needed = (total(self_host(pricing)) - (total(lines) - lines["tokens"])) / lines["tokens"]
    listed = offer.rates.output * MILLION
    return np.asarray(np.maximum(0.0, needed) * listed * pricing.sample("price.hosted.spread"))


def _by_gpu_price(drawn: Pricing, point: Pricing) -> Iterator[Crossover]:
    key = _gpu_key(drawn.scenario)
    if all(np.all(lines["gpu"] + lines["hardware"] > 0.0) for lines in (self_host(drawn), self_host(point))):
        unit = "USD per GPU" if key == "gpu.purchase_usd" else "USD per GPU-hour"
        yield _closed(key, unit, "below", float(point.sample(key)), gpu_price_at_par, drawn, point)


def _by_api_price(drawn: Pricing, point: Pricing) -> Iterator[Crossover]:
    offer = drawn.scenario.offers.hosted
    if offer is not None and all(np.all(hosted_api(pricing)["tokens"] > 0.0) for pricing in (drawn, point)):
        unit = "USD per million output tokens"
        yield _closed(
            "hosted-api.output", unit, "above", float(offer.rates.output) * MILLION, api_price_at_par, drawn, point
        )


def _by_utilization(drawn: Pricing, point: Pricing) -> Iterator[Crossover]:
    plan = drawn.scenario.fleet
    if plan.fits and not plan.given:
        at = np.array(UTILIZATION)
        gaps = (_utilization_gaps(pricing, at) for pricing in (drawn, point))
        today = min(float(point.sample("economics.utilization")), float(1.0 / point.today.peak_share()))
        yield _searched("economics.utilization", "share", today, at, tuple(gaps))


def _by_team(drawn: Pricing, point: Pricing) -> Iterator[Crossover]:
    if DEVELOPERS in leaves(OUTPUT, drawn.scenario.basis):
        at = np.array(TEAM)
        gaps = (_team_gaps(pricing, at) for pricing in (drawn, point))
        today = float(point.sample("workload.developers"))
        yield _searched("workload.developers", "developers", today, at, tuple(gaps))


def _gpu_key(scenario: Scenario) -> str:
    return "gpu.purchase_usd" if scenario.acquisition == "owned" else "economics.gpu_hour_usd"


def _utilization_gaps(pricing: Pricing, at: Array) -> Array:
    def own(shares: Array) -> Figure:
        return total(self_host(_with(pricing, "economics.utilization", shares)))

    api = total(hosted_api(pricing))
    return row_by_row(own, at[:, np.newaxis], np.size(api)) - api


def _team_gaps(pricing: Pricing, at: Array) -> Array:
    """Traffic follows the developers, and so do the people who serve them."""

    def gap(sizes: Array) -> Figure:
        there = _with(pricing, DEVELOPERS, sizes)
        return total(self_host(there)) - total(hosted_api(there))

    width = np.size(total(hosted_api(pricing)))
    return row_by_row(gap, at[:, np.newaxis], width)


def _with(pricing: Pricing, key: str, value: Array) -> Pricing:
    known = pricing.sample

    def sample(name: str) -> Figure:
        return value if name == key else known(name)

    changed: Sample = sample
    return Pricing(pricing.scenario, changed)


def _closed(
    key: str,
    unit: str,
    pays: Literal["above", "below"],
    today: float,
    at_par: Callable[[Pricing], Array],
    drawn: Pricing,
    point: Pricing,
) -> Crossover:
    """A crossing by formula: one at most."""
    single = float(at_par(point))
    found = crossing_of(at_par(drawn), (single,) if np.isfinite(single) else ())
    return _crossover(key, unit, pays, today, found)


def _searched(key: str, unit: str, today: float, at: Array, gaps: tuple[Array, ...]) -> Crossover:
    """A crossing by search: whole GPUs make several."""
    drawn, point = gaps
    found = crossing_of(first_crossings(at, drawn), crossings(at, point[:, 0]))
    return _crossover(key, unit, "above", today, found)


def _crossover(key: str, unit: str, pays: Literal["above", "below"], today: float, found: Crossing) -> Crossover:
    ends = Ends.of(found.p10, found.p50, found.p90)
    return Crossover(key, unit, pays, today, ends, found.all_at_point, found.never_share)

"""Where routes cost the same: by volume, by any other input and by month, and the curves of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from advisor.cost.comparison import Part
from advisor.cost.draws import CHUNK, Array, Ends, Figure, Sample, points, sum_in_order
from advisor.cost.fleet import Months, fleet_size, replicas_demanded
from advisor.cost.offers import Lines
from advisor.cost.prices import MILLION
from advisor.cost.routes import (
    LINES,
    PROPORTIONAL,
    Pricing,
    capacity_lines,
    fleet_of,
    hosted_api,
    managed_open,
    price_decline,
    provider_lines,
    rent_drift,
    second_region_share,
    self_host,
    standing_lines,
    total,
    volume_lines,
)
from advisor.cost.scenario import Scenario
from advisor.cost.traffic import least_output, mean_factor, month_factors
from advisor.workload.identities import DEVELOPERS, OUTPUT, leaves

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0)
_DECADES = range(5, 14)
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Crossover:
    """The value of one input at which self-hosting and the API cost the same, and on which side self-hosting pays.

    `today` is the point estimate in use; `crossings` are all those of the point estimate: whole GPUs make several.
    """

    key: str
    unit: str
    pays: Literal["above", "below"]
    today: float
    at: Ends
    crossings: tuple[float, ...]
    never_share: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One route's dollars a month at output tokens a month."""

    route: str
    volumes: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two costs are the same; infinite ends mean never.

    `all_at_point` holds every crossing of the point estimate: whole GPUs make several.
    """

    p10: float
    p50: float
    p90: float
    never_share: float
    all_at_point: tuple[float, ...]


def volumes(first: int = _DECADES.start, last: int = _DECADES.stop) -> Array:
    """Output tokens a month at which curves are computed, six to the decade."""
    return np.array([step * float(f"1e{decade}") for decade in range(first, last) for step in _STEPS])


def break_even(drawn: Pricing) -> Crossing | None:
    """The first volume above which self-hosting is the cheaper of the two; None without an API price or traffic."""
    scenario, at = drawn.scenario, volumes()
    if scenario.offers.hosted is None or not has_traffic(scenario):
        return None
    at_point = gaps(Pricing(scenario, points(scenario.ranges)), at)[:, 0]
    return crossing_of(first_crossings(at, gaps(drawn, at)), crossings(at, at_point))


def crossing_of(found: Array, all_at_point: tuple[float, ...]) -> Crossing:
    """Percentiles of crossings of which some are infinite, so that none is interpolated between never and a number."""
    first = np.sort(np.atleast_1d(found))
    low, middle, high = (float(first[int(share * (len(first) - 1))]) for share in (0.1, 0.5, 0.9))
    return Crossing(low, middle, high, float(np.mean(np.isinf(first))), all_at_point)


def has_traffic(scenario: Scenario) -> bool:
    """Whether the volumes are above zero in every draw, so that they can be scaled to others."""
    return least_output(scenario.ranges, scenario.basis) > 0


def gaps(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost less the API's at each volume, shape (volumes, draws)."""
    return np.asarray(self_host_at(pricing, at) - hosted_curve(pricing, shares_at(pricing, at)))


def shares_at(pricing: Pricing, at: Array) -> Array:
    """Volumes (output tokens a month, means over the horizon) as multiples of the traffic as answered.

    Of shape (volumes, draws), or (volumes, 1) where the traffic is exact.
    """
    today = np.atleast_1d(pricing.today.output * pricing.growth)
    return np.asarray(at[:, np.newaxis] / today)


def self_host_at(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost at volumes, shape (volumes, draws): worked out once, when first asked for."""
    key = tuple(at.tolist())
    if key not in pricing.curves:
        pricing.curves[key] = self_host_curve(pricing, shares_at(pricing, at))
    return pricing.curves[key]


def self_host_curve(pricing: Pricing, shares: Array) -> Array:
    """Self-hosting at multiples of the traffic as answered, shape (shares, draws): fixed costs are priced once."""
    still = total(standing_lines(pricing))

    def costs(some: Array) -> Figure:
        if pricing.scenario.evidence:
            return total(self_host(pricing, some))
        return sum_in_order(volume_lines(pricing, some).values(), still)

    return row_by_row(costs, shares, np.size(still))


def row_by_row(costs: Callable[[Array], Figure], rows: Array, width: int) -> Array:
    """Costs of rows of one figure each or of one a draw: as many rows at a time as make up a chunk of draws."""
    step = max(1, CHUNK // max(rows.shape[1], width))
    pieces = [rows[start : start + step] for start in range(0, len(rows), step)]
    priced = [(np.asarray(costs(piece)), piece.shape) for piece in pieces]
    return np.concatenate([np.broadcast_to(cost, np.broadcast_shapes(cost.shape, shape)) for cost, shape in priced])


def hosted_curve(pricing: Pricing, shares: Array) -> Array:
    """The vendor's API at multiples of the traffic as answered."""
    return by_token_at(pricing, hosted_api(pricing), shares)


def by_token_at(pricing: Pricing, lines: Lines, shares: Array) -> Array:
    """A token-priced route at multiples of the traffic: tokens in proportion, the work around it by its size."""
    moving = sum_in_order(lines[line] for line in PROPORTIONAL)

    def costs(some: Array) -> Figure:
        around = provider_lines(pricing, 1.0, some)
        return sum_in_order((around[line] for line in LINES), moving * some)

    return row_by_row(costs, shares, np.size(total(lines)))


def first_crossings(at: Array, gap: Array) -> Array:
    """Per draw the volume where the gap first turns from positive to not; infinite where it never does."""
    below = gap <= 0.0
    place = np.argmax(below, axis=0)
    never = ~below.any(axis=0)
    upper = np.where(place > 0, place, 1)
    column = np.arange(gap.shape[1])
    left, right = gap[upper - 1, column], gap[upper, column]
    step = np.where(left != right, left / np.where(left != right, left - right, 1.0), 0.0)
    found = at[upper - 1] + (at[upper] - at[upper - 1]) * np.clip(step, 0.0, 1.0)
    return np.where(never, NEVER, np.where(place > 0, found, at[0]))


def crossings(at: Array, gap: Array) -> tuple[float, ...]:
    """Every volume where the gap changes its sign, interpolated linearly."""
    found = []
    for place in range(1, len(at)):
        left, right = float(gap[place - 1]), float(gap[place])
        if (left > 0.0) != (right > 0.0):
            found.append(float(at[place - 1]) + float(at[place] - at[place - 1]) * left / (left - right))
    return tuple(found)


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


# Cost against volume for charts: the band of each route at volumes six to the decade.


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


# Month by month: what a route has cost so far, discounted, and when another has paid for itself.
#
# Over the months of the comparison, undiscounted, a rented route's months add up to its mean month times their number.


@dataclass(frozen=True, slots=True)
class RouteMonths:
    """Dollars one route has cost by the end of each month: the plain median, and the band in today's money."""

    route: str
    spent_usd: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PayBack:
    """The month from which a route has cost less in all than another, in today's money, and stays so."""

    route: str
    against: str
    month: Ends
    never_share: float


@dataclass(frozen=True, slots=True)
class Horizon:
    """Costs month by month, and when one route has paid for itself against another."""

    months: int
    routes: tuple[RouteMonths, ...]
    pay_backs: tuple[PayBack, ...]


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
    bands = tuple(_route_months(route, np.cumsum(plain[route], axis=0), today[route]) for route in routes)
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


def _route_months(route: str, spent: Array, today: Array) -> RouteMonths:
    low, middle, high = np.quantile(today, (0.1, 0.5, 0.9), axis=1)
    return RouteMonths(route, *(tuple(each.tolist()) for each in (np.median(spent, axis=1), low, middle, high)))


def _pay_back(route: str, against: str, today: Mapping[str, Array]) -> PayBack:
    at = crossing_of(pay_back_month(*np.broadcast_arrays(today[route], today[against])), ())
    return PayBack(route, against, Ends.of(at.p10, at.p50, at.p90), at.never_share)

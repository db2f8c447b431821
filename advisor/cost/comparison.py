"""The routes side by side on the same draws, the two that hybrid combines, and which inputs make them differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from advisor.cost.draws import CHUNK, Array, Ends, Figure, Sample, chunks, draws, median, spread, uniforms
from advisor.cost.offers import Lines, PricedOffer, RouteOffers
from advisor.cost.route_offers import bill_items, cheapest_of, explained, route_offers, settled
from advisor.cost.routes import (
    Pricing,
    added,
    cloud_frontier,
    cloud_open,
    frontier_half,
    frontier_slot,
    hosted_api,
    managed_open,
    quote_in,
    routine_half,
    self_host,
    total,
    way_of_paying,
)
from advisor.cost.scenario import Scenario, Slot
from advisor.knowledge.parameters import Range

Halves = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A route that carries a share of the traffic, what it costs a month by line, and in which place it buys."""

    route: str
    share: Figure
    lines: Lines
    offer: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What is settled before routes are priced, on the first draws, so that all draws price the same things.

    `halves` are the open and the frontier route of hybrid; None where hybrid is not listed or a half has no route.
    `open_in_cloud` tells that the cloud is priced with the open model, the cheaper of the two it may run.
    """

    routes: tuple[str, ...]
    halves: Halves | None
    open_in_cloud: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Dollars a month by route: draws in all, and the lines that explain their P50. Unpriced routes are left out."""

    drawn: Pricing
    totals: Mapping[str, Figure]
    point_lines: Mapping[str, Mapping[str, float]]
    settled: Alternatives
    offers: Mapping[str, RouteOffers]

    @property
    def halves(self) -> Halves | None:
        """The open and the frontier route of hybrid, where it is priced."""
        return self.settled.halves

    @property
    def open_in_cloud(self) -> bool:
        """Whether the cloud is priced with the open model."""
        return self.settled.open_in_cloud


def compare(scenario: Scenario, seed: int, count: int, routine: Sequence[str], frontier: Sequence[str]) -> Comparison:
    """Price every route; `routine` and `frontier` are the routes that may carry hybrid's two shares."""
    scenario = settled(scenario, seed, count)
    first = Pricing(scenario, draws(scenario.ranges, seed, min(count, CHUNK)))
    alternatives = _settle(first, routine, frontier)
    lines = {route: lines_of(first, route, alternatives) for route in alternatives.routes}
    totals: Mapping[str, Figure] = {route: total(parts) for route, parts in lines.items()}
    drawn, near = first, totals
    if count > CHUNK:
        drawn = Pricing(scenario, draws(scenario.ranges, seed, count))
        totals = _totals_in_chunks(scenario, seed, count, alternatives)
    plain = {route: explained(parts, near[route], median(totals[route])) for route, parts in lines.items()}
    offers = route_offers(first, seed, lines, plain)
    if alternatives.halves is not None:
        offers["hybrid"] = _hybrid_offers(first, alternatives.halves, offers, lines["hybrid"], plain["hybrid"])
    return Comparison(drawn, totals, plain, alternatives, offers)


def _hybrid_offers(
    first: Pricing, halves: Halves, offers: Mapping[str, RouteOffers], lines: Lines, plain: Mapping[str, float]
) -> RouteOffers:
    """What hybrid buys: the routine half's offer and, for the frontier share, the other half's."""
    rest, hard = halves
    routine, place = offers[rest].bought, frontier_slot(first.scenario, hard)
    assert routine is not None  # a half without an offer is not settled on
    quote = quote_in(first.scenario, place)
    share, dedicated = first.sample("quality.frontier_share"), first.scenario.endpoint is not None
    bought: list[tuple[Slot, Figure]] = [] if rest == "self-host" or dedicated else [("managed", 1.0 - share)]
    items = bill_items(
        first, lines, plain, tokens=[*bought, (place, share)],
        endpoint=1.0 - share if rest != "self-host" and dedicated else None,
        fleet=1.0 - share if rest == "self-host" else None, source=first.scenario.shortlist.fleets[0].source,
    )  # fmt: skip
    frontier = quote.offer(way_of_paying(first.scenario, place))
    offer = replace(routine.offer, route="hybrid", frontier=replace(frontier, route="hybrid"))
    doubts = (*offers[rest].to_confirm, *quote.doubts)
    return RouteOffers("hybrid", (PricedOffer(offer, lines, total(lines), fsum(plain.values()), items),), (), doubts)


def price(
    scenario: Scenario, seed: int, count: int, routine: Sequence[str], frontier: Sequence[str], routes: Collection[str]
) -> dict[str, Figure]:
    """The totals of `compare` alone, of these routes, for what-ifs; at most one chunk of draws."""
    scenario = cheapest_of(scenario, seed, count, routes)
    first = Pricing(scenario, draws(scenario.ranges, seed, min(count, CHUNK)))
    alternatives = _settle(first, routine, frontier, routes)
    kept = tuple(route for route in alternatives.routes if route in routes)
    return _totals(first, replace(alternatives, routes=kept))


def parts_of(pricing: Pricing, route: str, settled: Alternatives) -> tuple[Part, ...]:
    """The routes behind a route: itself, or the two that hybrid combines."""
    if route != "hybrid" or settled.halves is None:
        return (Part(route, 1.0, _alone(pricing, route, settled), slot_of(route, settled)),)
    (rest, hard), share = settled.halves, pricing.sample("quality.frontier_share")
    return (
        Part(rest, 1.0 - share, routine_half(pricing, rest), slot_of(rest, settled)),
        Part(hard, share, frontier_half(pricing, hard), frontier_slot(pricing.scenario, hard)),
    )


def slot_of(route: str, settled: Alternatives) -> str:
    """The place in which a route buys; of self-hosting the fleet."""
    if route == "managed-cloud":
        return "cloud_open" if settled.open_in_cloud else "cloud_frontier"
    return {"hosted-api": "hosted", "managed-open": "managed"}.get(route, "fleet")


def lines_of(pricing: Pricing, route: str, settled: Alternatives) -> Lines:
    """What a route costs a month, by line."""
    lines = [part.lines for part in parts_of(pricing, route, settled)]
    return lines[0] if len(lines) == 1 else added(*lines)


def _alone(pricing: Pricing, route: str, settled: Alternatives) -> Lines:
    cloud = cloud_open if settled.open_in_cloud else cloud_frontier
    routes = {"self-host": self_host, "hosted-api": hosted_api, "managed-open": managed_open, "managed-cloud": cloud}
    return routes[route](pricing)


def _totals(pricing: Pricing, settled: Alternatives) -> dict[str, Figure]:
    return {route: total(lines_of(pricing, route, settled)) for route in settled.routes}


def _totals_in_chunks(scenario: Scenario, seed: int, count: int, settled: Alternatives) -> dict[str, Figure]:
    """The same figures as all at once, in memory for the totals and for one chunk."""
    totals = {route: np.empty(count) for route in settled.routes}
    for start, size in chunks(count):
        pricing = Pricing(scenario, draws(scenario.ranges, seed, size, start))
        for route, cost in _totals(pricing, settled).items():
            totals[route][start : start + size] = cost
    return dict(totals)


def _settle(
    first: Pricing, routine: Sequence[str], frontier: Sequence[str], asked: Collection[str] | None = None
) -> Alternatives:
    """Settle what is compared, as far as the routes take it that are asked for; None asks for all."""
    offers, in_cloud = first.scenario.offers, (asked is None or "managed-cloud" in asked) and _open_in_cloud(first)
    priced = {
        "self-host": first.scenario.own_fleet is not None,
        "hosted-api": offers.hosted is not None,
        "managed-cloud": in_cloud or offers.cloud_frontier is not None,
        "managed-open": offers.managed is not None or first.scenario.endpoint is not None,
    }
    routes = tuple(route for route, has_price in priced.items() if has_price)
    listed = first.scenario.frontier_share and (asked is None or "hybrid" in asked)
    halves = _halves(first, routine, frontier, routes) if listed else None
    return Alternatives(routes if halves is None else (*routes, "hybrid"), halves, in_cloud)


def _open_in_cloud(drawn: Pricing) -> bool:
    """Whether the open model may be run in the cloud, and leaves less to confirm there, or as much and is cheaper."""
    offers = drawn.scenario.offers
    if offers.cloud_open is None or not drawn.scenario.cloud_open_eligible:
        return False
    if offers.cloud_frontier is None:
        return True
    opened, closed = len(offers.cloud_open.doubts), len(offers.cloud_frontier.doubts)
    if opened != closed:
        return opened < closed
    return median(total(cloud_open(drawn))) < median(total(cloud_frontier(drawn)))


def _halves(drawn: Pricing, routine: Sequence[str], frontier: Sequence[str], priced: Sequence[str]) -> Halves | None:
    """The cheaper of the routes that may carry either share; None where one has no route."""
    rests = {route: median(total(routine_half(drawn, route))) for route in routine if route in priced}
    may = [
        route for route in frontier if getattr(drawn.scenario.offers, frontier_slot(drawn.scenario, route)) is not None
    ]
    hards = {route: median(total(frontier_half(drawn, route))) for route in may}
    if not rests or not hards:
        return None
    return min(rests, key=lambda route: rests[route]), min(hards, key=lambda route: hards[route])


# Hybrid's best split: how much of the traffic to send to a frontier route, and what that saves over sending all.


@dataclass(frozen=True, slots=True)
class PublishedSaving:
    """What an article says hybrid saves, as shares of 1."""

    source: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HybridSplit:
    """Two routes, and the frontier share at which they cost least together; shares of 1.

    `frontier_share` and `saving` (of the bill when all goes to the frontier route) are None where it is not known which
    share needs the frontier. `largest_frontier_share` is the largest at which the two together still stay a margin
    below that bill, None where they never do. `published` are the savings that articles state.
    """

    routine: str
    frontier: str
    frontier_share: float | None
    saving: Ends | None
    largest_frontier_share: float | None
    published: tuple[PublishedSaving, ...] = ()


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


# What to measure next: how much each uncertain input moves the choice, and what knowing it would be worth.


BINS = 20
_NOTHING = tuple(f"an input that nothing depends on, {number}" for number in range(8))
"""Their apparent swing is chance alone; what does not clearly exceed its mean is not reported."""
_CLEARLY_MORE = 1.75
"""Of sixty inputs without influence, the largest seldom swings as far."""


@dataclass(frozen=True, slots=True)
class Information:
    """One input: `worth`, the expected saving from knowing it before choosing, and `swing`, both USD a month.

    The swing is how far the difference between the two best routes moves from the input's lowest to highest bin; where
    one route is left, how far its cost moves.
    """

    name: str
    worth: float
    swing: float


def information(
    totals: Mapping[str, Figure], ranges: Mapping[str, Range], names: Collection[str], seed: int, count: int
) -> tuple[Information, ...]:
    """Expected value of partial perfect information per input that clearly matters, the most valuable first.

    Inputs are independent and draws rise with their uniforms, so equal bins of the uniform are equal bins of the input:
    EVPPI = min over routes of E[cost] − E over bins of min over routes of E[cost | bin].
    """
    table = np.stack(np.broadcast_arrays(*(np.atleast_1d(cost) for cost in totals.values())))
    if table.shape[1] != count:
        return ()
    noise = [_information(name, table, uniforms(seed, name, count)) for name in _NOTHING]
    chance = _CLEARLY_MORE * fsum(each.swing for each in noise) / len(noise)
    known = [name for name in names if name in ranges and not ranges[name].is_exact]
    found = [_information(name, table, uniforms(seed, name, count)) for name in known]
    telling = [each for each in found if each.swing > chance]
    return tuple(sorted(telling, key=lambda each: (-round(each.worth, 2), -each.swing)))


def _information(name: str, table: Array, uniform: Array) -> Information:
    best, *others = np.argsort(table.mean(axis=1))
    means, shares = _bins(table, uniform)
    gap = means[best] - (means[others[0]] if others else 0.0)
    worth = float(table.mean(axis=1).min()) - fsum(means.min(axis=0) * shares)
    return Information(name, max(0.0, worth), float(np.ptp(gap)))


def _bins(table: Array, uniform: Array) -> tuple[Array, Array]:
    """Mean cost per route and bin, shape (routes, bins), and the share of draws in each bin."""
    place = (uniform * BINS).astype(np.int64)
    count = np.bincount(place, minlength=BINS)
    size = np.maximum(count, 1)
    means = np.stack([np.bincount(place, weights=row, minlength=BINS) / size for row in table])
    return means, count / len(uniform)


def perfect_information(totals: Mapping[str, Figure]) -> float:
    """Dollars a month that knowing every input before choosing would save: min of means less mean of minima."""
    table = np.stack(np.broadcast_arrays(*(np.atleast_1d(cost) for cost in totals.values())))
    return max(0.0, float(table.mean(axis=1).min()) - float(table.min(axis=0).mean()))


def total_order(
    scenario: Scenario, settled: Alternatives, pair: tuple[str, str], seed: int, count: int
) -> dict[str, float]:
    """Share of the variance of the difference of two routes that an input has a part in, alone or with others.

    Jansen's estimator: mean of (f(A) − f(A with input i of B))² ÷ 2·variance of f(A). A is the first `count` draws of
    every input's stream, B the next ones. Empty where the difference does not vary.
    """
    first, second = (draws(scenario.ranges, seed, count, start) for start in (0, count))
    base = _difference(Pricing(scenario, first), settled, pair)
    variance = float(np.var(base))
    if variance == 0.0:
        return {}
    inputs = [name for name, known in scenario.ranges.items() if not known.is_exact]
    moved = {name: _difference(Pricing(scenario, _exchanged(first, second, name)), settled, pair) for name in inputs}
    return {name: float(np.mean((base - other) ** 2)) / (2.0 * variance) for name, other in moved.items()}


def _exchanged(one: Sample, other: Sample, name: str) -> Sample:
    return lambda key: other(key) if key == name else one(key)


def _difference(pricing: Pricing, settled: Alternatives, pair: tuple[str, str]) -> Array:
    one, other = (total(lines_of(pricing, route, settled)) for route in pair)
    return np.atleast_1d(np.asarray(one - other))

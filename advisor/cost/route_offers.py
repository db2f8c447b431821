"""Which offer and fleet each route buys, the runners-up, and what was rejected; all priced on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum

import numpy as np

from advisor.cost.draws import Figure, draws
from advisor.cost.fleet import groups_for
from advisor.cost.fleet_search import fleet_offer
from advisor.cost.line_items import endpoint_items, fleet_items, quote_items
from advisor.cost.offers import SHOWN, Lines, Offer, PricedOffer, RouteOffers
from advisor.cost.quotes import Quote
from advisor.cost.routes import (
    Pricing,
    beside_tokens,
    bill_at,
    by_token,
    endpoint_lines,
    self_host,
    total,
    way_of_paying,
)
from advisor.cost.scenario import SLOTS, FleetChoice, Scenario, Slot

DRAWS = 256
"""Draws on which offers of one route are told apart: all share them, so that few are enough."""


def settled(scenario: Scenario, seed: int, count: int) -> Scenario:
    """The scenario with the cheapest of each shortlist bought, and the shortlists in the order of their P50."""
    number = min(count, DRAWS)
    shortlist = scenario.shortlist
    if len(shortlist.fleets) > 1:
        scenario, fleets = _best_fleet(scenario, seed, number)
        shortlist = replace(shortlist, fleets=fleets)
    quotes = dict(shortlist.quotes)
    for slot in SLOTS:
        if len(quotes.get(slot, ())) > 1:
            quotes[slot] = ranked_quotes(scenario, slot, quotes[slot], seed, number)
            scenario = scenario.with_quote(slot, quotes[slot][0])
    if len(shortlist.endpoints) > 1:
        scenario = _best_endpoint(scenario, seed, number)
    return replace(scenario, shortlist=replace(shortlist, quotes=quotes))


def ranked_quotes(scenario: Scenario, slot: Slot, quotes: Sequence[Quote], seed: int, count: int) -> tuple[Quote, ...]:
    """Offers of one place by their P50; those with less to confirm come first."""
    pricing = Pricing(scenario, draws(scenario.ranges, seed, count))
    spread, fixed_costs, costs = f"price.{slot}.spread", dict[bool, Figure](), dict[int, float]()
    for quote in quotes:
        opened = quote.model.open_weights
        if opened not in fixed_costs:
            success = pricing.rates.open if opened else pricing.rates.api
            fixed_costs[opened] = total(beside_tokens(pricing, 1.0, success))
        bill = bill_at(pricing, slot, quote, draws({spread: quote.spread}, seed, count)(spread))
        costs[id(quote)] = _p50(fixed_costs[opened] + bill)
    return tuple(sorted(quotes, key=lambda quote: (len(quote.doubts), costs[id(quote)])))


def lines_of_quote(scenario: Scenario, slot: Slot, quote: Quote, seed: int, count: int) -> Lines:
    """All of the traffic at one offer, by line."""
    other = scenario.with_quote(slot, quote)
    pricing = Pricing(other, draws(other.ranges, seed, count))
    success = pricing.rates.open if quote.model.open_weights else pricing.rates.api
    return by_token(pricing, slot, 1.0, success)


def lines_of_fleet(scenario: Scenario, choice: FleetChoice, seed: int, count: int) -> Lines:
    """All of the traffic on one fleet, by line."""
    other = scenario.with_fleet(choice)
    return self_host(Pricing(other, draws(other.ranges, seed, count)))


def _best_fleet(scenario: Scenario, seed: int, count: int) -> tuple[Scenario, tuple[FleetChoice, ...]]:
    choices = scenario.shortlist.fleets
    common, costs = Pricing(scenario, draws(scenario.ranges, seed, count)), dict[int, float]()
    for choice in choices:
        hardware = draws(choice.ranges, seed, count)
        costs[id(choice)] = _p50(total(self_host(common.on_fleet(choice.plan, hardware, choice.ranges))))
    ranked = tuple(sorted(choices, key=lambda choice: costs[id(choice)]))
    return scenario.with_fleet(ranked[0]), ranked


def _best_endpoint(scenario: Scenario, seed: int, count: int) -> Scenario:
    tried = [scenario.with_endpoint(choice) for choice in scenario.shortlist.endpoints]

    def cost(other: Scenario) -> float:
        return _p50(endpoint_lines(Pricing(other, draws(other.ranges, seed, count)), 1.0)["gpu"])

    return min(tried, key=cost)


def _p50(figure: Figure) -> float:
    """The median, as `numpy.median` gives it, at a fifth of its time for a few draws."""
    if not isinstance(figure, np.ndarray):
        return float(figure)
    middle = (figure.size - 1) // 2, figure.size // 2
    low, high = np.partition(figure, middle)[list(middle)]
    return float((low + high) / 2.0)


_SLOTS: Mapping[str, tuple[Slot, ...]] = {
    "hosted-api": ("hosted",),
    "managed-open": ("managed",),
    "managed-cloud": ("cloud_frontier", "cloud_open"),
}


def route_offers(
    pricing: Pricing, seed: int, lines: Mapping[str, Lines], plain: Mapping[str, Mapping[str, float]]
) -> dict[str, RouteOffers]:
    """Every route's offers; `lines` are what each bought one costs on the draws, `plain` what explains its P50.

    A runner-up costs the P50 of what is bought and what it costs more on the draws that both are told apart on.
    """
    scenario = pricing.scenario
    found = {route: _token_offers(route, pricing, seed, lines, plain) for route in _SLOTS}
    if scenario.endpoint is not None and "managed-open" in lines:
        found["managed-open"] = _endpoints(pricing, lines["managed-open"], plain["managed-open"])
    return found | {"self-host": _fleets(pricing, seed, lines["self-host"], plain["self-host"])}


def _token_offers(
    route: str, pricing: Pricing, seed: int, lines: Mapping[str, Lines], plain: Mapping[str, Mapping[str, float]]
) -> RouteOffers:
    scenario = pricing.scenario
    rejected = scenario.shortlist.rejected.get(route, ())
    priced: list[tuple[Slot, Quote, Lines, float]] = []
    for slot in _SLOTS[route]:
        if slot == "cloud_open" and not scenario.cloud_open_eligible:
            continue
        for quote in scenario.shortlist.quotes.get(slot, ()):
            parts = lines_of_quote(scenario, slot, quote, seed, DRAWS)
            priced.append((slot, quote, parts, _median(total(parts))))
    priced.sort(key=lambda each: (len(each[1].doubts), each[3]))
    if not priced or route not in lines:
        return RouteOffers(route, rejected=rejected)
    slot, quote, _, cheapest = priced[0]
    costs, median = lines[route], fsum(plain[route].values())
    first = PricedOffer(
        quote.offer(way_of_paying(scenario, slot)),
        costs,
        total(costs),
        median,
        quote_items(pricing, slot, costs, plain[route]),
    )
    others = [
        PricedOffer(each.offer(way_of_paying(scenario, place)), parts, total(parts), median + p50 - cheapest)
        for place, each, parts, p50 in priced[1:SHOWN]
    ]
    return RouteOffers(route, (first, *others), rejected, quote.doubts)


def _endpoints(pricing: Pricing, lines: Lines, plain: Mapping[str, float]) -> RouteOffers:
    plan = pricing.scenario.endpoint
    assert plan is not None  # asked only where one pays by dedicated endpoints
    replicas = groups_for(plan, pricing.scenario.shortlist.demand)
    offer = Offer(
        "managed-open", plan.request.model.id, pricing="dedicated-endpoint", gpu=plan.request.gpu.id,
        gpus=replicas * plan.group_gpus, replicas=replicas, precision=plan.request.precision,
        acquisition="on-demand", layout=plan.speed.layout,
    )  # fmt: skip
    bought = PricedOffer(offer, lines, total(lines), fsum(plain.values()), endpoint_items(pricing, lines, plain))
    return RouteOffers("managed-open", (bought,), pricing.scenario.shortlist.rejected.get("managed-open", ()))


def _fleets(pricing: Pricing, seed: int, lines: Lines, plain: Mapping[str, float]) -> RouteOffers:
    scenario = pricing.scenario
    shortlist = scenario.shortlist
    first, *others = shortlist.fleets
    items = fleet_items(pricing, lines, plain, first.source)
    bought = PricedOffer(_named(first, scenario), lines, total(lines), fsum(plain.values()), items)
    others_priced = [_priced(choice, scenario, seed) for choice in others[: SHOWN - 1]] if shortlist.feasible else []
    same = _priced(first, scenario, seed).p50 if others_priced else 0.0
    runners = [replace(each, p50=bought.p50 + each.p50 - same) for each in others_priced]
    doubts = shortlist.doubts.get(first.plan.request.model.id, ())
    return RouteOffers(
        "self-host",
        (bought, *runners) if shortlist.feasible else (),
        shortlist.rejected.get("self-host", ()),
        (*doubts, *_without_spare(first, scenario)),
        shortlist.replaced,
        None if shortlist.feasible else bought,
    )


def _priced(choice: FleetChoice, scenario: Scenario, seed: int) -> PricedOffer:
    parts = lines_of_fleet(scenario, choice, seed, DRAWS)
    whole = total(parts)
    return PricedOffer(_named(choice, scenario), parts, whole, _median(whole))


def _named(choice: FleetChoice, scenario: Scenario) -> Offer:
    """The fleet at the point estimate of the first month."""
    plan = choice.plan
    replicas = plan.given_groups if plan.given else groups_for(plan, scenario.shortlist.demand) + plan.spares
    return fleet_offer(plan, max(1, replicas))


def _without_spare(choice: FleetChoice, scenario: Scenario) -> Sequence[str]:
    """A stated fleet that carries the peak and keeps no group beside, where the tier asks for one."""
    plan = choice.plan
    if not plan.given or plan.acquisition == "serverless" or scenario.tier not in ("production", "high-availability"):
        return ()
    if plan.given_groups > groups_for(plan, scenario.shortlist.demand):
        return ()
    return (f"{plan.given} × {plan.request.gpu.title} may run without a spare group, which this tier asks for",)


def _median(figure: Figure) -> float:
    return float(np.median(figure))

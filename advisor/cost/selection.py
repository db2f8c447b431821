"""Which offer and which fleet each route buys: of the shortlist, the cheapest at P50 on the first of the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from advisor.cost.draws import Figure, draws
from advisor.cost.offers import Lines
from advisor.cost.routes import Pricing, beside_tokens, bill_at, by_token, endpoint_lines, self_host, total
from advisor.cost.scenario import SLOTS, FleetChoice, Scenario, Slot
from advisor.cost.tokens.quotes import Quote

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

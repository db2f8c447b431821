"""Which offer and fleet each route buys, the runners-up, what was rejected, and the positions of each bill."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from advisor.cost import operations
from advisor.cost.draws import Figure, draws, median
from advisor.cost.fleet import groups_for
from advisor.cost.fleet_search import fleet_offer
from advisor.cost.offers import SHOWN, LineItem, Lines, Offer, PricedOffer, RouteOffers
from advisor.cost.prices import input_kinds
from advisor.cost.quotes import Quote
from advisor.cost.routes import (
    LINES,
    Pricing,
    beside_tokens,
    bill_at,
    by_token,
    capacity,
    endpoint_lines,
    quote_in,
    second_region_share,
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


def cheapest_of(scenario: Scenario, seed: int, count: int, routes: Collection[str]) -> Scenario:
    """The scenario with the cheapest of each shortlist bought that these routes buy from; the others stay as they are.

    The same is bought as by `settled`, without the order of the runners-up.
    """
    number, shortlist = min(count, DRAWS), scenario.shortlist
    if len(shortlist.fleets) > 1 and {"self-host", "hybrid"} & set(routes):
        scenario, _ = _best_fleet(scenario, seed, number)
    for slot in dict.fromkeys(slot for route in routes for slot in (*_SLOTS.get(route, ()), *_HALVES.get(route, ()))):
        quotes = shortlist.quotes.get(slot, ())
        certain = min((len(quote.doubts) for quote in quotes), default=0)
        near = [quote for quote in quotes if len(quote.doubts) == certain]
        first = near[:1] if len(near) < 2 else ranked_quotes(scenario, slot, near, seed, number)[:1]
        scenario = scenario.with_quote(slot, first[0]) if first else scenario
    if len(shortlist.endpoints) > 1 and {"managed-open", "hybrid"} & set(routes):
        scenario = _best_endpoint(scenario, seed, number)
    return scenario


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
        costs[id(quote)] = median(fixed_costs[opened] + bill)
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
        costs[id(choice)] = median(total(self_host(common.on_fleet(choice.plan, hardware, choice.ranges))))
    ranked = tuple(sorted(choices, key=lambda choice: costs[id(choice)]))
    return scenario.with_fleet(ranked[0]), ranked


def _best_endpoint(scenario: Scenario, seed: int, count: int) -> Scenario:
    tried = [scenario.with_endpoint(choice) for choice in scenario.shortlist.endpoints]

    def cost(other: Scenario) -> float:
        return median(endpoint_lines(Pricing(other, draws(other.ranges, seed, count)), 1.0)["gpu"])

    return min(tried, key=cost)


_SLOTS: Mapping[str, tuple[Slot, ...]] = {
    "hosted-api": ("hosted",),
    "managed-open": ("managed",),
    "managed-cloud": ("cloud_frontier", "cloud_open"),
}
_HALVES: Mapping[str, tuple[Slot, ...]] = {
    "hybrid": ("managed", "hosted", "cloud_frontier", "frontier_hosted", "frontier_cloud"),
}
"""Where hybrid's halves may buy."""


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
            priced.append((slot, quote, parts, median(total(parts))))
    priced.sort(key=lambda each: (len(each[1].doubts), each[3]))
    if not priced or route not in lines:
        return RouteOffers(route, rejected=rejected)
    slot, quote, _, cheapest = priced[0]
    costs, p50 = lines[route], fsum(plain[route].values())
    first = PricedOffer(
        quote.offer(way_of_paying(scenario, slot)),
        costs,
        total(costs),
        p50,
        bill_items(pricing, costs, plain[route], tokens=[(slot, 1.0)]),
    )
    others = [
        PricedOffer(each.offer(way_of_paying(scenario, place)), parts, total(parts), p50 + own - cheapest)
        for place, each, parts, own in priced[1:SHOWN]
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
    bought = PricedOffer(
        offer, lines, total(lines), fsum(plain.values()), bill_items(pricing, lines, plain, endpoint=1.0)
    )
    return RouteOffers("managed-open", (bought,), pricing.scenario.shortlist.rejected.get("managed-open", ()))


def _fleets(pricing: Pricing, seed: int, lines: Lines, plain: Mapping[str, float]) -> RouteOffers:
    scenario = pricing.scenario
    shortlist = scenario.shortlist
    first, *others = shortlist.fleets
    items = bill_items(pricing, lines, plain, fleet=1.0, source=first.source)
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
    return PricedOffer(_named(choice, scenario), parts, whole, median(whole))


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


# The median of a route's draws, and the positions that explain it, with the source of each price.


Places = NDArray[np.intp]
"""Numbers of some of the draws."""
NEAR = 0.05
"""Share of the draws that lie nearest the median; what the lines of the verdict are averaged over (the contract's)."""


def near_median(total: Figure) -> Places | None:
    """Places of the draws whose totals lie nearest the median; None where the total is one number."""
    if not isinstance(total, np.ndarray):
        return None
    count = max(1, round(NEAR * total.size))
    return np.argpartition(np.abs(total - median(total)), count - 1)[:count]


def average(figure: Figure, places: Places | None) -> float:
    """The mean over some of the draws; an exact figure stays what it is."""
    if not isinstance(figure, np.ndarray) or places is None:
        return median(figure)
    return float(figure[places].mean())


def explained(lines: Mapping[str, Figure], total: Figure, p50: float | None = None) -> dict[str, float]:
    """Each line averaged near the median; the remainder falls on the most uncertain one, so that the sum is the P50.

    `p50` is the median of all draws where `total` holds only the first of them.
    """
    middle = median(total) if p50 is None else p50
    places = near_median(total)
    found = {name: average(figure, places) for name, figure in lines.items()}
    widest = max(lines, key=lambda name: float(np.std(lines[name])))
    rest = middle - fsum(found.values())
    if isinstance(lines[widest], np.ndarray):
        found[widest] += rest
    return found


# The positions of a bill: each line of the median as quantities times unit prices, with the source of each price.


_UNITS: Mapping[str, tuple[str, str]] = {
    "labor": ("engineer-hour", "people.engineer_hour_usd"),
    "observability": ("tooling of a full service, a month", "operations.observability_tools_usd_per_month"),
    "failover": ("dollar of the first region's capacity", "operations.second_region_factor"),
    "upgrades": ("engineer-hour", "people.engineer_hour_usd"),
    "egress": ("GB", "operations.egress_usd_per_gb"),
    "incidents": ("engineer-hour", "people.engineer_hour_usd"),
    "failures": ("failed task", "quality.failure_cost_usd"),
    "integration": ("integration of a full service", "operations.integration_usd"),
    "evaluation": ("engineer-hour", "people.engineer_hour_usd"),
    "gateway": ("gateway of a full service, a month", "operations.gateway_usd_per_month"),
    "storage": ("dollar of GPU rent", "operations.cloud_overhead_share"),
}
"""The unit of a line, and the answer or parameter that is its price; lines of several prices have functions below."""
_LEAST_PRICE = 1e-12
"""Dollars; keeps a price of zero, at which nothing is charged, from dividing."""
TokenShares = Sequence[tuple[Slot, Figure]]
"""Places that sell tokens, each with the share of the traffic it carries."""
_Part = tuple[str, Figure, Figure, str]
"""Part of a line: its unit, what it costs on the draws, its price on the draws, and the price's source."""


def bill_items(
    pricing: Pricing, lines: Lines, plain: Mapping[str, float], *, tokens: TokenShares = (),
    endpoint: Figure | None = None, fleet: Figure | None = None, source: str = "",
) -> tuple[LineItem, ...]:  # fmt: skip
    """The positions of a bill; they add up to the lines of its median.

    `tokens` is what is bought by the token, `endpoint` and `fleet` are the shares of the traffic on a provider's
    dedicated endpoints and on one's own GPUs, None without; `source` is that of a fleet's rent.
    """
    places = near_median(total(lines))
    found = [*_token_items(pricing, tokens, plain["tokens"], places)]
    if endpoint is not None:
        found += _endpoint_hours(pricing, endpoint, plain, places)
    if fleet is not None:
        found += _fleet_capacity(pricing, fleet, plain, places, source)
    return (*found, *_work_items(pricing, lines, plain, places, fleet=fleet))


def _endpoint_hours(
    pricing: Pricing, share: Figure, plain: Mapping[str, float], places: Places | None
) -> Iterator[LineItem]:
    hours = capacity(pricing, "managed-open", share).charged * pricing.sample("time.hours_per_month")
    yield from _item("gpu", average(hours, places), "GPU-hour", plain["gpu"], "prices.dedicated_gpu_factor")


def _fleet_capacity(
    pricing: Pricing, share: Figure, plain: Mapping[str, float], places: Places | None, source: str
) -> Iterator[LineItem]:
    size = capacity(pricing, "self-host", share)
    hours = average(size.charged * pricing.sample("time.hours_per_month"), places)
    yield from _item("gpu", hours, "GPU-hour", plain["gpu"], source)
    yield from _item("hardware", average(size.charged, places), "GPU, written off monthly", plain["hardware"], source)
    powered = "GPU, powered and housed a month"
    yield from _item("power", average(size.all, places), powered, plain["power"], "operations.electricity_usd_per_kwh")


def _token_items(pricing: Pricing, shares: TokenShares, usd: float, places: Places | None) -> Iterator[LineItem]:
    """Tokens by kind at their rates; the rates carry discount, drift and what is bought ahead alike."""
    found: list[tuple[str, float, float, str]] = []
    for slot, share in shares:
        quote = quote_in(pricing.scenario, slot)
        of_model = f" of {quote.model.id}" if len(shares) > 1 else ""
        rates, writes = quote.rates, pricing.sample("traffic.cache_write_share")
        moved = (pricing.open_traffic() if quote.model.open_weights else pricing.today).scaled(share)
        waits, cached = moved.batch_share, moved.input * moved.cached_share
        now = 1.0 - waits
        fresh, inputs = moved.input - cached, input_kinds(quote.row, quote.mix)
        blend = fsum(part * factor for _, part, factor in inputs)
        kinds: list[tuple[str, Figure, Figure]] = [
            *((kind, fresh * now * part, rates.input * factor / blend) for kind, part, factor in inputs),
            ("cached input token", cached * (1.0 - writes) * now, rates.cache_read),
            ("input token written to the cache", cached * writes * now, rates.cache_write),
            ("output token", moved.output * now, rates.output),
            *(
                (f"{kind} in a batch", fresh * waits * part, rates.batch_input * factor / blend)
                for kind, part, factor in inputs
            ),
            ("cached input token in a batch", cached * (1.0 - writes) * waits, rates.batch_cache_read),
            ("input token written to the cache in a batch", cached * writes * waits, rates.batch_cache_write),
            ("output token in a batch", moved.output * waits, rates.batch_output),
        ]
        for unit, tokens, rate in kinds:
            count = average(tokens * pricing.growth, places)
            found.append((unit + of_model, count, count * float(rate), quote.row.source))
    listed = fsum(paid for _, _, paid, _ in found)
    scale = usd / listed if listed else 0.0
    for unit, count, paid, source in found:
        yield from _item("tokens", count, unit, paid * scale, source)


def _work_items(
    pricing: Pricing, lines: Lines, plain: Mapping[str, float], places: Places | None, *, fleet: Figure | None
) -> Iterator[LineItem]:
    """The positions of all lines but tokens and GPUs; `fleet` is the share of the traffic on a fleet, None without."""
    sample, scenario = pricing.sample, pricing.scenario
    special: dict[str, list[_Part]] = {}
    watching: Figure = 0.0
    watched, tokens = sample("operations.observability_gpu_usd_per_month"), pricing.today.total
    if fleet is not None:
        size = capacity(pricing, "self-host", fleet)
        move = pricing.move / scenario.months
        watching = size.all * (1.0 + second_region_share(pricing)) * watched
        tokens = pricing.open_traffic(fleet).total + pricing.today.total * (1.0 - fleet)
        hour, name = _UNITS["upgrades"]
        special["upgrades"] = [
            (hour, lines["upgrades"] - move, sample(name), name),
            ("move to the fleet, written off", move, pricing.move, "economics.migration_cost_usd"),
        ]
        special |= {"labor": _people(pricing, lines["labor"])} if scenario.tier != "workstation" else {}
        if scenario.fleet.acquisition == "owned":
            gigabyte = "operations.storage_usd_per_gb_month"
            special["storage"] = [("GB of disk, a month", lines["storage"], sample(gigabyte), gigabyte)]
    text = operations.kept_text(tokens * pricing.growth, sample)
    tools, name = _UNITS["observability"]
    gigabyte = "operations.observability_usd_per_gb"
    special["observability"] = [
        (tools, lines["observability"] - watching - text, sample(name), name),
        ("GB of text kept", text, sample(gigabyte), gigabyte),
        ("GPU watched, a month", watching, watched, "operations.observability_gpu_usd_per_month"),
    ]
    own = 0.0 if fleet is None else operations.compliance(scenario.regulated, sample)
    work, review = "operations.compliance_usd_per_year", "operations.compliance_provider_usd_per_year"
    special["compliance"] = [
        ("year of compliance work", own, sample(work), work),
        ("year of agreements and reviews", lines["compliance"] - own, sample(review), review),
    ]
    for line in LINES:
        if line in special:
            yield from _shared_out(line, special[line], plain[line], places)
        elif line in _UNITS:
            unit, name = _UNITS[line]
            yield from _shared_out(line, [(unit, lines[line], sample(name), name)], plain[line], places)


def _people(pricing: Pricing, labor: Figure) -> list[_Part]:
    sample = pricing.sample
    monthly = sample("staffing.loaded_cost_usd") / sample("time.months_per_year")
    if pricing.scenario.tier != "high-availability":
        return [("FTE-month", labor, monthly, "staffing.loaded_cost_usd")]
    rota = sample("people.on_call_usd_per_month")
    return [
        ("FTE-month", labor - rota, monthly, "staffing.loaded_cost_usd"),
        ("on-call rota, a month", rota, rota, "people.on_call_usd_per_month"),
    ]


def _shared_out(line: str, parts: Sequence[_Part], usd: float, places: Places | None) -> Iterator[LineItem]:
    """A line's dollars over its parts, in proportion to what each costs near the median."""
    costs = [average(cost, places) for _, cost, _, _ in parts]
    whole = fsum(costs)
    for (unit, cost, price, source), paid in zip(parts, costs, strict=True):
        quantity = average(cost / np.maximum(_LEAST_PRICE, price), places)
        yield from _item(line, quantity, unit, usd * paid / whole if whole else 0.0, source)


def _item(line: str, quantity: float, unit: str, usd: float, source: str) -> Iterator[LineItem]:
    if usd and quantity:
        yield LineItem(line, quantity, unit, usd / quantity, usd, source)

"""The positions of a bill: each line of the median as quantities times unit prices, with the source of each price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.cost.compare.explained import Places, average, near_median
from advisor.cost.draws import Figure
from advisor.cost.fleets.people import people_needed
from advisor.cost.offers import LineItem
from advisor.cost.routes import (
    LINES,
    Pricing,
    by_token,
    capacity,
    managed_open,
    quote_in,
    second_region_share,
    self_host,
    total,
)
from advisor.cost.scenario import Slot

_PRICED_BY = {
    "labor": "staffing.loaded_cost_usd",
    "observability": "operations.observability_tools_usd_per_month",
    "failover": "operations.second_region_factor",
    "upgrades": "people.engineer_hour_usd",
    "egress": "operations.egress_usd_per_gb",
    "compliance": "operations.compliance_usd_per_year",
    "incidents": "people.engineer_hour_usd",
    "failures": "quality.failure_cost_usd",
    "integration": "operations.integration_usd",
    "evaluation": "people.engineer_hour_usd",
    "gateway": "operations.gateway_usd_per_month",
    "storage": "operations.cloud_overhead_share",
    "power": "operations.electricity_usd_per_kwh",
}
"""The answer or parameter that prices each line which has no price row of its own."""
_MONTH = "month"


def quote_items(pricing: Pricing, slot: Slot, plain: Mapping[str, float]) -> tuple[LineItem, ...]:
    """The positions of a token offer that carries all of the traffic; they add up to the lines of its median."""
    quote = quote_in(pricing.scenario, slot)
    success = pricing.rates.open if quote.model.open_weights else pricing.rates.api
    places = near_median(total(by_token(pricing, slot, 1.0, success)))
    return (*_token_items(pricing, slot, plain["tokens"], places), *_other_items(plain, {"tokens"}))


def endpoint_items(pricing: Pricing, plain: Mapping[str, float]) -> tuple[LineItem, ...]:
    """The positions of a provider's dedicated endpoints."""
    places = near_median(total(managed_open(pricing)))
    hours = capacity(pricing, "managed-open", 1.0).charged * pricing.sample("time.hours_per_month")
    item = _item("gpu", average(hours, places), "GPU-hour", plain["gpu"], "prices.dedicated_gpu_factor")
    return (*item, *_other_items(plain, {"gpu"}))


def fleet_items(pricing: Pricing, plain: Mapping[str, float], source: str) -> tuple[LineItem, ...]:
    """The positions of a fleet that carries all of the traffic."""
    sample, scenario = pricing.sample, pricing.scenario
    places = near_median(total(self_host(pricing)))
    size = capacity(pricing, "self-host", 1.0)
    gpus = average(size.charged, places)
    hours = average(size.charged * sample("time.hours_per_month"), places)
    items = [
        *_item("gpu", hours, "GPU-hour", plain["gpu"], source),
        *_item("hardware", gpus, "GPU, written off monthly", plain["hardware"], source),
        *_item(
            "power", average(size.all, places), "GPU, powered and housed a month", plain["power"], _PRICED_BY["power"]
        ),
    ]
    done = {"gpu", "hardware", "power"}
    if scenario.tier != "workstation":
        tokens = pricing.open_traffic().total * pricing.growth
        every = size.all * (1.0 + second_region_share(pricing))
        people = people_needed(scenario.tier, every, tokens, pricing.users, sample)
        items += _item("labor", average(people, places), "FTE-month", plain["labor"], _PRICED_BY["labor"])
        done.add("labor")
    return (*items, *_other_items(plain, done))


def _token_items(pricing: Pricing, slot: Slot, usd: float, places: Places | None) -> Iterator[LineItem]:
    """Tokens by kind at their rates; the rates carry discount, drift and what is bought ahead alike."""
    quote = quote_in(pricing.scenario, slot)
    moved = pricing.open_traffic() if quote.model.open_weights else pricing.today
    rates, writes = quote.rates, pricing.sample("traffic.cache_write_share")
    waits, cached = moved.batch_share, moved.input * moved.cached_share
    now = 1.0 - waits
    kinds: list[tuple[str, Figure, Figure]] = [
        ("input token", (moved.input - cached) * now, rates.input),
        ("cached input token", cached * (1.0 - writes) * now, rates.cache_read),
        ("input token written to the cache", cached * writes * now, rates.cache_write),
        ("output token", moved.output * now, rates.output),
        ("input token in a batch", (moved.input - cached) * waits, rates.batch_input),
        ("cached input token in a batch", cached * (1.0 - writes) * waits, rates.batch_cache_read),
        ("input token written to the cache in a batch", cached * writes * waits, rates.batch_cache_write),
        ("output token in a batch", moved.output * waits, rates.batch_output),
    ]
    amounts = [(unit, average(tokens * pricing.growth, places), float(rate)) for unit, tokens, rate in kinds]
    listed = sum(count * rate for _, count, rate in amounts)
    scale = usd / listed if listed else 0.0
    for unit, count, rate in amounts:
        yield from _item("tokens", count, unit, count * rate * scale, quote.row.source)


def _other_items(plain: Mapping[str, float], done: set[str]) -> Iterator[LineItem]:
    for line in LINES:
        if line not in done:
            yield from _item(line, 1.0, _MONTH, plain[line], _PRICED_BY.get(line, ""))


def _item(line: str, quantity: float, unit: str, usd: float, source: str) -> Iterator[LineItem]:
    if usd and quantity:
        yield LineItem(line, quantity, unit, usd / quantity, usd, source)

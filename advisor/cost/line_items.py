"""The median of a route's draws, and the positions that explain it, with the source of each price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

import numpy as np
from numpy.typing import NDArray

from advisor.cost import operations
from advisor.cost.draws import Figure
from advisor.cost.offers import LineItem, Lines
from advisor.cost.prices import input_kinds
from advisor.cost.routes import LINES, Pricing, capacity, quote_in, second_region_share, total
from advisor.cost.scenario import Slot

Places = NDArray[np.intp]
"""Numbers of some of the draws."""
NEAR = 0.05
"""Share of the draws that lie nearest the median; what the lines of the verdict are averaged over (the contract's)."""


def near_median(total: Figure) -> Places | None:
    """Places of the draws whose totals lie nearest the median; None where the total is one number."""
    if not isinstance(total, np.ndarray):
        return None
    count = max(1, round(NEAR * total.size))
    return np.argpartition(np.abs(total - np.median(total)), count - 1)[:count]


def average(figure: Figure, places: Places | None) -> float:
    """The mean over some of the draws; an exact figure stays what it is."""
    if not isinstance(figure, np.ndarray) or places is None:
        return float(np.median(figure))
    return float(figure[places].mean())


def explained(lines: Mapping[str, Figure], total: Figure, p50: float | None = None) -> dict[str, float]:
    """Each line averaged near the median; the remainder falls on the most uncertain one, so that the sum is the P50.

    `p50` is the median of all draws where `total` holds only the first of them.
    """
    middle = float(np.median(total)) if p50 is None else p50
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


def quote_items(pricing: Pricing, slot: Slot, lines: Lines, plain: Mapping[str, float]) -> tuple[LineItem, ...]:
    """The positions of a token offer that carries all of the traffic; they add up to the lines of its median."""
    places = near_median(total(lines))
    tokens = _token_items(pricing, [(slot, 1.0)], plain["tokens"], places)
    return (*tokens, *_work_items(pricing, lines, plain, places, fleet=None))


def endpoint_items(pricing: Pricing, lines: Lines, plain: Mapping[str, float]) -> tuple[LineItem, ...]:
    """The positions of a provider's dedicated endpoints."""
    places = near_median(total(lines))
    return (*_endpoint_hours(pricing, 1.0, plain, places), *_work_items(pricing, lines, plain, places, fleet=None))


def fleet_items(pricing: Pricing, lines: Lines, plain: Mapping[str, float], source: str) -> tuple[LineItem, ...]:
    """The positions of a fleet that carries all of the traffic; `source` is that of its rent."""
    places = near_median(total(lines))
    return (
        *_fleet_capacity(pricing, 1.0, plain, places, source),
        *_work_items(pricing, lines, plain, places, fleet=1.0),
    )


def hybrid_items(
    pricing: Pricing, routine: str, tokens: TokenShares, lines: Lines, plain: Mapping[str, float], source: str
) -> tuple[LineItem, ...]:
    """The positions of both halves together: tokens at each model's prices, and the routine half's GPUs.

    `routine` is the route of that half, `tokens` what is bought by the token, `source` that of a fleet's rent.
    """
    places = near_median(total(lines))
    share = 1.0 - pricing.sample("quality.frontier_share")
    found = [*_token_items(pricing, tokens, plain["tokens"], places)]
    if routine == "self-host":
        found += _fleet_capacity(pricing, share, plain, places, source)
    elif pricing.scenario.endpoint is not None:
        found += _endpoint_hours(pricing, share, plain, places)
    fleet = share if routine == "self-host" else None
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
    watching, watched, tokens = 0.0, sample("operations.observability_gpu_usd_per_month"), pricing.today.total
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

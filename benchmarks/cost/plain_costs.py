"""The routes' formulas once more, draw by draw in plain Python: what the arrays are measured and checked against.

For a rented, sized fleet without evidence of failures, whose traffic rests on output tokens and a ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from advisor.cost.quotes import Quote
from advisor.cost.scenario import Scenario

Look = Callable[[str], float]
SECONDS = 3600.0
GB = 1e9


def totals(scenario: Scenario, look: Look) -> dict[str, float]:
    """Dollars a month of every route for one draw of every input; hybrid of the managed open model and the API."""
    output = look("volume.output_tokens")
    shape = (output * look("volume.input_ratio"), output)
    many = look("economics.token_multiplier")
    own = (shape[0] * many, shape[1] * many)
    offers = scenario.offers
    assert offers.hosted is not None
    assert offers.cloud_frontier is not None
    assert offers.managed is not None
    assert offers.frontier_hosted is not None
    around = provider(scenario, shape, look)
    bills = {
        "hosted-api": bill(scenario, offers.hosted, shape, look, "hosted"),
        "managed-cloud": bill(scenario, offers.cloud_frontier, shape, look, "cloud_frontier"),
        "managed-open": bill(scenario, offers.managed, own, look, "managed"),
    }
    found = {route: cost + around for route, cost in bills.items()}
    hard = look("quality.frontier_share")
    frontier = bill(scenario, offers.frontier_hosted, shape, look, "frontier_hosted")
    mixed = hard * frontier + (1.0 - hard) * bills["managed-open"] + around
    return found | {"self-host": self_host(scenario, own, look), "hybrid": mixed}


def bill(scenario: Scenario, quote: Quote, tokens: tuple[float, float], look: Look, slot: str) -> float:
    """Tokens at their rates over the months, the discount where it was negotiated."""
    rates = [float(rate) for rate in plain_rates(quote)]
    cached = tokens[0] * look("volume.cached_share")
    written = cached * look("traffic.cache_write_share")
    amounts = (tokens[0] - cached, tokens[1], cached - written, written)
    now = sum(amount * rate for amount, rate in zip(amounts, rates[:4], strict=True))
    later = sum(amount * rate for amount, rate in zip(amounts, rates[4:], strict=True))
    share = look("volume.batch_share")
    decline = f"price.{slot}.drift" if slot == "managed" else "market.api_price_decline_per_year"
    drift = mean(months(scenario, look("volume.annual_growth")), months(scenario, -look(decline)))
    off = look("economics.discount") if quote.route == scenario.discounted else 0.0
    return ((1.0 - share) * now + share * later) * (1.0 - off) * drift * look(f"price.{slot}.spread")


def plain_rates(quote: Quote) -> list[float]:
    """Dollars per token: input, output, cache read, cache write, and these for work that can wait."""
    rates = quote.rates
    now = (rates.input, rates.output, rates.cache_read, rates.cache_write)
    later = (rates.batch_input, rates.batch_output, rates.batch_cache_read, rates.batch_cache_write)
    return [float(rate) for rate in (*now, *later)]


def size_of(scenario: Scenario, total: float, look: Look) -> float:
    """A smallest service of the tier, and what volume adds."""
    start = look(f"service.start.{scenario.work}")
    return start + (1.0 - start) * total / (total + look("service.full_tokens"))


def shared(size: float, look: Look) -> float:
    """The wrapper, the evaluation, the gateway and the tools that watch requests."""
    wrapper = look("operations.integration_usd") / look("operations.integration_life_months")
    tests = look("operations.evaluation_hours_per_month") * look("people.engineer_hour_usd")
    tools = look("operations.gateway_usd_per_month") + look("operations.observability_tools_usd_per_month")
    return size * (wrapper + tests + tools)


def kept(total: float, look: Look) -> float:
    """The sampled text that the tools keep."""
    gigabytes = total * look("operations.observability_kept_share") * look("operations.bytes_per_token") / GB
    return gigabytes * look("operations.observability_usd_per_gb")


def provider(scenario: Scenario, tokens: tuple[float, float], look: Look) -> float:
    """What a token-priced route carries beside its bill."""
    growth = mean(months(scenario, look("volume.annual_growth")))
    total = (tokens[0] + tokens[1]) * growth
    size = size_of(scenario, total, look)
    hours = look("operations.retirements_per_year") * look("operations.retirement_hours")
    ended = size * hours * look("people.engineer_hour_usd") / look("time.months_per_year")
    return shared(size, look) + kept(total, look) + ended


def self_host(scenario: Scenario, tokens: tuple[float, float], look: Look) -> float:
    """Whole groups month by month, their rent and what follows it, and the people and work around them."""
    growth, gpus, rented = months(scenario, look("volume.annual_growth")), 0.0, 0.0
    plan, batch = scenario.fleet, look("volume.batch_share")
    peak = batch + (1.0 - batch) * look("volume.peak_to_average")
    rate = tokens[1] / (look("time.hours_per_month") * SECONDS)
    speed = plan.speed.tokens_per_second * look("fleet.speed_band")
    groups = rate * max(peak, 1.0 / look("economics.utilization")) / speed
    for factor, rent in zip(growth, months(scenario, -look("market.gpu_price_decline_per_year")), strict=True):
        whole = (max(1, ceil(groups * factor)) + plan.spares) * plan.group_gpus
        gpus, rented = gpus + whole, rented + whole * rent
    gpus, rented = gpus / len(growth), rented / len(growth)
    rent_paid = rented * look("economics.gpu_hour_usd") * look("time.hours_per_month")
    rent_paid *= 1.0 + look("operations.cloud_overhead_share")
    total = (tokens[0] + tokens[1]) * mean(growth)
    size = size_of(scenario, total, look)
    watched = gpus * look("operations.observability_gpu_usd_per_month")
    sent = total * look("operations.bytes_per_token") / GB * look("operations.egress_usd_per_gb")
    around = shared(size, look) + standing(scenario, size, look) + kept(total, look) + watched + sent
    return rent_paid + people(scenario, gpus, total, look) + around


def people(scenario: Scenario, gpus: float, total: float, look: Look) -> float:
    """An internal service's smallest team, what size adds to it, and a share for every further base of GPUs."""
    start, full = look("tier.internal-endpoint.fte"), look("tier.production.fte")
    weight = (gpus / look("people.team_gpus") + total / look("people.team_tokens")) ** 2
    need = start + max(0.0, full - start) * weight / (1.0 + weight)
    need *= 1.0 + look("people.fleet_growth") * max(0.0, gpus / look("people.fleet_base_gpus") - 1.0)
    spare = min(need, look("economics.team_spare_fte"))
    paid = need - spare * (1.0 - look("people.spare_marginal_share"))
    return paid * look("staffing.loaded_cost_usd") / look("time.months_per_year")


def standing(scenario: Scenario, size: float, look: Look) -> float:
    """Releases, outages and the move."""
    hour, year = look("people.engineer_hour_usd"), look("time.months_per_year")
    releases = look("operations.upgrades_per_year") * look("operations.upgrade_hours") * hour / year
    outages = look("operations.incidents_per_year") * look("operations.incident_hours") * hour / year
    move = look("economics.migration_cost_usd") * (1.0 if scenario.move_known else size)
    return size * (releases + outages) + move / scenario.months


def months(scenario: Scenario, annual: float) -> list[float]:
    """The factor of each month by a yearly rate."""
    return [(1.0 + annual) ** (month // 12) * (1.0 + annual * (month % 12) / 12) for month in range(scenario.months)]


def mean(*factors: list[float]) -> float:
    """The mean over the months of the products of factors."""
    products = list(factors[0])
    for other in factors[1:]:
        products = [one * two for one, two in zip(products, other, strict=True)]
    return sum(products) / len(products)

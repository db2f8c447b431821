"""The routes' formulas once more, draw by draw in plain Python: what the arrays are measured and checked against.

For a rented, sized fleet without evidence of failures, whose traffic rests on output tokens and a ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from advisor.cost.prices import PriceList
from advisor.cost.scenario import Scenario

Look = Callable[[str], float]
SECONDS = 3600.0
MILLION = 1e6
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
    packaging = 1.0 + look("operations.managed_cloud_premium")
    api, managed = "market.api_price_decline_per_year", "market.managed_price_decline_per_year"
    found = {
        "self-host": self_host(scenario, own, look),
        "hosted-api": bill(scenario, offers.hosted, shape, look, "hosted-api", api),
        "managed-cloud": bill(scenario, offers.cloud_frontier, shape, look, "managed-cloud", api) * packaging,
        "managed-open": bill(scenario, offers.managed, own, look, "managed-open", managed),
    }
    hard = look("quality.frontier_share")
    return found | {"hybrid": hard * found["hosted-api"] + (1.0 - hard) * found["managed-open"]}


def bill(
    scenario: Scenario, offer: PriceList, tokens: tuple[float, float], look: Look, route: str, decline: str
) -> float:
    fresh_price, output_price, read, write, batch_in, batch_out = rates(offer, look(f"price.{route}.position"))
    cached = tokens[0] * look("volume.cached_share")
    written = cached * look("traffic.cache_write_share")
    prompt = (tokens[0] - cached) * fresh_price + (cached - written) * read + written * write
    later = prompt * (batch_in / fresh_price) + tokens[1] * batch_out
    share = look("volume.batch_share")
    now = prompt + tokens[1] * output_price
    drift = mean(months(scenario, look("volume.annual_growth")), months(scenario, -look(decline)))
    return (
        ((1.0 - share) * now + share * later)
        * (1.0 - look("economics.discount"))
        / MILLION
        * drift
        * look(f"price.{route}.error")
    )


def rates(offer: PriceList, position: float) -> list[float]:
    columns = [
        [row.input for row in offer.rows],
        [row.output for row in offer.rows],
        [row.cache_read or row.input for row in offer.rows],
        [row.cache_write or row.input for row in offer.rows],
        [row.batch_input or row.input for row in offer.rows],
        [row.batch_output or row.output for row in offer.rows],
    ]
    place = position * (len(offer.rows) - 1)
    below = min(int(place), max(0, len(offer.rows) - 2))
    above = min(below + 1, len(offer.rows) - 1)
    return [column[below] + (column[above] - column[below]) * (place - below) for column in columns]


def self_host(scenario: Scenario, tokens: tuple[float, float], look: Look) -> float:
    growth, gpus, rented = months(scenario, look("volume.annual_growth")), 0.0, 0.0
    plan, batch = scenario.fleet, look("volume.batch_share")
    peak = batch + (1.0 - batch) * look("volume.peak_to_average")
    band = look("fleet.moe_speed_band" if plan.request.model.experts else "fleet.dense_speed_band")
    rate = tokens[1] / (look("time.hours_per_month") * SECONDS)
    groups = rate * max(peak, 1.0 / look("economics.utilization")) / (plan.speed.tokens_per_second * band)
    for factor, rent in zip(growth, months(scenario, -look("market.gpu_price_decline_per_year")), strict=True):
        whole = max(1, ceil(groups * factor)) * plan.group_gpus
        gpus, rented = gpus + whole, rented + whole * rent
    gpus, rented = gpus / len(growth), rented / len(growth)
    rent_paid = rented * look("economics.gpu_hour_usd") * look("time.hours_per_month")
    total = (tokens[0] + tokens[1]) * mean(growth)
    return rent_paid + people(scenario, gpus, look) + standing(scenario, look) + moved(total, look)


def people(scenario: Scenario, gpus: float, look: Look) -> float:
    beyond = max(0.0, gpus / look("people.fleet_base_gpus") - 1.0)
    need = look(f"tier.{scenario.tier}.fte") * (1.0 + look("people.fleet_growth") * beyond)
    spare = min(need, look("economics.team_spare_fte"))
    paid = need - spare * (1.0 - look("people.spare_marginal_share"))
    return paid * look("staffing.loaded_cost_usd") / look("time.months_per_year")


def standing(scenario: Scenario, look: Look) -> float:
    hour, year = look("people.engineer_hour_usd"), look("time.months_per_year")
    releases = look("operations.upgrades_per_year") * look("operations.upgrade_hours") * hour / year
    outages = look("operations.incidents_per_year") * look("operations.incident_hours") * hour / year
    return releases + outages + look("economics.migration_cost_usd") / scenario.months


def moved(total: float, look: Look) -> float:
    small = look("operations.observability_small_usd_per_month")
    full = look("operations.observability_usd_per_year") / look("time.months_per_year")
    watched = small + max(0.0, full - small) * min(1.0, total / look("operations.observability_full_volume"))
    return watched + total * look("operations.bytes_per_token") / GB * look("operations.egress_usd_per_gb")


def months(scenario: Scenario, annual: float) -> list[float]:
    return [(1.0 + annual) ** (month // 12) * (1.0 + annual * (month % 12) / 12) for month in range(scenario.months)]


def mean(*factors: list[float]) -> float:
    products = list(factors[0])
    for other in factors[1:]:
        products = [one * two for one, two in zip(products, other, strict=True)]
    return sum(products) / len(products)

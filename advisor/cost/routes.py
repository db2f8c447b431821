"""What each route costs a month, line by line, averaged over the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from advisor.cost import operations, people, task_success
from advisor.cost.draws import Array, Figure, Sample
from advisor.cost.fleet import FleetSize, Months, fleet_cost, fleet_size, replicas_demanded
from advisor.cost.growth import mean_factor
from advisor.cost.prices import PriceList
from advisor.cost.scenario import Scenario
from advisor.cost.token_bill import Rates, token_bill
from advisor.cost.traffic import Traffic, traffic

LINES = (
    "tokens", "gpu", "hardware", "power", "labor", "observability",
    "failover", "upgrades", "egress", "compliance", "incidents", "failures",
)  # fmt: skip
Lines = dict[str, Figure]
_VENDORS_OWN = ("hosted-api", "managed-cloud")
"""Offers of a vendor's own model; the others are of the open one, which counts tokens its own way."""


@dataclass(frozen=True)
class Pricing:
    """One scenario under one sample; what several routes share is worked out once, when first asked for."""

    scenario: Scenario
    sample: Sample

    @cached_property
    def today(self) -> Traffic:
        """Traffic of the first month."""
        return traffic(self.sample, self.scenario.basis)

    @cached_property
    def bills(self) -> dict[str, Figure]:
        """Token bills of all of the traffic by offer, as far as they were asked for."""
        return {}

    @cached_property
    def curves(self) -> dict[tuple[float, ...], Array]:
        """Self-hosting's cost at volumes, shape (volumes, draws), by the volumes that were asked for."""
        return {}

    @cached_property
    def growth(self) -> Figure:
        """Mean traffic over the horizon, over that of the first month."""
        return mean_factor(self.sample("volume.annual_growth"), self.scenario.months)

    @cached_property
    def rates(self) -> task_success.SuccessRates:
        """Share of tasks that succeed, by kind of model."""
        scenario = self.scenario
        given, routine = scenario.open_success_given, scenario.routine_success_given
        return task_success.success_rates(self.sample, open_given=given, routine_given=routine)

    def open_traffic(self, share: Figure = 1.0) -> Traffic:
        """Traffic as the open model counts it: its own tokenizer, its own reasoning."""
        return self.today.scaled(self.sample("economics.token_multiplier") * share)

    def tasks(self, share: Figure = 1.0) -> Figure:
        """Tasks a month, averaged over the horizon."""
        return task_success.tasks_per_month(self.today.total * share, self.sample) * self.growth


def hosted_api(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """A vendor's own model by the token, committed or provisioned."""
    offer = pricing.scenario.offers.hosted
    assert offer is not None  # a route without a price is excluded before it is priced
    bill = _vendor_bill(pricing, offer, "hosted-api", share)
    return _provider_lines(pricing, bill, pricing.rates.api, share)


def cloud_frontier(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """The vendor's model in a cloud's compliance packaging, at its premium."""
    offer = pricing.scenario.offers.cloud_frontier
    assert offer is not None  # a route without a price is excluded before it is priced
    bill = _vendor_bill(pricing, offer, "managed-cloud", share) * _packaging(pricing)
    return _provider_lines(pricing, bill, pricing.rates.api, share)


def cloud_open(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """An open model in a cloud's compliance packaging, at its premium."""
    offer = pricing.scenario.offers.cloud_open
    assert offer is not None  # a route without a price is excluded before it is priced
    bill = _vendor_bill(pricing, offer, "managed-cloud-open", share) * _packaging(pricing)
    return _provider_lines(pricing, bill, pricing.rates.open, share)


def _packaging(pricing: Pricing) -> Figure:
    return 1.0 + pricing.sample("operations.managed_cloud_premium")


def managed_open(pricing: Pricing, share: Figure = 1.0, success: Figure | None = None) -> Lines:
    """An open model at a provider that runs it: by the token, or as a dedicated endpoint by the GPU-hour."""
    offer = pricing.scenario.offers.managed
    assert offer is not None  # a route without a price is excluded before it is priced
    rate = pricing.rates.open if success is None else success
    if pricing.scenario.pricing != "dedicated-endpoint":
        bill = _vendor_bill(pricing, offer, "managed-open", share)
        return _provider_lines(pricing, bill, rate, share)
    size = capacity(pricing, "managed-open", share)
    return _provider_lines(pricing, 0.0, rate, share) | capacity_lines(pricing, "managed-open", size)


def self_host(pricing: Pricing, share: Figure = 1.0, success: Figure | None = None) -> Lines:
    """Open weights on infrastructure the user controls, with the people and the work that come with it."""
    lines = standing_lines(pricing) | volume_lines(pricing, share)
    return _with_failures(pricing, lines, pricing.rates.open if success is None else success, share)


def standing_lines(pricing: Pricing) -> Lines:
    """Self-hosting's lines that do not depend on volume: releases to move to, compliance, outages, the move itself."""
    scenario, sample, tier = pricing.scenario, pricing.sample, pricing.scenario.tier
    return dict.fromkeys(LINES, 0.0) | {
        "upgrades": operations.upgrades(tier, sample) + sample("economics.migration_cost_usd") / scenario.months,
        "compliance": operations.compliance(scenario.regulated, sample),
        "incidents": operations.incidents(tier, sample),
    }


def volume_lines(pricing: Pricing, share: Figure) -> Lines:
    """Self-hosting's lines that follow volume: GPUs for the peak, their second region, people, tooling, bytes moved."""
    scenario, sample = pricing.scenario, pricing.sample
    moved = pricing.open_traffic(share)
    size = capacity(pricing, "self-host", share)
    tokens = moved.total * pricing.growth
    return capacity_lines(pricing, "self-host", size) | {
        "labor": people.labor(scenario.tier, size.all * (1.0 + second_region_share(pricing)), sample),
        "observability": operations.observability(tokens, sample),
        "egress": operations.egress(tokens, sample),
    }


def capacity(pricing: Pricing, route: str, share: Figure) -> FleetSize:
    """The GPUs that a share of the traffic takes over the months of the comparison: a provider has none of ours."""
    demand = replicas_demanded(pricing.scenario.fleet, pricing.open_traffic(share), pricing.sample)
    spare = 0.0 if route == "managed-open" else pricing.sample("economics.owned_gpus_spare")
    growth, drift = pricing.sample("volume.annual_growth"), rent_drift(pricing, route)
    return fleet_size(pricing.scenario.fleet, demand, spare, Months(pricing.scenario.months, growth, drift))


def rent_drift(pricing: Pricing, route: str) -> Figure:
    """By what share a GPU's rent moves in a year: not at all where it is reserved, or the GPU owned."""
    fixed = route == "self-host" and pricing.scenario.acquisition in ("reserved", "owned")
    return 0.0 if fixed else -1.0 * pricing.sample("market.gpu_price_decline_per_year")


def capacity_lines(pricing: Pricing, route: str, size: FleetSize) -> Lines:
    """What a fleet of a size costs a month: a provider's endpoints by the hour, or one's own with a second region."""
    scenario, sample = pricing.scenario, pricing.sample
    if route == "managed-open":
        hourly = sample("gpu.on_demand_usd") * sample("prices.dedicated_gpu_factor")
        return {"gpu": size.rented * (hourly * sample("time.hours_per_month"))}
    fleet = fleet_cost(scenario.fleet, size, scenario.acquisition, sample)
    failover = fleet.capacity * second_region_share(pricing) if scenario.second_region else 0.0
    return {"gpu": fleet.gpu, "hardware": fleet.hardware, "power": fleet.power, "failover": failover}


def second_region_share(pricing: Pricing) -> Figure:
    """Capacity of the second region over that of the first; 0 where there is none."""
    return pricing.sample("operations.second_region_factor") if pricing.scenario.second_region else 0.0


def routine_half(pricing: Pricing, route: str, frontier_share: Figure | None = None) -> Lines:
    """Hybrid's routine share on an open route: what the frontier share, as answered or given here, leaves."""
    share = 1.0 - (pricing.sample("quality.frontier_share") if frontier_share is None else frontier_share)
    return (self_host if route == "self-host" else managed_open)(pricing, share, pricing.rates.routine)


def frontier_half(pricing: Pricing, route: str, frontier_share: Figure | None = None) -> Lines:
    """Hybrid's frontier share, as answered or given here, on a frontier route."""
    share = pricing.sample("quality.frontier_share") if frontier_share is None else frontier_share
    return (hosted_api if route == "hosted-api" else cloud_frontier)(pricing, share)


def added(one: Lines, other: Lines) -> Lines:
    """Two halves together, line by line."""
    return {line: one[line] + other[line] for line in LINES}


def total(lines: Mapping[str, Figure]) -> Figure:
    """All lines added, in their published order."""
    result: Figure = 0.0
    for line in LINES:
        result = result + lines[line]
    return result


def _vendor_bill(pricing: Pricing, offer: PriceList, route: str, share: Figure) -> Figure:
    """The token bill of a share of the traffic: a share of the bill for all of it, which is worked out once."""
    if route not in pricing.bills:
        moved = pricing.today if route in _VENDORS_OWN else pricing.open_traffic()
        pricing.bills[route] = _bill_of_all(pricing, offer, route, moved)
    return pricing.bills[route] * share


def _bill_of_all(pricing: Pricing, offer: PriceList, route: str, moved: Traffic) -> Figure:
    """The token bill over the horizon: traffic grows, prices drift, and what is bought ahead is paid ahead."""
    sample = pricing.sample
    decline = -1.0 * sample(price_decline(route))
    months = mean_factor(sample("volume.annual_growth"), pricing.scenario.months, decline)
    bill = token_bill(moved, _rates(offer, sample, route), sample("traffic.cache_write_share"), _discount(pricing))
    if pricing.scenario.pricing == "provisioned" and route in _VENDORS_OWN:
        bill = bill / sample("prices.provisioned_utilization")
    return bill * (months * sample(f"price.{route}.error"))


def price_decline(offer: str) -> str:
    """The parameter by which an offer's token prices fall in a year: a vendor's model drifts alike wherever sold."""
    return f"market.{'api' if offer in _VENDORS_OWN else 'managed'}_price_decline_per_year"


def _rates(offer: PriceList, sample: Sample, route: str) -> Rates:
    return offer.rates(sample(f"price.{route}.position"))


def _discount(pricing: Pricing) -> Figure:
    return pricing.sample("economics.discount")


def _provider_lines(pricing: Pricing, bill: Figure, success: Figure, share: Figure) -> Lines:
    yearly = pricing.sample("operations.compliance_provider_usd_per_year")
    months = pricing.sample("time.months_per_year")
    lines = dict.fromkeys(LINES, 0.0) | {
        "tokens": bill,
        "compliance": yearly / months if pricing.scenario.regulated else 0.0,
    }
    return _with_failures(pricing, lines, success, share)


def _with_failures(pricing: Pricing, lines: Mapping[str, Figure], success: Figure, share: Figure) -> Lines:
    """Failures enter the comparison only where the user gave evidence of them."""
    if not pricing.scenario.evidence:
        return dict(lines)
    return dict(lines) | {"failures": task_success.failures(pricing.tasks(share), success, pricing.sample)}

"""What each route costs a month, line by line, averaged over the horizon."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from advisor.cost import operations
from advisor.cost.draws import Array, Figure, Sample, sum_in_order
from advisor.cost.fleet import FleetPlan, FleetSize, Months, beyond_stated, fleet_cost, fleet_size, replicas_demanded
from advisor.cost.offers import Lines
from advisor.cost.quotes import Quote
from advisor.cost.scenario import OPEN_SLOTS, Scenario, Slot
from advisor.cost.traffic import Traffic, mean_factor, token_bill, traffic

LINES = (
    "tokens", "gpu", "hardware", "power", "labor", "observability",
    "failover", "upgrades", "egress", "compliance", "incidents", "failures",
    "integration", "evaluation", "gateway", "storage",
)  # fmt: skip
PROPORTIONAL = ("tokens", "failures")
"""Lines of a token-priced route that move in proportion to traffic; the others follow the size of the service."""
_PROVISIONED = ("hosted", "cloud_frontier", "frontier_hosted", "frontier_cloud")
"""Places where a vendor sells throughput by the month."""


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
        """Token bills of all of the traffic by place, as far as they were asked for."""
        return {}

    @cached_property
    def halves(self) -> dict[tuple[str, str], Lines]:
        """Lines of hybrid's halves at the share that was answered, by half and route, as far as they were asked for."""
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
    def rates(self) -> operations.SuccessRates:
        """Share of tasks that succeed, by kind of model."""
        scenario = self.scenario
        given, routine = scenario.open_success_given, scenario.routine_success_given
        return operations.success_rates(self.sample, open_given=given, routine_given=routine)

    @property
    def users(self) -> Figure:
        """Developers the service is for; 0 where it was not said."""
        return self.sample("workload.developers") if self.scenario.users_known else 0.0

    @cached_property
    def move(self) -> Figure:
        """Dollars, once, for the move to a fleet: as answered; a usual one follows the size of the service."""
        cost = self.sample("economics.migration_cost_usd")
        if self.scenario.move_known:
            return cost
        tokens = self.open_traffic().total * self.growth
        return cost * operations.service_size(self.scenario.work, tokens, self.users, self.sample)

    def on_fleet(self, plan: FleetPlan, hardware: Sample, of_hardware: Collection[str]) -> Pricing:
        """The same on another fleet, whose hardware has ranges of its own; what no hardware changes is kept."""
        common = self.sample

        def sample(name: str) -> Figure:
            return hardware(name) if name in of_hardware else common(name)

        other = Pricing(replace(self.scenario, own_fleet=plan), sample)
        other.__dict__.update(today=self.today, growth=self.growth, rates=self.rates)
        return other

    def open_traffic(self, share: Figure = 1.0) -> Traffic:
        """Traffic as the open model counts it: its own tokenizer, its own reasoning."""
        return self.today.scaled(self.sample("economics.token_multiplier") * share)

    def tasks(self, share: Figure = 1.0) -> Figure:
        """Tasks a month, averaged over the horizon."""
        return operations.tasks_per_month(self.today.total * share, self.sample) * self.growth


def hosted_api(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """A vendor's own model by the token, committed or provisioned."""
    return by_token(pricing, "hosted", share, pricing.rates.api)


def cloud_frontier(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """The vendor's model at a cloud's own price."""
    return by_token(pricing, "cloud_frontier", share, pricing.rates.api)


def cloud_open(pricing: Pricing, share: Figure = 1.0) -> Lines:
    """An open model at a cloud's own price."""
    return by_token(pricing, "cloud_open", share, pricing.rates.open)


def managed_open(pricing: Pricing, share: Figure = 1.0, success: Figure | None = None) -> Lines:
    """An open model at a provider that runs it: by the token, or as a dedicated endpoint by the GPU-hour."""
    rate = pricing.rates.open if success is None else success
    if pricing.scenario.endpoint is None:
        return by_token(pricing, "managed", share, rate)
    lines = provider_lines(pricing, share) | endpoint_lines(pricing, share)
    return _with_failures(pricing, lines, rate, share)


def self_host(pricing: Pricing, share: Figure = 1.0, success: Figure | None = None) -> Lines:
    """Open weights on infrastructure the user controls, with the people and the work that come with it."""
    lines = standing_lines(pricing) | volume_lines(pricing, share)
    return _with_failures(pricing, lines, pricing.rates.open if success is None else success, share)


def standing_lines(pricing: Pricing) -> Lines:
    """Self-hosting's lines that do not depend on volume: compliance work where data is regulated."""
    scenario, sample = pricing.scenario, pricing.sample
    return dict.fromkeys(LINES, 0.0) | {"compliance": operations.compliance(scenario.regulated, sample)}


def volume_lines(pricing: Pricing, share: Figure) -> Lines:
    """Self-hosting's lines that follow volume: GPUs for the peak, their second region, people, tooling, bytes moved."""
    scenario, sample = pricing.scenario, pricing.sample
    moved = pricing.open_traffic(share)
    fleet = capacity(pricing, "self-host", share)
    tokens = moved.total * pricing.growth
    every = fleet.all * (1.0 + second_region_share(pricing))
    size = operations.service_size(scenario.work, tokens, pricing.users, sample)
    return {
        **capacity_lines(pricing, "self-host", fleet),
        **shared_lines(pricing, size),
        "labor": operations.labor(scenario.tier, every, tokens, pricing.users, sample),
        "observability": operations.observability(size, every, tokens, sample),
        "upgrades": operations.upgrades(size, sample) + pricing.move / scenario.months,
        "incidents": operations.incidents(scenario.tier, size, sample),
        "egress": operations.egress(tokens, sample),
    }


def shared_lines(pricing: Pricing, size: Figure) -> Lines:
    """What an API and a fleet of one's own carry alike, by the size of the service."""
    return {
        "integration": operations.integration(size, pricing.sample),
        "evaluation": operations.evaluation(size, pricing.sample),
        "gateway": operations.gateway(size, pricing.sample),
    }


def provider_lines(pricing: Pricing, share: Figure, multiple: Figure = 1.0) -> Lines:
    """What a route costs besides the bill for tokens: agreements, the wrapper, its tests, tools, a model's end.

    Of a share of the traffic it is that share of what all of it takes: both halves of hybrid run behind one gateway.
    `multiple` is all of the traffic over what was answered.
    """
    scenario, sample = pricing.scenario, pricing.sample
    tokens = pricing.today.total * pricing.growth * multiple
    size = operations.service_size(scenario.work, tokens, pricing.users, sample) * share
    return {
        **dict.fromkeys(LINES, 0.0),
        **shared_lines(pricing, size),
        "observability": operations.observability(size, 0.0, tokens * share, sample),
        "upgrades": operations.retirements(size, sample),
        "compliance": operations.provider_compliance(scenario.regulated, sample),
    }


def capacity(pricing: Pricing, route: str, share: Figure) -> FleetSize:
    """The GPUs that a share of the traffic takes over the months of the comparison: a provider has none of ours."""
    plan, band = fleet_of(pricing.scenario, route)
    demand = replicas_demanded(plan, pricing.open_traffic(share), pricing.sample, band)
    spare = 0.0 if route == "managed-open" else pricing.sample("economics.owned_gpus_spare")
    growth, drift = pricing.sample("volume.annual_growth"), rent_drift(pricing, route)
    months = Months(pricing.scenario.months, growth, drift)
    return fleet_size(plan, demand, spare, months, beyond_stated(plan, demand, share))


def fleet_of(scenario: Scenario, route: str) -> tuple[FleetPlan, str]:
    """The fleet behind a route and the name of its speed's range: one's own, or a provider's endpoints."""
    if route == "managed-open" and scenario.endpoint is not None:
        return scenario.endpoint, "endpoint.speed_band"
    return scenario.fleet, "fleet.speed_band"


def rent_drift(pricing: Pricing, route: str) -> Figure:
    """By what share a GPU's rent moves in a year: not at all where it is reserved, or the GPU owned."""
    fixed = route == "self-host" and pricing.scenario.acquisition in ("reserved", "owned")
    return 0.0 if fixed else -1.0 * pricing.sample("market.gpu_price_decline_per_year")


def endpoint_lines(pricing: Pricing, share: Figure) -> Lines:
    """A provider's endpoints for a share of the traffic."""
    return capacity_lines(pricing, "managed-open", capacity(pricing, "managed-open", share))


def capacity_lines(pricing: Pricing, route: str, size: FleetSize) -> Lines:
    """What a fleet of a size costs a month: a provider's endpoints by the hour, or one's own with a second region."""
    scenario, sample = pricing.scenario, pricing.sample
    if route == "managed-open":
        hourly = sample("gpu.on_demand_usd") * sample("prices.dedicated_gpu_factor")
        return {"gpu": size.rented * (hourly * sample("time.hours_per_month"))}
    plan = scenario.fleet
    fleet = fleet_cost(plan, size, sample)
    owned = plan.acquisition == "owned"
    groups, held = size.all / plan.group_gpus, plan.speed.memory.weights_gb
    stored = operations.storage(fleet["gpu"], held, groups, sample, own_disks=owned)
    once = fleet["gpu"] + fleet["hardware"] + fleet["power"] + stored
    failover = once * second_region_share(pricing) if scenario.second_region else 0.0
    return fleet | {"storage": stored, "failover": failover}


def second_region_share(pricing: Pricing) -> Figure:
    """Capacity of the second region over that of the first; 0 where there is none."""
    return pricing.sample("operations.second_region_factor") if pricing.scenario.second_region else 0.0


def routine_half(pricing: Pricing, route: str, frontier_share: Figure | None = None) -> Lines:
    """Hybrid's routine share on an open route: what the frontier share, as answered or given here, leaves."""
    priced = self_host if route == "self-host" else managed_open
    if frontier_share is not None:
        return priced(pricing, 1.0 - frontier_share, pricing.rates.routine)
    if ("routine", route) not in pricing.halves:
        share = 1.0 - pricing.sample("quality.frontier_share")
        pricing.halves["routine", route] = priced(pricing, share, pricing.rates.routine)
    return pricing.halves["routine", route]


def frontier_half(pricing: Pricing, route: str, frontier_share: Figure | None = None) -> Lines:
    """Hybrid's frontier share, as answered or given here, on a frontier route."""
    slot = frontier_slot(pricing.scenario, route)
    if frontier_share is not None:
        return by_token(pricing, slot, frontier_share, pricing.rates.api)
    if ("frontier", route) not in pricing.halves:
        share = pricing.sample("quality.frontier_share")
        pricing.halves["frontier", route] = by_token(pricing, slot, share, pricing.rates.api)
    return pricing.halves["frontier", route]


def frontier_slot(scenario: Scenario, route: str) -> Slot:
    """The place of hybrid's frontier share on a route: its own where one is listed, else the route's."""
    if route == "hosted-api":
        return "frontier_hosted" if scenario.offers.frontier_hosted is not None else "hosted"
    return "frontier_cloud" if scenario.offers.frontier_cloud is not None else "cloud_frontier"


def added(one: Lines, other: Lines) -> Lines:
    """Two halves together, line by line."""
    return {line: one[line] + other[line] for line in LINES}


def total(lines: Mapping[str, Figure]) -> Figure:
    """All lines added, in their published order."""
    return sum_in_order(lines[line] for line in LINES)


def price_decline(slot: str) -> str:
    """The range by which an offer's token prices fall in a year.

    A vendor's model drifts alike wherever it is sold; sellers of open models move their prices each for themselves.
    """
    return f"price.{slot}.drift" if slot in OPEN_SLOTS else "market.api_price_decline_per_year"


def quote_in(scenario: Scenario, slot: Slot) -> Quote:
    """The offer in one place; a route without one is excluded before it is priced."""
    quote = getattr(scenario.offers, slot)
    assert isinstance(quote, Quote)
    return quote


def discount_on(pricing: Pricing, route: str) -> Figure:
    """The share taken off on the route it was negotiated for; on every one where commitments usually bring it."""
    if pricing.scenario.discounted in ("", route):
        return pricing.sample("economics.discount")
    return 0.0


def by_token(pricing: Pricing, slot: Slot, share: Figure, success: Figure) -> Lines:
    """A share of the traffic at the offer of one place, by line."""
    return beside_tokens(pricing, share, success) | {"tokens": _bill(pricing, slot) * share}


def beside_tokens(pricing: Pricing, share: Figure, success: Figure) -> Lines:
    """What a share of the traffic costs at any provider besides its bill for tokens, which is 0 here."""
    return _with_failures(pricing, provider_lines(pricing, share), success, share)


def way_of_paying(scenario: Scenario, slot: Slot) -> str:
    """How tokens in one place are paid for: as was asked, where that is sold there."""
    route = quote_in(scenario, slot).route
    sold = {
        "committed": scenario.discounted in ("", route),
        "provisioned": slot in _PROVISIONED,
        "dedicated-endpoint": False,
    }
    return scenario.pricing if sold.get(scenario.pricing, True) else "per-token"


def _bill(pricing: Pricing, slot: Slot) -> Figure:
    """The token bill of all of the traffic at one offer, worked out once."""
    if slot not in pricing.bills:
        spread = pricing.sample(f"price.{slot}.spread")
        pricing.bills[slot] = bill_at(pricing, slot, quote_in(pricing.scenario, slot), spread)
    return pricing.bills[slot]


def bill_at(pricing: Pricing, slot: Slot, quote: Quote, spread: Figure) -> Figure:
    """The token bill over the horizon: traffic grows, prices drift, and what is bought ahead is paid ahead.

    `spread` is by what factor the offer's price lies beside its row.
    """
    sample = pricing.sample
    moved = pricing.open_traffic() if quote.model.open_weights else pricing.today
    decline = -1.0 * sample(price_decline(slot))
    months = mean_factor(sample("volume.annual_growth"), pricing.scenario.months, decline)
    bill = token_bill(moved, quote.rates, sample("traffic.cache_write_share"), discount_on(pricing, quote.route))
    if way_of_paying(pricing.scenario, slot) == "provisioned":
        bill = bill / sample("prices.provisioned_utilization")
    return bill * (months * spread)


def _with_failures(pricing: Pricing, lines: Mapping[str, Figure], success: Figure, share: Figure) -> Lines:
    """Failures enter the comparison only where the user gave evidence of them."""
    if not pricing.scenario.evidence:
        return dict(lines)
    return dict(lines) | {"failures": operations.failures(pricing.tasks(share), success, pricing.sample)}

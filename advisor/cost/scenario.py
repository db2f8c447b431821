"""Everything the cost core needs to price the five routes: ranges by name, their origin, and what is not drawn."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, cast, get_args

from advisor.cost.fleet import FleetPlan
from advisor.cost.offers import RejectedOffer
from advisor.cost.operations import Tier
from advisor.cost.quotes import Quote
from advisor.cost.traffic import Basis
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.catalog import Acquisition, Gpu, GpuPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import figure_range

Slot = Literal["hosted", "managed", "cloud_frontier", "cloud_open", "frontier_hosted", "frontier_cloud"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
OPEN_SLOTS: tuple[Slot, ...] = ("managed", "cloud_open")
"""Places that sell open models."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The token offer that is bought in each place; None where none is left.

    `cloud_frontier` is a vendor's model in a cloud, `cloud_open` an open one; the last two carry hybrid's frontier
    share, and are of that class whatever the rest of the work takes.
    """

    hosted: Quote | None = None
    managed: Quote | None = None
    cloud_frontier: Quote | None = None
    cloud_open: Quote | None = None
    frontier_hosted: Quote | None = None
    frontier_cloud: Quote | None = None


@dataclass(frozen=True, slots=True)
class FleetChoice:
    """A fleet with the ranges of its hardware, dollars per hour and per GPU, and where its price is from."""

    plan: FleetPlan
    ranges: Mapping[str, Range]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What is still to be chosen between, by P50 on the draws: a few offers in each place, a few fleets.

    `feasible` tells whether the fleets meet every requirement; `replaced` is a stated fleet that cannot carry the load.
    `doubts` are what is to be confirmed of open models, by id. `demand` is in output tokens per second, at the point.
    """

    quotes: Mapping[Slot, tuple[Quote, ...]]
    fleets: tuple[FleetChoice, ...]
    endpoints: tuple[FleetChoice, ...]
    feasible: bool = True
    rejected: Mapping[str, tuple[RejectedOffer, ...]] = field(default_factory=dict)
    replaced: RejectedOffer | None = None
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    demand: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One workload, ready to be priced.

    `ranges` holds every uncertain figure under its contract key or parameter id. `frontier_share` tells whether hybrid
    is listed; `evidence` whether failures enter the comparison; `cloud_open_eligible` whether the cloud may be priced
    with an open model; `endpoint` is the fleet behind a dedicated endpoint, None where that is not how one pays, and
    `own_fleet` the one to self-host on, None where that is not priced.
    `tier` follows the fleet as well; `work` is the tier by what the service is for, whatever it runs on, which sets
    how much work around it the smallest one takes.
    """

    ranges: Mapping[str, Range]
    basis: Basis
    months: int
    tier: Tier
    work: Tier
    pricing: str
    discounted: str
    second_region: bool
    regulated: bool
    users_known: bool
    move_known: bool
    own_fleet: FleetPlan | None
    endpoint: FleetPlan | None
    offers: Offers
    shortlist: Shortlist
    frontier_share: bool
    evidence: bool
    open_success_given: bool
    routine_success_given: bool
    cloud_open_eligible: bool

    @property
    def fleet(self) -> FleetPlan:
        """The fleet to self-host on; asked only where that is priced."""
        assert self.own_fleet is not None
        return self.own_fleet

    @property
    def acquisition(self) -> Acquisition:
        """How the fleet's GPUs are paid for."""
        return self.fleet.acquisition

    def with_quote(self, slot: Slot, quote: Quote | None) -> Scenario:
        """The scenario buying another token offer in one place."""
        offers = replace(self.offers, **{slot: quote})
        return self._with({} if quote is None else {f"price.{slot}.spread": quote.spread}, offers)

    def with_fleet(self, choice: FleetChoice) -> Scenario:
        """The scenario on another fleet."""
        return replace(self, own_fleet=choice.plan)._with(choice.ranges, self.offers)

    def with_endpoint(self, choice: FleetChoice) -> Scenario:
        """The scenario behind another dedicated endpoint."""
        return replace(self, endpoint=choice.plan)._with(choice.ranges, self.offers)

    def _with(self, ranges: Mapping[str, Range], offers: Offers) -> Scenario:
        """Other offers, and ranges in place of those of the same name; the others are not read for it."""
        changed = {name: each for name, each in ranges.items() if self.ranges.get(name) != each}
        kept = cast("MutableMapping[str, Range]", self.ranges)  # nothing is ever assigned through it
        return replace(self, offers=offers, ranges=ChainMap(changed, kept) if changed else self.ranges)


# Every uncertain figure of a workload under one name: contract keys from answers or defaults, parameters by id.


ANSWER_KEYS = (
    "workload.developers",
    "volume.output_tokens",
    "volume.input_per_request",
    "volume.output_per_request",
    "volume.tokens_per_developer",
    "volume.output_share",
    "volume.cached_share",
    "volume.batch_share",
    "volume.peak_to_average",
    "volume.annual_growth",
    "staffing.loaded_cost_usd",
    "quality.open_model_accuracy",
    "quality.routine_success_rate",
    "quality.api_success_rate",
    "quality.open_success_rate",
    "quality.failure_cost_usd",
    "quality.tokens_per_task",
    "economics.token_multiplier",
    "economics.owned_gpus_spare",
    "economics.team_spare_fte",
    "economics.migration_cost_usd",
)
WITHOUT_DEFAULT = ("volume.requests", "volume.input_tokens", "quality.frontier_share")
PARAMETERS = (
    "time.hours_per_month",
    "time.months_per_year",
    "traffic.cache_write_share",
    "market.api_price_decline_per_year",
    "market.gpu_price_decline_per_year",
    "market.discount_rate",
    "prices.provisioned_utilization",
    "prices.dedicated_gpu_factor",
    "quality.routine_position",
    "tier.workstation.hours_per_month",
    "tier.internal-endpoint.fte",
    "tier.production.fte",
    "tier.high-availability.fte",
    "tier.high-availability.start_fte",
    "people.team_gpus",
    "people.team_tokens",
    "people.team_users",
    "people.engineer_hour_usd",
    "people.fleet_base_gpus",
    "people.fleet_growth",
    "people.on_call_usd_per_month",
    "people.spare_marginal_share",
    "service.full_tokens",
    "operations.integration_usd",
    "operations.integration_life_months",
    "operations.evaluation_hours_per_month",
    "operations.gateway_usd_per_month",
    "operations.retirements_per_year",
    "operations.retirement_hours",
    "operations.observability_tools_usd_per_month",
    "operations.observability_gpu_usd_per_month",
    "operations.observability_kept_share",
    "operations.observability_usd_per_gb",
    "operations.cloud_overhead_share",
    "operations.storage_usd_per_gb_month",
    "operations.weight_copies",
    "operations.upgrades_per_year",
    "operations.upgrade_hours",
    "operations.incidents_per_year",
    "operations.incident_hours",
    "operations.egress_usd_per_gb",
    "operations.bytes_per_token",
    "operations.electricity_usd_per_kwh",
    "operations.server_power_factor",
    "operations.power_load_share",
    "operations.hosting_pue",
    "operations.hosting_usd_per_kw_month",
    "operations.owned_life_years",
    "operations.residual_share",
    "operations.spot_interruption_overhead",
    "operations.serverless_idle_seconds",
    "operations.serverless_start_seconds",
    "operations.second_region_factor",
    "operations.compliance_usd_per_year",
    "operations.compliance_provider_usd_per_year",
    "operations.breach_cost_usd",
    "operations.breach_probability_per_year",
    "operations.breach_third_party_share",
)
SERVICE_START = "service.start."
MANAGED_DRIFT = "market.managed_price_decline_per_year"
_FULL = Range.exactly(1.0)
_NOTHING = Range.exactly(0.0)


def ranges_of(known: CompletedAnswers, work: str) -> dict[str, Range]:
    """All ranges a scenario draws from, but those of the hardware and of prices, which follow from what is bought.

    A utilization that nobody stated binds nothing: the peak does. A discount that nobody negotiated is none.
    """
    ranges = {key: known.range(key) for key in ANSWER_KEYS}
    ranges |= {name: known.parameters.range(name) for name in PARAMETERS}
    ranges |= {key: known.range(key) for key in WITHOUT_DEFAULT if known.given(key)}
    starts = [f"{SERVICE_START}{work}"]
    if work == "workstation":
        starts += [f"{SERVICE_START}internal-endpoint", "gate.workstation_developers"]
    negotiated = known.answers.range("economics.discount") or _NOTHING
    committed = known.text("economics.pricing") == "committed"
    open_drift = known.parameters.range(MANAGED_DRIFT)
    return ranges | {
        **{f"price.{slot}.drift": open_drift for slot in OPEN_SLOTS},
        **{name: known.parameters.range(name) for name in starts},
        "economics.utilization": known.answers.range("economics.utilization") or _FULL,
        "economics.discount": known.range("economics.discount") if committed else negotiated,
        "volume.input_ratio": figure_range(known, "volume.input_ratio"),
        "volume.input_per_request": figure_range(known, "volume.input_per_request"),
        "operations.electricity_usd_per_kwh": known.answers.range("economics.electricity_usd_kwh")
        or known.parameters.range("operations.electricity_usd_per_kwh"),
    }


def fleet_ranges(known: CompletedAnswers, plan: FleetPlan, as_of: date) -> dict[str, Range]:
    """The ranges of one fleet: its speed, an hour of a GPU by its way of acquisition, and the purchase."""
    gpu = plan.request.gpu
    return {
        "fleet.speed_band": speed_band(plan),
        "economics.gpu_hour_usd": hour_range(known, gpu, plan.acquisition, as_of),
        "gpu.purchase_usd": Range(gpu.purchase_low_usd, gpu.purchase_high_usd),
    }


def endpoint_ranges(known: CompletedAnswers, plan: FleetPlan, as_of: date) -> dict[str, Range]:
    """The ranges of the GPUs behind a dedicated endpoint."""
    return {
        "endpoint.speed_band": speed_band(plan),
        "gpu.on_demand_usd": hour_range(known, plan.request.gpu, "on-demand", as_of),
    }


def hour_range(known: CompletedAnswers, gpu: Gpu, acquisition: str, as_of: date) -> Range:
    """Dollars per GPU-hour: as answered, else as listed."""
    return known.answers.range("economics.gpu_hour_usd") or hourly(gpu, acquisition, as_of)


def speed_band(plan: FleetPlan) -> Range:
    """The factor on a group's speed: its 80% band about the central estimate."""
    low, high = plan.speed.band_low, plan.speed.band_high
    return Range(min(1.0, low), max(1.0, high), 1.0)


def traffic_range(known: CompletedAnswers, name: str) -> Range:
    """One range that traffic depends on, as `ranges_of` would give it, without asking for any other."""
    if name == "economics.utilization":
        return known.answers.range(name) or _FULL
    return known.parameters.range(name) if name in PARAMETERS else figure_range(known, name)


def hourly(gpu: Gpu, acquisition: str, as_of: date) -> Range:
    """Dollars per GPU-hour on a day by way of acquisition; another way's where the catalog knows no better."""
    row = listing(gpu, acquisition, as_of)
    return _NOTHING if row is None else Range(row.low, row.high, row.mode)


def listing(gpu: Gpu, acquisition: str, as_of: date) -> GpuPrice | None:
    """The row of the catalog that `hourly` is taken from; None where no price is known by the day."""
    known = [price for price in gpu.prices if price.since <= as_of]
    own = [price for price in known if price.acquisition == acquisition]
    if acquisition != "serverless":  # where nobody sells it, no other price stands for it
        own = own or [price for price in known if price.is_rent] or [row for row in known if row.acquisition == "owned"]
    return sorted(own, key=lambda row: row.since)[-1] if own else None

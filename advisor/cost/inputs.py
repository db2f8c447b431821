"""Every uncertain figure of a workload under one name: contract keys from answers or defaults, parameters by id."""

from __future__ import annotations

from datetime import date

from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.catalog import Gpu, GpuPrice
from advisor.knowledge.ranges import Range
from advisor.workload.resolve import figure_range

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
    "economics.utilization",
    "economics.discount",
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
    "market.managed_price_decline_per_year",
    "market.gpu_price_decline_per_year",
    "market.discount_rate",
    "prices.provisioned_utilization",
    "prices.dedicated_gpu_factor",
    "quality.routine_position",
    "tier.workstation.hours_per_month",
    "tier.internal-endpoint.fte",
    "tier.production.fte",
    "tier.high-availability.fte",
    "people.engineer_hour_usd",
    "people.fleet_base_gpus",
    "people.fleet_growth",
    "people.on_call_usd_per_month",
    "people.spare_marginal_share",
    "operations.observability_usd_per_year",
    "operations.observability_full_volume",
    "operations.observability_small_usd_per_month",
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
    "operations.second_region_factor",
    "operations.managed_cloud_premium",
    "operations.compliance_usd_per_year",
    "operations.compliance_provider_usd_per_year",
    "operations.breach_cost_usd",
    "operations.breach_probability_per_year",
    "operations.breach_third_party_share",
)
PRICED_ROUTES = ("hosted-api", "managed-cloud", "managed-cloud-open", "managed-open")
LIST_ERROR = "prices.list_error"
"""What a route truly charges over what its list says: one range, drawn for every route alone."""
_ANYWHERE = Range(0.0, 1.0)


def ranges_of(known: CompletedAnswers, gpu: Gpu, acquisition: str, as_of: date) -> dict[str, Range]:
    """All ranges a scenario draws from. A position between the cheapest and the dearest provider is uniform."""
    ranges = {key: known.range(key) for key in ANSWER_KEYS}
    ranges |= {name: known.parameters.range(name) for name in PARAMETERS}
    ranges |= {f"price.{route}.position": _ANYWHERE for route in PRICED_ROUTES}
    ranges |= {f"price.{route}.error": known.parameters.range(LIST_ERROR) for route in PRICED_ROUTES}
    ranges |= {key: known.range(key) for key in WITHOUT_DEFAULT if known.given(key)}
    return ranges | {
        "volume.input_ratio": figure_range(known, "volume.input_ratio"),
        "operations.electricity_usd_per_kwh": known.answers.range("economics.electricity_usd_kwh")
        or known.parameters.range("operations.electricity_usd_per_kwh"),
        "economics.gpu_hour_usd": known.answers.range("economics.gpu_hour_usd") or hourly(gpu, acquisition, as_of),
        "gpu.on_demand_usd": known.answers.range("economics.gpu_hour_usd") or hourly(gpu, "on-demand", as_of),
        "gpu.purchase_usd": Range(gpu.purchase_low_usd, gpu.purchase_high_usd),
        "fleet.dense_speed_band": _band(known, "dense"),
        "fleet.moe_speed_band": _band(known, "moe"),
    }


def traffic_range(known: CompletedAnswers, name: str) -> Range:
    """One range that traffic depends on, as `ranges_of` would give it, without asking for any other."""
    return known.parameters.range(name) if name in PARAMETERS else figure_range(known, name)


def hourly(gpu: Gpu, acquisition: str, as_of: date) -> Range:
    """Dollars per GPU-hour on a day by way of acquisition; another way's where the catalog knows no better."""
    row = listing(gpu, acquisition, as_of)
    return Range.exactly(0.0) if row is None else _range(row)


def listing(gpu: Gpu, acquisition: str, as_of: date) -> GpuPrice | None:
    """The row of the catalog that `hourly` is taken from; None where no price is known."""
    own = [price for price in gpu.prices if price.acquisition == acquisition]
    rented = [price for price in gpu.prices if price.acquisition != "owned"]
    rows = own or rented or list(gpu.prices)
    return _in_force(rows, as_of) if rows else None


def _in_force(rows: list[GpuPrice], as_of: date) -> GpuPrice:
    rows = sorted(rows, key=lambda row: row.since)
    past = [row for row in rows if row.since <= as_of]
    return past[-1] if past else rows[0]


def _range(price: GpuPrice) -> Range:
    return Range(price.low, price.high, price.mode)


def _band(known: CompletedAnswers, kind: str) -> Range:
    number = known.parameters.number
    return Range(number(f"throughput.{kind}_band_low"), number(f"throughput.{kind}_band_high"), 1.0)

"""With every answer a plain number a fleet's lines reproduce by hand, in decimal arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.asking import DAY, knowledge
from tests.cost.pointed import lines_at_point

D = Decimal
HOURS = D(720)
EXACT: dict[str, Any] = {
    "data.boundary": "vpc",
    "economics.open_model": "llama-3.3-70b",
    "economics.gpu": "h100-sxm",
    "economics.gpus": 4,
    "economics.precision": "fp8",
    "economics.acquisition": "reserved",
    "economics.gpu_hour_usd": 2.25,
    "economics.owned_gpus_spare": 0,
    "economics.team_spare_fte": 0,
    "economics.migration_cost_usd": 0,
    "economics.token_multiplier": 1,
    "economics.horizon_months": 12,
    "economics.service_tier": "production",
    "staffing.loaded_cost_usd": 240_000,
    "volume.input_tokens": "400M",
    "volume.output_tokens": "100M",
    "volume.annual_growth": 0,
}


def lines(changes: Mapping[str, Any]) -> Mapping[str, float]:
    return lines_at_point({**EXACT, **changes}, "self-host")


def point(parameter: str) -> Decimal:
    """A parameter at its mode, or its middle without one, as `rules/` states it."""
    return D(str(knowledge().parameters_at(DAY).range(parameter).point))


def near(dollars: Decimal) -> object:
    return pytest.approx(float(dollars), rel=1e-12)


@pytest.mark.parametrize(("price", "dollars"), [("2.25", "6480"), ("3.00", "8640")])
def test_the_articles_four_gpus(price: str, dollars: str) -> None:
    """4 × $2.25 × 720 hours = $6,480 and 4 × $3.00 × 720 = $8,640: reserved hours are billed asleep or awake."""
    assert 4 * D(price) * HOURS == D(dollars)
    for volume in ("1M", "100M"):
        volumes = {"volume.output_tokens": volume, "volume.input_tokens": volume}
        assert lines({"economics.gpu_hour_usd": float(price), **volumes})["gpu"] == near(D(dollars))


def test_spare_gpus_cost_only_their_power() -> None:
    rented, spare = lines({}), lines({"economics.owned_gpus_spare": 3})
    assert rented["power"] == 0
    assert spare["gpu"] == near(D("2.25") * HOURS)
    assert spare["power"] == near(3 * power_of_one())


def test_a_fleet_that_is_all_spare_has_no_rent_to_compare() -> None:
    assert lines({"economics.owned_gpus_spare": "0..4..4"})["gpu"] == 0


def test_spot_gpus_lose_a_share_to_interruptions() -> None:
    by_hand = 4 * D("2.25") * HOURS * (1 + point("operations.spot_interruption_overhead"))
    assert lines({"economics.acquisition": "spot"})["gpu"] == near(by_hand)


def test_owned_gpus_are_written_off_and_powered() -> None:
    """Half way between $25k and $40k, less a tenth of residual value, over three years; energy and housing beside."""
    owned = lines({"economics.acquisition": "owned"})
    wear = D(32_500) * (1 - point("operations.residual_share")) / 36
    assert owned["gpu"] == 0
    assert owned["hardware"] == near(4 * wear)
    assert owned["power"] == near(4 * power_of_one())


def power_of_one() -> Decimal:
    """700 W behind a server, a load share and a building: energy around the clock, and housing by the kilowatt."""
    kilowatts = D("0.7") * point("operations.server_power_factor")
    drawn = kilowatts * point("operations.power_load_share") * point("operations.hosting_pue")
    energy = drawn * HOURS * point("operations.electricity_usd_per_kwh")
    return energy + kilowatts * point("operations.hosting_usd_per_kw_month")


@pytest.mark.parametrize("acquisition", ["reserved", "on-demand", "spot", "owned"])
def test_a_second_region_pays_the_capacity_again(acquisition: str) -> None:
    one = lines({"economics.acquisition": acquisition})
    two = lines({"economics.acquisition": acquisition, "economics.second_region": True})
    assert one["failover"] == 0
    assert two["failover"] == pytest.approx(one["gpu"] + one["hardware"] + one["power"] + one["storage"])


TOKENS = D(500_000_000)


def team(tier: str, gpus: int, tokens: Decimal = TOKENS) -> Decimal:
    """A smallest team of the tier, what GPUs and tokens add to it, and a tenth for every further base of GPUs."""
    small = "tier.internal-endpoint.fte"
    starts = {"internal-endpoint": small, "production": small}
    fulls = {"internal-endpoint": "tier.production.fte"}
    start = point(starts.get(tier, f"tier.{tier}.start_fte"))
    full = point(fulls.get(tier, f"tier.{tier}.fte"))
    weight = (gpus / point("people.team_gpus") + tokens / point("people.team_tokens")) ** 2
    need = start + (full - start) * weight / (1 + weight)
    return need * (1 + point("people.fleet_growth") * max(D(0), gpus / point("people.fleet_base_gpus") - 1))


def size(tier: str, tokens: Decimal = TOKENS) -> Decimal:
    """A smallest service of the tier, and what volume adds: v / (v + the volume of half a service)."""
    start = point(f"service.start.{tier}")
    return start + (1 - start) * tokens / (tokens + point("service.full_tokens"))


@pytest.mark.parametrize("tier", ["internal-endpoint", "production"])
def test_labor_is_the_team_that_the_service_needs_at_its_wage(tier: str) -> None:
    assert lines({"economics.service_tier": tier})["labor"] == near(team(tier, 4) * 20_000)


def test_a_small_service_takes_part_of_one_person_and_a_large_one_a_full_team() -> None:
    """One GPU's service a part of one engineer, as coding-agents has it; sixty-four GPUs beats-api's two to three."""
    small, large = (team("production", gpus, tokens) for gpus, tokens in ((1, D(10**8)), (64, D(10**11))))
    assert D("0.1") < small < D("0.2")
    assert large > point("tier.production.fte") * D("1.5")


def test_a_larger_fleet_takes_more_people() -> None:
    assert lines({"economics.gpus": 32})["labor"] == near(team("production", 32) * 20_000)


def test_spare_people_are_not_charged_again() -> None:
    need = team("production", 4)
    assert lines({"economics.team_spare_fte": 0.2})["labor"] == near((need - D("0.2")) * 20_000)
    assert lines({"economics.team_spare_fte": 5})["labor"] == 0


def test_two_regions_pay_their_people_and_a_rota() -> None:
    by_hand = team("high-availability", 4) * 20_000 + point("people.on_call_usd_per_month")
    assert lines({"economics.service_tier": "high-availability"})["labor"] == near(by_hand)


def test_a_workstation_takes_hours_and_no_outages() -> None:
    desk = lines({"economics.service_tier": "workstation"})
    assert desk["labor"] == near(D("3.5") * point("people.engineer_hour_usd"))
    assert desk["incidents"] == 0


def test_upgrades_incidents_and_the_move_are_spread_over_months() -> None:
    hour, work = point("people.engineer_hour_usd"), size("production")
    upgrades = work * point("operations.upgrades_per_year") * point("operations.upgrade_hours") * hour / 12
    incidents = work * point("operations.incidents_per_year") * point("operations.incident_hours") * hour / 12
    moved = lines({"economics.migration_cost_usd": 24_000})
    assert moved["upgrades"] == near(upgrades + D(2000))
    assert moved["incidents"] == near(incidents)


def _kept_text(tokens: int) -> Any:
    """Dollars a month of prompts and answers kept by the tools."""
    gigabytes = D(tokens) * point("operations.bytes_per_token") / 10**9
    return gigabytes * point("operations.observability_kept_share") * point("operations.observability_usd_per_gb")


@pytest.mark.parametrize("gpus", [4, 8])
def test_observability_is_its_tools_and_what_each_gpu_adds(gpus: int) -> None:
    tools, each = (point(f"operations.observability_{of}_usd_per_month") for of in ("tools", "gpu"))
    by_hand = size("production") * tools + gpus * each + _kept_text(500_000_000)
    assert lines({"economics.gpus": gpus})["observability"] == near(by_hand)


def test_gpus_of_a_second_region_are_watched_too() -> None:
    one, two = (lines({"economics.second_region": second})["observability"] for second in (False, True))
    beside = 4 * point("operations.second_region_factor") * point("operations.observability_gpu_usd_per_month")
    assert two - one == near(beside)


def test_an_api_and_a_fleet_carry_the_same_work_around_them() -> None:
    work, hour = size("production"), point("people.engineer_hour_usd")
    own = lines({})
    api = lines_at_point({**EXACT, "data.boundary": "anywhere"}, "hosted-api")
    for found in (own, api):
        assert found["integration"] == near(work * point("operations.integration_usd") / 36)
        assert found["evaluation"] == near(work * point("operations.evaluation_hours_per_month") * hour)
        assert found["gateway"] == near(work * point("operations.gateway_usd_per_month"))
    tools = work * point("operations.observability_tools_usd_per_month")
    assert api["observability"] == near(tools + _kept_text(500_000_000))
    cards = 4 * point("operations.observability_gpu_usd_per_month")
    assert own["observability"] == near(tools + _kept_text(500_000_000) + cards)
    retired = point("operations.retirements_per_year") * point("operations.retirement_hours") * hour / 12
    assert api["upgrades"] == near(work * retired)


def test_disks_and_balancers_follow_the_rent_and_are_owned_with_the_machines() -> None:
    rented, owned = lines({}), lines({"economics.acquisition": "owned"})
    assert rented["storage"] == near(D(str(rented["gpu"])) * point("operations.cloud_overhead_share"))
    assert 0 < owned["storage"] < rented["storage"] / 50


@pytest.mark.parametrize("tokens", [10**6, 10**8, 10**9, 10**11])
def test_a_label_does_not_multiply_the_bill(tokens: int) -> None:
    """From internal to public the whole fleet's bill grows, and less than threefold."""
    volumes = {"volume.output_tokens": tokens, "volume.input_tokens": 3 * tokens, "economics.gpus": "unknown"}
    internal, public = (
        sum(lines({**volumes, "economics.service_tier": tier}).values()) for tier in ("internal-endpoint", "production")
    )
    assert internal < public < 3 * internal


def test_egress_is_bytes_times_their_price() -> None:
    gigabytes = D(500_000_000) * point("operations.bytes_per_token") / 10**9
    assert lines({})["egress"] == near(gigabytes * point("operations.egress_usd_per_gb"))


def test_compliance_is_charged_for_regulated_data_alone() -> None:
    assert lines({})["compliance"] == 0
    assert lines({"data.classes": ["phi"]})["compliance"] == near(point("operations.compliance_usd_per_year") / 12)


plain = st.fixed_dictionaries(
    {
        "economics.gpus": st.integers(2, 32).map(lambda pairs: 2 * pairs),
        "economics.gpu_hour_usd": st.integers(1, 2000).map(lambda cents: cents / 100),
        "staffing.loaded_cost_usd": st.integers(50_000, 900_000),
        "economics.team_spare_fte": st.integers(0, 30).map(lambda tenths: tenths / 10),
        "economics.migration_cost_usd": st.integers(0, 10**6),
        "economics.horizon_months": st.integers(1, 60),
    }
)


@given(plain)
@settings(max_examples=30, deadline=None)
def test_any_fleet_reproduces_by_hand(changes: dict[str, Any]) -> None:
    stated = {key: D(str(value)) for key, value in changes.items()}
    computed = lines(changes)
    gpus = stated["economics.gpus"]
    paid = max(D(0), team("production", int(gpus)) - stated["economics.team_spare_fte"])
    hour = point("people.engineer_hour_usd")
    releases = point("operations.upgrades_per_year") * point("operations.upgrade_hours") * hour / 12
    upgrades = size("production") * releases
    assert computed["gpu"] == near(gpus * stated["economics.gpu_hour_usd"] * HOURS)
    assert computed["labor"] == pytest.approx(float(paid * stated["staffing.loaded_cost_usd"] / 12), rel=1e-9, abs=1e-6)
    assert computed["upgrades"] == near(
        upgrades + stated["economics.migration_cost_usd"] / stated["economics.horizon_months"]
    )

"""With every answer a plain number a fleet's lines reproduce by hand, in decimal arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.asking import DAY, ask, knowledge, route

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
    return route(ask({**EXACT, **changes}, draws=100), "self-host").lines


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
        assert lines({"economics.gpu_hour_usd": float(price), "volume.output_tokens": volume})["gpu"] == near(
            D(dollars)
        )


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
    assert two["failover"] == pytest.approx(one["gpu"] + one["hardware"] + one["power"])


@pytest.mark.parametrize(("tier", "people"), [("internal-endpoint", "0.15"), ("production", "2.5")])
def test_labor_is_the_tiers_people_at_their_wage(tier: str, people: str) -> None:
    """The middle of 0.1–0.2 and of 2–3 people at $240,000 a year."""
    assert lines({"economics.service_tier": tier})["labor"] == near(D(people) * 240_000 / 12)


def test_a_larger_fleet_takes_more_people() -> None:
    """32 GPUs are three bases of eight more than the first."""
    by_hand = D("2.5") * (1 + 3 * point("people.fleet_growth")) * 20_000
    assert lines({"economics.gpus": 32})["labor"] == near(by_hand)


def test_spare_people_are_not_charged_again() -> None:
    assert lines({"economics.team_spare_fte": 1})["labor"] == near(D("1.5") * 20_000)
    assert lines({"economics.team_spare_fte": 5})["labor"] == 0


def test_two_regions_pay_three_people_and_a_rota() -> None:
    by_hand = 3 * D(20_000) + point("people.on_call_usd_per_month")
    assert lines({"economics.service_tier": "high-availability"})["labor"] == near(by_hand)


def test_a_workstation_takes_hours_and_no_operations() -> None:
    desk = lines({"economics.service_tier": "workstation"})
    assert desk["labor"] == near(D("3.5") * point("people.engineer_hour_usd"))
    assert desk["upgrades"] == desk["incidents"] == 0


def test_upgrades_incidents_and_the_move_are_spread_over_months() -> None:
    hour = point("people.engineer_hour_usd")
    upgrades = point("operations.upgrades_per_year") * point("operations.upgrade_hours") * hour / 12
    incidents = point("operations.incidents_per_year") * point("operations.incident_hours") * hour / 12
    moved = lines({"economics.migration_cost_usd": 24_000})
    assert moved["upgrades"] == near(upgrades + D(2000))
    assert moved["incidents"] == near(incidents)


@pytest.mark.parametrize(("tokens", "share"), [("500M", "0.5"), ("1B", "1"), ("5B", "1")])
def test_observability_follows_volume_to_the_full_platform(tokens: str, share: str) -> None:
    small = point("operations.observability_small_usd_per_month")
    full = point("operations.observability_usd_per_year") / 12
    seen = lines({"volume.input_tokens": 0, "volume.output_tokens": tokens})["observability"]
    assert seen == near(small + (full - small) * D(share))


def test_egress_is_bytes_times_their_price() -> None:
    gigabytes = D(500_000_000) * point("operations.bytes_per_token") / 10**9
    assert lines({})["egress"] == near(gigabytes * point("operations.egress_usd_per_gb"))


def test_compliance_is_charged_for_regulated_data_alone() -> None:
    assert lines({})["compliance"] == 0
    assert lines({"data.classes": ["phi"]})["compliance"] == near(point("operations.compliance_usd_per_year") / 12)


plain = st.fixed_dictionaries(
    {
        "economics.gpus": st.integers(2, 64),
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
    need = D("2.5") * (1 + point("people.fleet_growth") * max(D(0), gpus / 8 - 1))
    paid = max(D(0), need - stated["economics.team_spare_fte"])
    hour = point("people.engineer_hour_usd")
    upgrades = point("operations.upgrades_per_year") * point("operations.upgrade_hours") * hour / 12
    assert computed["gpu"] == near(gpus * stated["economics.gpu_hour_usd"] * HOURS)
    assert computed["labor"] == pytest.approx(float(paid * stated["staffing.loaded_cost_usd"] / 12), rel=1e-9, abs=1e-6)
    assert computed["upgrades"] == near(
        upgrades + stated["economics.migration_cost_usd"] / stated["economics.horizon_months"]
    )

"""What a service costs besides tokens and machines, with round figures that a reader can follow on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from advisor.cost import operations
from advisor.cost.draws import Figure, Sample
from advisor.cost.operations import Tier

FIGURES: dict[str, float] = {
    "time.months_per_year": 12.0,
    "people.engineer_hour_usd": 100.0,
    "staffing.loaded_cost_usd": 120_000.0,  # 10,000 a month
    "people.on_call_usd_per_month": 2_000.0,
    "people.spare_marginal_share": 0.25,
    "economics.team_spare_fte": 0.0,
    "people.team_gpus": 16.0, "people.team_tokens": 4e9, "people.team_users": 100.0,
    "people.fleet_base_gpus": 4.0, "people.fleet_growth": 0.1,
    "tier.internal-endpoint.fte": 1.0, "tier.production.fte": 5.0,
    "tier.high-availability.start_fte": 2.0, "tier.high-availability.fte": 8.0,
    "tier.workstation.hours_per_month": 4.0,
    "gate.workstation_developers": 4.0,
    "service.start.workstation": 0.1, "service.start.internal-endpoint": 0.3, "service.start.production": 0.5,
    "service.full_tokens": 1e9,
    "operations.integration_usd": 48_000.0, "operations.integration_life_months": 24.0,
    "operations.evaluation_hours_per_month": 30.0,
    "operations.gateway_usd_per_month": 500.0,
    "operations.observability_tools_usd_per_month": 800.0, "operations.observability_gpu_usd_per_month": 15.0,
    "operations.observability_kept_share": 0.05, "operations.bytes_per_token": 4.0,
    "operations.observability_usd_per_gb": 2.0,
    "operations.observability_full_volume": 1e9, "operations.observability_small_usd_per_month": 300.0,
    "operations.observability_usd_per_year": 60_000.0,
    "operations.retirements_per_year": 3.0, "operations.retirement_hours": 40.0,
    "operations.upgrades_per_year": 6.0, "operations.upgrade_hours": 20.0,
    "operations.incidents_per_year": 12.0, "operations.incident_hours": 8.0,
    "operations.egress_usd_per_gb": 0.09,
    "operations.weight_copies": 2.0, "operations.storage_usd_per_gb_month": 0.1,
    "operations.cloud_overhead_share": 0.12,
    "operations.compliance_usd_per_year": 36_000.0, "operations.compliance_provider_usd_per_year": 6_000.0,
    "operations.breach_cost_usd": 4_800_000.0, "operations.breach_probability_per_year": 0.02,
    "operations.breach_third_party_share": 0.25,
    "quality.api_success_rate": 0.9, "quality.open_success_rate": 0.7, "quality.open_model_accuracy": 0.8,
    "quality.routine_success_rate": 0.85, "quality.routine_position": 0.5,
    "quality.tokens_per_task": 2_000.0, "quality.failure_cost_usd": 3.0,
}  # fmt: skip


def sample(**changed: float) -> Sample:
    """Each figure as listed, but for those changed; `__` stands for the dot of a name."""
    known: dict[str, Figure] = {**FIGURES, **{name.replace("__", "."): value for name, value in changed.items()}}
    return known.__getitem__


def test_a_team_grows_from_the_smallest_to_the_full_one_as_the_service_does() -> None:
    """8 of 16 GPUs, 1 of 4 billion tokens and 25 of 100 developers add up to 1, at which half of the rest is there."""
    need = operations.people_needed("production", 8.0, 1e9, 25.0, sample())
    assert need == pytest.approx((1 + (5 - 1) / 2) * (1 + 0.1 * (8 / 4 - 1)))
    assert operations.people_needed("production", 4.0, 0.0, 0.0, sample()) == pytest.approx(1 + 4 * 0.0625 / 1.0625)
    assert operations.people_needed("production", 0.0, 0.0, 0.0, sample()) == 1.0
    two = operations.people_needed("high-availability", 0.0, 4e9, 0.0, sample())
    assert two == pytest.approx(2 + 6 / 2)
    no_larger = sample(tier__production__fte=0.5)
    assert operations.people_needed("production", 0.0, 4e9, 0.0, no_larger) == 1.0


def test_labor_is_paid_by_the_month_less_what_the_team_has_to_spare() -> None:
    assert operations.labor("production", 8.0, 1e9, 25.0, sample()) == pytest.approx(33_000)
    spared = operations.labor("production", 8.0, 1e9, 25.0, sample(economics__team_spare_fte=1.0))
    assert spared == pytest.approx((3.3 - 0.75) * 10_000)
    all_spared = operations.labor("production", 8.0, 1e9, 25.0, sample(economics__team_spare_fte=50.0))
    assert all_spared == pytest.approx(3.3 * 0.25 * 10_000)
    assert operations.labor("high-availability", 0.0, 4e9, 0.0, sample()) == pytest.approx(5 * 10_000 + 2_000)


def test_a_workstation_takes_its_hours_and_nears_a_service_as_more_share_it() -> None:
    assert operations.labor("workstation", 0.0, 0.0, 1.0, sample()) == 400.0
    service = (1 + 4 * (0.03**2 / (1 + 0.03**2))) * 10_000
    shared = operations.labor("workstation", 0.0, 0.0, 3.0, sample())
    assert shared == pytest.approx(400 + 2 / 4 * (service - 400))
    cheap = sample(staffing__loaded_cost_usd=12.0)
    assert operations.labor("workstation", 0.0, 0.0, 3.0, cheap) == 400.0
    assert [operations.shared_by(users, sample()) for users in (0.0, 1.0, 2.0, 5.0, 9.0)] == [0, 0, 0.25, 1, 1]


@pytest.mark.parametrize(
    ("tier", "users", "size"),
    [
        ("production", 0.0, 0.5 + 0.5 * 0.75),
        ("internal-endpoint", 9.0, 0.3 + 0.7 * 0.75),
        ("workstation", 1.0, 0.1 + 0.9 * 0.75),
        ("workstation", 3.0, 0.2 + 0.8 * 0.75),  # half of the way from 0.1 to 0.3
    ],
)
def test_the_work_around_a_service_grows_with_its_volume(tier: Tier, users: float, size: float) -> None:
    assert operations.service_size(tier, 3e9, users, sample()) == pytest.approx(size)
    larger_start = sample(service__start__workstation=0.4)
    assert operations.service_size("workstation", 0.0, 5.0, larger_start) == 0.4


def test_each_kind_of_work_is_its_quantity_times_its_price() -> None:
    given = sample()
    assert operations.integration(0.5, given) == 0.5 * 48_000 / 24
    assert operations.evaluation(0.5, given) == 0.5 * 30 * 100
    assert operations.gateway(0.5, given) == 250
    kept = 1e9 * 0.05 * 4 / 1e9 * 2  # 0.2 GB at 2 dollars
    assert operations.kept_text(1e9, given) == pytest.approx(kept)
    assert operations.observability(0.5, 3.0, 1e9, given) == pytest.approx(400 + kept + 45)
    assert operations.retirements(0.5, given) == 0.5 * 3 * 40 * 100 / 12
    assert operations.upgrades(0.5, given) == 0.5 * 6 * 20 * 100 / 12
    assert operations.published_incidents(given) == 12 * 8 * 100 / 12
    assert operations.incidents("production", 0.5, given) == 400
    assert operations.incidents("workstation", 0.5, given) == 0
    assert operations.egress(5e9, given) == pytest.approx(20 * 0.09)
    assert operations.storage(1000.0, 140.0, 3.0, given, own_disks=True) == pytest.approx(3 * 2 * 140 * 0.1)
    assert operations.storage(1000.0, 140.0, 3.0, given, own_disks=False) == 120
    assert [operations.compliance(regulated, given) for regulated in (True, False)] == [3000, 0]
    assert [operations.provider_compliance(regulated, given) for regulated in (True, False)] == [500, 0]
    assert operations.breach_exposure(given, at_home=False) == 8000
    assert operations.breach_exposure(given, at_home=True) == 6000


def test_the_published_figures_stay_as_the_articles_have_them() -> None:
    given = sample()
    assert operations.published_team("workstation", given) == 400
    assert operations.published_team("production", given) == 50_000
    observed = [operations.published_observability(tokens, given) for tokens in (1e9 - 1, 1e9, 2e9)]
    assert observed == [300, 5000, 5000]


@pytest.mark.parametrize(
    ("open_given", "routine_given", "expected"),
    [
        (True, True, (0.9, 0.7, 0.85)),
        (True, False, (0.9, 0.7, 0.8)),  # half of the way from 0.7 to 0.9
        (False, True, (0.9, 0.72, 0.85)),
        (False, False, (0.9, 0.72, 0.81)),
    ],
)
def test_rates_of_success_come_from_answers_before_they_are_derived(
    open_given: bool, routine_given: bool, expected: tuple[float, ...]
) -> None:
    rates = operations.success_rates(sample(), open_given=open_given, routine_given=routine_given)
    assert (rates.api, rates.open, rates.routine) == pytest.approx(expected)


def test_failed_tasks_cost_what_one_costs() -> None:
    assert operations.tasks_per_month(1e6, sample()) == 500
    assert operations.tasks_per_month(1e6, sample(quality__tokens_per_task=0.0)) == 1e6
    assert operations.failures(500.0, 0.9, sample()) == pytest.approx(150)
    drawn: Any = np.array([0.9, 1.0])
    assert operations.failures(500.0, drawn, sample()) == pytest.approx([150, 0])


def test_an_interval_of_a_share_is_wilson_s_and_stays_between_none_and_all() -> None:
    """8 of 10 at 2 standard deviations: (0.8 + 0.2) ÷ 1.4 ± 2 · √(0.016 + 0.01) ÷ 1.4."""
    low, high = operations.wilson(0.8, 10, 2.0)
    assert (low, high) == pytest.approx((1.0 / 1.4 - 2 * 0.026**0.5 / 1.4, 1.0 / 1.4 + 2 * 0.026**0.5 / 1.4))
    assert operations.wilson(0.0, 10, 2.0)[0] == 0.0
    assert operations.wilson(1.0, 10, 2.0)[1] == 1.0

"""Service tiers: the first that holds, top down, unless one was given; each with its sustained people."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.contract.asking import Given, ask, excluded, excluded_at

SMALL: Given = {
    "workload.audience": "internal",
    "workload.developers": 5,
    "volume.output_tokens": "1M",
    "volume.input_tokens": "5M",
    "economics.open_model": "qwen3-30b-a3b",
}
PEOPLE = ("ml_infra_fte", "platform_fte", "evaluation_fte")


def team(*people: Any) -> Given:
    return {f"staffing.{name}": count for name, count in zip(PEOPLE, people, strict=True)}


@pytest.mark.parametrize(
    ("given", "tier"),
    [
        ({**SMALL, "economics.second_region": True}, "high-availability"),
        ({"workload.audience": "public", "economics.second_region": True}, "high-availability"),
        (SMALL, "workstation"),
        ({**SMALL, "data.regimes": ["hipaa"]}, "workstation"),
        ({**SMALL, "workload.developers": 6}, "internal-endpoint"),
        ({**SMALL, "workload.audience": "public"}, "production"),
        ({**SMALL, "volume.output_tokens": "50B"}, "internal-endpoint"),
        ({"workload.audience": "public"}, "production"),
        ({"workload.audience": "internal"}, "internal-endpoint"),
        ({"data.regimes": ["soc2", "gdpr", "finra"]}, "internal-endpoint"),
        ({}, "internal-endpoint"),
    ],
    ids=str,
)
def test_the_first_tier_that_holds_top_down(given: Given, tier: str) -> None:
    assert ask(given).tier == tier


@pytest.mark.parametrize("regime", ["hipaa", "pci-dss", "fedramp-high", "il5", "itar"])
def test_a_strict_regime_makes_it_production(regime: str) -> None:
    assert ask({"data.regimes": [regime], "workload.audience": "internal"}).tier == "production"


@pytest.mark.parametrize("tier", ["workstation", "internal-endpoint", "production", "high-availability"])
def test_a_tier_that_was_given_stands(tier: str) -> None:
    given = {"economics.service_tier": tier, "workload.audience": "public", "economics.second_region": True}
    assert ask(given).tier == tier


@pytest.mark.parametrize(
    ("tier", "people", "enough"),
    [
        ("workstation", (0, 0, 0), True),
        ("internal-endpoint", (0, 0.09, 0), False),
        ("internal-endpoint", (0, 0.1, 0), True),
        ("internal-endpoint", (0.05, 0.03, 0.02), True),
        ("production", (1, 0.5, 0.49), False),
        ("production", (1, 0.5, 0.5), True),
        ("production", (2, 0, 0), True),
        ("high-availability", (1, 1, 0.99), False),
        ("high-availability", (1, 1, 1), True),
    ],
    ids=str,
)
def test_the_sustained_people_of_a_tier(tier: str, people: tuple[float, ...], enough: bool) -> None:
    given = {"economics.service_tier": tier, "staffing.on_call": True, **team(*people)}
    assert ("self-host" not in excluded(ask(given))) is enough


def test_high_availability_asks_for_people_on_call() -> None:
    given = {"economics.service_tier": "high-availability", **team(1, 1, 1)}
    assert "self-host" in excluded(ask({**given, "staffing.on_call": False}))
    assert "self-host" not in excluded(ask({**given, "staffing.on_call": True}))
    assert "self-host" not in excluded(ask(given))


@pytest.mark.parametrize("tier", ["workstation", "internal-endpoint", "production"])
def test_no_other_tier_asks_for_people_on_call(tier: str) -> None:
    given = {"economics.service_tier": tier, "staffing.on_call": False, **team(1, 1, 1)}
    assert "self-host" not in excluded(ask(given))


@pytest.mark.parametrize("tier", ["internal-endpoint", "production", "high-availability"])
def test_no_gpu_experience_excludes_self_hosting_above_a_workstation(tier: str) -> None:
    given = {"economics.service_tier": tier, "staffing.gpu_experience": False, **team(2, 1, 1)}
    assert excluded_at(ask(given), "can") == {"self-host"}


def test_a_workstation_needs_no_gpu_experience() -> None:
    assert excluded(ask({"economics.service_tier": "workstation", "staffing.gpu_experience": False})) == set()


@pytest.mark.parametrize("tier", ["internal-endpoint", "production", "high-availability"])
def test_people_that_were_not_stated_exclude_nothing(tier: str) -> None:
    assert excluded(ask({"economics.service_tier": tier})) == set()


def test_a_higher_tier_charges_more_labor() -> None:
    tiers = ("workstation", "internal-endpoint", "production", "high-availability")
    labor = [_labor({"economics.service_tier": tier, "economics.gpu": "h100-sxm"}) for tier in tiers]
    assert labor == sorted(labor)
    assert len(set(labor)) == len(tiers)


def test_labor_grows_smoothly_with_the_fleet() -> None:
    given = {"economics.gpu": "h100-sxm", "economics.service_tier": "production"}
    labor = [_labor({**given, "economics.gpus": gpus}) for gpus in (4, 8, 16, 32)]
    assert labor == sorted(labor)
    assert all(more < 2.5 * less for less, more in pairwise(labor)), "twice the GPUs"


def test_spare_time_is_charged_at_its_marginal_cost() -> None:
    given = {"economics.service_tier": "production"}
    assert _labor({**given, "economics.team_spare_fte": 1}) < _labor(given)


def _labor(given: Given) -> float:
    option = ask({"data.boundary": "vpc", **given}).option("self-host")
    assert option is not None
    return option.lines["labor"]

"""Law, contract, physics: what may not be is excluded before any price is looked at."""

from __future__ import annotations

import pytest

from tests.contract.asking import NETWORK, OPEN, ask, excluded, excluded_at, route

CONTROLLED = [
    {"data.regimes": ["fedramp-high"]},
    {"data.regimes": ["il5"]},
    {"data.regimes": ["itar"]},
    {"data.classes": ["export-controlled"]},
    {"data.classes": ["defense"]},
]
TRAVELING_CLASSES = ["phi", "gdpr-art9", "legal-privilege", "financial-pii", "pii", "trade-secret", "source-code"]
TRAVELING_REGIMES = ["hipaa", "gdpr", "finra", "pci-dss", "soc2"]
BLOCKED = "command-a"  # research only
CLEAR = "gpt-oss-120b"


@pytest.mark.parametrize("boundary", ["air-gap", "on-premises", "vpc"])
def test_a_boundary_inside_our_network_leaves_only_self_hosting(boundary: str) -> None:
    assessment = ask({"data.boundary": boundary})
    assert excluded(assessment) == NETWORK
    assert assessment.verdict.option == "self-host"
    assert assessment.verdict.decided_by == "must"


def test_a_tenancy_excludes_what_lies_outside_our_cloud_account() -> None:
    assert excluded(ask({"data.boundary": "tenancy"})) == {"hosted-api", "managed-open"}


@pytest.mark.parametrize("boundary", ["anywhere", "region"])
def test_data_that_may_travel_excludes_nothing(boundary: str) -> None:
    assert excluded(ask({"data.boundary": boundary})) == set()


@pytest.mark.parametrize("given", CONTROLLED, ids=str)
def test_controlled_data_excludes_general_services(given: dict[str, list[str]]) -> None:
    assessment = ask(given)
    assert excluded_at(assessment, "must") >= {"hosted-api", "managed-open"}
    assert route(assessment, "managed-cloud").state != "excluded"


@pytest.mark.parametrize("given", CONTROLLED[2:], ids=str)
def test_other_controlled_data_leaves_cloud_and_own_fleet_to_the_costs(given: dict[str, list[str]]) -> None:
    assessment = ask(given)
    assert excluded(assessment) == {"hosted-api", "managed-open"}
    assert assessment.verdict.decided_by in ("worth", "prefer")


@pytest.mark.parametrize("regime", ["fedramp-high", "il5"])
def test_an_authorized_cloud_is_chosen_where_it_stands(regime: str) -> None:
    verdict = ask({"data.regimes": [regime], "data.boundary": "tenancy"}).verdict
    assert (verdict.option, verdict.decided_by, verdict.confidence) == ("managed-cloud", "must", 1.0)


@pytest.mark.parametrize("regime", ["fedramp-high", "il5"])
@pytest.mark.parametrize("boundary", ["vpc", "on-premises", "air-gap"])
def test_an_authorized_cloud_is_not_chosen_where_it_fell(regime: str, boundary: str) -> None:
    verdict = ask({"data.regimes": [regime], "data.boundary": boundary}).verdict
    assert (verdict.option, verdict.decided_by) == ("self-host", "must")


@pytest.mark.parametrize("regime", ["itar", "hipaa", "gdpr", "finra", "pci-dss", "soc2"])
def test_no_other_regime_chooses_the_cloud(regime: str) -> None:
    assert "self-host" not in excluded_at(ask({"data.regimes": [regime]}), "must")


@pytest.mark.parametrize("boundary", ["anywhere", "region"])
@pytest.mark.parametrize("name", TRAVELING_CLASSES)
def test_a_class_that_may_travel_excludes_no_vendor(name: str, boundary: str) -> None:
    must = excluded_at(ask({"data.classes": [name], "data.boundary": boundary}), "must")
    assert not must & {"hosted-api", "managed-cloud", "self-host"}


@pytest.mark.parametrize("boundary", ["anywhere", "region"])
@pytest.mark.parametrize("name", TRAVELING_REGIMES)
def test_a_regime_that_may_travel_excludes_no_vendor(name: str, boundary: str) -> None:
    must = excluded_at(ask({"data.regimes": [name], "data.boundary": boundary}), "must")
    assert not must & {"hosted-api", "managed-cloud", "self-host"}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"data.classes": ["phi"]}, "business associate"),
        ({"data.regimes": ["hipaa"]}, "business associate"),
        ({"data.regimes": ["gdpr"]}, "data processing"),
        ({"data.classes": ["gdpr-art9"]}, "endpoint in the region"),
        ({"data.regimes": ["pci-dss"]}, "attestation of compliance"),
        ({"data.regimes": ["soc2"]}, "SOC 2 report"),
        ({"data.boundary": "region"}, "Lock the endpoint to the region"),
        ({"data.classes": ["legal-privilege"]}, "retention"),
        ({"data.no_training_on_data": True}, "trains no model"),
    ],
    ids=str,
)
def test_data_that_may_travel_attaches_tasks_and_leaves_the_status_alone(given: dict[str, object], word: str) -> None:
    # Frontier need keeps the verdict on a vendor's route, where these duties arise.
    verdict = ask({"data.boundary": "anywhere", "quality.frontier_required": True, **given}).verdict
    plain = ask({"data.boundary": "anywhere", "quality.frontier_required": True}).verdict
    assert verdict.option in ("hosted-api", "managed-cloud")
    assert any(word in task for task in verdict.tasks)
    assert not any(word in task for task in plain.tasks)
    assert verdict.status == plain.status


def test_a_provider_without_the_agreement_never_lends_its_price() -> None:
    cheap = ask({"economics.api_model": "deepseek-v4-flash"})
    bound = ask({"economics.api_model": "deepseek-v4-flash", "data.classes": ["phi"]})
    assert "deepseek" in route(cheap, "hosted-api").priced.lower()
    assert "deepseek (" not in route(bound, "hosted-api").priced.lower()


@pytest.mark.parametrize("region", ["other", "uk", "canada"])
def test_a_region_the_catalog_does_not_hold_is_a_condition_and_no_law(region: str) -> None:
    assessment = ask({"data.region": region})
    assert not excluded_at(assessment, "must") & NETWORK
    assert assessment.verdict.option != "none"


def test_blocked_licenses_drop_out_one_by_one() -> None:
    given = {"license.models": [BLOCKED, CLEAR], "data.boundary": "vpc"}
    assessment = ask(given)
    assert {each.model: each.posture for each in assessment.licenses} == {BLOCKED: "blocked", CLEAR: "clear"}
    assert assessment.fleet.model == CLEAR
    assert assessment.verdict.option == "self-host"


def test_no_license_left_excludes_the_open_routes() -> None:
    assessment = ask({"license.models": [BLOCKED]})
    assert excluded(assessment) == OPEN
    assert excluded_at(assessment, "must") == OPEN


def test_no_license_left_prices_the_cloud_with_a_vendor_model() -> None:
    assessment = ask({"license.models": [BLOCKED], "economics.api_model": "gpt-5.5"})
    assert "gpt-5.5" in route(assessment, "managed-cloud").priced.lower()


def test_a_license_is_judged_for_this_user() -> None:
    maverick = {"license.models": ["llama-4-maverick"], "license.uses_multimodal": True}
    assert excluded(ask({**maverick, "license.eu_domiciled": True})) >= OPEN
    assert excluded(ask({**maverick, "license.eu_domiciled": False})) == set()


@pytest.mark.parametrize(("users", "blocked"), [(699_000_000, False), (701_000_000, True)])
def test_a_license_threshold_counts_users_at_release(users: int, blocked: bool) -> None:
    assessment = ask({"license.models": ["llama-3.3-70b"], "license.monthly_active_users_at_release": users})
    assert (excluded_at(assessment, "must") == OPEN) is blocked


def test_conflicting_musts_leave_nothing_and_are_named() -> None:
    assessment = ask({"data.boundary": "air-gap", "license.models": [BLOCKED]})
    verdict = assessment.verdict
    assert (verdict.option, verdict.status, verdict.decided_by) == ("none", "none", "must")
    assert {option.state for option in assessment.options} == {"excluded"}
    conflicting = {rule for option in assessment.options for rule in option.excluded_by}
    assert conflicting >= {"must.boundary-own-infrastructure", "must.license-blocks-candidates"}
    titles = {finding.rule: finding.title.lower() for finding in assessment.findings if finding.rule in conflicting}
    said = {rule for rule, title in titles.items() if title in verdict.summary.lower()}
    assert said in [set(each) for each in assessment.conflicts]
    assert "must.boundary-own-infrastructure" in said

"""Only the must gate can leave nothing: what a lower gate would take last is set aside and becomes a condition."""

from __future__ import annotations

import pytest

from tests.contract.asking import NETWORK, Given, ask, excluded, route, rules_fired

NOBODY: Given = {
    "economics.service_tier": "production",
    "staffing.ml_infra_fte": 0,
    "staffing.platform_fte": 0,
    "staffing.evaluation_fte": 0,
}
INSTANT: Given = {
    "latency.interactive": True,
    "latency.p50_ms": 120,
    "economics.open_model": "llama-3.1-8b",
    "volume.input_per_request": 200,
}
TOO_LARGE: Given = {"economics.open_model": "llama-3.1-405b", "economics.gpu": "l4", "economics.gpus": 1}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (NOBODY, "can.staffing-production"),
        ({"staffing.gpu_experience": False}, "can.gpu-experience"),
        ({"quality.frontier_required": True}, "can.frontier-needed"),
        ({"quality.open_model_accuracy": 0.5}, "can.accuracy-too-low"),
        (TOO_LARGE, "can.stated-fleet"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_would_leave_nothing_becomes_a_condition(given: Given, rule: str) -> None:
    assessment = ask({"data.boundary": "vpc", **given})
    verdict = assessment.verdict
    assert rule in rules_fired(assessment)
    assert (verdict.option, verdict.status, verdict.decided_by) == ("self-host", "conditional", "must")
    titles = {found.rule: found.title.lower() for found in assessment.findings}
    assert any(titles[rule] in condition.lower() for condition in verdict.conditions)
    assert route(assessment, "self-host").state == "chosen"


def test_every_exclusion_that_was_set_aside_is_a_condition() -> None:
    verdict = ask({"data.boundary": "vpc", **NOBODY, "quality.frontier_required": True}).verdict
    said = " ".join(verdict.conditions)
    assert "too few people to run a production service" in said
    assert "the work needs a frontier model" in said


def test_distance_stands_before_staffing() -> None:
    """Every network route is too far, and there is nobody to run a fleet: the fleet it is, on a condition."""
    assessment = ask({**INSTANT, **NOBODY})
    assert excluded(assessment) == NETWORK
    assert (assessment.verdict.option, assessment.verdict.status) == ("self-host", "conditional")
    assert assessment.verdict.decided_by == "can"
    assert "Unmet: too few people to run a production service" in assessment.verdict.conditions


def test_distance_stands_before_quality() -> None:
    assessment = ask({**INSTANT, "quality.frontier_required": True})
    assert excluded(assessment) == NETWORK
    assert (assessment.verdict.option, assessment.verdict.status) == ("self-host", "conditional")


def test_a_stated_fleet_that_is_too_small_leaves_the_cloud_without_a_condition() -> None:
    """A tenancy leaves cloud and fleet; the fleet that could carry the work costs more, so the cloud is bought."""
    assessment = ask({"data.boundary": "tenancy", **TOO_LARGE})
    assert assessment.verdict.option == "managed-cloud"
    assert not any("GPUs" in condition for condition in assessment.verdict.conditions)


def test_where_physics_itself_leaves_nothing_a_condition_says_so() -> None:
    assessment = ask({**INSTANT, **TOO_LARGE})
    assert assessment.verdict.status == "conditional"
    assert assessment.verdict.option != "none"
    assert assessment.verdict.conditions


def test_an_authorized_cloud_that_is_too_far_is_conditional() -> None:
    assessment = ask({**INSTANT, "data.regimes": ["il5"]})
    assert (assessment.verdict.option, assessment.verdict.status) == ("managed-cloud", "conditional")


def test_a_route_that_needs_no_one_stands_without_conditions() -> None:
    assessment = ask(NOBODY)
    assert excluded(assessment) == {"self-host"}
    assert assessment.verdict.conditions == ()
    assert assessment.verdict.status != "conditional"

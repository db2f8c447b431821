"""A share of the work that needs a frontier model takes a frontier route, or hybrid: no open route does it alone."""

from __future__ import annotations

import pytest

from tests.contract.asking import OPEN, Given, ask, excluded_at, knowledge, route, rules_fired


@pytest.mark.parametrize("share", [0.15, 1, "0.1..0.3"])
def test_a_share_above_nothing_excludes_the_open_routes_alone(share: float | str) -> None:
    assessment = ask({"quality.frontier_share": share, "economics.api_model": "claude-opus-4.8"})
    assert excluded_at(assessment, "can") >= OPEN
    assert assessment.verdict.option in ("hosted-api", "managed-cloud", "hybrid")


def test_no_share_excludes_nothing() -> None:
    assert not rules_fired(ask({"quality.frontier_share": 0})) & {"can.frontier-share", "can.frontier-share-uncertain"}


def test_a_share_that_may_be_nothing_is_a_condition() -> None:
    assessment = ask({"quality.frontier_share": "0..0.3", "data.boundary": "vpc"})
    assert assessment.verdict.option == "self-host"
    assert assessment.verdict.status == "conditional"
    assert any("frontier model" in condition for condition in assessment.verdict.conditions)


def test_a_vendor_model_below_the_class_that_is_needed_is_not_bought() -> None:
    need = {"quality.frontier_required": True, "data.boundary": "anywhere"}
    low = ask({**need, "economics.api_model": "gpt-5.4-mini"})
    high = ask({**need, "economics.api_model": "claude-opus-4.8"})
    hosted = route(low, "hosted-api")
    assert hosted.offer is not None
    assert knowledge().catalog.api[hosted.offer.model].capability == "frontier"
    failed = [each.lost_because for each in hosted.runners_up if each.offer.model == "gpt-5.4-mini"]
    assert failed == ["capability: the work needs class frontier; GPT-5.4 mini is mid"]
    assert low.verdict.status == "conditional"
    assert high.contradictions == ()
    assert high.verdict.option in ("hosted-api", "managed-cloud")


NAMED: Given = {"economics.api_model": "claude-sonnet-4.6", "quality.frontier_share": 0.25}


@pytest.mark.parametrize("capability", ["unknown", "small", "mid", "large"])
def test_a_vendor_model_that_was_named_does_the_frontier_share(capability: str) -> None:
    """Saying what was assumed of the routine work (here a middle class) must not take the vendor's API away."""
    found = ask({**NAMED, "quality.capability": capability})
    hybrid, hosted = route(found, "hybrid"), route(found, "hosted-api")
    assert hosted.excluded_by == ()
    assert hosted.offer is not None
    assert hosted.offer.model == "claude-sonnet-4.6"
    assert hybrid.offer is not None
    assert hybrid.offer.frontier is not None
    assert hybrid.offer.frontier.model == "claude-sonnet-4.6"
    assert any("Claude Sonnet 4.6 was named" in note and "class large" in note for note in found.notes)
    assert found.contradictions == ()


@pytest.mark.parametrize(
    ("stated", "key"),
    [
        ({"quality.frontier_share": 1}, "quality.frontier_share"),
        ({"quality.frontier_required": True}, "quality.frontier_required"),
        ({"quality.capability": "frontier"}, "quality.capability"),
    ],
    ids=str,
)
def test_work_that_is_all_frontier_contradicts_a_lower_model(stated: Given, key: str) -> None:
    found = ask({**NAMED, **stated})
    assert [each.keys for each in found.contradictions] == [("economics.api_model", key)]
    hosted = route(found, "hosted-api")
    assert hosted.offer is not None
    assert knowledge().catalog.api[hosted.offer.model].capability == "frontier"

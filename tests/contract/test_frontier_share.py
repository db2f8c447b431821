"""A share of the work that needs a frontier model takes a frontier route, or hybrid: no open route does it alone."""

from __future__ import annotations

import pytest

from tests.contract.asking import OPEN, ask, excluded_at, knowledge, route, rules_fired


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

"""What a route's conditions and its success are taken from: its own model, its halves, or the open model in a cloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from advisor.decision.evaluate import concerned_routes, conditions_of, confidence_with_quality, serves_open_model
from advisor.decision.evaluate import success_of as success
from advisor.knowledge.conditions import Test as KeyTest
from advisor.knowledge.rules import Rule
from tests.cost.pointed import evaluated

DAY = date(2026, 11, 21)
CHAT = {"workload.task": "chat", "volume.output_tokens": 5_000_000, "volume.input_tokens": 20_000_000}


def costs(*, open_in_cloud: bool = False, halves: tuple[str, str] | None = None) -> Any:
    return SimpleNamespace(open_in_cloud=open_in_cloud, halves=halves)


def a_rule(id: str, *options: str, effect: Any = "require", key: str = "economics.second_region") -> Rule:
    return Rule(id, "can", effect, id, KeyTest(key, "is", True), "", (), "recalled", DAY, options=options)


@pytest.mark.parametrize(
    ("route", "in_cloud", "open_model"),
    [
        ("hosted-api", True, False), ("managed-cloud", True, True), ("managed-cloud", False, False),
        ("managed-open", False, True), ("self-host", False, True), ("hybrid", False, True),
    ],
)  # fmt: skip
def test_a_route_serves_an_open_model_where_its_price_is_one_s(route: str, in_cloud: bool, open_model: bool) -> None:
    assert serves_open_model(route, SimpleNamespace(costs=costs(open_in_cloud=in_cloud))) is open_model  # type: ignore[arg-type]


def test_hybrid_shares_the_conditions_of_its_halves_and_a_cloud_those_of_the_open_model_it_runs() -> None:
    halves = ("self-host", "hosted-api")
    assert concerned_routes("hybrid", costs(halves=halves)) == {"hybrid", *halves}
    assert concerned_routes("hybrid", costs()) == {"hybrid"}
    assert concerned_routes("managed-cloud", costs(open_in_cloud=True)) == {"managed-cloud", "managed-open"}
    assert concerned_routes("managed-cloud", costs()) == {"managed-cloud"}
    assert concerned_routes("managed-open", costs(open_in_cloud=True)) == {"managed-open"}


def test_conditions_are_the_requirements_that_fired_and_the_exclusions_that_were_set_aside() -> None:
    asked, told = a_rule("asked", "self-host"), a_rule("told", "self-host", effect="inform")
    other, aside = a_rule("other", "hosted-api"), a_rule("aside", "self-host", effect="exclude")
    offer = a_rule("offer", "self-host", key="derived.self_host_offer")
    findings: Any = SimpleNamespace(fired=[asked, told, other, offer], standing=SimpleNamespace(set_aside=(aside,)))
    assert conditions_of("self-host", findings, costs()) == (asked, offer, aside)
    assert conditions_of("hosted-api", findings, costs()) == (other,)
    hybrid = costs(halves=("self-host", "hosted-api"))
    assert conditions_of("hybrid", findings, hybrid) == (asked, other, offer, aside)
    cloud = a_rule("open", "managed-open", key="derived.managed_open_offer")
    findings.fired = [cloud, a_rule("all", "managed-open")]
    # what a provider of open models sells says nothing of a cloud
    assert [rule.id for rule in conditions_of("managed-cloud", findings, costs(open_in_cloud=True))] == ["all"]


def test_hybrid_succeeds_as_its_halves_do_by_their_traffic() -> None:
    evaluation = evaluated({**CHAT, "quality.frontier_share": 0.25})
    rates = evaluation.costs.drawn.rates
    expected = 0.25 * rates.api + 0.75 * rates.routine
    assert success("hybrid", evaluation) == pytest.approx(expected)
    assert success("hosted-api", evaluation) is rates.api
    assert success("self-host", evaluation) is rates.open


def test_confidence_counts_failures_only_where_they_were_not_charged_and_two_routes_are_left() -> None:
    evaluation = evaluated(CHAT)
    assert not evaluation.scenario.evidence
    shared = confidence_with_quality(evaluation)
    assert 0.0 <= shared <= 1.0
    assert shared != evaluation.choice.confidence
    findings = evaluation.findings
    alone = replace(
        evaluation, findings=replace(findings, standing=replace(findings.standing, after_can=("self-host",)))
    )
    assert confidence_with_quality(alone) == evaluation.choice.confidence
    two = replace(findings.standing, after_can=(evaluation.choice.option, "hosted-api"))
    assert confidence_with_quality(replace(evaluation, findings=replace(findings, standing=two))) != pytest.approx(
        evaluation.choice.confidence
    )

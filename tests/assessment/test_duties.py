"""Duties follow the data: who touches it owes them, and each names who must do it and what shows it."""

from __future__ import annotations

import pytest

from advisor.knowledge.rules import TOUCHERS, DataFacts, owed
from tests.contract.asking import Given, ask, knowledge

REGIMES = [choice.id for choice in knowledge().questions["data.regimes"].choices]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("party", TOUCHERS)
def test_every_regime_has_duties_for_whoever_touches_the_data(regime: str, party: str) -> None:
    found = owed(knowledge().obligations.values(), DataFacts(regimes=(regime,)), (party,))
    assert found
    assert all(each.by and each.evidence and each.source in knowledge().sources for each in found)


@pytest.mark.parametrize("name", ["defense", "export-controlled", "phi", "gdpr-art9", "financial-pii"])
def test_a_class_with_a_law_of_its_own_has_duties(name: str) -> None:
    assert owed(knowledge().obligations.values(), DataFacts(classes=(name,)), ("cloud",))


@pytest.mark.parametrize(
    ("given", "agreement"),
    [({"data.boundary": "vpc"}, True), ({"data.boundary": "on-premises"}, False)],
)
def test_a_rented_gpu_touches_the_data_as_an_api_does(given: Given, agreement: bool) -> None:
    verdict = ask({**given, "data.classes": ["phi"]}).verdict
    assert verdict.option == "self-host"
    assert any("business associate agreement" in task for task in verdict.tasks) is agreement
    assert any("risk analysis" in task for task in verdict.tasks)


def test_a_duty_is_a_task_and_a_finding_with_the_answer_that_brought_it_about() -> None:
    assessment = ask({"data.boundary": "vpc", "data.regimes": ["itar"]})
    found = [each for each in assessment.findings if each.rule == "itar.us-persons" and each.option == "self-host"]
    assert [each.matched for each in found] == [{"data.regimes": ["itar"]}]
    assert any(task.startswith("export compliance officer:") for task in assessment.verdict.tasks)


def test_a_duty_of_another_day_is_not_owed() -> None:
    before = [each.id for each in knowledge().obligations.values() if each.since.year >= 2025]
    assert before
    assert not any(each.in_force(each.since.replace(year=2000)) for each in knowledge().obligations.values())

"""The cases stored with the rules hold in both evaluators and leave no alternative untried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.authoring.rule_cases import cover, panel_cases, try_cases, typed_facts
from advisor.engine.engine import Engine
from advisor.engine.facts import kinds_of
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.rules import Case

KNOWLEDGE = load_knowledge()
NEWEST = max(rule.since for rule in KNOWLEDGE.rules)


def _with_cases(rule_id: str, *cases: Case) -> Knowledge:
    rules = tuple(replace(rule, cases=cases) if rule.id == rule_id else rule for rule in KNOWLEDGE.rules)
    return replace(KNOWLEDGE, rules=rules)


def test_every_case_holds_in_both_evaluators() -> None:
    report = try_cases(KNOWLEDGE)
    assert report.faults == ()
    assert report.tried >= 2 * len(KNOWLEDGE.rules)


def test_every_rule_and_every_alternative_is_seen_both_ways() -> None:
    covered = cover(KNOWLEDGE)
    assert covered.faults == ()
    assert covered.share == 1.0
    assert covered.alternatives > covered.rules == len(KNOWLEDGE.rules)


def test_a_case_that_promises_the_wrong_thing_is_named() -> None:
    wrong = Case("an air gap", fires=False, given={"data.boundary": "air-gap"})
    (fault,) = try_cases(_with_cases("must.boundary-own-infrastructure", wrong)).faults
    assert fault.line.startswith("rules/gates/must.toml: must.boundary-own-infrastructure: case 'an air gap' fires")


def test_a_case_with_an_unknown_key_is_named_with_the_nearest_one() -> None:
    wrong = Case("a slip", fires=True, given={"data.boundry": "air-gap"})
    (fault,) = try_cases(_with_cases("must.boundary-own-infrastructure", wrong)).faults
    assert "did you mean 'data.boundary'" in fault.line


def test_an_alternative_without_a_case_is_named() -> None:
    only = (Case("air gap", True, {"data.boundary": "air-gap"}), Case("anywhere", False, {"data.boundary": "anywhere"}))
    covered = cover(_with_cases("must.boundary-own-infrastructure", *only))
    assert [fault.what for fault in covered.faults] == [
        "no case in which data.boundary = vpc holds",
        "no case in which data.boundary = on-premises holds",
    ]
    assert covered.share < 1.0


def test_every_case_of_a_method_and_a_checklist_holds() -> None:
    assert [fault.line for fault in panel_cases(KNOWLEDGE) if fault is not None] == []


@pytest.mark.parametrize("boundary", ["tenancy", "vpc", "on-premises", "air-gap"])
@pytest.mark.parametrize(
    "sensitive", ["phi", "gdpr-art9", "legal-privilege", "defense", "financial-pii", "trade-secret"]
)
def test_each_sensitive_class_that_must_stay_asks_for_a_serious_evaluation(sensitive: str, boundary: str) -> None:
    rules = [rule for rule in KNOWLEDGE.rules_at(NEWEST) if rule.effect != "posture"]
    given = {"data.classes": [sensitive, "internal"], "data.boundary": boundary}
    with Engine.compile(rules, KNOWLEDGE.parameters_at(NEWEST), kinds_of(KNOWLEDGE)) as engine:
        outcome = engine.run(typed_facts(given, KNOWLEDGE, "test"))
    (firing,) = [one for one in outcome.firings if one.rule.id == "inform.privacy-serious-evaluation"]
    assert sensitive in str(firing.matched["data.classes"])

"""Each published checklist says what is met, what is not, what is open, and what to do next."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.authoring.rule_cases import typed_facts
from advisor.knowledge.labels import label
from advisor.knowledge.load_pack import load_knowledge
from advisor.published.apply import Checklist, checklists
from advisor.published.method_conditions import PanelFigures, judge_by, panel_facts

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 21))
JUDGE = judge_by(KNOWLEDGE, PARAMETERS)
FIGURES = PanelFigures(500.0, 100.0, 9_000.0, 30e6, 3e6, 9_000.0, 12.0)


def test_an_id_without_a_title_is_spelled_with_its_acronyms() -> None:
    spelled = ["API spend", "GPU expertise", "MLOps", "VPC bound", "ten billion tokens"]
    assert [
        label(name) for name in ("api-spend", "gpu-expertise", "mlops", "vpc-bound", "ten-billion-tokens")
    ] == spelled


def _applied(checklist: str, given: dict[str, object]) -> Checklist:
    facts = panel_facts(typed_facts(given, KNOWLEDGE, checklist), FIGURES, PARAMETERS)
    return next(one for one in checklists(facts, KNOWLEDGE, PARAMETERS, JUDGE) if one.id == checklist)


def test_the_six_checklists_of_the_contract_are_there() -> None:
    sizes = {one.id: len(one.items) for one in KNOWLEDGE.checklists.values()}
    assert sizes == {
        "coding-agents.five": 5,
        "cost-guide.five": 5,
        "evaluation-process": 5,
        "security-gate": 4,
        "hidden-costs": 6,
        "operating-model": 8,
    }


@pytest.mark.parametrize("checklist", sorted(KNOWLEDGE.checklists))
def test_nothing_said_leaves_every_item_of_an_answer_open(checklist: str) -> None:
    applied = _applied(checklist, {})
    answered = {"api-spend", "ten-billion-tokens"}  # the bill and the volume are computed
    assert {item.id for item in applied.items if item.state != "unknown"} <= answered
    assert all(item.next for item in applied.items if item.state != "met")


@pytest.mark.parametrize(
    ("given", "met", "words"),
    [
        ({"staffing.gpu_experience": True, "data.boundary": "vpc"}, 2, "open items could still reach"),
        ({"staffing.gpu_experience": True, "data.boundary": "vpc", "quality.frontier_share": 0.1}, 3, "evaluate"),
        ({"staffing.gpu_experience": False, "data.boundary": "anywhere"}, 0, "managed API"),
    ],
)
def test_three_of_five_reach_the_threshold(given: dict[str, object], met: int, words: str) -> None:
    applied = _applied("coding-agents.five", given)
    assert (applied.met, applied.threshold, applied.of) == (met, 3, 5)
    assert words in applied.verdict


def test_an_item_says_which_answer_decided_it() -> None:
    items = {item.id: item for item in _applied("cost-guide.five", {"data.boundary": "vpc"}).items}
    assert items["vpc-bound"].state == "met"
    choices = {choice.id: choice.text for choice in KNOWLEDGE.questions["data.boundary"].choices}
    assert choices["vpc"] in items["vpc-bound"].because
    assert items["ten-billion-tokens"].state == "unmet"
    assert "33M tokens a month" in items["ten-billion-tokens"].because


@pytest.mark.parametrize(("prompts", "interval"), [(50, "8.51%"), (200, "4.19%")])
def test_prompts_give_only_the_interval_they_can_give(prompts: int, interval: str) -> None:
    applied = _applied("evaluation-process", {"quality.eval_prompts": prompts})
    item = next(one for one in applied.items if one.id == "production-evaluation")
    assert item.state == "met"
    assert f"± {interval}" in item.because


def test_all_five_steps_tell_the_interval_of_the_rate() -> None:
    done: dict[str, object] = {
        "data.classes": ("internal",),
        "volume.output_tokens": 30e6,
        "volume.cached_share": 0.3,
        "volume.batch_share": 0.1,
        "quality.eval_prompts": 200,
        "quality.open_model_accuracy": 0.97,
        "derived.sustained_fte": 2.0,
        "staffing.loaded_cost_usd": 200_000,
        "economics.utilization": 0.4,
    }
    applied = _applied("evaluation-process", done)
    assert (applied.met, applied.of) == (5, 5)
    assert "± 2.5%" in applied.verdict  # Wilson at 95%: 0.97 of 200


def test_too_few_prompts_are_not_an_evaluation() -> None:
    items = {item.id: item for item in _applied("evaluation-process", {"quality.eval_prompts": 49}).items}
    assert items["production-evaluation"].state == "unmet"
    assert "50 to 200" in items["production-evaluation"].next


def test_the_security_gate_takes_all_four() -> None:
    keys = ("revision_pinned", "hashes_verified", "safe_weights_format", "provenance_documented")
    given: dict[str, object] = {f"security.{key}": True for key in keys}
    assert _applied("security-gate", given).verdict == "The security gate is passed."
    for key in given:
        without = _applied("security-gate", {**given, key: False})
        assert without.met == 3
        assert "not passed" in without.verdict


def test_six_hidden_costs_are_asked_for() -> None:
    items = {item.id for item in _applied("hidden-costs", {}).items}
    assert items == {
        "engineering-labor",
        "mlops",
        "hardware-decay",
        "incident-response",
        "opportunity-cost",
        "idle-capacity",
    }


def test_one_region_says_that_an_outage_lasts_hours() -> None:
    items = {item.id: item for item in _applied("operating-model", {"economics.second_region": False}).items}
    assert items["failover"].state == "unmet"
    assert "hours" in items["failover"].because


@pytest.mark.parametrize(
    ("given", "stage"),
    [
        ({}, "As a prototyper"),
        ({"volume.months_observed": 2, "staffing.gpu_experience": True}, "As a prototyper"),
        ({"volume.months_observed": 3, "staffing.gpu_experience": False}, "As a scale-up"),
        ({"volume.months_observed": 12, "derived.sustained_fte": 0.5}, "As a scale-up"),
        ({"volume.months_observed": 12, "derived.sustained_fte": 3}, "As an enterprise"),
    ],
)
def test_the_next_step_follows_maturity(given: dict[str, object], stage: str) -> None:
    assert stage in _applied("operating-model", given).verdict

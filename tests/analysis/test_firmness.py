"""What makes a verdict firm, and what it hangs on while it is not."""

from __future__ import annotations

from advisor.analysis.firmness import MOST_NAMED, firmness
from advisor.assessment.notes import contradictions
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, confidence_with_quality, evaluate
from tests.contract.asking import DAY, Given, answers, knowledge

DRAWS = 200
FEDERAL: Given = {
    "data.boundary": "tenancy",
    "data.regimes": ["fedramp-high"],
    "data.classes": ["internal"],
    "questionnaire": "full",
}
CHEAP: Given = {"data.boundary": "anywhere", "volume.output_tokens": "200M", "volume.input_tokens": "800M"}


def evaluated(given: Given) -> Evaluation:
    told = {key: value for key, value in given.items() if "." in key}
    return evaluate(answers(told), compiled_knowledge(knowledge(), DAY), 1, DRAWS)


def judged(given: Given, *, look: bool = True, contradicted: bool = False) -> tuple[str, tuple[str, ...]]:
    found = firmness(
        evaluated(given), compiled_knowledge(knowledge(), DAY), 1, DRAWS, contradicted=contradicted, look=look
    )
    return found.status, tuple(each.key for each in found.find_out_first)


def test_success_that_nobody_measured_is_found_out_first() -> None:
    status, keys = judged(CHEAP)
    assert status == "provisional"
    assert keys[0] == "quality.open_model_accuracy"
    assert 1 <= len(keys) <= MOST_NAMED


def test_without_a_look_at_the_open_questions_nothing_is_firm() -> None:
    assert judged(FEDERAL, look=False)[0] in ("provisional", "conditional")


def test_a_contradiction_makes_a_verdict_conditional() -> None:
    assert judged(CHEAP, contradicted=True) == ("conditional", ())


def test_failures_that_were_given_leave_one_confidence() -> None:
    rates: Given = {"quality.api_success_rate": 0.95, "quality.open_success_rate": 0.9, "quality.failure_cost_usd": 20}
    charged, plain = evaluated({**CHEAP, **rates}), evaluated(CHEAP)
    assert confidence_with_quality(charged) == charged.choice.confidence
    assert confidence_with_quality(plain) < plain.choice.confidence


def test_a_stated_bill_within_a_factor_of_two_contradicts_nothing() -> None:
    assert contradictions(evaluated(CHEAP)) == ()
    far = {**CHEAP, "economics.monthly_api_spend_usd": 500_000}
    (found,) = contradictions(evaluated(far))
    assert "economics.monthly_api_spend_usd" in found.keys


def test_sixty_gpus_take_more_people_than_a_tenth_of_one() -> None:
    fleet: Given = {
        "data.boundary": "vpc",
        "workload.audience": "internal",
        "economics.gpu": "h100-sxm",
        "economics.gpus": 60,
        "staffing.ml_infra_fte": 0.1,
        "staffing.platform_fte": 0,
        "staffing.evaluation_fte": 0,
    }
    large, small = evaluated(fleet), evaluated({**fleet, "economics.gpus": 4})
    assert large.findings.tier == "production"
    assert any(rule.id == "can.staffing-production" for rule in large.findings.standing.set_aside)
    assert not any(rule.kind == "staffing" for rule in small.findings.standing.set_aside)

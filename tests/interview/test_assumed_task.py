"""A questionnaire may assume the kind of work: the coding team's assumes code, and no other assumes anything new."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers, assumptions_of
from advisor.knowledge.load_pack import load_knowledge

DAY = date(2026, 11, 29)
KNOWLEDGE = load_knowledge()
TASK = KNOWLEDGE.questions["workload.task"]


def completed(answers: Answers) -> CompletedAnswers:
    return CompletedAnswers(answers, KNOWLEDGE.parameters_at(DAY), KNOWLEDGE.questions)


@pytest.mark.parametrize(
    ("questionnaire", "task"), [("coding-agents", "code-assistant"), ("quick", "chat"), ("full", "chat")]
)
def test_what_is_assumed_and_what_is_shown_is_one(questionnaire: str, task: str) -> None:
    open_answers = Answers({}, questionnaire)
    (text,) = [choice.text for choice in TASK.choices if choice.id == task]
    assert completed(open_answers).text("workload.task") == task
    assert assumptions_of(KNOWLEDGE, DAY).words(TASK, open_answers).startswith(text)


def test_the_assumed_task_brings_its_own_defaults_until_another_is_answered() -> None:
    assumed = completed(Answers({}, "coding-agents"))
    stated = completed(Answers({"workload.task": "code-assistant"}, "full"))
    other = completed(Answers({"workload.task": "summarization"}, "coding-agents"))
    told = assumptions_of(KNOWLEDGE, DAY)
    for key in ("volume.input_per_request", "volume.output_per_request", "quality.tokens_per_task"):
        assert assumed.range(key) == stated.range(key) != other.range(key)
        question = KNOWLEDGE.questions[key]
        assert told.words(question, assumed.answers) == told.words(question, stated.answers)
    assert other.text("workload.task") == "summarization"

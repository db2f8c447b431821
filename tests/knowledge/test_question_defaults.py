"""What is assumed for an open question exists, is an answer the question would take, and stands on a listed source."""

from __future__ import annotations

import pytest

from advisor.interview.answers import allowed_choices
from advisor.interview.quantities import canonical, parse
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import DatedValue
from advisor.knowledge.questions import Question, load_ids
from advisor.paths import data_directory

KNOWLEDGE = load_knowledge()
IDS = load_ids(data_directory("rules") / "catalog")
TASKS = tuple(choice.id for choice in KNOWLEDGE.questions["workload.task"].choices)
WITH_DEFAULT = [question for question in KNOWLEDGE.questions.values() if question.default]
FOLLOWS_FROM_OTHERS = {
    "volume.images_per_request",  # none, but for a task that reads images: part of the input as the task has it
    "volume.audio_minutes_per_request",  # none
    "volume.requests",  # tokens and the length of an answer
    "economics.provider",  # the cheapest that qualifies
    "economics.electricity_usd_kwh",  # the parameter of the price of power
    "economics.api_input_usd",
    "economics.api_cached_usd",
    "economics.api_output_usd",
    "economics.open_input_usd",
    "economics.open_cached_usd",
    "economics.open_output_usd",  # list prices
    "volume.input_tokens",  # output and the ratio of the task
    "economics.gpu_hour_usd",  # the catalog's listings of the GPU
    "economics.gpus",  # sized for the peak
    "economics.monthly_api_spend_usd",  # computed
    "economics.service_tier",  # derived
    "quality.frontier_share",  # left out: no hybrid
    "license.monthly_active_users",
    "license.monthly_active_users_at_release",
    "license.company_revenue_usd",  # a license is judged on answers alone
    "data.region",
    "data.retention_days",  # asked of a provider only where it is stated
    "workload.name",
}


def _values(question: Question) -> list[DatedValue]:
    names = [question.default, *(f"{question.default}.{task}" for task in TASKS)]
    return [value for name in names if name in KNOWLEDGE.parameters for value in KNOWLEDGE.parameters[name].values]


def test_only_what_follows_from_other_answers_has_no_default() -> None:
    plain = {key for key, question in KNOWLEDGE.questions.items() if question.kind not in ("bool", "choices", "models")}
    assert {key for key in plain if not KNOWLEDGE.questions[key].default} == FOLLOWS_FROM_OTHERS


@pytest.mark.parametrize("question", WITH_DEFAULT, ids=lambda question: question.key)
def test_a_default_is_an_answer_the_question_would_take(question: Question) -> None:
    assert question.default == f"default.{question.key}"
    assert question.default in KNOWLEDGE.parameters
    for value in _values(question):
        if question.is_numeric:
            assert parse(canonical(value.range, question.kind), question.kind, question.key) == value.range
        else:
            assert value.text in allowed_choices(question, IDS)


@pytest.mark.parametrize("question", WITH_DEFAULT, ids=lambda question: question.key)
def test_a_default_stands_on_a_listed_source(question: Question) -> None:
    assert {value.source for value in _values(question)} <= set(KNOWLEDGE.sources)


def test_no_default_belongs_to_nothing() -> None:
    assumed_task = "default.workload.task.coding-agents"  # of one questionnaire
    keys = {"default.volume.input_ratio", assumed_task, *(question.default for question in WITH_DEFAULT)}
    allowed = keys | {f"{key}.{task}" for key in keys for task in TASKS}
    assert {name for name in KNOWLEDGE.parameters if name.startswith("default.")} <= allowed

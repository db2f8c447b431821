"""Every answer key is declared once, with its kind, its choices and words that fit the screen."""

from __future__ import annotations

import pytest

from advisor.errors import BadKnowledge
from advisor.interview.answers import allowed_choices
from advisor.knowledge import conditions
from advisor.knowledge.conditions import CHOICE_OPS, All, AnyOf, Condition, Finding, Not, parse_condition
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.questions import Question, load_ids, load_questions, read_question
from advisor.paths import data_directory

QUESTIONS, QUESTIONNAIRES = load_questions(data_directory("questionnaires"))
IDS = load_ids(data_directory("rules") / "catalog")

KINDS = {
    "workload": "name:id task:choice audience:choice developers:count",
    "data": """classes:choices boundary:choice regimes:choices region:choice retention_days:count
        no_training_on_data:bool""",
    "license": """models:models monthly_active_users:count monthly_active_users_at_release:count
        company_revenue_usd:usd-per-month eu_domiciled:bool redistributes:bool serves_third_parties:bool
        trains_on_outputs:bool uses_multimodal:bool regulated_uses:choices
        places_of_use:choices""",
    "volume": """output_tokens:tokens-per-month input_tokens:tokens-per-month input_per_request:tokens
        output_per_request:tokens peak_concurrency:count tokens_per_developer:tokens-per-month output_share:share
        cached_share:share batch_share:share peak_to_average:ratio stability:choice months_observed:count
        annual_growth:growth requests:requests-per-month images_per_request:number
        audio_minutes_per_request:number""",
    "staffing": """ml_infra_fte:number platform_fte:number evaluation_fte:number loaded_cost_usd:usd-per-year
        gpu_experience:bool on_call:bool""",
    "latency": """p50_ms:milliseconds p95_ms:milliseconds inter_token_ms:milliseconds interactive:bool
        consistency_over_quality:bool""",
    "quality": """frontier_required:bool multimodal_required:bool fine_tuning_required:bool frontier_share:share
        open_model_accuracy:share routine_success_rate:share eval_prompts:count api_success_rate:share
        open_success_rate:share failure_cost_usd:usd tokens_per_task:tokens capability:choice""",
    "economics": """api_model:model open_model:model gpu:model gpus:count precision:choice gpu_hour_usd:usd-per-hour
        acquisition:choice utilization:share monthly_api_spend_usd:usd-per-month pricing:choice discount:share
        token_multiplier:number currency_rate:number owned_gpus_spare:count team_spare_fte:number
        migration_cost_usd:usd second_region:bool horizon_months:months budget_predictability:bool
        lock_in_concern:bool service_tier:choice provider:model electricity_usd_kwh:usd-per-kwh
        api_input_usd:usd-per-million-tokens api_cached_usd:usd-per-million-tokens
        api_output_usd:usd-per-million-tokens open_input_usd:usd-per-million-tokens
        open_cached_usd:usd-per-million-tokens open_output_usd:usd-per-million-tokens""",
    "security": "revision_pinned:bool hashes_verified:bool safe_weights_format:bool provenance_documented:bool",
}
CHOICES = {
    "workload.task": """extraction summarization classification rag-answering chat autocomplete code-assistant
        agentic-coding hard-reasoning multimodal-analysis""",
    "workload.audience": "internal public",
    "data.classes": """phi gdpr-art9 legal-privilege defense export-controlled financial-pii pii trade-secret
        source-code internal public""",
    "data.boundary": "anywhere region tenancy vpc on-premises air-gap",
    "data.regimes": "hipaa gdpr finra pci-dss soc2 fedramp-high il5 itar eu-ai-act dora nis2 cjis",
    "data.region": "us eu uk canada asia-pacific other",
    "license.regulated_uses": "military automated-legal-decision",
    "license.places_of_use": "eu uk south-korea elsewhere",
    "volume.stability": "steady variable",
    "quality.capability": "small mid large frontier",
    "economics.precision": "bf16 fp8 fp4 int4",
    "economics.acquisition": "on-demand reserved spot owned serverless",
    "economics.pricing": "per-token flex priority committed provisioned dedicated-endpoint",
    "economics.service_tier": "workstation internal-endpoint production high-availability",
}
CATALOGS = {"license.models": "models", "economics.api_model": "api", "economics.open_model": "models",
            "economics.gpu": "gpus", "economics.provider": "providers"}  # fmt: skip


def _declared_kinds() -> dict[str, str]:
    pairs = [(topic, pair.split(":")) for topic, line in KINDS.items() for pair in line.split()]
    return {f"{topic}.{name}": kind for topic, (name, kind) in pairs}


def _tests(condition: Condition) -> list[conditions.Test]:
    match condition:
        case conditions.Test():
            return [condition]
        case Not(part):
            return _tests(part)
        case All(parts) | AnyOf(parts):
            return [test for part in parts for test in _tests(part)]
        case Finding(name):
            raise AssertionError(f"a question waits for the finding {name}, which comes after all questions")


def test_each_answer_key_is_declared_once_with_its_kind() -> None:
    assert {key: question.kind for key, question in QUESTIONS.items()} == _declared_kinds()


def test_each_choice_is_offered_in_the_published_order() -> None:
    offered = {key: tuple(c.id for c in question.choices) for key, question in QUESTIONS.items() if question.choices}
    assert offered == {key: tuple(line.split()) for key, line in CHOICES.items()}


def test_ids_come_from_the_right_catalog_table() -> None:
    assert {key: question.catalog for key, question in QUESTIONS.items() if question.catalog} == CATALOGS
    assert all(allowed_choices(QUESTIONS[key], IDS) for key in CATALOGS)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_reads_well_on_80_columns(question: Question) -> None:
    assert 10 <= len(question.text) <= 60
    assert question.text.endswith("?")
    assert question.why.endswith(".")
    assert question.why.count(". ") == 0
    assert question.help
    assert max((len(choice.text) for choice in question.choices), default=0) <= 40
    words = (question.text, question.why, question.help, *(f"{c.text} {c.help}" for c in question.choices))
    assert all(text.isascii() for text in words)


def test_every_number_states_its_unit() -> None:
    assert [key for key, question in QUESTIONS.items() if question.is_numeric and not question.unit] == []


def test_a_question_is_shown_by_other_answers_and_never_by_a_threshold() -> None:
    for key, question in QUESTIONS.items():
        if question.show_when is not None:
            for test in _tests(parse_condition(question.show_when, key)):
                assert test.key in QUESTIONS
                assert test.key != key
                assert test.op in (*CHOICE_OPS, "known")
                assert _options(test) <= set(allowed_choices(QUESTIONS[test.key], IDS))


def _options(test: conditions.Test) -> set[str]:
    if isinstance(test.value, bool):
        return set()
    return {test.value} if isinstance(test.value, str) else set(test.value)


def test_what_shows_a_question_is_asked_before_it_in_the_full_one() -> None:
    keys = QUESTIONNAIRES["full"].keys
    for key in keys:
        shown_when = QUESTIONS[key].show_when
        for test in _tests(parse_condition(shown_when, key)) if shown_when else []:
            assert keys.index(test.key) < keys.index(key)


@pytest.mark.parametrize("ends", [[1], [2, 1], ["1", "2"], "1..2", [True, 2], [1, 2, 3]])
def test_limits_are_two_rising_numbers(ends: object) -> None:
    raw = {"key": "a.b", "kind": "number", "text": "How many?", "why": "Because.", "limits": ends}
    with pytest.raises(BadKnowledge, match="limits"):
        read_question(raw, "questions.toml: a.b")


def test_a_default_lies_within_the_limits_of_its_question() -> None:
    parameters = load_knowledge().parameters
    for question in QUESTIONS.values():
        names = [name for name in parameters if question.default and name.startswith(question.default)]
        for value in (value for name in names if question.limits for value in parameters[name].values):
            assert question.limits[0] <= value.range.low <= value.range.high <= question.limits[1]

"""The figures assumed agree with each other and with the articles they are taken from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import NormalDist

import pytest

from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import WEAK_GRADES, Parameter

KNOWLEDGE = load_knowledge()
TODAY = KNOWLEDGE.parameters_at(date(2026, 11, 21))
TASKS = [choice.id for choice in KNOWLEDGE.questions["workload.task"].choices]
# what each article states, as low and high
ARTICLES = {
    "gate.network_floor_ms": (120, 120),
    "gate.accuracy_required": (0.95, 0.95),
    "gate.tie_share": (0.25, 0.25),
    "gate.hybrid_margin": (0.10, 0.10),
    "tier.workstation.fte_low": (0, 0),
    "tier.internal-endpoint.fte_low": (0.1, 0.1),
    "tier.production.fte_low": (2, 2),
    "tier.high-availability.fte_low": (3, 3),
    "tier.workstation.hours_per_month": (2, 5),
    "tier.internal-endpoint.hours_per_month": (10, 20),
    "tier.internal-endpoint.fte": (0.1, 0.2),
    "tier.production.fte": (2, 3),
    "people.engineer_hour_usd": (75, 150),
    "default.staffing.loaded_cost_usd": (200_000, 300_000),
    "operations.observability_usd_per_year": (30_000, 100_000),
    "operations.observability_small_usd_per_month": (200, 500),
    "operations.owned_life_years": (3, 3),
    "time.hours_per_month": (720, 720),
    "prices.batch_discount": (0.5, 0.5),
    "prices.cache_read_discount": (0.9, 0.9),
    "prices.brokered_discount": (0.4, 0.5),
    "quality.correction_usd": (50, 50),
    "default.volume.tokens_per_developer": (2_000_000, 5_000_000),
    "default.quality.eval_prompts": (50, 200),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_a_figure_is_the_one_its_article_states(name: str) -> None:
    figure = TODAY.range(name)
    assert (figure.low, figure.high) == ARTICLES[name]


def test_the_published_labor_adds_up() -> None:
    people, wage = TODAY.range("tier.production.fte"), TODAY.range("default.staffing.loaded_cost_usd")
    assert (people.low * wage.low, people.high * wage.high) == (400_000, 900_000)
    hours, rate = TODAY.range("tier.internal-endpoint.hours_per_month"), TODAY.range("people.engineer_hour_usd")
    assert (hours.low * rate.low, hours.high * rate.high) == (750, 3_000)


@pytest.mark.parametrize("task", ["", *TASKS])
def test_requests_and_ratio_tell_the_same_story(task: str) -> None:
    def mode(key: str) -> Decimal:
        return Decimal(str(TODAY.number(f"default.volume.{key}.{task}" if task else f"default.volume.{key}")))

    assert mode("input_per_request") / mode("output_per_request") == mode("input_ratio")


def test_what_was_not_asked_leaves_a_bill_alone() -> None:
    for key in ("volume.annual_growth", "economics.discount", "economics.migration_cost_usd"):
        assert TODAY.number(f"default.{key}") == 0
    assert TODAY.number("default.economics.token_multiplier") == 1


def test_no_default_of_quality_passes_for_evidence() -> None:
    for name in TODAY.values:
        if name.startswith(("default.quality.api_success_rate", "default.quality.open_model_accuracy")):
            assert TODAY.dated(name).grade in WEAK_GRADES
            assert not TODAY.range(name).is_exact


def test_the_interval_is_the_normal_distribution_s() -> None:
    tail = (1 - TODAY.number("gate.accuracy_interval")) / 2
    assert TODAY.number("quality.interval_z") == pytest.approx(NormalDist().inv_cdf(1 - tail), abs=1e-6)


@pytest.mark.parametrize("parameter", KNOWLEDGE.parameters.values(), ids=lambda parameter: parameter.id)
def test_a_figure_names_sources_that_are_listed(parameter: Parameter) -> None:
    values = parameter.values
    named = {value.source for value in values} | {quote.source for value in values for quote in value.quotes}
    assert named <= set(KNOWLEDGE.sources)
    for quote in (quote for value in values for quote in value.quotes):
        assert quote.low <= quote.high

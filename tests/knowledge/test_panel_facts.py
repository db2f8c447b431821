"""What the panel computes from the answers is what a hand calculation gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.parameters import Range
from advisor.published.method_conditions import PanelFigures, breach_spared, break_even_tokens, panel_facts

KNOWLEDGE = load_knowledge()
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 21))


def test_a_month_has_thirty_days() -> None:
    facts = panel_facts({}, PanelFigures(1.0, None, 3.0, 600e6, 300e6, 4.0, 5.0), PARAMETERS)
    assert facts["panel.tokens_per_month"] == Range.exactly(900e6)
    assert facts["panel.tokens_per_day"] == Range.exactly(30e6)
    assert "panel.managed_usd_per_month" not in facts


def test_nothing_avoided_is_never_earned_back() -> None:
    assert break_even_tokens(1_000.0, 0.0) is None
    assert break_even_tokens(7_000.0, 40.0) == 175e6


def test_breach_exposure_is_cost_times_chance_times_share() -> None:
    found = breach_spared(PARAMETERS)
    factors = [
        PARAMETERS.range(f"operations.breach_{name}")
        for name in ("cost_usd", "probability_per_year", "third_party_share")
    ]
    for end in ("low", "point", "high"):
        product = Decimal(1)
        for factor in factors:
            product *= Decimal(str(getattr(factor, end)))
        assert getattr(found, end) == pytest.approx(float(product / 12), rel=1e-12)
    assert found.low < found.point < found.high


@pytest.mark.parametrize(
    ("task", "least", "most"),
    [("classification", 0.0, 14.0), ("code-assistant", 27.0, 35.0), ("autocomplete", 27.0, 35.0)],
)
def test_simple_tasks_get_a_small_model(task: str, least: float, most: float) -> None:
    known = CompletedAnswers(Answers({"workload.task": task}), PARAMETERS, KNOWLEDGE.questions)
    assert least <= KNOWLEDGE.catalog.models[known.text("economics.open_model")].total_b < most

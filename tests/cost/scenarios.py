"""Scenarios for the cost core alone: a few answers completed by the knowledge base, no rule asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from advisor.cost.draws import draws
from advisor.cost.operations import Tier
from advisor.cost.routes import Pricing
from advisor.cost.scenario import Scenario
from advisor.cost.scenario_builder import prepare
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.parameters import Range
from tests.contract.asking import DAY, answers, knowledge

PRICED = ("self-host", "hosted-api", "managed-cloud", "managed-open")
BUSY: dict[str, Any] = {
    "workload.task": "extraction",
    "volume.output_tokens": "1B..3B/month",
    "volume.input_tokens": "4B/month",
    "volume.annual_growth": "20%..60%",
    "economics.api_model": "gpt-5.4",
    "economics.open_model": "qwen3-32b",
}


def scenario_of(given: dict[str, Any], tier: Tier = "internal-endpoint", day: date = DAY) -> Scenario:
    """What the cost core would price for these answers on a service tier."""
    known = CompletedAnswers(answers(given), knowledge().parameters_at(day), knowledge().questions)
    prepared = prepare(known, knowledge().catalog.rents_known_by(day), day, ())
    return prepared.scenario(tier, regulated=False, cloud_open_eligible=True)


def drawn(scenario: Scenario, count: int) -> Pricing:
    """The scenario under that many draws."""
    return Pricing(scenario, draws(scenario.ranges, 1, count))


def exact_but(scenario: Scenario, uncertain: Collection[str] = ()) -> Scenario:
    """The scenario with every range at its point but the named ones."""
    ranges = {
        name: known if name in uncertain else Range.exactly(known.point) for name, known in scenario.ranges.items()
    }
    return replace(scenario, ranges=ranges)

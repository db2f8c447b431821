"""What facts and prices are worked out from is declared in full: every other answer may change, and they do not."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from advisor.analysis.reevaluate import FACTS, PRICED
from advisor.cost.draws import draws
from advisor.cost.routes import Pricing, cloud_frontier, cloud_open, hosted_api, managed_open, self_host, total
from advisor.cost.scenario_builder import Preparation, prepare
from advisor.decision.derived_facts import derived_facts
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from benchmarks.cost.ask_only_what_matters import DAY, Trial, trial

IT: Trial = trial()
ROUTES = {"self-host": self_host, "hosted-api": hosted_api, "managed-open": managed_open}
CLOUD = {"cloud_frontier": cloud_frontier, "cloud_open": cloud_open}


def prepared(answers: Answers) -> Preparation:
    known = CompletedAnswers(answers, IT.at.parameters, IT.knowledge.questions)
    return prepare(known, IT.knowledge.catalog, DAY, frozenset())


def mixed(kept: frozenset[str], one: Answers, other: Answers) -> Answers:
    """The first answers to the keys that are kept, the second ones to all others."""
    values = {key: (one if key in kept else other).get(key) for key in IT.knowledge.questions}
    return Answers({key: value for key, value in values.items() if value is not None}, one.questionnaire)


def costs(route: str, answers: Answers) -> dict[str, np.ndarray]:
    ready = prepared(answers)
    scenario = ready.scenario("production", regulated=True, cloud_open_eligible=True)
    pricing, offers = Pricing(scenario, draws(scenario.ranges, 1, 20)), scenario.offers
    priced = {
        "self-host": True,
        "hosted-api": offers.hosted,
        "managed-open": offers.managed,
        "cloud_frontier": offers.cloud_frontier,
        "cloud_open": offers.cloud_open,
    }
    makers = CLOUD if route == "managed-cloud" else {route: ROUTES[route]}
    return {name: np.broadcast_to(total(make(pricing)), 20) for name, make in makers.items() if priced[name]}


@pytest.mark.parametrize("seed", range(12))
def test_a_fact_reads_no_answer_that_is_not_declared(seed: int) -> None:
    random = Random(seed)
    one, other = IT.complete(random), IT.complete(random)
    facts = derived_facts(prepared(one), frozenset())
    for fact, keys in FACTS.items():
        assert derived_facts(prepared(mixed(keys, one, other)), frozenset()).get(fact) == facts.get(fact), fact


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("route", ["self-host", "hosted-api", "managed-open", "managed-cloud"])
def test_a_price_reads_no_answer_that_is_not_declared(route: str, seed: int) -> None:
    random = Random(100 + seed)
    one, other = IT.complete(random), IT.complete(random)
    before, after = costs(route, one), costs(route, mixed(PRICED[route], one, other))
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)

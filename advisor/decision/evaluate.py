"""The computing half of an assessment: answers to facts, rules and costs to a choice, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from advisor.cost.comparison import Comparison, compare
from advisor.cost.draws import Figure
from advisor.cost.operations import TIERS, Tier, failures, work_around
from advisor.cost.scenario import Scenario
from advisor.cost.scenario_builder import Preparation, prepare
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.derived_facts import derived_facts, gate_inputs, is_of_offers
from advisor.decision.gates import (
    GateInputs,
    RemainingRoutes,
    RouteChoice,
    apply_gates,
    cheapest_shares,
    choose,
    priced_alone,
)
from advisor.decision.license_reports import blocked_models
from advisor.engine.engine import Outcome
from advisor.engine.facts import FactValue
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.rules import OPEN_ROUTES, Rule


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules found, and the prepared workload they were asked about."""

    licenses: Outcome
    gates: Outcome
    facts: Mapping[str, FactValue]
    prepared: Preparation
    standing: RemainingRoutes
    workload: GateInputs

    @property
    def fired(self) -> list[Rule]:
        """Tier and gate rules that fired, in the pack's order."""
        return [firing.rule for firing in self.gates.firings]

    @property
    def postures(self) -> list[Rule]:
        """License conditions that hold."""
        return [firing.rule for firing in self.licenses.firings]

    @property
    def tier(self) -> Tier:
        """The service tier the rules derived."""
        return next(tier for tier in TIERS if tier in self.gates.derived)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Findings, costs and the choice they lead to; `conditions` by standing route."""

    findings: Findings
    scenario: Scenario
    costs: Comparison
    conditions: Mapping[str, tuple[Rule, ...]]
    choice: RouteChoice


def evaluate(answers: Answers, at: CompiledKnowledge, seed: int, count: int) -> Evaluation:
    """Judge by both evaluators, cheaply enough for every what-if; raises EnginesDisagree when they differ."""
    findings = _find(CompletedAnswers(answers, at.parameters, at.knowledge.questions), at)
    standing = findings.standing
    scenario = findings.prepared.scenario(
        findings.tier,
        regulated="regulated" in findings.gates.derived,
        work=work_around(findings.gates.derived),
        cloud_open_eligible=standing.cloud_open_eligible,
    )
    costs = compare(scenario, seed, count, standing.routine_halves, standing.frontier_halves)
    standing = priced_alone(standing, costs.totals) if standing.after_must else standing
    findings = replace(findings, standing=standing)
    conditions = {route: conditions_of(route, findings, costs) for route in standing.after_can}
    choice = choose(
        standing,
        costs.totals,
        findings.fired,
        tie_share=at.parameters.number("gate.tie_share"),
        hybrid_margin=at.parameters.number("gate.hybrid_margin"),
        conditional=frozenset(route for route, rules in conditions.items() if rules),
    )
    return Evaluation(findings, costs.drawn.scenario, costs, conditions, choice)


def _find(known: CompletedAnswers, at: CompiledKnowledge) -> Findings:
    given = cast("dict[str, FactValue]", dict(known.answers.values))
    licenses = at.licenses.run(given)
    blocked = blocked_models([firing.rule for firing in licenses.firings], at.knowledge)
    prepared = prepare(known, at.catalog, at.parameters.as_of, blocked)
    facts = given | derived_facts(prepared, blocked)
    gates = at.gates.run(facts)
    workload = gate_inputs(prepared)
    standing = apply_gates([firing.rule for firing in gates.firings], workload)
    return Findings(licenses, gates, facts, prepared, standing, workload)


def conditions_of(route: str, findings: Findings, costs: Comparison) -> tuple[Rule, ...]:
    """What must come true for a route to hold: requirements that fired, and exclusions that had to be set aside."""
    concerned = concerned_routes(route, costs)
    sellers = set(costs.halves or ()) if route == "hybrid" else {route}
    required = [rule for rule in findings.fired if rule.effect == "require"]
    return tuple(
        rule
        for rule in [*required, *findings.standing.set_aside]
        if (sellers if is_of_offers(rule) else concerned) & set(rule.options)
    )


def concerned_routes(route: str, costs: Comparison) -> set[str]:
    """A route and those whose requirements it shares: hybrid's halves; in a cloud that runs it, the open model's."""
    if route == "hybrid":
        return {route, *(costs.halves or ())}
    return {route, "managed-open"} if route == "managed-cloud" and costs.open_in_cloud else {route}


# How sure a choice is once success and failures are drawn too, though nobody measured them.


def confidence_with_quality(evaluation: Evaluation) -> float:
    """The share of draws in which the chosen route is the cheapest with failed tasks charged, 0–1.

    Each draw takes a success rate and a cost of failure from the answers, or from the default ranges where nothing was
    answered. It is the plain confidence where failures were charged already, where one route is left, or none.
    """
    left, choice = evaluation.findings.standing.after_can, evaluation.choice
    if evaluation.scenario.evidence or len(left) < 2:
        return choice.confidence
    drawn, totals = evaluation.costs.drawn, evaluation.costs.totals
    charged = {
        route: totals[route] + failures(drawn.tasks(), success_of(route, evaluation), drawn.sample) for route in left
    }
    return cheapest_shares(charged)[choice.option]


def success_of(route: str, evaluation: Evaluation) -> Figure:
    """The share of tasks that succeed on a route: hybrid's is the mean of its halves, weighted by traffic."""
    drawn = evaluation.costs.drawn
    if route == "hybrid":
        share = drawn.sample("quality.frontier_share")
        return share * drawn.rates.api + (1.0 - share) * drawn.rates.routine
    return drawn.rates.open if serves_open_model(route, evaluation) else drawn.rates.api


def serves_open_model(route: str, evaluation: Evaluation) -> bool:
    """Whether a route's price is an open model's, at least in part: the cloud takes the cheaper of two."""
    return evaluation.costs.open_in_cloud if route == "managed-cloud" else route in (*OPEN_ROUTES, "hybrid")

"""The route that other answers would lead to, asked hundreds of times: every step is done again only where it must be.

A step's result is kept by what the step read. A key that no rule tests and no cost reads therefore costs nothing; one
that only moves a cost leaves models, fleet and rules alone; one that only a rule tests leaves the costs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.analysis.memo import Memo, Watched
from advisor.cost.compare.comparison import price
from advisor.cost.draws import Figure
from advisor.cost.fleets.people import TIERS, Tier
from advisor.cost.scenario import Scenario
from advisor.cost.scenario_builder import Preparation, prepare
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.derived_facts import derived_facts
from advisor.decision.gates import RemainingRoutes, apply_gates, priced_alone
from advisor.decision.license_reports import blocked_models
from advisor.decision.offer_states import gate_inputs
from advisor.decision.ranking import choose
from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue
from advisor.engine.rule_check import tests_of
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.ranges import Range
from advisor.knowledge.rules import Rule

DECIDING = frozenset({"exclude", "choose", "prefer", "derive", "posture"})
"""Effects of rules that can change the route; conditions and tasks cannot."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules leave of the routes."""

    fired: tuple[Rule, ...]
    standing: RemainingRoutes
    tier: Tier
    regulated: bool


class WhatIf:
    """The reference evaluator's verdicts under the knowledge of one day and one seed; it keeps what it worked out."""

    def __init__(self, at: CompiledKnowledge, seed: int) -> None:
        self.at, self.seed = at, seed
        self._postures, self._tested = _deciding_keys(at.licenses), _deciding_keys(at.gates)
        self._blocked: dict[tuple[FactValue | None, ...], frozenset[str]] = {}
        self._prepared: Memo[str, Preparation] = Memo()
        self._found: dict[tuple[object, ...], Found] = {}
        self._totals: Memo[str, Mapping[str, Figure]] = Memo()
        self._options: dict[tuple[object, ...], str] = {}

    @property
    def keys(self) -> frozenset[str]:
        """Every answer, fact and figure that a verdict asked for so far has read."""
        return frozenset({*self._postures, *self._tested}) | self._prepared.keys | self._totals.keys

    def option(self, answers: Answers, draws: int) -> str:
        """The route that `sweep` would choose on as many draws, or `none`."""
        blocked = self._blocked_models(answers)
        prepared = self._preparation(answers, blocked)
        found = self._findings(answers, prepared, blocked)
        left = found.standing.after_can
        if len(left) < 2:
            if not found.standing.after_must:
                return "none"
            sold = left[0] in ("self-host", "hybrid") or prepared.failure(left[0]) is None
            return left[0] if sold else "self-host"
        scenario = prepared.scenario(
            found.tier, regulated=found.regulated, cloud_open_eligible=found.standing.cloud_open_eligible
        )
        totals = self._priced(scenario, found.standing, draws)
        return self._chosen(found, totals)

    def _blocked_models(self, answers: Answers) -> frozenset[str]:
        values = answers.values
        key = tuple(map(values.get, self._postures))
        if key not in self._blocked:
            fired = self.at.licenses.fired(dict(values))
            self._blocked[key] = blocked_models(fired, self.at.knowledge)
        return self._blocked[key]

    def _preparation(self, answers: Answers, blocked: frozenset[str]) -> Preparation:
        kept = self._prepared.find(answers.values, blocked)
        if kept is None:
            watched = Watched(answers.values)
            known = self._completed(replace(answers, values=watched))
            kept = prepare(known, self.at.catalog, self.at.parameters.as_of, blocked)
            self._prepared.keep(watched, kept, blocked)
        return replace(kept, known=self._completed(answers))

    def _completed(self, answers: Answers) -> CompletedAnswers:
        return CompletedAnswers(answers, self.at.parameters, self.at.knowledge.questions)

    def _findings(self, answers: Answers, prepared: Preparation, blocked: frozenset[str]) -> Found:
        facts = dict(answers.values) | derived_facts(prepared, blocked)
        workload = gate_inputs(prepared)
        key = (workload, *map(facts.get, self._tested))
        if key not in self._found:
            fired = self.at.gates.fired(facts)
            derived = {rule.derives for rule in fired}
            tier = next(tier for tier in TIERS if tier in derived)
            self._found[key] = Found(fired, apply_gates(fired, workload), tier, "regulated" in derived)
        return self._found[key]

    def _priced(self, scenario: Scenario, standing: RemainingRoutes, draws: int) -> Mapping[str, Figure]:
        halves = (standing.routine_halves, standing.frontier_halves) if scenario.frontier_share else ((), ())
        context = (draws, *halves, *_structure(scenario))
        kept = self._totals.find(scenario.ranges, context)
        if kept is not None:
            return kept
        watched: Watched[str, Range] = Watched(scenario.ranges)
        totals = price(replace(scenario, ranges=watched), self.seed, draws, *halves)
        return self._totals.keep(watched, totals, context)

    def _chosen(self, found: Found, totals: Mapping[str, Figure]) -> str:
        key = (id(found), id(totals))  # both are kept as long as this is
        if key not in self._options:
            number = self.at.parameters.number
            choice = choose(
                priced_alone(found.standing, totals),
                totals,
                found.fired,
                tie_share=number("gate.tie_share"),
                hybrid_margin=number("gate.hybrid_margin"),
                conditional=frozenset(),
            )
            self._options[key] = choice.option
        return self._options[key]


def deciding_rules(engine: Engine) -> tuple[Rule, ...]:
    """The rules of an engine that can change the route."""
    return tuple(rule for rule in engine.rules if rule.effect in DECIDING)


def _deciding_keys(engine: Engine) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test.key for rule in deciding_rules(engine) for test in tests_of(rule)))


def _structure(scenario: Scenario) -> tuple[object, ...]:
    """All of a scenario but its ranges; the shortlist by identity, since it is kept with the preparation."""
    return (
        id(scenario.shortlist),
        scenario.basis,
        scenario.months,
        scenario.tier,
        scenario.pricing,
        scenario.discounted,
        scenario.users_known,
        scenario.move_known,
        scenario.second_region,
        scenario.regulated,
        scenario.frontier_share,
        scenario.evidence,
        scenario.open_success_given,
        scenario.routine_success_given,
        scenario.cloud_open_eligible,
    )

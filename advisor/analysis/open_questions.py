"""Which open questions can still change the route, in which order to ask them, and which need never be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from advisor.analysis.analysis_results import NeverAsked, OpenQuestions
from advisor.analysis.bounds import Completions
from advisor.analysis.cost_bounds import CostBounds, Interval
from advisor.analysis.reevaluate import FACTS, OF_OPEN_MODEL, PRICED, WhatIf
from advisor.cost.draws import CHUNK
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.gates import RemainingRoutes, beats, choose
from advisor.engine.facts import findings_of, tests_of
from advisor.interview.answers import Answers
from advisor.interview.reducer import possible_keys, shown_keys
from advisor.knowledge.rules import ROUTES, Rule

# The verdict is bounded over all answers that may yet be given at once, not one by one: two answers may change
# together what neither changes alone. Bounds may be wider than the truth, never narrower: a question may be asked
# unnecessarily, but none that matters is left out.


@dataclass(frozen=True, slots=True)
class RouteBounds:
    """What the bounds say: which open questions can still change the route, and the route where none can.

    `option` is empty where some can, and `none` where no route is left.
    """

    questions: OpenQuestions
    option: str = ""


def open_questions_that_matter(
    answers: Answers, at: CompiledKnowledge, seed: int, draws: int = 10_000, passed: Collection[str] = ()
) -> RouteBounds:
    """Bound the verdict over everything that the questionnaire has yet to ask.

    `passed` are questions that were knowingly left open. Draws beyond the first 10,000 are not bounded.
    """
    questionnaire = at.knowledge.questionnaires[answers.questionnaire]
    asked = possible_keys(questionnaire.keys, at.knowledge.questions, answers)
    unanswered = tuple(key for key in asked if answers.get(key) is None and key not in passed)
    reasoning = _Reasoning(Completions(answers, at, frozenset(unanswered)), seed, draws)
    option = reasoning.only_option()
    if option is not None:
        return RouteBounds(OpenQuestions(True, (), _why_decided(option, unanswered)), option)
    telling = reasoning.telling_keys()
    keys = tuple(key for key in unanswered if key in telling)
    if not keys:
        option = WhatIf(at, seed).option(answers, min(draws, CHUNK))
        return RouteBounds(OpenQuestions(True, (), _why_decided(option, unanswered)), option)
    why = f"of {len(unanswered)} open questions, {len(unanswered) - len(keys)} change no route"
    return RouteBounds(OpenQuestions(False, keys, why))


def _why_decided(option: str, unanswered: Sequence[str]) -> str:
    route = "no route" if option == "none" else option
    return f"{route} is left whatever the {len(unanswered)} open questions turn out to be: rules and costs are bounded"


@dataclass(frozen=True)
class _Reasoning:
    completions: Completions
    seed: int
    draws: int
    _choices: dict[tuple[object, ...], frozenset[str]] = field(default_factory=dict)
    _costs: list[CostBounds] = field(default_factory=list)

    @property
    def costs(self) -> CostBounds:
        if not self._costs:
            self._costs.append(CostBounds(self.completions, self.seed, self.draws))
        return self._costs[0]

    def only_option(self) -> str | None:
        """The route every completion leads to; None where two may come out."""
        found: set[str] = set()
        for standing in self.completions.standings():
            found |= self.choices(standing)
            if len(found) > 1:
                return None
        return found.pop()

    def choices(self, standing: RemainingRoutes) -> frozenset[str]:
        """Every route that may be chosen among those left."""
        left = standing.after_can
        if not standing.after_must:
            return frozenset(("none",))
        if len(left) == 1:
            return frozenset(left)
        key = _left_by(standing)
        if key not in self._choices:
            self._choices[key] = self._cheapest_or_preferred(standing)
        return self._choices[key]

    def _cheapest_or_preferred(self, standing: RemainingRoutes) -> frozenset[str]:
        number = self.completions.at.parameters.number
        bounds = {route: self.costs.of(route, standing) for route in standing.after_can}
        if all(each.is_exact for each in bounds.values()) and not self._open_signals():
            return frozenset((self._exactly(standing, bounds),))
        choices: set[str] = set()
        for ranked in _ranked(bounds, number("gate.hybrid_margin")):
            lowest = min(_median(bounds[route].high) for route in ranked)
            for cheapest in (route for route in ranked if _median(bounds[route].low) <= lowest):
                rivals = [route for route in ranked if route != cheapest]
                tie = number("gate.tie_share")
                tied = [route for route in rivals if beats(bounds[route].low, bounds[cheapest].high) >= tie]
                choices.add(cheapest)
                if tied:
                    choices |= self._preferred(cheapest, tied, bounds, tie)
        return frozenset(choices)

    def _open_signals(self) -> bool:
        return any(_is_signal(rule) for rule in self.completions.gates.uncertain)

    def _exactly(self, standing: RemainingRoutes, bounds: Mapping[str, Interval]) -> str:
        """The choice where no open answer moves a cost or a signal."""
        number = self.completions.at.parameters.number
        totals = {route: each.low for route, each in bounds.items()}
        signals = self.completions.gates.certain
        margin, tie = number("gate.hybrid_margin"), number("gate.tie_share")
        none: frozenset[str] = frozenset()
        return choose(standing, totals, signals, tie_share=tie, hybrid_margin=margin, conditional=none).option

    def _preferred(self, cheapest: str, tied: list[str], bounds: dict[str, Interval], tie: float) -> set[str]:
        """Routes that a signal may name; the cheapest stays possible beside them."""
        signals = [rule for rule in self.completions.gates.possible if rule.effect == "prefer"]
        return {route for rule in signals for route in rule.options if route in (cheapest, *tied)}

    def telling_keys(self) -> set[str]:
        """Open questions on which the route depends, as far as the bounds can tell."""
        rules = [rule for rule in self.completions.gates.uncertain if self._tells(rule)]
        in_doubt = {route for standing in self.completions.standings() for route in self._in_doubt(standing)}
        if in_doubt:
            rules += [rule for rule in self.completions.gates.uncertain if _is_signal(rule) or rule.effect == "derive"]
        keys = {key for rule in rules for key in self._read_by(rule)}
        for route in in_doubt:
            keys |= PRICED[route] | (self._license_keys() if route != "hosted-api" else set())
        return (keys | self._deriving_keys(rules)) & self.completions.open_keys

    def _in_doubt(self, standing: RemainingRoutes) -> tuple[str, ...]:
        return standing.after_can if len(self.choices(standing)) > 1 else ()

    def _tells(self, rule: Rule) -> bool:
        """Whether an exclusion makes a difference, whatever the other uncertain ones do."""
        if rule.effect not in ("exclude", "choose"):
            return False
        return any(not self._same(one, other) for one, other in self.completions.with_and_without(rule))

    def _same(self, one: RemainingRoutes, other: RemainingRoutes) -> bool:
        if _left_by(one) == _left_by(other):
            return True
        choices = self.choices(one)
        return len(choices) == 1 and choices == self.choices(other)

    def _deriving_keys(self, rules: Iterable[Rule]) -> set[str]:
        """What the findings rest on that these rules ask for."""
        if not any(True for rule in rules for _ in findings_of(rule)):
            return set()
        deriving = [rule for rule in self.completions.gates.uncertain if rule.effect == "derive"]
        return {key for rule in deriving for key in self._read_by(rule)}

    def _license_keys(self) -> set[str]:
        return {test.key for rule in self.completions.licenses.uncertain for test in tests_of(rule)}

    def _read_by(self, rule: Rule) -> set[str]:
        keys: set[str] = set()
        for test in tests_of(rule):
            keys |= FACTS.get(test.key, {test.key})
            if test.key in OF_OPEN_MODEL or test.key == "derived.candidates_blocked":
                keys |= self._license_keys()
        return keys


def _is_signal(rule: Rule) -> bool:
    return "prefer" in (rule.gate, rule.effect)


def _left_by(standing: RemainingRoutes) -> tuple[object, ...]:
    halves = (standing.routine_halves, standing.frontier_halves)
    return (bool(standing.after_must), standing.after_can, *halves, standing.cloud_open_eligible)


def _ranked(bounds: dict[str, Interval], margin: float) -> Iterator[list[str]]:
    """The routes that compete: hybrid only where it may be, and not where it must not be, clearly cheaper."""
    others = [route for route in bounds if route != "hybrid"]
    if "hybrid" not in bounds:
        yield others
        return
    low, high = (_median(end) for end in (bounds["hybrid"].low, bounds["hybrid"].high))
    if all(low <= (1.0 - margin) * _median(bounds[route].high) for route in others):
        yield [*others, "hybrid"]
    if not all(high <= (1.0 - margin) * _median(bounds[route].low) for route in others):
        yield others


def _median(figure: float | np.ndarray) -> float:
    return float(np.median(figure))


# What to ask next, and what need never be asked: the open questions that matter, the one that matters most first.
#
# A question matters by what hangs on it: first by the routes that laws and duties may yet exclude, then by those that
# means may, each rule's weight shared among the open questions it waits for. Where no rule tells two questions apart,
# the one whose answer moves the costs further comes first, and last the questionnaire's own order decides.


def never_asked(
    answers: Answers,
    at: CompiledKnowledge,
    seed: int,
    draws: int,
    measured: Sequence[str] = (),
    known: OpenQuestions | None = None,
) -> NeverAsked:
    """The questions that were neither answered nor knowingly left unknown, and which of them can change the route.

    What was left unknown stays so, and what an answer closed is not asked. `measured` are the inputs that move the
    costs, the furthest first; `known` are the bounds over every question without an answer, where they are known.
    """
    asked = at.knowledge.questionnaires[answers.questionnaire].keys
    shown = shown_keys(asked, at.knowledge.questions, answers)
    questions = tuple(key for key in shown if answers.get(key) is None and key not in answers.passed)
    settled = frozenset(asked) - frozenset(questions)
    if known is None or any(answers.get(key) is None for key in settled):
        known = open_questions_that_matter(answers, at, seed, draws, settled).questions
    if not known.keys:
        return NeverAsked(questions, (), known.why)
    uncertain = Completions(answers, at, frozenset(questions)).gates.uncertain
    return NeverAsked(questions, _by_rank(known.keys, uncertain, measured), known.why)


def _by_rank(keys: Sequence[str], uncertain: Iterable[Rule], measured: Sequence[str]) -> tuple[str, ...]:
    """The keys, the one that matters most first; the order depends on nothing but the arguments."""
    rules = [rule for rule in uncertain if rule.effect in ("exclude", "choose")]
    law, means = (_weights([rule for rule in rules if rule.gate == gate], keys) for gate in ("must", "can"))
    moves = {key: place for place, key in enumerate(measured)}
    last = len(moves)
    return tuple(sorted(keys, key=lambda key: (-law[key], -means[key], moves.get(key, last))))


def _weights(rules: Iterable[Rule], keys: Sequence[str]) -> Mapping[str, float]:
    """How many routes hang on each key: what a rule may exclude, shared among the keys that it waits for."""
    weights = dict.fromkeys(keys, 0.0)
    for rule in rules:
        waits_for = {key for test in tests_of(rule) for key in FACTS.get(test.key, {test.key})} & set(keys)
        excluded = len(ROUTES) - 1 if rule.effect == "choose" else len(rule.options)
        for key in waits_for:
            weights[key] += excluded / len(waits_for)
    return weights

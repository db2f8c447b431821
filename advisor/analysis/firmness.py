"""How firm a verdict is: what must be found out first, and which uncertain inputs the choice hangs on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from advisor.analysis.alternatives import random_answer, single_answers
from advisor.analysis.reevaluate import WhatIf
from advisor.cost.comparison import information, perfect_information, total_order
from advisor.cost.draws import median
from advisor.decision.compiled import CompiledKnowledge, compiled_knowledge
from advisor.decision.evaluate import Evaluation, confidence_with_quality, evaluate
from advisor.decision.gates import Status
from advisor.interview.answers import Answers, Value
from advisor.interview.reducer import shown_keys
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.questions import Question

# What must be found out before a verdict is firm: open questions whose plausible answers lead to another route.
#
# Each question the questionnaire asks is tried alone, at both ends of its range and at every choice, and then all of
# them together at random: two answers may change together what neither changes alone.


MOST_NAMED = 3
TRY_DRAWS = 300
"""Draws of a what-if that is tried in passing: what matters to a firm verdict is not near a tie."""
_NAMELESS = frozenset({"id", "text"})
_PRIOR = ("quality.open_model_accuracy", "quality.failure_cost_usd")
"""What settles a doubt about success: how well the open model does, and what a failure costs."""


@dataclass(frozen=True, slots=True)
class ToFindOut:
    """An open question, and one plausible answer with the route that it, alone or with others, leads to.

    `value` is None where success and failures decide, and no single answer is named.
    """

    key: str
    value: Value | None
    option: str
    is_joint: bool = False


@dataclass(frozen=True, slots=True)
class Firmness:
    """The final status, the confidence with success and failures drawn too, and what to find out first."""

    status: Status
    confidence_with_quality: float
    find_out_first: tuple[ToFindOut, ...] = ()


def firmness(
    evaluation: Evaluation, at: CompiledKnowledge, seed: int, draws: int, *, contradicted: bool, look: bool = True,
    what_if: WhatIf | None = None,
) -> Firmness:  # fmt: skip
    """Decide between conditional, provisional and firm; the other statuses stand as they are.

    A contradiction among the answers makes a verdict conditional. Questions that the answers close are not open.
    Of a near tie what is named breaks it or leads past it.
    Without a `look` at the open ones, which takes many times as long as the verdict, none is firm.
    """
    choice, sure = evaluation.choice, confidence_with_quality(evaluation)
    if choice.status != "none" and contradicted:
        return Firmness("conditional", sure)
    if choice.status not in ("provisional", "near-tie"):
        return Firmness(choice.status, sure)
    answers = evaluation.findings.prepared.known.answers
    doubted = [ToFindOut(key, None, "") for key in _PRIOR if answers.get(key) is None]
    doubtful = sure < at.parameters.number("gate.firm_share") and choice.status != "near-tie"
    first = tuple(doubted[:1] if doubtful else ())
    few, derived = min(draws, TRY_DRAWS), derived_amounts(evaluation)
    search = _Search(answers, at, seed, few, choice.option, derived, what_if or WhatIf(at, seed))
    more = tuple(search.still_open(first)) if look else ()
    if choice.status == "near-tie":
        return Firmness("near-tie", sure, more[:MOST_NAMED])
    status: Status = "provisional" if doubtful or more or not look else "firm"
    return Firmness(status, sure, (*first, *more)[:MOST_NAMED])


@dataclass(frozen=True)
class _Search:
    """The route as answered, and how other answers are tried."""

    answers: Answers
    at: CompiledKnowledge
    seed: int
    draws: int
    option: str
    derived: Mapping[str, float]
    what_if: WhatIf

    def route(self, more: Mapping[str, Value]) -> str:
        """The route with these answers beside those that were given."""
        answers = self.answers
        for key, value in more.items():
            answers = answers.put(key, value)
        return self.what_if.option(answers, self.draws)

    def still_open(self, named: Collection[ToFindOut]) -> Iterator[ToFindOut]:
        """The first few open questions of which an answer changes the route; of several together, those that do."""
        seen = {each.key for each in named}
        questions = open_ones(self.answers, self.at)
        for question in questions:
            for value in single_answers(question, self.answers, self.at, self.derived):
                found = self.route({question.key: value})
                if found != self.option and question.key not in seen:
                    seen.add(question.key)
                    yield ToFindOut(question.key, value, found)
                    break
            if len(seen) >= MOST_NAMED:
                return
        if not seen:
            yield from self._together(questions)

    def _together(self, questions: tuple[Question, ...]) -> Iterator[ToFindOut]:
        """Answer all open questions at random, again and again; of the first set that leads elsewhere what it takes."""
        random = Random(self.seed)
        for _ in range(round(self.at.parameters.number("open.tries"))):
            some = {each.key: random_answer(random, each, self.answers, self.at, self.derived) for each in questions}
            given = {key: value for key, value in some.items() if value is not None}
            found = self.route(given)
            if found != self.option:
                yield from self._needed(given, found)
                return

    def _needed(self, given: Mapping[str, Value], found: str) -> Iterator[ToFindOut]:
        """The answers without any of which the route would be another one."""
        for key in tuple(given):
            fewer = {other: value for other, value in given.items() if other != key}
            given = fewer if self.route(fewer) == found else given
        yield from (ToFindOut(key, value, found, is_joint=len(given) > 1) for key, value in given.items())


def open_ones(answers: Answers, at: CompiledKnowledge) -> tuple[Question, ...]:
    """Questions of the questionnaire without an answer, asked as far as the answers so far can tell."""
    questions = at.knowledge.questions
    asked = shown_keys(at.knowledge.questionnaires[answers.questionnaire].keys, questions, answers)
    return tuple(questions[key] for key in asked if answers.get(key) is None and questions[key].kind not in _NAMELESS)


def derived_amounts(evaluation: Evaluation) -> dict[str, float]:
    """Tokens a month that follow from the other answers, at the point estimate of the first month."""
    traffic = evaluation.costs.drawn.today
    return {
        "volume.input_tokens": median(traffic.input),
        "volume.output_tokens": median(traffic.output),
    }


# What the choice between the two best routes hangs on: every uncertain input, not only those a user was asked.


@dataclass(frozen=True, slots=True)
class Influence:
    """One input: dollars a month it moves the difference by, what knowing it is worth, its total-order Sobol index.

    `asked` tells an input the user can answer from a figure of the knowledge base; an index not asked for is None.
    """

    key: str
    asked: bool
    swing_usd: float
    worth_usd: float
    total_order: float | None = None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The two best standing routes, what knowing everything would save a month, and the inputs, strongest first."""

    workload: str
    routes: tuple[str, ...]
    perfect_information_usd: float
    inputs: tuple[Influence, ...]


def sensitivity(
    answers: Answers, knowledge: Knowledge, as_of: date, seed: int, draws: int, *, sobol: bool = False
) -> Sensitivity:
    """Measure every input's part in the difference of the two best routes; no inputs where fewer than two are left."""
    evaluation = evaluate(answers, compiled_knowledge(knowledge, as_of), seed, draws)
    name = answers.text("workload.name") or "unnamed"
    totals = {route: evaluation.costs.totals[route] for route in evaluation.findings.standing.after_can}
    ranked = sorted(totals, key=lambda route: median(totals[route]))
    if len(ranked) < 2:
        return Sensitivity(name, tuple(ranked), 0.0, ())
    pair = (ranked[0], ranked[1])
    ranges = evaluation.scenario.ranges
    found = {
        each.name: each
        for each in information({route: totals[route] for route in pair}, ranges, tuple(ranges), seed, draws)
    }
    indices = _indices(evaluation, pair, seed, draws) if sobol else {}
    inputs = (
        Influence(key, key in knowledge.questions, each.swing, each.worth, indices.get(key))
        for key, each in found.items()
    )
    return Sensitivity(name, pair, perfect_information(totals), tuple(sorted(inputs, key=lambda each: -each.swing_usd)))


def _indices(evaluation: Evaluation, pair: tuple[str, str], seed: int, draws: int) -> dict[str, float]:
    return total_order(evaluation.costs.drawn.scenario, evaluation.costs.settled, pair, seed, draws)

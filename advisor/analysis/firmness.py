"""What must be found out before a verdict is firm: open questions whose plausible answers lead to another route.

Each question the questionnaire asks is tried alone, at both ends of its range and at every choice, and then all of
them together at random: two answers may change together what neither changes alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from advisor.analysis.plausible import random_answer, single_answers
from advisor.analysis.reevaluate import WhatIf
from advisor.cost.comparison import median
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.confidence import confidence_with_quality
from advisor.decision.evaluate import Evaluation
from advisor.decision.ranking import Status
from advisor.interview.answers import Answers, Value
from advisor.interview.visibility import shown_keys
from advisor.knowledge.questions import Question

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


@dataclass(frozen=True, slots=True)
class Firmness:
    """The final status, the confidence with success and failures drawn too, and what to find out first."""

    status: Status
    confidence_with_quality: float
    find_out_first: tuple[ToFindOut, ...] = ()


def firmness(evaluation: Evaluation, at: CompiledKnowledge, seed: int, draws: int, *, contradicted: bool) -> Firmness:
    """Decide between conditional, provisional and firm; the other statuses stand as they are.

    A contradiction among the answers makes a verdict conditional. Questions that the answers close are not open.
    """
    choice, sure = evaluation.choice, confidence_with_quality(evaluation)
    if choice.status != "none" and contradicted:
        return Firmness("conditional", sure)
    if choice.status != "provisional":
        return Firmness(choice.status, sure)
    answers = evaluation.findings.prepared.known.answers
    doubted = [ToFindOut(key, None, "") for key in _PRIOR if answers.get(key) is None]
    doubtful = sure < at.parameters.number("gate.firm_share")
    first = tuple(doubted[:1] if doubtful else ())
    open_ones = tuple(_still_open(evaluation, at, seed, min(draws, TRY_DRAWS), first))
    status: Status = "provisional" if doubtful or open_ones else "firm"
    return Firmness(status, sure, (*first, *open_ones)[:MOST_NAMED])


def _still_open(
    evaluation: Evaluation, at: CompiledKnowledge, seed: int, draws: int, named: Collection[ToFindOut]
) -> Iterator[ToFindOut]:
    """The first few open questions of which an answer changes the route; of several together, those that do."""
    answers, option = evaluation.findings.prepared.known.answers, evaluation.choice.option
    what_if, derived = WhatIf(at, seed), derived_amounts(evaluation)
    seen = {each.key for each in named}
    questions = open_ones(answers, at)
    for question in questions:
        for value in single_answers(question, answers, at, derived):
            found = what_if.option(answers.put(question.key, value), draws)
            if found != option and question.key not in seen:
                seen.add(question.key)
                yield ToFindOut(question.key, value, found)
                break
        if len(seen) >= MOST_NAMED:
            return
    if not seen:
        yield from _together(questions, answers, at, seed, draws, option, derived, what_if)


def _together(
    questions: tuple[Question, ...],
    answers: Answers,
    at: CompiledKnowledge,
    seed: int,
    draws: int,
    option: str,
    derived: Mapping[str, float],
    what_if: WhatIf,
) -> Iterator[ToFindOut]:
    """Answer every open question at random, some times over; of the first set that leads elsewhere what it takes."""
    random = Random(seed)  # noqa: S311 - draws answers to try, no secret
    for _ in range(round(at.parameters.number("open.tries"))):
        some = {each.key: random_answer(random, each, answers, at, derived) for each in questions}
        given = {key: value for key, value in some.items() if value is not None}
        found = what_if.option(_with(answers, given), draws)
        if found != option:
            for key in tuple(given):
                fewer = {other: value for other, value in given.items() if other != key}
                if what_if.option(_with(answers, fewer), draws) == found:
                    given = fewer
            yield from (ToFindOut(key, value, found) for key, value in given.items())
            return


def open_ones(answers: Answers, at: CompiledKnowledge) -> tuple[Question, ...]:
    """Questions of the questionnaire without an answer, asked as far as the answers so far can tell."""
    questions = at.knowledge.questions
    asked = shown_keys(at.knowledge.questionnaires[answers.questionnaire].keys, questions, answers)
    return tuple(
        questions[key] for key in asked if answers.get(key) is None and questions[key].kind not in _NAMELESS
    )


def derived_amounts(evaluation: Evaluation) -> dict[str, float]:
    """Tokens a month that follow from the other answers, at the point estimate of the first month."""
    traffic = evaluation.costs.drawn.today
    return {
        "volume.input_tokens": median(traffic.input),
        "volume.output_tokens": median(traffic.output),
    }


def _with(answers: Answers, more: Mapping[str, Value]) -> Answers:
    for key, value in more.items():
        answers = answers.put(key, value)
    return answers



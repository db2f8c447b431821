"""Pairs of answers that change the route together where neither does alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from advisor.analysis.alternatives import choices_beside, exactly
from advisor.analysis.bounding.plausible import places_to_try
from advisor.analysis.flips import SWEEP_DRAWS, spelled
from advisor.analysis.reevaluate import WhatIf
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, Value
from advisor.interview.visibility import answerable
from advisor.knowledge.questions import Question


@dataclass(frozen=True, slots=True)
class FlipPair:
    """Two answers that change the verdict together; each `to` is written as in an answers file."""

    keys: tuple[str, str]
    to: tuple[str, str]
    verdict: str


@dataclass(frozen=True, slots=True)
class _Try:
    question: Question
    value: Value


def find_pairs(answers: Answers, at: CompiledKnowledge, seed: int, draws: int, option: str) -> tuple[FlipPair, ...]:
    """Per two questions the first pair of answers that leads elsewhere, confirmed by both evaluators on all draws.

    Of a number both ends of its ladder are tried: what neither end reaches, no pair of nearer ones is looked for.
    """
    what_if, few = WhatIf(at, seed), min(draws, SWEEP_DRAWS)
    tries = [
        each
        for question in answerable(at.knowledge.questions, answers)
        for each in _tries(question, answers, at)
        if what_if.option(_changed(answers, each), few) == option
    ]
    telling = [each for each in tries if each.question.key in what_if.keys]
    found: dict[tuple[str, str], FlipPair] = {}
    for one, other in combinations(telling, 2):
        keys = (one.question.key, other.question.key)
        if keys[0] == keys[1] or keys in found:
            continue
        both = _changed(_changed(answers, one), other)
        verdict = what_if.option(both, few)
        if verdict != option and evaluate(both, at, seed, draws).choice.option == verdict:
            found[keys] = FlipPair(keys, (_text(one), _text(other)), verdict)
    return tuple(found.values())


def _tries(question: Question, answers: Answers, at: CompiledKnowledge) -> Iterator[_Try]:
    if question.is_numeric:
        places = places_to_try(question, answers, at)
        yield from (_Try(question, exactly(place)) for place in dict.fromkeys((*places[:1], *places[-1:])))
    else:
        yield from (_Try(question, value) for value in choices_beside(question, answers, at))


def _changed(answers: Answers, one: _Try) -> Answers:
    return answers.put(one.question.key, one.value)


def _text(one: _Try) -> str:
    return spelled(one.value, one.question)

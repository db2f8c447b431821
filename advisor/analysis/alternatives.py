"""What else could be answered to one question: every choice, and a coarse ladder of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from advisor.decision.compiled import CompiledKnowledge
from advisor.interview.answers import Answers, Value, allowed_choices, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.interview.wording.quantities import limits
from advisor.knowledge.questions import Question
from advisor.knowledge.ranges import Range

DIGITS = 3
"""Significant digits of a threshold: the tolerance to which it is searched for."""

_FACTORS = (0.01, 0.1, 0.3, 0.5, 0.75, 1.5, 2.0, 3.0, 10.0, 100.0)
_DECADES = tuple(float(f"1e{power}") for power in range(-1, 13))
_FIXED = {
    "share": (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0),
    "growth": (-0.5, -0.2, 0.0, 0.2, 0.5, 1.0, 2.0, 5.0),
    "milliseconds": (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0),
    "months": (1.0, 3.0, 6.0, 12.0, 18.0, 24.0, 36.0, 60.0, 120.0),
    "ratio": (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0),
}
_LEAST = {
    "ratio": 1.0,
    "months": 1.0,
    "growth": -0.9,
    "tokens": 1.0,
    "tokens-per-month": 1.0,
    "requests-per-month": 1.0,
}
_LEAST_OF = {"workload.developers": 1.0}
"""A workload without tokens or people is none: nobody asks where to run it."""
_FINEST = {
    "share": 0.001,
    "growth": 0.001,
    "usd-per-hour": 0.001,
    "tokens": 1.0,
    "tokens-per-month": 1.0,
    "requests-per-month": 1.0,
}
_CENT = 0.01
"""Steps below which no threshold is told apart, so that halving towards nothing ends."""

_WHOLE = frozenset({"count", "months"})


def choices_beside(question: Question, answers: Answers, at: CompiledKnowledge) -> Iterator[Value]:
    """Other answers to a question that is not numeric: each other choice, or each option added or removed."""
    current = answers.get(question.key)
    options = allowed_choices(question, vocabulary(at.knowledge).ids)
    if question.kind == "bool":
        yield from (value for value in (True, False) if value is not current)
    elif question.kind in ("choice", "model"):
        yield from (option for option in options if option != current)
    elif question.kind in ("choices", "models"):
        chosen = set(current) if isinstance(current, tuple) else set()
        for option in options:
            kept = {option} ^ chosen
            yield tuple(each for each in options if each in kept)


def ladder(question: Question, start: float | None) -> tuple[float, ...]:
    """Numbers to try, rising: about a start where there is one, over all that is usual where there is none."""
    places = set(_FIXED.get(question.kind, ()))
    if start and question.kind not in ("share", "growth", "months"):
        places |= {start * factor for factor in _FACTORS} | ({0.0} if _least(question) is None else set())
    elif not places:
        places = {0.0, *_DECADES}
    fitted = {fitting(question, place) for place in places}
    return tuple(sorted(place for place in fitted if allowed(question, place)))


def start_of(question: Question, answers: Answers, at: CompiledKnowledge) -> float | None:
    """Where the search begins: the answer's point, else the default's; None where nothing is assumed."""
    answer = answers.range(question.key)
    if answer is not None:
        return answer.point
    default = CompletedAnswers(answers, at.parameters, at.knowledge.questions).default(question.key)
    return None if default is None or default.text is not None else default.range.point


def fitting(question: Question, number: float) -> float:
    """A number the question's kind allows, to the tolerance of the search."""
    rounded = float(f"{number:.{DIGITS}g}")
    if question.kind in _WHOLE:
        rounded = float(round(rounded))
    least, (lowest, highest) = _least(question), limits(question)
    return min(max(rounded, lowest if least is None else least), highest)


def _least(question: Question) -> float | None:
    """The smallest number worth trying; None where nothing bounds it."""
    return _LEAST_OF.get(question.key, _LEAST.get(question.kind))


def allowed(question: Question, number: float) -> bool:
    """Whether a file may state the number."""
    low, high = limits(question)
    return low <= number <= high


def between(question: Question, one: float, other: float) -> float | None:
    """A number between two, to the tolerance; None where they are as near as it tells apart."""
    if abs(one - other) <= _FINEST.get(question.kind, _CENT):
        return None
    middle = sqrt(one * other) if one > 0.0 and other > 0.0 else (one + other) / 2.0
    fitted = fitting(question, middle)
    return None if fitted in (one, other) else fitted


def exactly(number: float) -> Range:
    """A number as an answer."""
    return Range.exactly(number)

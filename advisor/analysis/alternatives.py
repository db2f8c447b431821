"""What else could be answered to one question, and within which bounds a what-if says something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import exp, log, sqrt
from random import Random

from advisor.decision.compiled import CompiledKnowledge
from advisor.interview.answers import Answers, Value, allowed_choices, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.interview.quantities import limits
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Question

# What else could be answered to one question: every choice, and a coarse ladder of numbers.


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


def finest(question: Question) -> float:
    """The least step to which numbers of a question are told apart."""
    return _FINEST.get(question.kind, _CENT)


def between(question: Question, one: float, other: float) -> float | None:
    """A number between two, to the tolerance; None where they are as near as it tells apart."""
    if abs(one - other) <= finest(question):
        return None
    middle = sqrt(one * other) if one > 0.0 and other > 0.0 else (one + other) / 2.0
    fitted = fitting(question, middle)
    return None if fitted in (one, other) else fitted


def exactly(number: float) -> Range:
    """A number as an answer."""
    return Range.exactly(number)


# What an answer could still turn out to be, or be changed to: the bounds within which a what-if says something.
#
# A question may state its own bounds (`plausible`). An open one lies within them and its default range, and an amount
# that was answered within a factor either way (`flips.plausible_factor`).


_BOUNDED = frozenset({"share", "growth", "ratio"})
"""Kinds for which a factor says nothing: between 0 and 1, or around none."""


def bounds_of_answer(
    question: Question, answers: Answers, at: CompiledKnowledge, derived: Mapping[str, float]
) -> tuple[float, float] | None:
    """The least and the largest number an answer may plausibly be; None where nobody can tell.

    `derived` are quantities that follow from other answers, by the key they would be answered under.
    """
    answer = answers.range(question.key)
    factor = at.parameters.number("flips.plausible_factor")
    stated = question.plausible or None
    if answer is not None:
        if question.kind in _BOUNDED:
            return stated and (stated[0], stated[1])
        low, high = answer.low / factor, answer.high * factor
        return (max(low, stated[0]), min(high, stated[1])) if stated else (low, high)
    default = CompletedAnswers(answers, at.parameters, at.knowledge.questions).default(question.key)
    if default is not None and default.text is None:
        ends = (default.range.low, default.range.high, *question.plausible)
        return min(ends), max(ends)
    if question.key in derived:
        return derived[question.key] / factor, derived[question.key] * factor
    return stated and (stated[0], stated[1])


def places_to_try(question: Question, answers: Answers, at: CompiledKnowledge) -> tuple[float, ...]:
    """Numbers of the usual ladder within the plausible bounds, rising, and the bounds themselves.

    None for an open question of which nobody can tell what is plausible.
    """
    usual = ladder(question, start_of(question, answers, at))
    bounds = bounds_of_answer(question, answers, at, {})
    if bounds is None:
        return usual if answers.get(question.key) is not None else ()
    low, high = (fitting(question, end) for end in bounds)
    return tuple(sorted({low, high, *(place for place in usual if low <= place <= high)}))


def single_answers(
    question: Question, answers: Answers, at: CompiledKnowledge, derived: Mapping[str, float]
) -> tuple[Value, ...]:
    """Answers that an open question may get: both ends and the middle of a number, else each choice."""
    if question.is_numeric:
        bounds = bounds_of_answer(question, answers, at, derived)
        if bounds is None:
            return ()
        low, high = bounds
        return tuple(exactly(each) for each in dict.fromkeys(fitting(question, end) for end in (low, high)))
    if question.kind == "bool":
        return (True, False)
    options = allowed_choices(question, vocabulary(at.knowledge).ids)
    return tuple((option,) if question.kind in ("choices", "models") else option for option in options)


def random_answer(
    random: Random, question: Question, answers: Answers, at: CompiledKnowledge, derived: Mapping[str, float]
) -> Value | None:
    """One plausible answer: a number even on a logarithmic scale where it can be, or any choice."""
    if not question.is_numeric:
        values = single_answers(question, answers, at, derived)
        return random.choice(values) if values else None
    bounds = bounds_of_answer(question, answers, at, derived)
    if bounds is None:
        return None
    low, high = bounds
    at_random = exp(random.uniform(log(low), log(high))) if low > 0.0 else random.uniform(low, high)
    return exactly(fitting(question, at_random))

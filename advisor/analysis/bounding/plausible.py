"""What an answer could still turn out to be, or be changed to: the bounds within which a what-if says something.

A question may state its own bounds (`plausible`). An open one lies within them and its default range, and an amount
that was answered within a factor either way (`flips.plausible_factor`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from random import Random

from advisor.analysis.alternatives import exactly, fitting, ladder, start_of
from advisor.decision.compiled import CompiledKnowledge
from advisor.interview.answers import Answers, Value, allowed_choices, vocabulary
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.questions import Question

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

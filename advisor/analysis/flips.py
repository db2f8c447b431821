"""Single answers and pairs of answers that would change the route, each with the nearest such answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import get_args

from advisor.analysis.alternatives import between, choices_beside, exactly, finest, fitting, places_to_try, start_of
from advisor.analysis.analysis_results import Flip
from advisor.analysis.reevaluate import WhatIf
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import UNKNOWN, Answers, Value, write_value
from advisor.interview.defaults import CompletedAnswers
from advisor.interview.reducer import answerable
from advisor.knowledge.questions import FlipAction, Question
from advisor.workload.resolve import contradictions

# Swept by the reference evaluator on few draws; a numeric threshold is halved down to three significant digits, then
# moved, where need be, to where all draws put it, and confirmed there by both evaluators.


SWEEP_DRAWS = 500
ACTS = get_args(FlipAction)
"""What one would do about an answer, the most actionable first."""
NO_ROUTE = "none"
_FOUND = ("measure", "fact")
"""Acts of what one finds out; the others are choices."""
_UNKNOWN = f'"{UNKNOWN}"'
_Leads = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What stays the same while one answer after another is tried."""

    answers: Answers
    at: CompiledKnowledge
    seed: int
    draws: int
    option: str
    what_if: WhatIf

    def verdict(self, key: str, value: Value) -> str:
        """The route under another answer, by the reference evaluator on few draws."""
        return self.what_if.option(self.answers.put(key, value), min(SWEEP_DRAWS, self.draws))

    def in_full(self, key: str, value: Value) -> str:
        """The route by the reference evaluator on all draws."""
        return self.what_if.option(self.answers.put(key, value), self.draws)

    def confirmed(self, key: str, value: Value) -> str:
        """The route by both evaluators on all draws."""
        return evaluate(self.answers.put(key, value), self.at, self.seed, self.draws).choice.option

    def is_possible(self, question: Question, value: Value, verdict: str) -> bool:
        """Whether a person could find or do it: no choice that leaves no route, no answer that the others rule out."""
        if not is_worth_telling(verdict, question):
            return False
        if self.answers.get(question.key) is not None:
            return True
        return self._contradicted(self.answers.put(question.key, value)) <= self._contradicted(self.answers)

    def _contradicted(self, answers: Answers) -> frozenset[tuple[str, ...]]:
        """The sets of answers on volume that cannot hold together."""
        known = CompletedAnswers(answers, self.at.parameters, self.at.knowledge.questions)
        return frozenset(each.keys for each in contradictions(known))


def is_worth_telling(verdict: str, *questions: Question) -> bool:
    """Whether answers that lead to this route are told: nobody chooses an answer to be left without a route."""
    return verdict != NO_ROUTE or all(question.flip in _FOUND for question in questions)


def find_flips(
    answers: Answers, at: CompiledKnowledge, seed: int, draws: int, option: str, what_if: WhatIf | None = None
) -> tuple[Flip, ...]:
    """Every question of which some plausible other answer changes the route, the most actionable first.

    `option` is the route as answered; `what_if` keeps what it worked out for whoever asks it next.
    """
    task = Sweep(answers, at, seed, draws, option, what_if or WhatIf(at, seed))
    found = [flip for question in answerable(at.knowledge.questions, answers) for flip in flips_of(question, task)]
    return tuple(sorted(found, key=lambda flip: ACTS.index(flip.act)))


def flips_of(question: Question, task: Sweep) -> Iterator[Flip]:
    """Per other route the nearest answer that leads to it; of a number, the nearest in either direction."""
    found = _numbers(question, task) if question.is_numeric else _choices(question, task)
    for value, verdict in found:
        if not task.is_possible(question, value, verdict):
            continue
        current = task.answers.get(question.key)
        was = _UNKNOWN if current is None else spelled(current, question)
        yield Flip(question.key, was, spelled(value, question), verdict, question.flip)


def _choices(question: Question, task: Sweep) -> Iterator[tuple[Value, str]]:
    seen = {task.option}
    for value in choices_beside(question, task.answers, task.at):
        if question.flip == "fact" and not _mentioned(value, task.answers.get(question.key)):
            continue
        verdict = task.verdict(question.key, value)
        if verdict not in seen and task.confirmed(question.key, value) == verdict:
            seen.add(verdict)
            yield value, verdict


def _mentioned(value: Value, current: Value | None) -> bool:
    """Whether a fact says no more than the answer did: it may be wrong, but nobody adds what was not mentioned."""
    if isinstance(value, tuple):
        return isinstance(current, tuple) and set(value) < set(current)
    return current is not None


def _numbers(question: Question, task: Sweep) -> Iterator[tuple[Value, str]]:
    start = start_of(question, task.answers, task.at)
    places = places_to_try(question, task.answers, task.at)
    if question.flip == "fact" and task.answers.get(question.key) is None:
        return  # nobody adds a fact that nobody mentioned
    if start is None:
        yield from _along(question, places, task)
        return
    here, answer = fitting(question, start), task.answers.range(question.key)
    at_point = () if answer is not None and answer.is_exact else tuple(_along(question, (here,), task))
    yield from at_point
    known = {verdict for _, verdict in at_point}
    yield from _along(question, tuple(place for place in places if place > here), task, here, known)
    yield from _along(question, tuple(place for place in reversed(places) if place < here), task, here, known)


def _along(
    question: Question,
    places: tuple[float, ...],
    task: Sweep,
    before: float | None = None,
    known: Collection[str] = (),
) -> Iterator[tuple[Value, str]]:
    """Walk one direction; where another route begins, halve back to where it does, if anything lies before."""
    seen = {task.option, *known}
    for place in places:
        verdict = task.verdict(question.key, exactly(place))
        if verdict not in seen:
            near = place if before is None else _threshold(question, before, place, verdict, task)
            if near is not None and task.confirmed(question.key, exactly(near)) == verdict:
                seen.add(verdict)
                yield exactly(near), verdict
        before = place


def _threshold(question: Question, before: float, place: float, verdict: str, task: Sweep) -> float | None:
    """Where a route begins between two places as all draws have it; None where it does not.

    Where any amount above zero would do, however small, the first usual one is given: nobody measures less.
    """

    def few(number: float) -> bool:
        return task.verdict(question.key, exactly(number)) == verdict

    def every(number: float) -> bool:
        return task.in_full(question.key, exactly(number)) == verdict

    low, high = _halved(question, before, place, few)
    low, high = _widened(question, (before, low), (place, high), every)
    if not every(high):
        return None
    near = _halved(question, low, high, every)[1]
    return place if before == 0.0 and near <= finest(question) else near


def _halved(question: Question, outside: float, inside: float, leads: _Leads) -> tuple[float, float]:
    """Halve until the two ends are as near as the tolerance tells apart."""
    while (middle := between(question, outside, inside)) is not None:
        outside, inside = (outside, middle) if leads(middle) else (middle, inside)
    return outside, inside


def _widened(
    question: Question, outer: tuple[float, float], inner: tuple[float, float], leads: _Leads
) -> tuple[float, float]:
    """Move the ends of a bracket apart, each step twice the last, until all draws agree with them or the walls come."""
    (wall, low), (other_wall, high) = outer, inner
    step = abs(high - low)
    while low != wall and leads(low):
        low, high = _toward(question, low, wall, step), low
        step *= 2.0
    step = abs(high - low)
    while high != other_wall and not leads(high):
        low, high = high, _toward(question, high, other_wall, step)
        step *= 2.0
    return low, high


def _toward(question: Question, number: float, wall: float, step: float) -> float:
    moved = fitting(question, number + step if wall > number else number - step)
    beyond = moved >= wall if wall > number else moved <= wall
    return wall if beyond or moved == number else moved


def spelled(value: Value, question: Question) -> str:
    """The value as a TOML literal, ready to be pasted into an answers file: JSON spells these the same way."""
    return json.dumps(write_value(value, question), ensure_ascii=False)


# Pairs of answers that change the route together where neither does alone.


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
        if question.flip != "fact" or answers.get(question.key) is not None
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
        if verdict == option or not is_worth_telling(verdict, one.question, other.question):
            continue
        if evaluate(both, at, seed, draws).choice.option == verdict:
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

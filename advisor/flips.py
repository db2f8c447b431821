"""Single answers that would change the verdict: swept by the reference evaluator, confirmed by both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from advisor.assessment import Flip
from advisor.bench import Bench
from advisor.interview.answers import UNKNOWN, Answers, Value, vocabulary, write_value
from advisor.interview.completed import CompletedAnswers
from advisor.judge import judge, sweep
from advisor.knowledge.questions import Question
from advisor.knowledge.ranges import Range

_LADDER = (0.01, 0.1, 0.3, 0.5, 2.0, 3.0, 10.0, 100.0)
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_HALVINGS = 7
SWEEP_DRAWS = 500
_UNKNOWN = f'"{UNKNOWN}"'
_NOT_SWEPT = frozenset({"workload.name", "data.retention_days", "economics.currency_rate"})


@dataclass(frozen=True, slots=True)
class _Sweep:
    """What stays the same while one answer after another is tried."""

    answers: Answers
    at: Bench
    seed: int
    draws: int
    option: str

    def verdict(self, answers: Answers) -> str:
        """The route under other answers, by the reference evaluator on few draws."""
        return sweep(answers, self.at, self.seed, SWEEP_DRAWS).choice.option

    def confirmed(self, answers: Answers) -> str:
        """The route by both evaluators on all draws."""
        return judge(answers, self.at, self.seed, self.draws).choice.option


def find_flips(answers: Answers, at: Bench, seed: int, draws: int, option: str) -> tuple[Flip, ...]:
    """Every question of which some single other answer changes the route, with the nearest such answer."""
    task = _Sweep(answers, at, seed, draws, option)
    found = (flip for question in at.knowledge.questions.values() for flip in _flips_of(question, task))
    return tuple(found)


def _flips_of(question: Question, task: _Sweep) -> Iterator[Flip]:
    """Per other route the first answer in order of distance that leads to it."""
    if question.key in _NOT_SWEPT:
        return
    seen: set[str] = set()
    for value in _tries(question, task):
        if task.verdict(task.answers.put(question.key, value)) in (task.option, *seen):
            continue
        near = _nearest(question, value, task)
        verdict = task.confirmed(task.answers.put(question.key, near))
        if verdict != task.option and verdict not in seen:
            seen.add(verdict)
            was = task.answers.get(question.key)
            yield Flip(question.key, _UNKNOWN if was is None else _text(was, question), _text(near, question), verdict)


def _tries(question: Question, task: _Sweep) -> Iterator[Value]:
    """Other answers to one question, mildest first."""
    current = task.answers.get(question.key)
    tries: Mapping[str, Callable[[], Iterator[Value]]] = {
        "bool": lambda: (value for value in (True, False) if value != current),
        "choice": lambda: (choice.id for choice in question.choices if choice.id != current),
        "choices": lambda: _toggled(tuple(choice.id for choice in question.choices), current),
        "model": lambda: (name for name in _catalog_ids(question, task.at) if name != current),
    }
    if question.kind in tries:
        yield from tries[question.kind]()
    elif question.is_numeric:
        yield from _numbers(question, task)


def _toggled(options: tuple[str, ...], current: Value | None) -> Iterator[Value]:
    chosen = current if isinstance(current, tuple) else ()
    for option in options:
        kept = {option} ^ set(chosen)
        yield tuple(each for each in options if each in kept)


def _numbers(question: Question, task: _Sweep) -> Iterator[Value]:
    start = _start(question, task)
    if question.kind == "share":
        places = sorted(_SHARES, key=lambda share: abs(share - (start or 0.0)))
    elif start:
        places = [start * factor for factor in sorted(_LADDER, key=lambda factor: max(factor, 1 / factor))]
    else:
        places = []
    for place in places:
        yield Range.exactly(_fitting(question, place))


def _start(question: Question, task: _Sweep) -> float | None:
    """Where the search begins: the answer's point, else the default's."""
    answer = task.answers.range(question.key)
    if answer is not None:
        return answer.point
    default = CompletedAnswers(task.answers, task.at.parameters, task.at.knowledge.questions).default(question.key)
    return None if default is None or default.text is not None else default.range.point


def _nearest(question: Question, value: Value, task: _Sweep) -> Value:
    """Halve the way back to where the verdict still holds; choices are as near as they get."""
    start = _start(question, task)
    if not isinstance(value, Range) or start is None:
        return value
    same, other = start, value.low
    for _ in range(_HALVINGS):
        middle = _fitting(question, (same + other) / 2)
        flipped = task.verdict(task.answers.put(question.key, Range.exactly(middle))) != task.option
        same, other = (same, middle) if flipped else (middle, other)
    return Range.exactly(other)


def _fitting(question: Question, number: float) -> float:
    """A number the question's kind allows, in as few digits as the search resolves."""
    rounded = float(f"{number:.3g}")
    if question.kind in ("count", "months"):
        return float(max(1, round(rounded)))
    return max(1.0, rounded) if question.kind == "ratio" else rounded


def _catalog_ids(question: Question, at: Bench) -> tuple[str, ...]:
    return vocabulary(at.knowledge).ids[question.catalog]


def _text(value: Value, question: Question) -> str:
    """The value as a TOML literal, ready to be pasted into an answers file: JSON spells these the same way."""
    return json.dumps(write_value(value, question), ensure_ascii=False)

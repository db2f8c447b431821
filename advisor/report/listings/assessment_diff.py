"""Two assessments side by side: what differs in answers, figures, rules, costs and verdict, and what caused it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from advisor.assessment.model import Assessment, Option, Spread
from advisor.cost.routes import LINES
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers, Value
from advisor.interview.wording.answer_format import in_unit, said
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import DatedValue
from advisor.knowledge.questions import Question
from advisor.knowledge.ranges import Range
from advisor.report.phrases import figure

OPEN = "unknown"
NO_ENTRY = "not there"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name, what it was assessed from, and what came out."""

    name: str
    answers: Answers
    knowledge: Knowledge
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs, with its value on each side."""

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class CostChange:
    """A route's cost a month on both sides, None where it is not listed or not priced; and the lines that differ."""

    option: str
    a: Spread | None
    b: Spread | None
    lines: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Cause:
    """What the first side's verdict becomes when only this one thing is taken from the second."""

    changed: str
    verdict: str
    explains: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two assessments; `only_in_a` and `only_in_b` hold rules, conditions and tasks."""

    verdict: tuple[Change, ...]
    answers: tuple[Change, ...]
    figures: tuple[Change, ...]
    only_in_a: dict[str, tuple[str, ...]]
    only_in_b: dict[str, tuple[str, ...]]
    costs: tuple[CostChange, ...]
    causes: tuple[Cause, ...]


def compare(a: Side, b: Side) -> Difference:
    """Compare two sides; where the routes differ, ask which single difference leads to the other."""
    answers = tuple(_answers(a, b))
    figures = tuple(_figures(a, b))
    first, second = _lists(a.assessment), _lists(b.assessment)
    return Difference(
        verdict=tuple(_verdict(a.assessment, b.assessment)),
        answers=answers,
        figures=figures,
        only_in_a=_without(first, second),
        only_in_b=_without(second, first),
        costs=tuple(_costs(a.assessment, b.assessment)),
        causes=tuple(_causes(a, b, answers, _knowledge_differs(a, b))) if _routes_differ(a, b) else (),
    )


def _routes_differ(a: Side, b: Side) -> bool:
    return a.assessment.verdict.option != b.assessment.verdict.option


def _knowledge_differs(a: Side, b: Side) -> bool:
    """Whether rules, catalog, questions or the day whose figures count are not the same."""
    return a.knowledge.pins != b.knowledge.pins or a.assessment.as_of != b.assessment.as_of


def _verdict(a: Assessment, b: Assessment) -> Iterator[Change]:
    def states(one: Assessment) -> dict[str, str]:
        verdict = one.verdict
        return {
            "route": verdict.option,
            "decided by": verdict.decided_by,
            "status": verdict.status,
            "confidence": f"{verdict.confidence:.0%}",
            "as of": one.as_of.isoformat(),
        }

    yield from _changes(states(a), states(b))


def _changes(a: Mapping[str, str], b: Mapping[str, str], missing: str = NO_ENTRY) -> Iterator[Change]:
    for name in dict.fromkeys([*a, *b]):
        if a.get(name) != b.get(name):
            yield Change(name, a.get(name, missing), b.get(name, missing))


def _answers(a: Side, b: Side) -> Iterator[Change]:
    questions = {**a.knowledge.questions, **b.knowledge.questions}
    for key, question in questions.items():
        one, other = a.answers.get(key), b.answers.get(key)
        if one != other and key != "workload.name":
            yield Change(key, *(OPEN if value is None else _said(value, question) for value in (one, other)))


def _said(value: Value, question: Question) -> str:
    return in_unit(value, question.kind, question.unit) if isinstance(value, Range) else said(value, question)


def _figures(a: Side, b: Side) -> Iterator[Change]:
    """Parameters in use and catalog entries that differ; nothing is compared where both sides pin the same."""
    if not _knowledge_differs(a, b):
        return
    yield from _changes(_parameters(a), _parameters(b))
    yield from _changes(_entries(a.knowledge), _entries(b.knowledge))


def _parameters(side: Side) -> dict[str, str]:
    values = side.knowledge.parameters_at(side.assessment.as_of)
    return {f"parameter {name}": _dated(value, values.units[name]) for name, value in values.values.items()}


def _dated(value: DatedValue, unit: str) -> str:
    return value.text if value.text is not None else f"{figure(value.range)} {unit}".strip()


def _entries(knowledge: Knowledge) -> dict[str, str]:
    """Every catalog entry: how old it is, and a few digits that differ when anything in it does."""
    catalog = knowledge.catalog
    tables: dict[str, Mapping[str, Any]] = {
        "model": catalog.models, "gpu": catalog.gpus, "api": catalog.api, "managed": catalog.managed,
        "provider": catalog.providers,
    }  # fmt: skip
    return {f"{name} {key}": _entry(entry) for name, table in tables.items() for key, entry in table.items()}


def _entry(entry: Any) -> str:
    prices = getattr(entry, "prices", ())
    newest: date | None = max((price.since for price in prices), default=None)
    short = (
        f"{len(prices)} prices, the newest of {newest}" if newest else f"checked {getattr(entry, 'checked', 'never')}"
    )
    return f"{short}, contents {sha256(repr(entry).encode()).hexdigest()[:8]}"


def _lists(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    verdict = assessment.verdict
    rules = tuple(dict.fromkeys(found.rule for found in assessment.findings))
    return {"rules": rules, "conditions": verdict.conditions, "tasks": verdict.tasks}


def _without(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each for each in listed if each not in other[name]) for name, listed in one.items()}


def _costs(a: Assessment, b: Assessment) -> Iterator[CostChange]:
    for route in dict.fromkeys(option.option for one in (a, b) for option in one.options):
        one, other = _priced(a, route), _priced(b, route)
        spread = (one.monthly_usd if one else None, other.monthly_usd if other else None)
        if spread[0] != spread[1]:
            yield CostChange(route, *spread, _lines(one, other))


def _priced(assessment: Assessment, route: str) -> Option | None:
    option = assessment.option(route)
    return option if option is not None and option.priced else None


def _lines(one: Option | None, other: Option | None) -> dict[str, tuple[float, float]]:
    if one is None or other is None:
        return {}
    pairs = {name: (one.lines[name], other.lines[name]) for name in LINES}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _causes(a: Side, b: Side, changed: tuple[Change, ...], knowledge_differs: bool) -> Iterator[Cause]:
    """Take one difference at a time from the second side, and judge the first again."""
    for change in changed:
        yield _cause(change.name, _with(a.answers, change.name, b.answers.get(change.name)), a, a, b)
    if knowledge_differs:
        yield _cause("rules and figures", a.answers, b, a, b)


def _with(answers: Answers, key: str, value: Value | None) -> Answers:
    return answers.drop(key) if value is None else answers.put(key, value)


def _cause(changed: str, answers: Answers, under: Side, a: Side, b: Side) -> Cause:
    random = a.assessment.random
    evaluation = evaluate(
        answers, compiled_knowledge(under.knowledge, under.assessment.as_of), random.seed, random.draws
    )
    return Cause(changed, evaluation.choice.option, evaluation.choice.option == b.assessment.verdict.option)

"""Two assessments side by side: what differs, what caused it, as values and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from advisor.assessment.model import Assessment, Option, Spread
from advisor.cost.routes import LINES
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answer_format import dollar_span, dollars, in_unit, said
from advisor.interview.answers import Answers, Value
from advisor.knowledge.labels import ROUTE_NAMES, catalog_label, gate_name, label, question_of, route_name, rule_label
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import DatedValue, Range
from advisor.knowledge.questions import Question
from advisor.report.explanation import verdict_line
from advisor.report.phrases import cell, line_name, plain_range
from advisor.text import labeled, side_by_side, wrap

# Two assessments side by side: what differs in answers, figures, rules, costs and verdict, and what caused it.


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
    return value.text if value.text is not None else f"{plain_range(value.range)} {unit}".strip()


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


# Two assessments compared, as text: verdict first, then what differs, then what caused it, in words and tables.


_MOST_FIGURES = 12
_KINDS = ("parameter ", "model ", "gpu ", "api ", "managed ", "provider ")
"""What a figure's name begins with, before its id."""


def compare_text(a: Side, b: Side, found: Difference) -> str:
    """The whole comparison."""
    blocks = (
        [*_side("A", a), *_side("B", b)],
        _table("verdict", found.verdict),
        _table("answers", found.answers),
        _figure_lines(found.figures),
        [line for name in ("rules", "conditions", "tasks") for line in labeled(name, _only(a, b, found, name))],
        _cost_lines(found.costs),
        labeled("cause", _cause_lines(found.causes, a.assessment.verdict.option)),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _side(letter: str, side: Side) -> list[str]:
    return [f"{letter}  {side.name}", *wrap(verdict_line(side.assessment), lead="   ", hanging="   ")]


def _table(name: str, changes: Iterable[Change]) -> list[str]:
    """What differs: what it is, and how it stands on either side; one line where nothing does."""
    rows = [(_named(change.name), _valued(change.name, change.a), _valued(change.name, change.b)) for change in changes]
    return [name, *side_by_side([("", "A", "B"), *rows])] if rows else labeled(name, ["the same"])


def _named(name: str) -> str:
    return label(name) if question_of(name) is not None else name


def _valued(name: str, value: str) -> str:
    """A side's value: a route, a gate or a model by its name, anything else as it is."""
    if name == "route":
        return ROUTE_NAMES.get(value, value)
    if name == "decided by":
        return gate_name(value)
    return ", ".join(catalog_label(part) for part in value.split(", "))


def _figure_lines(changes: tuple[Change, ...]) -> list[str]:
    if not changes:
        return []
    shown = [Change(_figure(change.name), change.a, change.b) for change in changes[:_MOST_FIGURES]]
    rest = len(changes) - _MOST_FIGURES
    return [*_table("figures", shown), *([f"  and {rest} more"] if rest > 0 else [])]


def _figure(name: str) -> str:
    """A parameter by its title, a catalog entry by the name it is sold under."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    rest = name.removeprefix(kind)
    return label(rest) if kind == _KINDS[0] else f"{kind}{catalog_label(rest)}"


def _only(a: Side, b: Side, found: Difference, name: str) -> list[str]:
    """What stands on one side alone, each on a line of its own."""
    titles = {rule.rule: rule.title for side in (a, b) for rule in side.assessment.findings if rule.title}
    sides = (("A", found.only_in_a[name]), ("B", found.only_in_b[name]))
    shown = [
        f"only in {side}: {(titles.get(each) or rule_label(each)) if name == 'rules' else each}"
        for side, listed in sides
        for each in listed
    ]
    return shown or ["the same"]


def _cost_lines(changes: tuple[CostChange, ...]) -> list[str]:
    if not changes:
        return labeled("costs", ["the same"])
    rows = [row for change in changes for row in _cost(change)]
    return ["costs a month: median, and in brackets low to high", *side_by_side([("", "A", "B"), *rows])]


def _cost(change: CostChange) -> list[tuple[str, str, str]]:
    """A route, then the lines of its bill that differ."""
    lines = [(f"· {line_name(name)}", cell(a), cell(b)) for name, (a, b) in change.lines.items()]
    return [(route_name(change.option), _spread(change.a), _spread(change.b)), *lines]


def _spread(side: Spread | None) -> str:
    return f"{dollars(side.p50)} ({dollar_span(side.p10, side.p90)})" if side else "no price"


def _cause_lines(causes: tuple[Cause, ...], route: str) -> list[str]:
    """What leads to the other route, what to a third, and how many differences lead nowhere by themselves."""
    if not causes:
        return []
    alone = [_named(cause.changed) for cause in causes if cause.explains]
    third = [cause for cause in causes if not cause.explains and cause.verdict != route]
    none = len(causes) - len(alone) - len(third)
    lead = (
        f"enough by itself: {'; '.join(alone)}" if alone else "no single difference explains it; several act together"
    )
    rest = [f"the other {none} difference{'s change' if none > 1 else ' changes'} nothing alone"] if none else []
    return [lead, *(f"{_named(one.changed)} alone would give {route_name(one.verdict)}" for one in third), *rest]

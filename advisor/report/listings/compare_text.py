"""Two assessments compared, as a table of both sides: verdict first, then what differs, then what caused it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollar_span, dollars
from advisor.knowledge.labels import GATE_NAMES, in_words, label, route_name, routes_in_words, rule_label
from advisor.report.phrases import joined
from advisor.text import LABEL, WIDTH, labeled, wrap

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Spread
    from advisor.report.listings.assessment_diff import Cause, Change, CostChange, Difference, Side

_MOST_FIGURES = 12
_GAP = 2
_CELL = (WIDTH - LABEL - _GAP) // 2
_MATTERS_USD = 0.5


def compare_text(a: Side, b: Side, found: Difference) -> str:
    """The whole comparison."""
    blocks = (
        [f"A  {a.name}", f"B  {b.name}"],
        [*_row("", "A", "B"), *_verdicts(a, b)],
        _changed("answers", found.answers),
        _changed("figures", found.figures[:_MOST_FIGURES], len(found.figures) - _MOST_FIGURES),
        *(_lists(found, name) for name in ("rules", "conditions", "tasks")),
        _costs(found.costs),
        labeled("cause", _causes(found.causes)),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _row(head: str, one: str, other: str) -> list[str]:
    """One row of the table; a cell that needs more lines takes them."""
    cells = zip_longest(wrap(head, LABEL - 1), wrap(one, _CELL - _GAP), wrap(other, _CELL - _GAP), fillvalue="")
    return [f"{name:<{LABEL}}{left:<{_CELL + _GAP}}{right}".rstrip() for name, left, right in cells]


def _verdicts(a: Side, b: Side) -> Iterator[str]:
    one, other = _verdict(a.assessment), _verdict(b.assessment)
    for name, text in one.items():
        yield from _row(name, text, other[name])


def _verdict(found: Assessment) -> dict[str, str]:
    verdict, chosen = found.verdict, found.option(found.verdict.option)
    price = f"{dollars(chosen.monthly_usd.p50)} ({_span(chosen.monthly_usd)})" if chosen and chosen.priced else "–"
    return {
        "workload": found.workload,
        "route": route_name(verdict.option),
        "decided by": GATE_NAMES.get(verdict.decided_by, verdict.decided_by),
        "status": verdict.status,
        "cheapest in": f"{verdict.confidence:.0%} of draws",
        "a month": price,
        "as of": found.as_of.isoformat(),
    }


def _changed(name: str, changes: Iterable[Change], more: int = 0) -> list[str]:
    """What differs, each under its question or title, with both sides beneath each other's columns."""
    lines: list[str] = []
    for change in changes:
        lines += wrap(_titled(change.name), lead=f"{'' if lines else name:<{LABEL}}", hanging=" " * LABEL)
        lines += _row("", change.a, change.b)
    lines += [f"{'':<{LABEL}}and {more} more"] if more > 0 else []
    return lines or [f"{name:<{LABEL}}the same"]


def _titled(name: str) -> str:
    kind, _, rest = name.partition(" ")
    return label(rest) if kind == "parameter" else label(name) if not rest else name


def _lists(found: Difference, name: str) -> list[str]:
    """What stands on one side alone, in that side's column."""
    one, other = (_said(name, listed) for listed in (found.only_in_a[name], found.only_in_b[name]))
    if not one and not other:
        return [f"{name:<{LABEL}}the same"]
    return [
        line
        for place, (left, right) in enumerate(zip_longest(one, other, fillvalue=""))
        for line in _row("" if place else f"{name} on one side only", left, right)
    ]


def _said(name: str, listed: Iterable[str]) -> list[str]:
    return [rule_label(each) if name == "rules" else routes_in_words(each) for each in listed]


def _costs(changes: tuple[CostChange, ...]) -> list[str]:
    if not changes:
        return labeled("costs", ["the same"])
    return [f"{'a month':<{LABEL}}median (p10–p90)", *(line for change in changes for line in _cost(change))]


def _cost(change: CostChange) -> Iterator[str]:
    yield from _row(route_name(change.option), _price(change.a), _price(change.b))
    for name, (a, b) in change.lines.items():
        if max(a, b) >= _MATTERS_USD:
            yield from _row(f"  {name}", dollars(a) if a else "–", dollars(b) if b else "–")


def _price(side: Spread | None) -> str:
    return f"{dollars(side.p50)} ({_span(side)})" if side else "no price"


def _span(side: Spread) -> str:
    return dollar_span(side.p10, side.p90)


def _causes(causes: tuple[Cause, ...]) -> list[str]:
    if not causes:
        return []
    alone = [_cause(cause) for cause in causes if cause.explains]
    other = [f"{_cause(cause)} alone would give {route_name(cause.verdict)}" for cause in causes if not cause.explains]
    lead = f"enough by itself: {joined(alone)}" if alone else "no single difference explains it; several act together"
    return [lead, *other]


def _cause(cause: Cause) -> str:
    return in_words(cause.changed)

"""Two assessments compared, as text: verdict first, then what differs, then what caused it."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.assessment.model import Spread
from advisor.interview.answer_format import dollars
from advisor.report.listings.assessment_diff import Cause, Change, CostChange, Difference, Side
from advisor.report.phrases import cell, joined
from advisor.report.why_text import verdict_line
from advisor.text import labeled

_MOST_FIGURES = 12


def compare_text(a: Side, b: Side, found: Difference) -> str:
    """The whole comparison."""
    blocks = (
        [f"A  {a.name}", f"   {verdict_line(a.assessment)}", f"B  {b.name}", f"   {verdict_line(b.assessment)}"],
        labeled("verdict", _told(found.verdict) or ["the same"]),
        labeled("answers", _told(found.answers) or ["the same"]),
        labeled("figures", _figures(found.figures)),
        [line for name in ("rules", "conditions", "tasks") for line in labeled(name, _only(found, name))],
        _costs(found.costs),
        labeled("cause", _causes(found.causes)),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _told(changes: Iterable[Change]) -> list[str]:
    return [f"{change.name}: A {change.a}; B {change.b}" for change in changes]


def _figures(changes: tuple[Change, ...]) -> list[str]:
    more = [f"and {len(changes) - _MOST_FIGURES} more"] if len(changes) > _MOST_FIGURES else []
    return [*_told(changes[:_MOST_FIGURES]), *more]


def _only(found: Difference, name: str) -> list[str]:
    """What is on one side only, one item per line."""
    sides = (("A", found.only_in_a[name]), ("B", found.only_in_b[name]))
    return [f"only in {side}: {each}" for side, listed in sides for each in listed] or ["the same"]


def _costs(changes: tuple[CostChange, ...]) -> list[str]:
    if not changes:
        return labeled("costs", ["the same"])
    head = f"{'a month':<14}{'A p50':>10}{'B p50':>10}   A p10 to p90, B p10 to p90"
    return [head, *(line for change in changes for line in _cost(change))]


def _cost(change: CostChange) -> list[str]:
    p50 = "".join(f"{dollars(side.p50) if side else '–':>10}" for side in (change.a, change.b))
    lines = [f"{change.option:<14}{p50}   {_ends(change.a)}, {_ends(change.b)}"]
    told = [f"{name} A {cell(a)}, B {cell(b)}" for name, (a, b) in change.lines.items()]
    return [*lines, *(labeled("", [f"  {'; '.join(told)}"]) if told else [])]


def _ends(side: Spread | None) -> str:
    return f"{dollars(side.p10)} to {dollars(side.p90)}" if side else "no price"


def _causes(causes: tuple[Cause, ...]) -> list[str]:
    if not causes:
        return []
    alone = [cause.changed for cause in causes if cause.explains]
    other = [f"{cause.changed} alone would give {cause.verdict}" for cause in causes if not cause.explains]
    lead = f"enough by itself: {joined(alone)}" if alone else "no single difference explains it; several act together"
    return [lead, *other]

"""Verdicts side by side, in as many columns as fit; where they do not, one under the other."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.wording.answer_format import dollar_span, dollars
from advisor.knowledge.labels import gate_name, label, route_name
from advisor.tui.verdict.views.overview import labeled
from advisor.tui.widgets.styled_text import BLANK, Line, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.tui.what_if.variant_columns import VariantColumn

LABEL = 12
NARROWEST = 18
"""Cells a column must have: the longest name of a route, and its price."""
WAITING = "…"


class ComparedRow(NamedTuple):
    """One thing that verdicts are compared by: its label, and what each of them says."""

    label: str
    cells: tuple[tuple[str, ...], ...]


def side_by_side_lines(compared: Sequence[VariantColumn], columns: int, *, names_changes: bool = True) -> list[Line]:
    """Draw all of them; what differs from the first stands out."""
    rows = _rows(compared)[0 if names_changes else 1 :]
    cell = (columns - 3 - LABEL) // max(len(compared), 1)
    if cell < NARROWEST:
        return [part for place, one in enumerate(compared) for part in _block(place, one.title, rows, columns)]
    heads = "".join(f"{one.title:<{cell}}" for one in compared).rstrip()
    return [line("   ", " " * LABEL, (heads, "accent")), *(part for row in rows for part in _side_by_side(row, cell))]


def _rows(compared: Sequence[VariantColumn]) -> list[ComparedRow]:
    changes = ComparedRow("changed", tuple(one.changes or ("nothing",) for one in compared))
    found = [_verdict(one.assessment) for one in compared]
    labels = ("route", "decided by", "status", "cheapest in", "a month", "p10 to p90", "excluded")
    return [
        changes,
        *(ComparedRow(label, tuple(cells[place] for cells in found)) for place, label in enumerate(labels)),
    ]


def _verdict(assessment: Assessment | None) -> list[tuple[str, ...]]:
    """What one verdict says, row by row; dots until it is known."""
    if assessment is None:
        return [(WAITING,)] * 7
    verdict, option = assessment.verdict, assessment.option(assessment.verdict.option)
    price, span = "–", "–"
    if option is not None and option.monthly_usd.p90 > 0:
        price = dollars(option.monthly_usd.p50)
        span = dollar_span(option.monthly_usd.p10, option.monthly_usd.p90)
    share, gate = f"{verdict.confidence:.0%} of draws", gate_name(verdict.decided_by)
    return [
        (route_name(verdict.option),), (gate,), (verdict.status,), (share,), (price,), (span,), _excluded(assessment),
    ]  # fmt: skip


def _excluded(assessment: Assessment) -> tuple[str, ...]:
    """The routes that rules exclude, those of the same rules together, with these in words."""
    titles = {rule.rule: rule.title for rule in assessment.findings if rule.title}
    routes: dict[tuple[str, ...], list[str]] = {}
    for option in assessment.options:
        if option.state == "excluded":
            routes.setdefault(option.excluded_by, []).append(route_name(option.option))
    rows = ((names, "; ".join(titles.get(rule) or label(rule) for rule in rules)) for rules, names in routes.items())
    return tuple(f"{', '.join(names)}: {why}" for names, why in rows) or ("none",)


def _side_by_side(row: ComparedRow, cell: int) -> list[Line]:
    """Draw one row over all columns; a cell that needs more lines takes them."""
    texts = [_folded(texts, cell - 2) for texts in row.cells]
    lines: list[Line] = []
    for number, parts in enumerate(zip_longest(*texts, fillvalue="")):
        spans = ((f"{part:<{cell}}", _role(row, place)) for place, part in enumerate(parts))
        lines.append(line("   ", (f"{'' if number else row.label:<{LABEL}}", "muted"), *spans))
    return lines


def _block(place: int, title: str, rows: Sequence[ComparedRow], columns: int) -> list[Line]:
    """Draw one verdict by itself."""
    lines: list[Line] = [line("   ", (title, "accent"))]
    for row in rows:
        lines += labeled(row.label, list(row.cells[place]), columns, _role(row, place))
    return [*lines, BLANK]


def _folded(texts: Sequence[str], room: int) -> list[str]:
    return ["".join(piece.text for piece in part) for text in texts for part in wrapped(text, room)]


def _role(row: ComparedRow, place: int) -> str:
    """Set off what differs from the first column; dots that wait differ from nothing."""
    cells = row.cells
    differs = cells[place] != cells[0] and (WAITING,) not in (cells[place], cells[0])
    return "strong" if differs and row.label != "changed" else "plain"

"""The verdicts on the real answers and on every variant, side by side in as many columns as fit."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.answer_format import dollar_span, dollars, said
from advisor.interview.answers import Answers, Variant, laid_over
from advisor.knowledge.labels import gate_name, label, route_name
from advisor.text import cut
from advisor.tui.interview.what_if import REAL
from advisor.tui.widgets.styled_text import BLANK, Line, labeled, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment
    from advisor.interview.reducer import State
    from advisor.tui.interview.controller import InterviewController


REAL_NAME, TRIED = "real answers", "tried now"
LETTER = 3
"""The most characters of a name that was not given by a person, as b or b12."""


class VariantColumn(NamedTuple):
    """One column of a comparison: a name, what it changes in words, and its verdict; None until that is known."""

    name: str
    changes: tuple[str, ...]
    assessment: Assessment | None

    @property
    def title(self) -> str:
        """Its name as it heads a column."""
        is_named = len(self.name) > LETTER
        return self.name if is_named else f"variant {self.name}"


def all_columns(controller: InterviewController) -> list[VariantColumn]:
    """Give the real answers, every variant, and the answers tried out where they are none of these."""
    what_if = controller.what_if
    found = [_real(controller)]
    found += [
        VariantColumn(one.name, _changes(what_if.real, one), what_if.verdicts.of(one.name)) for one in what_if.variants
    ]
    trial = what_if.trial
    if trial is not None and trial.differs and not any(trial.says_as(one) for one in what_if.variants):
        found.append(VariantColumn(TRIED, _changes(what_if.real, trial), controller.assessment))
    return found


def real_and_tried(controller: InterviewController) -> list[VariantColumn]:
    """Give the real answers and those tried out; their verdict only once it is that of the selected answers."""
    trial = controller.what_if.trial
    changes = _changes(controller.what_if.real, trial) if trial is not None else ()
    return [_real(controller), VariantColumn(TRIED, changes, controller.assessment if controller.is_current else None)]


def _real(controller: InterviewController) -> VariantColumn:
    return VariantColumn(REAL_NAME, (), controller.what_if.verdicts.of(REAL))


def _changes(real: State, variant: Variant) -> tuple[str, ...]:
    """Say in words what a variant changes."""
    tried = laid_over(variant, real.answers)
    keys = [key for key in real.vocabulary.questions if real.answers.get(key) != tried.get(key)]
    return tuple(f"{label(key)} {_words(real, real.answers, key)} → {_words(real, tried, key)}" for key in keys)


def _words(real: State, answers: Answers, key: str) -> str:
    value = answers.get(key)
    return "unknown" if value is None else said(value, real.question(key))


# Verdicts side by side, in as many columns as fit; where they do not, one under the other.


LABEL = 12
NARROWEST = 18
"""Cells a column must have: the longest name of a route, and its price."""
WIDEST = 60
"""Cells a column has at most: over a wider gap the eye loses the row."""
WAITING = "…"


class ComparedRow(NamedTuple):
    """One thing that verdicts are compared by: its label, and what each of them says."""

    label: str
    cells: tuple[tuple[str, ...], ...]


def side_by_side_lines(compared: Sequence[VariantColumn], columns: int, *, names_changes: bool = True) -> list[Line]:
    """Draw all of them; what differs from the first stands out."""
    rows = _rows(compared)[0 if names_changes else 1 :]
    cell = min((columns - 3 - LABEL) // max(len(compared), 1), WIDEST)
    if cell < NARROWEST:
        return [part for place, one in enumerate(compared) for part in _block(place, one.title, rows, columns)]
    heads = "".join(f"{cut(one.title, cell - 2):<{cell}}" for one in compared).rstrip()
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

"""One question as lines: its text, its answer, what was understood or is assumed, and help when it is wanted. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from advisor.interview.answer_format import understood
from advisor.interview.choices import SEVERAL, chosen_ids, is_typed
from advisor.interview.quantities import example
from advisor.tui.widgets.editing import Line as Typed
from advisor.tui.widgets.styled_text import BLANK, Line, Span, fitted, line, wrapped

if TYPE_CHECKING:
    from advisor.interview.answers import Value
    from advisor.knowledge.questions import Choice, Question

INDENT = "   "
CHOICE_FRAME = 7
MOST_ACROSS = 5
MARKS = {"choice": ("( ) ", "(•) "), "choices": ("[ ] ", "[x] ")}


class QuestionView(NamedTuple):
    """All that one question shows; `cursor` is the selected choice, `assumed` the default in words.

    `source` is what the default was taken from, `measured` says what the answer was measured from. `moot` tells that no
    answer to it can change the verdict any more; `is_touched` that a choice was moved to, which Enter then takes: on an
    untouched question Enter goes on and leaves it open.
    """

    question: Question
    choices: tuple[Choice, ...] = ()
    value: Value | None = None
    typed: Typed = Typed()
    cursor: int = 0
    problem: str = ""
    missed: str = ""
    assumed: str = ""
    source: str = ""
    is_unknown: bool = False
    is_focused: bool = False
    is_helping: bool = False
    is_touched: bool = False
    moot: str = ""
    measured: str = ""


def question_lines(view: QuestionView, columns: int) -> list[Line]:
    """Draw a view; the last line is blank and parts it from the next."""
    lines = [_title(view, columns)]
    if view.is_helping:
        lines += wrapped(view.question.why, columns, INDENT)
        lines += wrapped(view.question.help, columns, INDENT, "muted") if view.question.help else []
        lines += wrapped(f"Assumed from: {view.source}", columns, INDENT, "muted") if view.source else []
    lines += _field(view, columns) if is_typed(view.question) else [*_options(view, columns), *_below(view, columns)]
    return [*lines, BLANK]


def rows_of(view: QuestionView, columns: int) -> int:
    """Count the rows the choices take, side by side as far as they fit."""
    return -(-len(view.choices) // len(_cells(view, columns)))


def _cells(view: QuestionView, columns: int) -> list[int]:
    """Find the widths of as many columns of choices as fit; choices run down the columns, in reading order."""
    sizes = [cell_len(choice.text) + CHOICE_FRAME for choice in view.choices]
    for across in range(min(len(sizes), MOST_ACROSS), 1, -1):
        rows = -(-len(sizes) // across)
        cells = [max(sizes[start : start + rows]) for start in range(0, len(sizes), rows)]
        if sum(cells) <= columns:
            return cells
    return [max(sizes, default=0)]


def choice_at(view: QuestionView, x: int, y: int, columns: int) -> int | None:
    """Find the choice drawn at a place of the view; None where there is none."""
    cells, rows = _cells(view, columns), rows_of(view, columns)
    top = len(question_lines(view, columns)) - 2 - rows
    column, left = 0, len(INDENT) - 1
    while column < len(cells) and x >= left + cells[column]:
        left += cells[column]
        column += 1
    place = column * rows + y - top
    inside = column < len(cells) and 0 <= y - top < rows
    return place if inside and place < len(view.choices) else None


def _title(view: QuestionView, columns: int) -> Line:
    mark = ("▌ ", "accent") if view.is_focused else "  "
    title = line(mark, (view.question.text, "strong" if view.is_focused else "plain"))
    if view.missed:  # above the choices: what stands below a long list is out of sight
        title = (*title, Span(f"  {view.missed}", "bad"))
    if view.moot and not view.is_focused:
        title = (*title, Span(f"  · {view.moot}", "muted"))
    return fitted(title, columns)


def _options(view: QuestionView, columns: int) -> list[Line]:
    cells = _cells(view, columns)
    rows = rows_of(view, columns)
    places = [range(row, len(view.choices), rows) for row in range(rows)]
    chosen = chosen_ids(view.value)
    return [
        line(INDENT[1:], *(part for place in row for part in _option(view, place, cells[place // rows], chosen)))
        for row in places
    ]


def _option(view: QuestionView, place: int, cell: int, chosen_in: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    choice = view.choices[place]
    chosen = choice.id in chosen_in
    off, on = MARKS["choices" if view.question.kind in SEVERAL else "choice"]
    selected = view.is_focused and place == view.cursor
    is_reversed = selected and (view.is_touched or view.question.kind in SEVERAL)
    role = "cursor" if is_reversed else "accent" if chosen else "plain"
    label = (on if chosen else off) + choice.text
    mark = ("›", "accent") if selected else (" ", "plain")
    return (mark, (label, role), (" " * max(cell - 1 - cell_len(label), 0), "plain"))


def _below(view: QuestionView, columns: int) -> tuple[Line, ...]:
    """Explain the selected choice or say what is assumed, in as many rows as the longest needs: focus moves none."""
    if view.problem:
        return _note(view.problem, columns, "bad")
    selected = view.choices[view.cursor].help if view.is_focused and view.choices else ""
    left_open = _open(view) if view.value is None else view.measured
    lines = _note(left_open if view.is_unknown or view.measured else selected or left_open, columns)
    rows = max((len(_note(choice.help, columns)) for choice in view.choices), default=1)
    return lines + (BLANK,) * (max(rows, 1) - len(lines))


@lru_cache(maxsize=1024)
def _note(text: str, columns: int, role: str = "muted") -> tuple[Line, ...]:
    return tuple(wrapped(text, columns, INDENT + " ", role))


def _open(view: QuestionView) -> str:
    if view.assumed:
        return ("unknown · " if view.is_unknown else "left open · ") + f"assumed {view.assumed}"
    return "unknown · nothing is assumed" if view.is_unknown else ""


def _field(view: QuestionView, columns: int) -> list[Line]:
    """Draw what was typed, and under it what was understood: always a line, so that typing moves no row."""
    note, role = _echo(view)
    entry = line(INDENT, (">", "accent" if view.is_focused else "muted"), " ", *_typed(view))
    return [fitted(entry, columns), *(wrapped(note, columns, INDENT + "  ", role) or [BLANK])]


def _typed(view: QuestionView) -> tuple[tuple[str, str], ...]:
    text, place = view.typed.text, view.typed.cursor
    if not view.is_focused:
        return ((text or ("unknown" if view.is_unknown else example(view.question)), "plain" if text else "muted"),)
    if not text:
        return ((" ", "cursor"), (f" {example(view.question)}", "muted"))
    return ((text[:place], "plain"), (text[place : place + 1] or " ", "cursor"), (text[place + 1 :], "plain"))


def _echo(view: QuestionView) -> tuple[str, str]:
    if view.problem:
        return view.problem, "bad"
    if view.value is not None:
        text = understood(view.value, view.question)
        return " · ".join(filter(None, (f"≈ {text}" if text else "", view.measured))), "muted"
    return _open(view), "muted"

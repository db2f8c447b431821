"""One question as lines: its text, its answer, what was understood or is assumed, and help when it is wanted. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from advisor.interview.answer_format import understood
from advisor.tui.interview.choices import SEVERAL, is_chosen, is_typed
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
    """All that one question shows; `cursor` is the choice in hand, `assumed` the default in words.

    `moot` tells that no answer to it can change the verdict any more.
    """

    question: Question
    choices: tuple[Choice, ...] = ()
    value: Value | None = None
    typed: Typed = Typed()
    cursor: int = 0
    problem: str = ""
    assumed: str = ""
    is_unknown: bool = False
    is_focused: bool = False
    is_helping: bool = False
    moot: str = ""


def card_lines(card: QuestionView, columns: int) -> list[Line]:
    """Draw a card; the last line is blank and parts it from the next."""
    lines = [_title(card, columns)]
    if card.is_helping:
        lines += wrapped(card.question.why, columns, INDENT)
        lines += wrapped(card.question.help, columns, INDENT, "muted") if card.question.help else []
    lines += _field(card, columns) if is_typed(card.question) else [*_options(card, columns), *_below(card, columns)]
    return [*lines, BLANK]


def rows_of(card: QuestionView, columns: int) -> int:
    """Count the rows the choices take, side by side as far as they fit."""
    return -(-len(card.choices) // len(_cells(card, columns)))


def _cells(card: QuestionView, columns: int) -> list[int]:
    """Find the widths of as many columns of choices as fit; choices run down the columns, in reading order."""
    sizes = [cell_len(choice.text) + CHOICE_FRAME for choice in card.choices]
    for across in range(min(len(sizes), MOST_ACROSS), 1, -1):
        rows = -(-len(sizes) // across)
        cells = [max(sizes[start : start + rows]) for start in range(0, len(sizes), rows)]
        if sum(cells) <= columns:
            return cells
    return [max(sizes, default=0)]


def choice_at(card: QuestionView, x: int, y: int, columns: int) -> int | None:
    """Find the choice drawn at a place of the card; None where there is none."""
    cells, rows = _cells(card, columns), rows_of(card, columns)
    top = len(card_lines(card, columns)) - 2 - rows
    column, left = 0, len(INDENT) - 1
    while column < len(cells) and x >= left + cells[column]:
        left += cells[column]
        column += 1
    place = column * rows + y - top
    inside = column < len(cells) and 0 <= y - top < rows
    return place if inside and place < len(card.choices) else None


def _title(card: QuestionView, columns: int) -> Line:
    mark = ("▌ ", "accent") if card.is_focused else "  "
    title = line(mark, (card.question.text, "strong" if card.is_focused else "plain"))
    if card.moot and not card.is_focused:
        title = (*title, Span(f"  · {card.moot}", "muted"))
    return fitted(title, columns)


def _options(card: QuestionView, columns: int) -> list[Line]:
    cells = _cells(card, columns)
    rows = rows_of(card, columns)
    places = [range(row, len(card.choices), rows) for row in range(rows)]
    return [
        line(INDENT[1:], *(part for place in row for part in _option(card, place, cells[place // rows])))
        for row in places
    ]


def _option(card: QuestionView, place: int, cell: int) -> tuple[tuple[str, str], ...]:
    choice = card.choices[place]
    chosen = is_chosen(card.value, choice.id)
    off, on = MARKS["choices" if card.question.kind in SEVERAL else "choice"]
    in_hand = card.is_focused and place == card.cursor
    role = "cursor" if in_hand else "accent" if chosen else "plain"
    label = (on if chosen else off) + choice.text
    mark = ("›", "accent") if in_hand else (" ", "plain")
    return (mark, (label, role), (" " * max(cell - 1 - cell_len(label), 0), "plain"))


def _below(card: QuestionView, columns: int) -> list[Line]:
    """Explain the choice in hand or say what is assumed, in as many rows as the longest needs: focus moves none."""
    if card.problem:
        return _note(card.problem, columns, "bad")
    in_hand = card.choices[card.cursor].help if card.is_focused and card.choices else ""
    left_open = _open(card) if card.value is None else ""
    lines = _note(left_open if card.is_unknown else in_hand or left_open, columns)
    rows = max((len(_note(choice.help, columns)) for choice in card.choices), default=1)
    return lines + [BLANK] * (max(rows, 1) - len(lines))


def _note(text: str, columns: int, role: str = "muted") -> list[Line]:
    return wrapped(text, columns, INDENT + " ", role)


def _open(card: QuestionView) -> str:
    if card.assumed:
        return ("unknown · " if card.is_unknown else "left open · ") + f"assumed {card.assumed}"
    return "unknown · nothing is assumed" if card.is_unknown else ""


def _field(card: QuestionView, columns: int) -> list[Line]:
    """Draw what was typed, and under it what was understood: always a line, so that typing moves no row."""
    note, role = _echo(card)
    entry = line(INDENT, (">", "accent" if card.is_focused else "muted"), " ", *_typed(card))
    return [fitted(entry, columns), *(wrapped(note, columns, INDENT + "  ", role) or [BLANK])]


def _typed(card: QuestionView) -> tuple[tuple[str, str], ...]:
    text, place = card.typed.text, card.typed.cursor
    if not card.is_focused:
        return ((text or ("unknown" if card.is_unknown else ""), "plain" if text else "muted"),)
    return ((text[:place], "plain"), (text[place : place + 1] or " ", "cursor"), (text[place + 1 :], "plain"))


def _echo(card: QuestionView) -> tuple[str, str]:
    if card.problem:
        return card.problem, "bad"
    if card.value is not None:
        text = understood(card.value, card.question)
        return (f"≈ {text}" if text else ""), "muted"
    return _open(card) or (card.question.unit if card.is_focused else ""), "muted"

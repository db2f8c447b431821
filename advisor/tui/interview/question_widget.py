"""A question one can answer: a key gives an event of the interview; its card is drawn as lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from advisor.interview.answer_format import understood
from advisor.interview.answers import source_of, write_value
from advisor.interview.choices import ONE_CHOICE, SEVERAL, choices_of, is_chosen, is_typed, raw_of
from advisor.interview.quantities import example
from advisor.interview.reducer import Answer, Clear
from advisor.knowledge.parameters import Range
from advisor.tui.widgets.editing import Line as Typed
from advisor.tui.widgets.styled_text import BLANK, Line, Span, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.interview.answers import Value
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Choice, Question


# One question as lines: its text, its answer, what was understood or is assumed, and help when it is wanted. Pure.


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
    return [
        line(INDENT[1:], *(part for place in row for part in _option(view, place, cells[place // rows])))
        for row in places
    ]


def _option(view: QuestionView, place: int, cell: int) -> tuple[tuple[str, str], ...]:
    choice = view.choices[place]
    chosen = is_chosen(view.value, choice.id)
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


NUMBERED = 9
"""The most choices of which a digit takes one."""


class Pressed(NamedTuple):
    """What a key meant: an answer or none, to which question to go, and whether a text is only half typed."""

    event: Answer | Clear | None = None
    move: int = 0
    is_typing: bool = False


class QuestionWidget:
    """One question of the selected page: what it shows, and what keys do to it."""

    def __init__(self, question: Question, ids: tuple[str, ...]) -> None:
        self.view = QuestionView(question, choices_of(question, ids))
        self._ids = ids
        self._settled = ""
        self._typed_prefix = ""
        self._drawn: tuple[QuestionView, int, list[Line]] | None = None

    def name_choices(self, titles: Mapping[str, str]) -> None:
        """Show what is chosen from the catalog by its titles, once they are known."""
        if self.question.catalog and titles:
            self.view = self.view._replace(choices=choices_of(self.question, self._ids, titles))

    def lines(self, columns: int) -> list[Line]:
        """Draw the question, again only if it changed: a key press changes one question of many."""
        if self._drawn is None or self._drawn[:2] != (self.view, columns):
            self._drawn = self.view, columns, question_lines(self.view, columns)
        return self._drawn[2]

    @property
    def question(self) -> Question:
        """What is asked here."""
        return self.view.question

    @property
    def unsettled(self) -> Answer | None:
        """What was typed and not yet given as the answer."""
        text = self.view.typed.text.strip()
        return Answer(self.question.key, text) if is_typed(self.question) and text != self._settled else None

    def follow(self, state: State, assumed: str, moot: str, retype: bool, source: str = "") -> None:
        """Show the state of this question; `retype` puts the state's text in place of the typed one."""
        key = self.question.key
        draft = state.drafts.get(key)
        self.view = self.view._replace(
            value=state.answers.get(key),
            problem=draft.problem if draft else "",
            is_unknown=key in state.unknown,
            is_focused=key == state.at,
            is_helping=self.view.is_helping and key == state.at,
            is_touched=self.view.is_touched and key == state.at,
            missed=self.view.missed if key == state.at else "",
            assumed=assumed,
            source=source,
            moot=moot,
            measured=source_of(state.answers.measurements, key),
        )
        if retype:
            shown = draft.text if draft else _as_text(self.view.value, self.question)
            self._settled = shown
            self.view = self.view._replace(typed=Typed(shown, len(shown)), cursor=self._first_chosen())

    def _first_chosen(self) -> int:
        """Find the choice to begin at: the one chosen, or the first of them."""
        chosen = (place for place, one in enumerate(self.view.choices) if is_chosen(self.view.value, one.id))
        return next(chosen, self.view.cursor)

    def toggle_help(self) -> None:
        """Show or hide why this is asked and how to answer."""
        self.view = self.view._replace(is_helping=not self.view.is_helping)

    def settle(self) -> Answer | None:
        """Give what was typed as the answer, readable or not; None where that was done already."""
        answer = self.unsettled
        if answer is not None:
            self._settled = str(answer.raw)
        return answer

    def press(self, key: str, character: str | None, columns: int) -> Pressed | None:
        """Apply a key; None when it means nothing here."""
        is_search = key != "space" and character is not None and character.isprintable() and character != "?"
        if not is_search:
            self._typed_prefix = ""
            self.view = self.view._replace(missed="")
        if character == "?":
            return Pressed(Clear(self.question.key))
        if key in ("tab", "shift+tab"):
            return Pressed(self.settle(), 1 if key == "tab" else -1)
        if key == "enter":
            return Pressed(self._taken() if self.question.kind in ONE_CHOICE else self.settle(), 1)
        if is_typed(self.question):
            return self._type(key, character)
        if is_search and character is not None:
            return self._find(character.lower())
        return Pressed() if key == "backspace" else self._move(key, columns)

    def _taken(self) -> Answer | None:
        """The choice that was moved to; none on a question that was not touched, which stays as it is."""
        return self.choose() if self.view.is_touched else None

    def _find(self, character: str) -> Pressed | None:
        """Go to the choice whose name begins with what was typed; y, n and digits choose at once.

        A word that no name begins with finds nothing: were its letters taken one by one, Enter would choose at random.
        """
        prefix = character if self.question.kind == "bool" else self._typed_prefix + character
        is_again = set(prefix) == {character} and self._begins_with(prefix) is None
        place = self._begins_with(character if is_again else prefix)
        if place is not None:
            self._typed_prefix = prefix
            self.view = self.view._replace(cursor=place, is_touched=True, missed="")
            return Pressed(self.choose() if self.question.kind == "bool" else None)
        place = int(character) - 1 if character.isdecimal() and not self._typed_prefix else -1
        if 0 <= place < len(self.view.choices) <= NUMBERED:
            self.view = self.view._replace(is_touched=True)
            return Pressed(self.choose(place))
        self._typed_prefix = prefix
        missed = f"none begins with “{prefix}”"
        self.view = self.view._replace(is_touched=False, missed=missed)
        return Pressed()

    def _begins_with(self, prefix: str) -> int | None:
        """Find the first such choice, a word of its name counting after its beginning; one letter again: the next."""
        names = [f"{choice.text}\n{choice.id}".lower() for choice in self.view.choices]
        first = self.view.cursor + 1 if len(prefix) == 1 and self.view.is_touched else 0
        order = [*range(first, len(names)), *range(first)]
        begun = [place for place in order if any(name.startswith(prefix) for name in names[place].split("\n"))]
        within = [place for place in order if any(word.startswith(prefix) for word in names[place].split())]
        return next(iter((*begun, *within)), None)

    def paste(self, text: str) -> Pressed | None:
        """Take pasted text as typed."""
        return self._typed(self.view.typed.typed(text)) if is_typed(self.question) else None

    def choose(self, place: int | None = None) -> Answer | None:
        """Choose what the cursor is on, or the choice at a place."""
        if place is not None:
            self.view = self.view._replace(cursor=place, is_touched=True)
        if not self.view.choices:
            return None
        chosen = self.view.choices[self.view.cursor].id
        return Answer(self.question.key, raw_of(self.question, self.view.value, chosen))

    def _type(self, key: str, character: str | None) -> Pressed | None:
        if key in ("up", "down"):
            return Pressed(self.settle(), 1 if key == "down" else -1)
        if character is not None and character.isprintable():
            return self._typed(self.view.typed.typed(character))
        changed = self.view.typed.pressed(key)
        return None if changed is None else self._typed(changed)

    def _typed(self, typed: Typed) -> Pressed:
        same = typed.text == self.view.typed.text
        self.view = self.view._replace(typed=typed, problem=self.view.problem if same else "")
        return Pressed() if same else Pressed(Answer(self.question.key, typed.text), is_typing=True)

    def _move(self, key: str, columns: int) -> Pressed | None:
        if key == "space":
            self.view = self.view._replace(is_touched=True)
            return Pressed(self.choose())
        rows = rows_of(self.view, columns)
        step = {"up": -1, "down": 1, "left": -rows, "right": rows}.get(key)
        if step is None:
            return None
        place = self.view.cursor + step
        if not 0 <= place < len(self.view.choices):
            return Pressed(move=step) if key in ("up", "down") else Pressed()
        self.view = self.view._replace(cursor=place, is_touched=True)
        return Pressed()


def _as_text(value: Value | None, question: Question) -> str:
    return str(write_value(value, question)) if isinstance(value, Range | str) else ""

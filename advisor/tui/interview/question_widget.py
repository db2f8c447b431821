"""One question that can be answered: its lines, and a key as an event of the interview."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from advisor.interview.answer_format import understood
from advisor.interview.answers import Value, allowed_choices, source_of, write_value
from advisor.interview.choices import ONE_CHOICE, SEVERAL, choices_of, chosen_ids, is_typed, raw_of
from advisor.interview.quantities import example
from advisor.interview.reducer import Answer, Clear, State
from advisor.knowledge.parameters import Range
from advisor.tui.interview.controller import InterviewController, QuestionNotes
from advisor.tui.widgets.styled_text import BLANK, LastDrawn, Line, Span, TypedLine, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.knowledge.questions import Choice, Question


INDENT = "   "
CHOICE_FRAME = 7
MOST_ACROSS = 5
MARKS = {"choice": ("( ) ", "(•) "), "choices": ("[ ] ", "[x] ")}


class QuestionView(NamedTuple):
    """All that one question shows; `cursor` is the selected choice, `measured` says what the answer was measured from.

    `is_touched` tells that a choice was moved to, which Enter then takes: on an untouched question Enter goes on and
    leaves it open.
    """

    question: Question
    choices: tuple[Choice, ...] = ()
    value: Value | None = None
    typed: TypedLine = TypedLine()
    cursor: int = 0
    problem: str = ""
    missed: str = ""
    notes: QuestionNotes = QuestionNotes()
    is_unknown: bool = False
    is_focused: bool = False
    is_helping: bool = False
    is_touched: bool = False
    measured: str = ""


def question_lines(view: QuestionView, columns: int) -> list[Line]:
    """Draw a view; the last line is blank and parts it from the next."""
    lines = [_title(view, columns)]
    if view.is_helping:
        lines += wrapped(view.question.why, columns, INDENT)
        lines += wrapped(view.question.help, columns, INDENT, "muted") if view.question.help else []
        lines += wrapped(f"Assumed from: {view.notes.source}", columns, INDENT, "muted") if view.notes.source else []
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
    if view.notes.moot and not view.is_focused:
        title = (*title, Span(f"  · {view.notes.moot}", "muted"))
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
    if view.notes.assumed:
        return ("unknown · " if view.is_unknown else "left open · ") + f"assumed {view.notes.assumed}"
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
        self.question = question
        self.view = QuestionView(question, choices_of(question, ids))
        self._ids = ids
        self._titles: Mapping[str, str] = {}
        self._settled = ""
        self._typed_prefix = ""
        self._drawn = LastDrawn(question_lines)

    def lines(self, columns: int) -> list[Line]:
        """Draw the question, again only if it changed: a key press changes one question of many."""
        return self._drawn.lines(self.view, columns)

    @property
    def unsettled(self) -> Answer | None:
        """What was typed and not yet given as the answer."""
        text = self.view.typed.text.strip()
        return Answer(self.question.key, text) if is_typed(self.question) and text != self._settled else None

    def follow(self, state: State, notes: QuestionNotes, titles: Mapping[str, str], retype: bool) -> None:
        """Show the state of this question; `retype` puts the state's text in place of the typed one.

        What is chosen from the catalog is shown by its `titles`, once they are known.
        """
        key = self.question.key
        draft = state.drafts.get(key)
        if self.question.catalog and titles is not self._titles:
            self._titles = titles
            self.view = self.view._replace(choices=choices_of(self.question, self._ids, titles))
        self.view = self.view._replace(
            value=state.answers.values.get(key),
            problem=draft.problem if draft else "",
            is_unknown=key in state.unknown,
            is_focused=key == state.at,
            is_helping=self.view.is_helping and key == state.at,
            is_touched=self.view.is_touched and key == state.at,
            missed=self.view.missed if key == state.at else "",
            notes=notes,
            measured=source_of(state.answers.measurements, key) if state.answers.measurements else "",
        )
        if retype:
            shown = draft.text if draft else _as_text(self.view.value, self.question)
            self._settled = shown
            self.view = self.view._replace(typed=TypedLine(shown, len(shown)), cursor=self._first_chosen())

    def _first_chosen(self) -> int:
        """Find the choice to begin at: the one chosen, or the first of them."""
        chosen = chosen_ids(self.view.value)
        return next((place for place, one in enumerate(self.view.choices) if one.id in chosen), self.view.cursor)

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

    def _typed(self, typed: TypedLine) -> Pressed:
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


class QuestionList:
    """Has a widget for every question of the selected section, the closed ones too: an answer may open them."""

    def __init__(self, controller: InterviewController) -> None:
        self._controller = controller
        self._section = ""
        self._widgets: list[QuestionWidget] = []
        self.load_section(retype=True)

    def load_section(self, retype: bool) -> None:
        """Load the current section, with new widgets where it is another; `retype` has each show its answer.

        Otherwise they follow their questions when the page is drawn next.
        """
        state = self._controller.state
        sections = state.open_sections
        section = sections[state.section][0] if sections else None
        if section is not None and section.id != self._section:
            ids = state.vocabulary.ids
            questions = [state.question(key) for key in section.keys]
            self._widgets = [QuestionWidget(one, allowed_choices(one, ids) if one.catalog else ()) for one in questions]
            self._section, retype = section.id, True
        if retype:
            self.follow(retype)

    def follow(self, retype: bool = False) -> None:
        """Have every widget show the state of its question."""
        controller = self._controller
        state, titles = controller.state, controller.assumptions.titles
        notes = controller.notes([widget.question for widget in self._widgets])
        for widget, note in zip(self._widgets, notes, strict=True):
            widget.follow(state, note, titles, retype)

    def settle(self) -> list[Answer]:
        """Give what was typed last as answers, readable or not."""
        return [answer for answer in (widget.settle() for widget in self._widgets) if answer is not None]

    def drawn(self, columns: int) -> list[tuple[QuestionWidget, list[Line]]]:
        """The widgets that are shown, each with its lines."""
        open_keys = self._controller.state.open_keys
        return [(widget, widget.lines(columns)) for widget in self._widgets if widget.question.key in open_keys]

    @property
    def selected(self) -> QuestionWidget | None:
        """The widget of the selected question; None where no question is open."""
        return next((widget for widget in self._widgets if widget.question.key == self._controller.state.at), None)

    @property
    def is_touched(self) -> bool:
        """Whether a choice of the current question was moved to, which Enter takes."""
        selected = self.selected
        return selected is not None and selected.view.is_touched

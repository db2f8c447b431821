"""The questions of a section that one can answer: a key gives an event of the interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.answers import Value, allowed_choices, source_of, write_value
from advisor.interview.choices import ONE_CHOICE, choices_of, chosen_ids, is_typed, raw_of
from advisor.interview.reducer import Answer, Clear, State
from advisor.knowledge.parameters import Range
from advisor.tui.interview.question_view import QuestionView, question_lines, rows_of
from advisor.tui.widgets.editing import Line as Typed
from advisor.tui.widgets.styled_text import LastDrawn, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.knowledge.questions import Question
    from advisor.tui.interview.controller import InterviewController, QuestionNotes

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
            assumed=notes.assumed,
            source=notes.source,
            moot=notes.moot,
            measured=source_of(state.answers.measurements, key) if state.answers.measurements else "",
        )
        if retype:
            shown = draft.text if draft else _as_text(self.view.value, self.question)
            self._settled = shown
            self.view = self.view._replace(typed=Typed(shown, len(shown)), cursor=self._first_chosen())

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

"""A question one can answer: keys in, answers out; what it looks like is drawn by `card`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.message import Message

from advisor.interview.answers import write_value
from advisor.knowledge.ranges import Range
from advisor.tui.card import Card, card_lines, rows_of
from advisor.tui.choosing import ONE_CHOICE, choices_of, is_typed, raw_of
from advisor.tui.editing import Line
from advisor.tui.lines import Lines

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size
    from textual.timer import Timer

    from advisor.interview.answers import Value
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Question

PAUSE_S = 0.6
"""How long one must stop typing before what cannot be read is explained."""
ARROWS = {"h": "left", "j": "down", "k": "up", "l": "right"}


class QuestionCard(Lines, can_focus=True):
    """One question of the page in hand; its widget id is its key with a dash for the dot."""

    class Answered(Message):
        """A value was given; `raw` is what the reducer reads."""

        def __init__(self, key: str, raw: str | bool | list[str]) -> None:
            self.key, self.raw = key, raw
            super().__init__()

    class Typing(Message):
        """A text is being typed; it counts already where it can be read, and is explained only after a pause."""

        def __init__(self, key: str, raw: str) -> None:
            self.key, self.raw = key, raw
            super().__init__()

    class Passed(Message):
        """The question was marked unknown."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    class Left(Message):
        """The next question (+1) or the one before (-1) is wanted."""

        def __init__(self, by: int) -> None:
            self.by = by
            super().__init__()

    class Entered(Message):
        """The question was taken in hand."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(self, question: Question, ids: tuple[str, ...]) -> None:
        super().__init__(id=widget_id(question.key))
        self.card = Card(question, choices_of(question, ids))
        self._settled = ""
        self._pause: Timer | None = None

    @property
    def question(self) -> Question:
        """What is asked here."""
        return self.card.question

    def follow(self, state: State, assumed: str, moot: str, retype: bool) -> None:
        """Show the state of this question; `retype` puts the state's text in place of the typed one."""
        key = self.question.key
        draft = state.drafts.get(key)
        self.card = replace(
            self.card,
            value=state.answers.get(key),
            problem=draft.problem if draft else "",
            is_unknown=key in state.unknown,
            assumed=assumed,
            moot=moot,
        )
        if retype:
            shown = draft.text if draft else _as_text(self.card.value, self.question)
            self._settled = shown
            self.card = replace(self.card, typed=Line(shown, len(shown)))
        self.redraw()

    def redraw(self) -> None:
        """Draw again at the present width."""
        if self.size.width:
            self.show(card_lines(self.card, self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take the rows the card needs at this width."""
        return len(card_lines(self.card, width))

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.redraw()

    def on_focus(self) -> None:
        """Show that this question is in hand."""
        self.card = replace(self.card, is_focused=True)
        self.redraw()
        self.post_message(self.Entered(self.question.key))

    def on_blur(self) -> None:
        """Read what was typed, and go quiet."""
        self.card = replace(self.card, is_focused=False, is_helping=False)
        self.settle()
        self.redraw()

    def toggle_help(self) -> None:
        """Show or hide why this is asked and how to answer."""
        self.card = replace(self.card, is_helping=not self.card.is_helping)
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """Answer, move within the choices, or leave."""
        if self._pressed(event):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text as typed."""
        if is_typed(self.question):
            event.stop()
            self._type(self.card.typed.typed(event.text))

    def _pressed(self, event: events.Key) -> bool:
        """Return whether the key meant something here; others go on to the screen."""
        if event.character == "?":
            self.post_message(self.Passed(self.question.key))
            return True
        if event.key in ("tab", "shift+tab"):
            return self._leave(1 if event.key == "tab" else -1)
        if event.key == "enter":
            if self.question.kind in ONE_CHOICE:
                self._choose()
            return self._leave(1)
        return self._typed(event) if is_typed(self.question) else self._chose(event.key)

    def _leave(self, by: int) -> bool:
        self.settle()
        self.post_message(self.Left(by))
        return True

    def _typed(self, event: events.Key) -> bool:
        if event.key in ("up", "down"):
            return self._leave(1 if event.key == "down" else -1)
        if event.is_printable and event.character:
            self._type(self.card.typed.typed(event.character))
            return True
        changed = self.card.typed.pressed(event.key)
        if changed is not None:
            self._type(changed)
        return changed is not None

    def _type(self, typed: Line) -> None:
        same = typed.text == self.card.typed.text
        self.card = replace(self.card, typed=typed, problem=self.card.problem if same else "")
        self.redraw()
        if not same:
            if self._pause is not None:
                self._pause.stop()
            self._pause = self.set_timer(PAUSE_S, self.settle)
            self.post_message(self.Typing(self.question.key, typed.text))

    def settle(self) -> None:
        """Give what was typed as the answer, readable or not."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        text = self.unsettled
        if text is not None:
            self._settled = text
            self.post_message(self.Answered(self.question.key, text))

    @property
    def unsettled(self) -> str | None:
        """What was typed and not yet given as the answer."""
        text = self.card.typed.text.strip()
        return text if is_typed(self.question) and text != self._settled else None

    def _chose(self, pressed: str) -> bool:
        key = ARROWS.get(pressed, pressed)
        if key == "space":
            self._choose()
            return True
        rows = rows_of(self.card, self.size.width)
        step = {"up": -1, "down": 1, "left": -rows, "right": rows}.get(key)
        if step is None:
            return False
        place = self.card.cursor + step
        if 0 <= place < len(self.card.choices):
            self.card = replace(self.card, cursor=place)
            self.redraw()
        elif key in ("up", "down"):
            self._leave(step)
        return True

    def _choose(self) -> None:
        if self.card.choices:
            chosen = self.card.choices[self.card.cursor].id
            self.post_message(self.Answered(self.question.key, raw_of(self.question, self.card.value, chosen)))


def widget_id(key: str) -> str:
    """Name a question's widget."""
    return key.replace(".", "-")


def _as_text(value: Value | None, question: Question) -> str:
    if value is None:
        return ""
    return str(write_value(value, question)) if isinstance(value, Range | str) else ""

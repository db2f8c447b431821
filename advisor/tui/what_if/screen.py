"""One question with another answer tried out, and under it both verdicts side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.interview.answers import allowed_choices
from advisor.interview.reducer import Answer, Clear, Visit, reduce
from advisor.tui.interview.question_view import question_lines
from advisor.tui.interview.question_widget import Pressed, QuestionWidget
from advisor.tui.what_if.side_by_side import real_and_tried, side_by_side_lines
from advisor.tui.widgets.page import DrawnPage
from advisor.tui.widgets.styled_text import BLANK, Line, key_line, line, spread

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.interview.controller import InterviewController


class WhatIfScreen(DrawnPage):
    """Asks one question of the answers being tried out; the real ones wait with the controller's what_if."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "done", "Done: the verdict on what is tried", show=False),
        Binding("f1", "help", "Why we ask, and how to answer", show=False),
        Binding("ctrl+o", "another", "Change another answer too", show=False),
        Binding("ctrl+z", "undo", "Undo the last answer tried", show=False),
        Binding("pagedown", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
    ]

    def __init__(self, controller: InterviewController, key: str) -> None:
        super().__init__()
        self.controller = controller
        question = controller.state.question(key)
        controller.what_if.begin()
        ids = controller.state.vocabulary.ids
        self._question = QuestionWidget(question, allowed_choices(question, ids) if question.catalog else ())
        controller.apply(Visit(key))
        self._follow(retype=True)

    async def press(self, event: events.Key) -> bool:
        """Let the question take the key; Enter takes the answer and is done, where it can be read."""
        pressed = self._question.press(event.key, event.character, self.columns)
        if pressed is None:
            return False
        self._carry_out(pressed)
        if event.key == "enter" and self._question.question.key not in self.controller.state.drafts:
            self.action_done()
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Let the question take pasted text."""
        pressed = self._question.paste(event.text)
        if pressed is not None:
            self._carry_out(pressed)

    def action_done(self) -> None:
        """Go back to the verdict, which is now shown next to the one on the real answers."""
        self._settle()
        trial = self.controller.what_if.trial
        if trial is not None and not trial.differs:
            self.controller.what_if.end()
        self.dismiss()

    def action_another(self) -> None:
        """Choose another question to change as well."""
        self._settle()
        self.dismiss()
        self.open("what_if")

    def action_help(self) -> None:
        """Show or hide why this is asked."""
        self._question.toggle_help()
        self.redraw()

    def action_undo(self) -> None:
        """Take the last answer tried back."""
        self.controller.undo()
        self._follow(retype=True)
        self.redraw()

    def redraw(self) -> None:
        """Draw the question."""
        self._follow(retype=False)
        super().redraw()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the question with both verdicts, and the keys."""
        title = spread(line(("WHAT IF", "bad")), line(("the real answers are saved", "muted")), self.columns)
        keys = (
            ("enter", "done"),
            ("?", "unknown"),
            ("f1", "why"),
            ("ctrl+o", "change another"),
            ("ctrl+p", "all keys"),
        )
        body = [*question_lines(self._question.view, self.columns), BLANK, *self._verdicts()]
        return {"top": [title, BLANK], "body": body, "keys": [key_line(keys, self.columns)]}

    def _verdicts(self) -> list[Line]:
        real, tried = real_and_tried(self.controller)
        return side_by_side_lines([real, tried], self.columns, names_changes=len(tried.changes) > 1)

    def _carry_out(self, pressed: Pressed) -> None:
        event = pressed.event
        half_typed = isinstance(event, Answer) and event.key in reduce(self.controller.state, event).drafts
        if event is not None and not (pressed.is_typing and half_typed):
            self.controller.apply(event)
        self._follow(retype=isinstance(event, Clear))
        self.redraw()
        self._reveal()

    def _reveal(self) -> None:
        """Keep the selected choice in view; a small window shows a long list in part."""
        rows = question_lines(self._question.view, self.columns)
        place = next((n for n, row in enumerate(rows) if any("›" in piece.text for piece in row)), 0)
        self.body.reveal(max(place - 1, 0), place + 1)

    def _settle(self) -> None:
        """Take what was typed last as the answer, readable or not."""
        answer = self._question.settle()
        if answer is not None:
            self.controller.apply(answer)

    def _follow(self, retype: bool) -> None:
        controller, question = self.controller, self._question
        (notes,) = controller.notes([question.question])
        question.follow(controller.state, notes, controller.assumptions.titles, retype)

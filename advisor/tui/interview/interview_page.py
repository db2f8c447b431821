"""What an interview looks like: one section at a time, and the verdict under it or, in a wide window, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal

from advisor.tui.interview.interview_lines import changed_line, intro_lines, key_line_for, top_lines
from advisor.tui.interview.question_list import QuestionList
from advisor.tui.interview.relevant_questions import standing
from advisor.tui.interview.verdict_bar import strip_lines
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from advisor.interview.reducer import State
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.interview.question_widget import QuestionWidget
    from advisor.tui.widgets.styled_text import Line


class InterviewPage(Page):
    """Shows the state of a desk's interview; it takes no keys."""

    def __init__(self, desk: InterviewController) -> None:
        super().__init__()
        self.desk = desk
        self.cards = QuestionList(desk)
        self._said = ""

    @property
    def state(self) -> State:
        """The interview as it stands."""
        return self.desk.state

    def compose(self) -> ComposeResult:
        """Lay out the top line, the questions of one section, the verdict and the keys."""
        yield from super().compose()
        parts = self._parts()
        yield Lines(parts["top"], id="top")
        with Horizontal(id="middle"):
            yield Lines(parts["body"], id="body")
            yield Lines(parts["side"], id="side")
        yield Lines(parts["strip"], id="strip")
        yield Lines(parts["keys"], id="keys")

    def on_mount(self) -> None:
        """Bring the question in hand into view."""
        self.call_after_refresh(self._bring_into_view)

    def redraw(self) -> None:
        """Draw the interview as it stands; a wide window shows the verdict beside it."""
        self.set_class(self.is_wide, "-wide")
        self.show_state()

    def show_state(self) -> None:
        """Draw everything that follows from the state; what did not change is not sent."""
        self.cards.follow()
        for name, lines in self._parts().items():
            self.query_one(f"#{name}", Lines).show(lines)
        self._bring_into_view()

    def say(self, text: str) -> None:
        """Say something under the title, until the next key."""
        self._said = text
        self.show_state()

    def _parts(self) -> dict[str, list[Line]]:
        """Draw everything, by widget."""
        desk, columns, room = self.desk, self.columns, self.body_columns
        verdict = (desk.assessment, desk.refused, columns)
        return {
            "top": top_lines(self.state, desk.note, columns, self._matters, self._said),
            "body": [*self._intro(), *(part for card in self.cards.open for part in card.lines(room))],
            "side": self._side(),
            "strip": strip_lines(*verdict, saving=desk.is_saving, complete=desk.is_complete),
            "keys": [key_line_for(self.state, columns)],
        }

    @property
    def _matters(self) -> str:
        """How many questions still matter, where these are asked first."""
        return standing(self.state, self.desk.order, self.desk.is_ordered) if self.state.by_what_matters else ""

    @property
    def body_columns(self) -> int:
        """The width of the questions, which share a wide window with the verdict."""
        return self.app.size.width // 2 - 2 * MARGIN if self.is_wide else self.columns

    def _side(self) -> list[Line]:
        if not self.is_wide or self.desk.assessment is None:
            return []
        from advisor.tui.verdict.views.overview import verdict_lines  # not needed for the first paint

        return verdict_lines(self.desk.assessment, self.body_columns)

    def _intro(self) -> list[Line]:
        sections = self.state.open_sections
        lines = intro_lines(sections[self.state.section][0], self.body_columns) if sections else []
        changed = changed_line(self.state)
        return [*lines[:-1], changed] if lines else [changed]

    def placed(self) -> Iterator[tuple[QuestionWidget, int, int]]:
        """Give each card with its first line in the body and the line after its last."""
        return self.cards.placed(len(self._intro()), self.body_columns)

    def _bring_into_view(self) -> None:
        for place, (card, start, end) in enumerate(self.placed()):
            if card is self.cards.in_hand:
                self.body.turn_to(start if place else 0, end)

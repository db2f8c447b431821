"""How an interview looks: title, one section of questions, verdict and footer; in a wide window, the verdict aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Horizontal

from advisor.analysis.analysis_results import standing
from advisor.interview.choices import is_typed
from advisor.tui.interview.question_widget import QuestionList, QuestionWidget
from advisor.tui.interview.verdict_bar import verdict_bar_lines
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import (
    BLANK,
    LastDrawn,
    Line,
    fitted,
    key_line,
    line,
    spread,
    width,
    wrapped,
)

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from advisor.assessment.model import Assessment
    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Section
    from advisor.tui.interview.controller import InterviewController


LONGEST_BAR = 9
LEAST_NAME = 14
"""The cells that are left for the workload's name, the space before it included."""


def top_lines(
    state: State, kept: str, columns: int, matters: str = "", message: str = "", mode: str = ""
) -> list[Line]:
    """Draw the name of the workload, the section, and how many of its questions are settled or, where known, matter.

    A `message` is shown below until the next key; else the `mode`, where the answers are not the real ones: then the
    name too is marked. The questionnaire is named at the right where there is room, and the workload at the left.
    """
    if not state.open_sections:
        return [line(state.questionnaire.title), BLANK]
    named = state.answers.text("workload.name")
    title = state.questionnaire.title
    name = line(("WHAT IF  " if mode else "", "bad"), (named or title, "strong"))
    tail = (f" · {kept}" if kept else "", "bad" if kept.startswith("NOT") else "muted")
    section = state.open_sections[state.section][0].title
    whole, short, shortest = _progress(state, matters)
    rights = ((f"{title} · " if named else "", whole), ("", short), ("", shortest))
    forms = [line((before, "muted"), f"{section} ", (progress, "muted"), tail) for before, progress in rights]
    right = next((form for form in forms if width(form) + LEAST_NAME <= columns), forms[-1])
    top = spread(name, right, columns) if width(right) + 2 < columns else fitted(right, columns)
    below = line((message, "warn")) if message else line((mode, "bad")) if mode else BLANK
    return [top, fitted(below, columns)]


def _progress(state: State, matters: str) -> tuple[str, str, str]:
    """How far the interview is, in three lengths: the questions settled in the section, the page, a mark a section.

    A mark is filled where every question of its section is settled; there are none where that would be a long row.
    """
    if matters:
        return (f"· {matters}",) * 3
    sections, place = state.open_sections, state.section
    keys = sections[place][1]
    settled = f"{len(state.settled.intersection(keys))} of {len(keys)} · "
    page = f"page {place + 1} of {len(sections)}"
    marks = ("▪" if state.settled.issuperset(keys) else "▫" for _, keys in sections)
    bar = f" {''.join(marks)}" if len(sections) <= LONGEST_BAR else ""
    return f"{settled}{page}{bar}", f"{settled}{page}", f"{settled}{place + 1}/{len(sections)}"


def intro_lines(section: Section, columns: int) -> list[Line]:
    """Draw what a section is about."""
    return [*wrapped(section.intro, columns - 2, "  ", "muted"), BLANK] if section.intro else []


def changed_line(state: State) -> Line:
    """Say which questions the last answer closed or opened; empty when it changed none."""
    parts = []
    if state.closed:
        kept = sum(key in state.answers.values for key in state.closed)
        answers = f", {kept} with an answer that is kept but not counted" if kept else ""
        parts.append(f"{_count(len(state.closed))} no longer asked{answers}")
    if state.opened:
        parts.append(f"{_count(len(state.opened))} more to ask")
    return line((" · ".join(parts), "warn")) if parts else BLANK


def key_lines(state: State, columns: int, is_touched: bool) -> list[Line]:
    """Draw the footer: the keys that matter for the selected question."""
    typed = bool(state.at) and is_typed(state.question(state.at))
    # All of these are as wide, so that the rest of the row is not sent again.
    how = ("enter", "next  ") if typed else ("enter" if is_touched else "space", "choose")
    other = ("f4", "page by page") if state.by_what_matters else ("pgdn", "next page")
    most = (how, ("?", "unknown"), ("ctrl+p", "all keys"), ("f2", "verdict"), ("f1", "why"))
    keys = (*most, other, ("ctrl+q", "quit"))  # from the last but one on, what gives way first
    return [key_line(keys, columns)]


def _count(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"


class Placed(NamedTuple):
    """A question on the page, with its first line in the body and the line after its last."""

    widget: QuestionWidget
    start: int
    end: int


class InterviewPage(Page):
    """Shows the state of a controller's interview; it takes no keys."""

    def __init__(self, controller: InterviewController, message: str = "") -> None:
        super().__init__()
        self.controller = controller
        self.questions = QuestionList(controller)
        self.placed: list[Placed] = []
        """The questions that are shown, as they were drawn last."""
        self._message = message
        self._top, self._keys = LastDrawn(top_lines), LastDrawn(key_lines)
        self._verdict_bar, self._verdict_aside = LastDrawn(verdict_bar_lines), LastDrawn(_verdict_lines)

    @property
    def state(self) -> State:
        """The current interview."""
        return self.controller.state

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
        """Bring the selected question into view."""
        self.call_after_refresh(self._bring_into_view)

    def redraw(self) -> None:
        """Draw the interview; a wide window shows the verdict beside it."""
        self.set_class(self.is_wide, "-wide")
        self.show_state()

    def show_state(self) -> None:
        """Draw everything that follows from the state; what did not change is not sent."""
        self.questions.follow()
        for name, lines in self._parts().items():
            self.query_one(f"#{name}", Lines).show(lines)
        self._bring_into_view()

    def say(self, text: str) -> None:
        """Say something under the title, until the next key."""
        self._message = text
        self.show_state()

    def _parts(self) -> dict[str, list[Line]]:
        """Draw everything, by widget."""
        controller, state, columns, room = self.controller, self.state, self.columns, self.body_columns
        verdict = (controller.assessment, controller.refused, columns, controller.is_saving, controller.is_complete)
        aside = room < columns and controller.assessment is not None
        return {
            "top": self._top.lines(state, controller.note, columns, self._matters, self._message, controller.mode),
            "body": self._body(state, room),
            "side": self._verdict_aside.lines(controller.assessment, room) if aside else [],
            "strip": self._verdict_bar.lines(*verdict),
            "keys": self._keys.lines(state, columns, self.questions.is_touched),
        }

    @property
    def _matters(self) -> str:
        """How many questions still matter, where these are asked first."""
        state, controller = self.state, self.controller
        return standing(state, controller.order, controller.is_ordered) if state.by_what_matters else ""

    @property
    def body_columns(self) -> int:
        """The width of the questions, which share a wide window with the verdict."""
        return self.app.size.width // 2 - 2 * MARGIN if self.is_wide else self.columns

    def _body(self, state: State, columns: int) -> list[Line]:
        """Draw what the section is about, what the last answer changed, and the questions; note where each is."""
        sections = state.open_sections
        intro = intro_lines(sections[state.section][0], columns) if sections else []
        lines = [*intro[:-1], changed_line(state)]
        self.placed = []
        for widget, drawn in self.questions.drawn(columns):
            self.placed.append(Placed(widget, len(lines), len(lines) + len(drawn)))
            lines += drawn
        return lines

    def _bring_into_view(self) -> None:
        at = self.state.at
        for place, (widget, start, end) in enumerate(self.placed):
            if widget.question.key == at:
                self.body.turn_to(start if place else 0, end)


def _verdict_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the verdict beside the questions."""
    from advisor.tui.verdict.overview import verdict_lines  # not needed for the first paint

    return verdict_lines(assessment, columns)

"""How an interview looks: title, one section of questions, verdict and footer; in a wide window, the verdict aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal

from advisor.analysis.analysis_results import standing
from advisor.interview.choices import is_typed
from advisor.tui.interview.question_list import QuestionList
from advisor.tui.interview.verdict_bar import verdict_bar_lines
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult

    from advisor.interview.reducer import State
    from advisor.knowledge.questions import Section
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.interview.question_widget import QuestionWidget
    from advisor.tui.widgets.styled_text import Line


LONGEST_BAR = 9
LEAST_NAME = 14
"""The cells that are left for the workload's name, the space before it included."""


def top_lines(
    state: State, kept: str, columns: int, matters: str = "", message: str = "", mode: str = ""
) -> list[Line]:
    """Draw the name of the workload, the section, and how many of its questions are settled or, where known, matter.

    A `message` is shown below until the next key; else the `mode`, where the answers are not the real ones: then the
    name too is marked.
    """
    sections = state.open_sections
    if not sections:
        return [line(state.questionnaire.title), BLANK]
    title = state.answers.text("workload.name") or state.questionnaire.title
    name = line(("WHAT IF  " if mode else "", "bad"), (title, "strong"))
    tail = line((f" · {kept}" if kept else "", "bad" if kept.startswith("NOT") else "muted"))
    forms = [(*_whereabouts(state, form, matters), *tail) for form in (_whole, _short, _shortest)]
    right = next((form for form in forms if width(form) + LEAST_NAME <= columns), forms[-1])
    top = spread(name, right, columns) if width(right) + 2 < columns else fitted(right, columns)
    below = line((message, "warn")) if message else line((mode, "bad")) if mode else BLANK
    return [top, fitted(below, columns)]


def _whereabouts(state: State, form: Callable[[State], str], matters: str) -> Line:
    """Name the questionnaire where there is room, the section, how many of its questions are settled, and the page."""
    section, keys = state.open_sections[state.section]
    settled = sum(map(state.is_settled, keys))
    is_named = bool(state.answers.text("workload.name"))  # else the title stands at the left already
    before = f"{state.questionnaire.title} · " if form is _whole and is_named else ""
    progress = f"· {matters}" if matters else f"{settled} of {len(keys)} · {form(state)}"
    return line((before, "muted"), f"{section.title} ", (progress, "muted"))


def _whole(state: State) -> str:
    return " ".join(filter(None, (_short(state), _bar(state))))


def _short(state: State) -> str:
    return f"page {state.section + 1} of {len(state.open_sections)}"


def _shortest(state: State) -> str:
    return f"{state.section + 1}/{len(state.open_sections)}"


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


def key_line_for(state: State, columns: int, is_touched: bool = False) -> Line:
    """Draw the footer: the keys that matter for the selected question."""
    typed = bool(state.at) and is_typed(state.question(state.at))
    # All of these are as wide, so that the rest of the row is not sent again.
    how = ("enter", "next  ") if typed else ("enter" if is_touched else "space", "choose")
    other = ("f4", "page by page") if state.by_what_matters else ("pgdn", "next page")
    most = (how, ("?", "unknown"), ("ctrl+p", "all keys"), ("f2", "verdict"), ("f1", "why"))
    keys = (*most, other, ("ctrl+q", "quit"))  # from the last but one on, what gives way first
    return key_line(keys, columns)


def _bar(state: State) -> str:
    """One mark a section, filled where every question is settled; none where that would be a long row."""
    sections = state.open_sections
    if len(sections) > LONGEST_BAR:
        return ""
    return "".join("▪" if all(map(state.is_settled, keys)) else "▫" for _, keys in sections)


def _count(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"


class InterviewPage(Page):
    """Shows the state of a controller's interview; it takes no keys."""

    def __init__(self, controller: InterviewController, message: str = "") -> None:
        super().__init__()
        self.controller = controller
        self.questions = QuestionList(controller)
        self._message = message

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
        controller, columns, room = self.controller, self.columns, self.body_columns
        verdict = (controller.assessment, controller.refused, columns)
        return {
            "top": top_lines(self.state, controller.note, columns, self._matters, self._message, controller.mode),
            "body": [*self._intro(), *(part for widget in self.questions.open for part in widget.lines(room))],
            "side": self._side(),
            "strip": verdict_bar_lines(*verdict, saving=controller.is_saving, complete=controller.is_complete),
            "keys": [key_line_for(self.state, columns, self.questions.is_touched)],
        }

    @property
    def _matters(self) -> str:
        """How many questions still matter, where these are asked first."""
        return (
            standing(self.state, self.controller.order, self.controller.is_ordered)
            if self.state.by_what_matters
            else ""
        )

    @property
    def body_columns(self) -> int:
        """The width of the questions, which share a wide window with the verdict."""
        return self.app.size.width // 2 - 2 * MARGIN if self.is_wide else self.columns

    def _side(self) -> list[Line]:
        if not self.is_wide or self.controller.assessment is None:
            return []
        from advisor.tui.verdict.overview import verdict_lines  # not needed for the first paint

        return verdict_lines(self.controller.assessment, self.body_columns)

    def _intro(self) -> list[Line]:
        sections = self.state.open_sections
        lines = intro_lines(sections[self.state.section][0], self.body_columns) if sections else []
        changed = changed_line(self.state)
        return [*lines[:-1], changed] if lines else [changed]

    def placed(self) -> Iterator[tuple[QuestionWidget, int, int]]:
        """Give each widget with its first line in the body and the line after its last."""
        return self.questions.placed(len(self._intro()), self.body_columns)

    def _bring_into_view(self) -> None:
        for place, (widget, start, end) in enumerate(self.placed()):
            if widget is self.questions.selected:
                self.body.turn_to(start if place else 0, end)

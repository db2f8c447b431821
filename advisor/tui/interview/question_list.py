"""The questions of an interview as widgets and menu entries, and what is offered when none matters any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.analysis.analysis_results import counted, enough
from advisor.interview.answer_format import said
from advisor.interview.answers import allowed_choices
from advisor.knowledge.labels import with_route_names
from advisor.tui.interview.question_widget import QuestionWidget
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, wrapped

if TYPE_CHECKING:
    from advisor.analysis.analysis_results import NeverAsked
    from advisor.interview.reducer import Answer, State
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.widgets.styled_text import Line


# The questions of an interview: those of the current section as widgets, and all of them as menu entries.


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
        for widget in self._widgets:
            notes = controller.notes(widget.question)
            widget.follow(controller.state, notes, controller.assumptions.titles, retype)

    def settle(self) -> list[Answer]:
        """Give what was typed last as answers, readable or not."""
        return [answer for answer in (widget.settle() for widget in self._widgets) if answer is not None]

    @property
    def open(self) -> list[QuestionWidget]:
        """The widgets that are shown."""
        open_keys = self._controller.state.open_keys
        return [widget for widget in self._widgets if widget.question.key in open_keys]

    @property
    def selected(self) -> QuestionWidget | None:
        """The widget of the selected question; None where no question is open."""
        return next((widget for widget in self._widgets if widget.question.key == self._controller.state.at), None)

    @property
    def is_touched(self) -> bool:
        """Whether a choice of the current question was moved to, which Enter takes."""
        return self.selected is not None and self.selected.view.is_touched


LONGEST_STANDING = 30


def question_items(state: State) -> list[MenuItem]:
    """List every question that is asked, with its answer."""
    return [
        MenuItem(key, state.question(key).text, _standing(state, key), group=section.title)
        for section, keys in state.open_sections
        for key in keys
    ]


def _standing(state: State, key: str) -> str:
    """Say what a question has for an answer, in a few words."""
    value = state.answers.get(key)
    if value is None:
        return "unknown" if key in state.unknown else "open"
    words = said(value, state.question(key))
    return words if len(words) <= LONGEST_STANDING else words[: LONGEST_STANDING - 1] + "…"


# What is said and offered when no open question can change the route.


TITLE = "Enough is known"


def enough_lines(state: State, found: NeverAsked, columns: int) -> list[Line]:
    """Say why the interview stops here."""
    why = with_route_names(found.why)
    lines = [
        *wrapped(enough(state), columns, "  ", "strong"),
        *wrapped(f"{why[:1].upper()}{why[1:]}.", columns, "  ", "muted"),
    ]
    passed = len(state.unknown & set(state.open_keys))
    if passed:
        sentence = (
            f"{counted(passed)} left unknown: an answer to {'it' if passed == 1 else 'these'} may still change it."
        )
        lines += wrapped(sentence, columns, "  ", "muted")
    return [*lines, BLANK]


def enough_items(state: State) -> list[MenuItem]:
    """Offer what can be done then."""
    rest = "They move the cost and its range, not the route; those that move it most come first."
    asks = [MenuItem("rest", "Ask the rest", f"{len(state.unsettled)} open", rest)] if state.unsettled else []
    return [
        MenuItem(
            "verdict", "See the verdict", "f2", "The route, why, what it costs, and what would change it.", key="f2"
        ),
        MenuItem(
            "save", "Save the record", "ctrl+s", "It lists what was never asked, and why that is safe.", key="ctrl+s"
        ),
        *asks,
        MenuItem("back", "Back to the questions", "esc", "Change an answer, or page through what is open."),
    ]

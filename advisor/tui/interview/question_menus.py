"""The menus of an interview: all its questions, and what is offered when none of them matters any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.analysis.analysis_results import NeverAsked, counted, enough
from advisor.interview.answer_format import said
from advisor.knowledge.labels import with_route_names
from advisor.text import capitalized
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, Line, wrapped

if TYPE_CHECKING:
    from advisor.interview.reducer import State


LONGEST_STANDING = 30


def question_items(state: State) -> list[MenuItem]:
    """List every question that is asked, with its answer."""
    return [
        MenuItem(
            key, state.question(key).text, _standing(state, key), group=section.title, also=state.question(key).also
        )
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
        *wrapped(f"{capitalized(why)}.", columns, "  ", "muted"),
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

"""What is said and offered when no open question can change the route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.analysis.relevant_questions import (
    counted,
    enough,
)
from advisor.knowledge.labels import with_route_names
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, wrapped

if TYPE_CHECKING:
    from advisor.analysis.analysis_results import NeverAsked
    from advisor.interview.reducer import State
    from advisor.tui.widgets.styled_text import Line

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

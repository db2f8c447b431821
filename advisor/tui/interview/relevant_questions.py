"""What is asked next while what matters most comes first, and what is said when nothing open matters any more. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.widgets.menu import Item
from advisor.tui.widgets.styled_text import BLANK, Line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.open_evidence import NeverAsked
    from advisor.interview.reducer import State

BEGUN = "What matters most comes next; f4 goes back to page by page."
ENDED = "Page by page again; f4 asks what matters most first."
ALONE = "Only this one can still change the route; ? leaves it open."
FINDING = "Finding what matters next …"
TITLE = "Enough is known"


class Order(NamedTuple):
    """The order for the answers of one request; `number` is 0 before the first."""

    number: int = 0
    found: NeverAsked | None = None


def next_that_matters(state: State, order: Order) -> str:
    """The open question that matters most and is not in hand; of those passed over, the next; empty where none is."""
    ranked = order.found.could_change_route if order.found is not None else ()
    return _after(state.at, [key for key in ranked if key in state.unsettled])


def alone_matters(state: State, order: Order) -> bool:
    """Whether the question in hand is open and matters."""
    return order.found is not None and state.at in order.found.could_change_route and state.at in state.unsettled


def next_of_the_rest(state: State, moving: Sequence[str] = ()) -> str:
    """The next question without an answer: first what moves the cost most, then page by page; empty where none is."""
    first = next((key for key in moving if key in state.unsettled and key != state.at), "")
    if first:
        return first
    keys = state.open_keys
    start = keys.index(state.at) if state.at in keys else 0
    return next((key for key in (*keys[start:], *keys[:start]) if key in state.unsettled and key != state.at), "")


def _after(key: str, keys: Sequence[str]) -> str:
    """The key after one of them, round to the first; the first where it is none of them."""
    if key not in keys:
        return next(iter(keys), "")
    others = (*keys[keys.index(key) + 1 :], *keys[: keys.index(key)])
    return next(iter(others), "")


def standing(state: State, order: Order, is_fresh: bool) -> str:
    """Say in the title how many questions still matter."""
    if order.found is None or not is_fresh:
        return "finding what matters"
    count = sum(key in state.unsettled for key in order.found.could_change_route)
    return f"{count} to ask that matter{'s' if count == 1 else ''}" if count else "nothing open matters"


def enough(state: State) -> str:
    """Say that the interview may stop, and how many questions it leaves."""
    return f"No open question can change the route: {_counted(len(state.unsettled))} not asked."


def enough_lines(state: State, found: NeverAsked, columns: int) -> list[Line]:
    """Say why the interview stops here."""
    lines = [
        *wrapped(enough(state), columns, "  ", "strong"),
        *wrapped(f"{_sentence(found.why)}.", columns, "  ", "muted"),
    ]
    passed = len(state.unknown & set(state.open_keys))
    if passed:
        said = f"{_counted(passed)} left unknown: an answer to {'it' if passed == 1 else 'these'} may still change it."
        lines += wrapped(said, columns, "  ", "muted")
    return [*lines, BLANK]


def enough_items(state: State) -> list[Item]:
    """Offer what can be done then."""
    rest = "They move the cost and its range, not the route; those that move it most come first."
    asks = [Item("rest", "Ask the rest", f"{len(state.unsettled)} open", rest)] if state.unsettled else []
    return [
        Item("verdict", "See the verdict", "f2", "The route, why, what it costs, and what would change it.", key="f2"),
        Item("save", "Save the record", "ctrl+s", "It lists what was never asked, and why that is safe.", key="ctrl+s"),
        *asks,
        Item("back", "Back to the questions", "esc", "Change an answer, or page through what is open."),
    ]


def _counted(count: int) -> str:
    return "1 question was" if count == 1 else f"{count} questions were"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

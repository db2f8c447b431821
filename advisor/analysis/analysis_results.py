"""Results of the what-if analysis, and what an interview asks next by them. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.interview.reducer import State


# Results of the what-if analysis: answers that would change the route, and open questions that still can.


@dataclass(frozen=True, slots=True)
class Flip:
    """One answer that would change the verdict; `was` and `to` are written as in an answers file.

    `act` says what one would do about it: measure, negotiate, staff or decide; a fact can only turn out to be wrong.
    """

    key: str
    was: str
    to: str
    verdict: str
    act: str = "decide"

    @property
    def spoken(self) -> tuple[str, str]:
        """Both answers as a person would say them: without the file's quotation marks."""
        return self.was.replace('"', ""), self.to.replace('"', "")


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Which questions of the questionnaire can still change the route, alone or together; `why` says why no other can.

    `decided` tells that none can: leaving every unasked question open is safe.
    """

    decided: bool = False
    keys: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class NeverAsked:
    """The questions of the questionnaire that were neither answered nor knowingly left unknown, in its order.

    `could_change_route` are those of them that still can, alone or together, the one that matters most first; `why`
    says why no other can.
    """

    questions: tuple[str, ...] = ()
    could_change_route: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether leaving them open cannot change the route; False too where that was not looked into."""
        return bool(self.why) and not self.could_change_route


# What is asked next while what matters most comes first, and what is said when nothing open matters any more. Pure.


BEGUN = "What matters most comes next; f4 goes back to page by page."
ENDED = "Page by page again; f4 asks what matters most first."
ALONE = "Only this one can still change the route; ? leaves it open."
FINDING = "Finding what matters next …"


class Order(NamedTuple):
    """The order for the answers of one request; `number` is 0 before the first."""

    number: int = 0
    found: NeverAsked | None = None


def next_that_matters(state: State, order: Order) -> str:
    """The open question that matters most and is not selected; of those passed over, the next; empty where none is."""
    ranked = order.found.could_change_route if order.found is not None else ()
    return _after(state.at, [key for key in ranked if key in state.unsettled])


def alone_matters(state: State, order: Order) -> bool:
    """Whether the selected question is open and matters."""
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
    return f"No open question can change the route: {counted(len(state.unsettled))} not asked."


def counted(count: int) -> str:
    """Say of how many questions something was so."""
    return "1 question was" if count == 1 else f"{count} questions were"

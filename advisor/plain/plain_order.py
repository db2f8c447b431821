"""From one prompt to the next while what matters most comes first, and where the interview may stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.analysis.analysis_results import NeverAsked
from advisor.analysis.relevant_questions import (
    Order,
    alone_matters,
    enough,
    next_of_the_rest,
    next_that_matters,
    standing,
)
from advisor.api import questions_left
from advisor.decision.interview_day import interview_day
from advisor.errors import AdvisorError
from advisor.interview.reducer import Arrange, Visit
from advisor.knowledge.labels import with_route_names
from advisor.plain.console import tell

if TYPE_CHECKING:
    from advisor.plain.plain_interview import PlainInterview

LAST = "That was the last question. Type save, verdict, review, or back."
MATTERS_FIRST = "what matters most comes next, and the interview stops where nothing matters; matters again ends that"
IN_ORDER = "the questionnaire's order again; matters asks what matters most first"


class PlainOrder:
    """Knows what matters, the way back, whether enough is known, and whether the rest is asked for the costs."""

    def __init__(self, interview: PlainInterview) -> None:
        self._interview = interview
        self._order, self._trail = Order(), list[str]()
        self.is_enough = self._asks_the_rest = False

    @property
    def standing(self) -> str:
        """How many questions still matter; empty before that is known."""
        return standing(self._interview.state, self._order, True) if self._order.found else ""

    def arrange(self) -> None:
        """Ask what matters most first, or in the questionnaire's order."""
        interview = self._interview
        interview.apply(Arrange(not interview.state.by_what_matters))
        tell(f"  {MATTERS_FIRST if interview.state.by_what_matters else IN_ORDER}")
        if interview.state.by_what_matters and interview.state.is_settled(interview.state.at):
            self.ask_next()

    def ask_next(self) -> None:
        """Take the selected question that matters most, or say that none does any more."""
        state = self._interview.state
        found, moving = self._find()
        self._order = Order(1, found)
        key = next_that_matters(state, self._order)
        if not key and alone_matters(state, self._order):
            tell("  Only this question can still change the route; unknown leaves it open.")
        elif not key and found.is_safe and not self._asks_the_rest:
            self.is_enough = True
        else:
            self._asks_the_rest = self._asks_the_rest and not key
            self._go_to(key or next_of_the_rest(state, moving if self._asks_the_rest else ()))

    def ask_the_rest(self) -> None:
        """Go on with the questions that move only the costs."""
        self.is_enough, self._asks_the_rest = False, True
        self.ask_next()

    def back(self) -> None:
        """Go back to the question before."""
        interview = self._interview
        if interview.state.by_what_matters and self._trail:
            interview.apply(Visit(self._trail.pop()))
        else:
            interview.move(interview.state.at, -1)

    def say_enough(self) -> None:
        """Say that the interview may stop here, why, and what can be typed."""
        state, found = self._interview.state, self._order.found
        why = with_route_names(found.why) if found is not None else ""
        rest = ", rest to answer the others for the costs" if state.unsettled else ""
        tell(f"\n{enough(state)}\n{why[:1].upper()}{why[1:]}.\nType save, verdict{rest}, review, back or quit.")

    def _find(self) -> tuple[NeverAsked, list[str]]:
        """Find what was never asked and what moves the costs; nothing of either where that fails, which is said."""
        try:
            interview = self._interview
            moving = [measure.key for measure in interview.assess(flips=False).measure_next]
            day = interview_day(interview.knowledge)
            return questions_left(interview.state.counted, interview.knowledge, day, moving), moving
        except AdvisorError as error:
            tell(f"  {error.sentence}")
            return NeverAsked(), []

    def _go_to(self, key: str) -> None:
        if key:
            self._trail.append(self._interview.state.at)
            self._interview.apply(Visit(key))
        else:
            tell(f"\n{LAST}")

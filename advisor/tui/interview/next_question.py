"""From one question to the next while what matters most comes first: at once where the order is known, else soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.reducer import Visit
from advisor.tui.interview.relevant_questions import ALONE, FINDING, alone_matters, next_of_the_rest, next_that_matters

if TYPE_CHECKING:
    from textual.timer import Timer

    from advisor.tui.interview.screen import InterviewScreen

PATIENCE_S = 1.0
"""How long the next question waits for the order of what matters; then the order known last is good enough."""


class NextQuestion:
    """Remembers the way back, whether an order is waited for, and whether the rest is asked for the costs."""

    def __init__(self, screen: InterviewScreen) -> None:
        self._screen = screen
        self._wait: Timer | None = None
        self._trail: list[str] = []
        self._asks_the_rest = False

    def go(self, by: int) -> None:
        """Go to what matters most as soon as that is known, or back to the question before."""
        screen = self._screen
        if by < 0:
            if self._trail:
                screen.apply(Visit(self._trail.pop()))
        elif screen.desk.is_ordered or self._wait is not None:
            self.ask()
        else:
            self._wait = screen.set_timer(PATIENCE_S, self.ask)
            screen.say(FINDING)

    def catch_up(self) -> None:
        """Go on where the order that was waited for has come."""
        if self._wait is not None and self._screen.desk.is_ordered:
            self.ask()

    def stop_waiting(self) -> None:
        """Stay with the question in hand."""
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
            self._screen.say("")

    def ask(self) -> None:
        """Take the question in hand that matters most, or say that none does any more."""
        self.stop_waiting()
        screen, desk, state = self._screen, self._screen.desk, self._screen.state
        if screen.app.screen is not screen:
            return
        key = next_that_matters(state, desk.order)
        if key:
            self._asks_the_rest = False
        elif alone_matters(state, desk.order):
            screen.say(ALONE)
            return
        elif desk.is_ordered and not self._asks_the_rest:
            desk.say_enough(self.ask_the_rest)
            return
        self._take_in_hand(key or next_of_the_rest(state, self._moving))

    def ask_the_rest(self) -> None:
        """Go on with the questions that move only the costs."""
        self._asks_the_rest = True
        self.ask()

    def _take_in_hand(self, key: str) -> None:
        screen = self._screen
        if key:
            self._trail.append(screen.state.at)
            screen.apply(Visit(key))
        else:
            screen.action_verdict()

    @property
    def _moving(self) -> list[str]:
        """What moves the costs, the furthest first, once the route is beyond doubt."""
        found = self._screen.desk.assessment
        return [one.key for one in found.measure_next] if found is not None and self._asks_the_rest else []

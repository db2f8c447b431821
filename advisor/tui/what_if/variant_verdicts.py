"""The verdicts on the real answers and on every variant: found one after the other, beside those on answers in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.what_if.state import WhatIfState

REAL = ""
"""The name under which the real answers are weighed."""


class VariantVerdicts:
    """Asks for the verdicts that are not known, whenever no other is waited for, and keeps those that are."""

    def __init__(self, desk: InterviewController, trials: WhatIfState) -> None:
        self._desk, self._trials = desk, trials
        self._found: dict[str, tuple[Answers, Assessment]] = {}
        self._asked: dict[int, tuple[str, Answers]] = {}
        self._waiting = 0
        self._is_wanted = False

    def verdict(self, name: str) -> Assessment | None:
        """Give the verdict on a variant or the real answers, where it is known for the answers as they are now."""
        answers, assessment = self._found.get(name, (None, None))
        return assessment if answers == self._trials.answers(name) else None

    def note(self, name: str) -> None:
        """Remember the verdict in hand as that of a variant, or of the real answers."""
        desk = self._desk
        if desk.is_current and desk.assessment is not None:
            self._found[name] = desk.state.counted, desk.assessment

    def want(self) -> None:
        """Have the verdicts found from the next on that is there."""
        self._is_wanted = True

    def weigh(self) -> None:
        """Have the verdicts found that are not known, from now on."""
        self.want()
        self.go_on()

    def go_on(self, after: int = 0) -> None:
        """Ask for the next verdict, once the one on the answers in hand is there; `after` is its number.

        A later request takes the place of one that the worker has not begun, so that one is asked for again.
        """
        if after > self._waiting:
            self._waiting = 0
        if not self._trials.is_on:
            self.note(REAL)
        missing = next((name for name in (REAL, *self._trials.names) if self.verdict(name) is None), None)
        if self._is_wanted and not self._waiting and missing is not None and self._desk.is_current:
            self._ask(missing)

    def _ask(self, name: str) -> None:
        answers = self._trials.answers(name)
        self._waiting = self._desk.assessor.assess(answers)
        self._asked[self._waiting] = name, answers

    def hear(self, number: int, assessment: Assessment) -> bool:
        """Take a verdict that was asked for here; False where it is that of the answers in hand."""
        if number not in self._asked:
            return False
        name, answers = self._asked[number]
        self._found[name] = answers, assessment
        if number == self._waiting:
            self._waiting = 0
            self.go_on()
            if not self._waiting and self._desk.is_current and not self._desk.is_complete:
                self._desk.ask()  # what could change it was given up for these
        return True

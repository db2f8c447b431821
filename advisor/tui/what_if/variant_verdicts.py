"""The verdicts of the real answers and of every variant: computed in turn, and as columns of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.answer_format import said
from advisor.interview.variants import laid_over

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.interview.reducer import State
    from advisor.interview.variants import Variant
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


REAL_NAME, TRIED = "real answers", "tried now"


class VariantColumn(NamedTuple):
    """One column of a comparison: a name, what it changes in words, and its verdict; None until that is known."""

    name: str
    changes: tuple[str, ...]
    assessment: Assessment | None

    @property
    def title(self) -> str:
        """Its name as it heads a column."""
        return self.name if self.name in (REAL_NAME, TRIED) else f"variant {self.name}"


def all_weighed(desk: InterviewController) -> list[VariantColumn]:
    """Give the real answers, every variant, and the answers tried out where they are none of these."""
    trials = desk.trials
    found = [_real(desk)]
    found += [VariantColumn(one.name, _changes(trials.real, one), trials.verdict(one.name)) for one in trials.variants]
    trial = trials.trial
    if trial is not None and trial.differs and not any(trial.says_as(one) for one in trials.variants):
        found.append(VariantColumn(TRIED, _changes(trials.real, trial), desk.assessment))
    return found


def real_and_tried(desk: InterviewController) -> list[VariantColumn]:
    """Give the real answers and those tried out; their verdict only once it is that of the answers in hand."""
    trial = desk.trials.trial
    changes = _changes(desk.trials.real, trial) if trial is not None else ()
    return [_real(desk), VariantColumn(TRIED, changes, desk.assessment if desk.is_current else None)]


def _real(desk: InterviewController) -> VariantColumn:
    return VariantColumn(REAL_NAME, (), desk.trials.verdict(REAL))


def _changes(real: State, variant: Variant) -> tuple[str, ...]:
    """Say in words what a variant changes."""
    tried = laid_over(variant, real.answers)
    keys = [key for key in real.vocabulary.questions if real.answers.get(key) != tried.get(key)]
    return tuple(f"{key}: {_words(real, real.answers, key)} → {_words(real, tried, key)}" for key in keys)


def _words(real: State, answers: Answers, key: str) -> str:
    value = answers.get(key)
    return "unknown" if value is None else said(value, real.question(key))

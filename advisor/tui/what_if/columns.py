"""What a comparison of verdicts is made of: the real answers, each variant, and the answers being tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.answer_format import said
from advisor.interview.variants import laid_over
from advisor.tui.what_if.variant_verdicts import REAL

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.interview.reducer import State
    from advisor.interview.variants import Variant
    from advisor.tui.interview.controller import InterviewController

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

"""The verdicts on the real answers and on every variant as columns of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.variants import laid_over
from advisor.interview.wording.answer_format import said
from advisor.knowledge.labels import label
from advisor.tui.what_if.state import REAL

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


def all_columns(controller: InterviewController) -> list[VariantColumn]:
    """Give the real answers, every variant, and the answers tried out where they are none of these."""
    what_if = controller.what_if
    found = [_real(controller)]
    found += [
        VariantColumn(one.name, _changes(what_if.real, one), what_if.verdict(one.name)) for one in what_if.variants
    ]
    trial = what_if.trial
    if trial is not None and trial.differs and not any(trial.says_as(one) for one in what_if.variants):
        found.append(VariantColumn(TRIED, _changes(what_if.real, trial), controller.assessment))
    return found


def real_and_tried(controller: InterviewController) -> list[VariantColumn]:
    """Give the real answers and those tried out; their verdict only once it is that of the selected answers."""
    trial = controller.what_if.trial
    changes = _changes(controller.what_if.real, trial) if trial is not None else ()
    return [_real(controller), VariantColumn(TRIED, changes, controller.assessment if controller.is_current else None)]


def _real(controller: InterviewController) -> VariantColumn:
    return VariantColumn(REAL_NAME, (), controller.what_if.verdict(REAL))


def _changes(real: State, variant: Variant) -> tuple[str, ...]:
    """Say in words what a variant changes."""
    tried = laid_over(variant, real.answers)
    keys = [key for key in real.vocabulary.questions if real.answers.get(key) != tried.get(key)]
    return tuple(f"{label(key)} {_words(real, real.answers, key)} → {_words(real, tried, key)}" for key in keys)


def _words(real: State, answers: Answers, key: str) -> str:
    value = answers.get(key)
    return "unknown" if value is None else said(value, real.question(key))

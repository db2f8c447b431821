"""Answers tried out beside the real ones: begun, kept under a letter, compared, taken, dropped. Nothing is ever lost.

While answers are tried out the desk works on them, and the real ones wait here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.interview.reducer import Adopt
from advisor.interview.variants import Variant, free_name, laid_over, variant_between
from advisor.tui.what_if.variant_verdicts import REAL, VariantVerdicts

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.interview.reducer import State
    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.workers.messages import Saved

UNCHANGED = "Nothing is changed yet: w chooses an answer to change."


class WhatIfState:
    """The variants of one interview, and the answers being tried out, if any."""

    def __init__(self, desk: InterviewController) -> None:
        self._desk = desk
        self.variants: tuple[Variant, ...] = ()
        self.dropped: tuple[Variant, ...] = ()
        self._real: State | None = None
        self.saved: Saved | None = None
        """The record of the real answers, while others are tried out."""
        self._weighing = VariantVerdicts(desk, self)

    @property
    def is_on(self) -> bool:
        """Whether answers are being tried out."""
        return self._real is not None

    @property
    def real(self) -> State:
        """The interview with its real answers."""
        return self._real or self._desk.state

    @property
    def trial(self) -> Variant | None:
        """What the answers tried out change; None while none are."""
        return variant_between("", self.real.answers, self._desk.state.answers) if self.is_on else None

    @property
    def names(self) -> list[str]:
        """The letters the variants are kept under."""
        return [one.name for one in self.variants]

    def answers(self, name: str) -> Answers:
        """Give the answers that count as a variant changes them, or the real ones."""
        return self.real.counted if name == REAL else self._as_changed(self._named(name)).counted

    # Trying out

    def begin(self) -> None:
        """Let the real answers wait here, and try others out."""
        desk = self._desk
        if not self.is_on:
            self._weighing.note(REAL)
            self._real, self.saved = desk.state, desk.saved
            desk.state = replace(desk.state, past=(), future=())
            self._weighing.want()

    def end(self) -> str:
        """Go back to the real answers, and say so; what was tried is kept as a variant."""
        if not self.is_on:
            return ""
        kept = self._put_away()
        self._show_real()
        self._desk.ask()
        return f"Back to the real answers{'; what was tried is ' + kept if kept else ''}."

    def keep(self) -> str:
        """Keep the answers tried out as a variant, go on trying, and say under which letter."""
        if not self.is_on:
            return "w tries an answer out; n then keeps it as a variant."
        kept = self._put_away()
        self._desk.keep()
        return f"Kept as {kept}; v lists and compares all." if kept else UNCHANGED

    def take(self) -> str:
        """Make the answers tried out the real ones, in one step that undo takes back."""
        trial = self.trial
        if trial is None:
            return "w tries an answer out; t then takes it."
        return self._take(trial) if trial.differs else UNCHANGED

    def take_variant(self, name: str) -> str:
        """Make a variant the real answers, in one step that undo takes back."""
        return self._take(self._named(name))

    def try_on(self, name: str) -> None:
        """Try a variant out, to look at it or to change more."""
        self.end()
        self.begin()
        desk, variant = self._desk, self._named(name)
        desk.state = self._as_changed(variant)
        desk.assessment = self.verdict(name) or desk.assessment
        desk.keep()
        desk.ask()

    def drop(self, name: str) -> str:
        """Take a variant off the list; it can be brought back until the program ends."""
        variant = self._named(name)
        self.variants = tuple(one for one in self.variants if one.name != name)
        self.dropped = (*self.dropped, variant)
        self._desk.keep()
        return f"Variant {name} is dropped; u brings it back."

    def bring_back(self) -> str:
        """Bring the variant back that was dropped last."""
        if not self.dropped:
            return "No variant was dropped."
        *rest, variant = self.dropped
        name = variant.name if variant.name not in self.names else free_name(self.names)
        self.variants, self.dropped = (*self.variants, variant._replace(name=name)), tuple(rest)
        self._desk.keep()
        self.weigh()
        return f"Variant {name} is back."

    def resume(self, variants: tuple[Variant, ...], trial: Variant | None) -> None:
        """Take up what a session kept: variants, and answers that were being tried out when it was cut off."""
        self.variants = variants
        if trial is not None:
            self._real = self._desk.state
            self._desk.state = self._as_changed(trial)
            self._weighing.want()

    # What they come to

    def verdict(self, name: str) -> Assessment | None:
        """Give the verdict on a variant or the real answers, where it is known for the answers as they are now."""
        return self._weighing.verdict(name)

    def weigh(self) -> None:
        """Have the verdicts found that are not known."""
        self._weighing.weigh()

    def go_on(self, after: int) -> None:
        """Have the next verdict found, once the one with number `after`, on the answers in hand, is there."""
        self._weighing.go_on(after)

    def hear(self, number: int, assessment: Assessment) -> bool:
        """Take a verdict that was asked for here; False where it is that of the answers in hand."""
        return self._weighing.hear(number, assessment)

    def _put_away(self) -> str:
        """Keep what is tried as a variant where it is none yet, and name it; empty where nothing is changed."""
        trial = self.trial
        if trial is None or not trial.differs:
            return ""
        same = next((one.name for one in self.variants if one.says_as(trial)), "")
        if same:
            return f"variant {same}"
        name = free_name(self.names)
        self.variants = (*self.variants, trial._replace(name=name))
        self._weighing.note(name)
        return f"variant {name}"

    def _take(self, variant: Variant) -> str:
        changed = self._as_changed(variant)
        if self.is_on:
            self._put_away()
            self._show_real()
        self._desk.apply(Adopt(replace(changed.answers, passed=changed.unknown)))
        return "These are the real answers now; ctrl+z takes that back."

    def _show_real(self) -> None:
        desk = self._desk
        if self._real is not None:
            desk.state, desk.saved = self._real, self.saved
            self._real = self.saved = None
            desk.fault = ""
            desk.assessment = self.verdict(REAL) or desk.assessment
            desk.keep()

    def _as_changed(self, variant: Variant) -> State:
        """Give the interview as a variant changes it."""
        real = self.real
        unknown = (real.unknown - frozenset(variant.changed)) | variant.dropped
        drafts = {key: draft for key, draft in real.drafts.items() if key not in variant.changed}
        state = replace(
            real, answers=laid_over(variant, real.answers), unknown=unknown, drafts=drafts, past=(), future=()
        )
        return state if state.at in state.open_keys else replace(state, at=next(iter(state.open_keys), ""))

    def _named(self, name: str) -> Variant:
        return next(one for one in self.variants if one.name == name)

"""How a desk keeps its interview on disk: every change at once, beside the keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.session import write_session
from advisor.tui.interview.session_writer import SessionWriter

if TYPE_CHECKING:
    from advisor.tui.interview.controller import InterviewController

KEPT = "kept"


class Autosave:
    """Writes the session of one desk: its real answers, its variants, and what is being tried out."""

    def __init__(self, desk: InterviewController) -> None:
        self._desk = desk
        self._writer = SessionWriter(desk.session, desk.stage.keeping_changed)
        self._is_begun = False

    def put(self) -> None:
        """Have the session written soon, as it stands now."""
        self._is_begun = True
        state, trials = self._desk.state, self._desk.trials
        saved = trials.saved if trials.is_on else self._desk.saved
        real = replace(trials.real, at=state.at) if state.at in trials.real.open_keys else trials.real
        self._writer.put(partial(write_session, real, saved.path if saved else "", trials.variants, trials.trial))

    def flush(self) -> None:
        """Wait until all that was put is on disk, or could not be written."""
        self._writer.flush()

    @property
    def said(self) -> str:
        """Say that the answers are kept, or why they are not; empty before the first."""
        if self._writer.fault:
            return f"NOT KEPT: {self._writer.fault}"
        return KEPT if self._is_begun else ""

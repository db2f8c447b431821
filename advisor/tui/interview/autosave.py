"""Saves the interview after every change: a thread writes the newest state, and no key waits for a slow disk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from threading import Condition, Thread
from typing import TYPE_CHECKING

from advisor.atomic_write import write_atomically
from advisor.interview.session import write_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from advisor.tui.interview.controller import InterviewController


PAINT_S = 0.006
"""What a key needs to be painted; until then a thread would take the interpreter from it."""
PATIENCE_S = 30.0
"""How long the end of the program waits for a disk that does not answer."""


class SessionWriter:
    """Writes one file; of several states that wait, only the newest is written.

    `fault` is the reason why the last could not be written; `changed` is called, in the thread, when it comes or goes.
    """

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self.path = path
        self.fault = ""
        self._changed = changed
        self._waiting: Callable[[], str] | None = None
        self._is_writing = self._is_hurried = False
        self._condition = Condition()
        self._thread: Thread | None = None

    def put(self, text: Callable[[], str]) -> None:
        """Have a text written soon; it is worked out in the thread too."""
        with self._condition:
            self._waiting = text
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="session", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def flush(self) -> None:
        """Wait until all that was put is on disk, or could not be written."""
        with self._condition:
            self._is_hurried = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._waiting is None and not self._is_writing, PATIENCE_S)
            self._is_hurried = False

    def _serve(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._waiting is not None)
                self._condition.wait_for(lambda: self._is_hurried, PAINT_S)
                text, self._waiting, self._is_writing = self._waiting, None, True
            assert text is not None  # it was waited for
            before, self.fault = self.fault, self._write(text)
            with self._condition:
                self._is_writing = False
                self._condition.notify_all()
            if self.fault != before:
                self._changed()

    def _write(self, text: Callable[[], str]) -> str:
        try:
            write_atomically(self.path, text())
        except OSError as error:
            return error.strerror or "the disk failed"
        return ""


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

"""Saves the interview after every change: a thread writes the newest text, and no key waits for a slow disk."""

from __future__ import annotations

from threading import Condition, Thread
from typing import TYPE_CHECKING

from advisor.atomic_write import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAVED = "saved"
PAINT_S = 0.006
"""What a key needs to be painted; until then a thread would take the interpreter from it."""
PATIENCE_S = 30.0
"""How long the end of the program waits for a disk that does not answer."""


class Autosave:
    """Writes one file; of several texts that wait, only the newest is written.

    `fault` is the reason why the last could not be written; `changed` is called, in the thread, when it comes or goes.
    """

    def __init__(self, path: Path, changed: Callable[[], object]) -> None:
        self.path = path
        self.fault = ""
        self._changed = changed
        self._waiting: Callable[[], str] | None = None
        self._is_writing = self._is_hurried = False
        self._condition = Condition()
        self._thread: Thread | None = None

    @property
    def status(self) -> str:
        """Say that the answers are saved, or why they are not; empty before the first."""
        if self.fault:
            return f"NOT SAVED: {self.fault}"
        return SAVED if self._thread is not None else ""

    def put(self, text: Callable[[], str]) -> None:
        """Have a text written soon; it is worked out in the thread too."""
        with self._condition:
            self._waiting = text
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="autosave", daemon=True)
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

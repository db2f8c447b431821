"""Cancelable background work, run in a forked worker and killed when an answer changes.

What it finds arrives part by part, each with its length before it.

The copy has the knowledge base in memory already, so starting it costs next to nothing.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from advisor.tui.workers.ipc import receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NICE = 10
"""Low scheduling priority, so that key handling and the next verdict run first."""


class BackgroundWork:
    """At most one piece of such work; `reader` is ready to read when a part of its result begins to arrive."""

    def __init__(self) -> None:
        self.reader: int | None = None
        self._process = self._ended = 0

    def start(self, work: Callable[[], Iterable[object]]) -> int:
        """Begin, and return the descriptor to wait for."""
        self._reap()
        reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reader)
            _work_and_exit(work, writer)
        os.close(writer)
        self.reader = reader
        return reader

    def part(self) -> Any:
        """Read the next part; None at the end, where the work is done or failed."""
        assert self.reader is not None  # the caller waited for it
        found = receive(self.reader)
        if found is None:
            self._close()
            self._reap()
        return found

    def cancel(self) -> None:
        """End the work without its result; what is left of it is cleared away when there is time."""
        if self.reader is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._close()

    def _close(self) -> None:
        assert self.reader is not None  # held by both callers
        self._reap()
        os.close(self.reader)
        self.reader, self._ended = None, self._process

    def _reap(self) -> None:
        if self._ended:
            os.waitpid(self._ended, 0)
            self._ended = 0


def _work_and_exit(work: Callable[[], Iterable[object]], writer: int) -> None:
    """Do the work in the copy; whatever happens there ends there, without the original's cleaning up."""
    status = 1
    os.nice(NICE)
    try:
        for part in work():
            send(writer, part)
        status = 0
    finally:
        os._exit(status)

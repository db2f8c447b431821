"""Work that may be dropped at any moment: a forked copy of the worker does it, and is ended when an answer changes.

The copy has the knowledge base in memory already, so starting it costs next to nothing.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1 << 16


class Afterthought:
    """At most one piece of such work; `reader` is ready to read when its result begins to arrive."""

    def __init__(self) -> None:
        self.reader: int | None = None
        self._process = 0

    def start(self, work: Callable[[], bytes]) -> int:
        """Begin, and return the descriptor to wait for."""
        reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(reader)
            _work_and_exit(work, writer)
        os.close(writer)
        self.reader = reader
        return reader

    def finish(self) -> bytes:
        """Read the whole result; empty where the work failed."""
        assert self.reader is not None  # the caller waited for it
        parts = []
        while part := os.read(self.reader, CHUNK):
            parts.append(part)
        self._close()
        return b"".join(parts)

    def cancel(self) -> None:
        """End the work without its result."""
        if self.reader is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._close()

    def _close(self) -> None:
        assert self.reader is not None  # held by both callers
        os.close(self.reader)
        self.reader = None
        os.waitpid(self._process, 0)


def _work_and_exit(work: Callable[[], bytes], writer: int) -> None:
    """Do the work in the copy; whatever happens there ends there, without the original's cleaning up."""
    status = 1
    try:
        with os.fdopen(writer, "wb") as file:
            file.write(work())
        status = 0
    finally:
        os._exit(status)

"""The interface's end of the process that works on a ledger: one request at a time, and any of them can be ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from advisor.tui.workers.ledger_messages import Finished, Progress
from advisor.tui.workers.messages import HEADER, framed, unframed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from advisor.tui.workers.ledger_messages import Answer, Request

    Hear = Callable[[Answer], None]

ENDED = Finished(False, ("The process that reads records ended by itself; try again.",))


class LedgerClient(Protocol):
    """What the records room needs: `hear` is called in the event loop, with progress and then with the answer."""

    def ask(self, request: Request, hear: Hear) -> None:
        """Ask; requests are done in their order."""

    def cancel(self) -> None:
        """End what is being done and drop what waits; nobody hears of it."""

    async def stop(self) -> None:
        """End for good."""


class LedgerProcessClient:
    """A LedgerClient over a process of its own, started when something is first asked."""

    def __init__(self, packs: Sequence[Path] = ()) -> None:
        self._command = (sys.executable, "-m", "advisor.tui.workers.ledger_process", *map(str, packs))
        self._waiting: deque[tuple[Request, Hear]] = deque()
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int | None:
        """The process; None before it is started."""
        return None if self._process is None else self._process.pid

    def ask(self, request: Request, hear: Hear) -> None:
        """Ask; the process is started where there is none."""
        self._waiting.append((request, hear))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())

    def cancel(self) -> None:
        """Kill the process: a record is written in one step, so that none is ever half there."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None

    async def stop(self) -> None:
        """End the process and wait for it."""
        process = self._process
        self.cancel()
        if process is not None:
            await process.wait()

    async def _serve(self) -> None:
        while self._waiting:
            request, hear = self._waiting.popleft()
            hear(await self._answered(request, hear))

    async def _answered(self, request: Request, hear: Hear) -> Answer:
        try:
            process = await self._started()
            assert process.stdin is not None  # it was asked for as a pipe
            process.stdin.write(framed(request))
            while isinstance(reply := await _read(process), Progress):
                hear(reply)
        except (asyncio.IncompleteReadError, OSError):
            self._process = None
            return ENDED
        return reply

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=none, start_new_session=True
            )
        return self._process


async def _read(process: asyncio.subprocess.Process) -> Answer:
    assert process.stdout is not None  # it was asked for as a pipe
    (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    answer: Answer = unframed(await process.stdout.readexactly(size))
    return answer

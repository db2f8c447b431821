"""The interface's end of the process that works on a ledger: one request at a time, and any of them can be ended."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Protocol

from advisor.tui.workers.ipc import WorkerProcess
from advisor.tui.workers.messages import Finished, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from advisor.tui.workers.messages import LedgerAnswer, LedgerRequest

    OnAnswer = Callable[[LedgerAnswer], None]

ENDED = Finished(False, ("The process that reads records ended by itself; try again.",))


class LedgerClient(Protocol):
    """What the records room needs: `on_answer` is called in the event loop, with progress and then with the answer."""

    def ask(self, request: LedgerRequest, on_answer: OnAnswer) -> None:
        """Ask; requests are done in their order."""

    def cancel(self) -> None:
        """End what is being done and drop what waits; nobody hears of it."""

    async def stop(self) -> None:
        """End for good."""


class LedgerProcessClient:
    """A LedgerClient over a process of its own, started when something is first asked."""

    def __init__(self, packs: Sequence[Path] = ()) -> None:
        self._worker = WorkerProcess("advisor.tui.workers.ledger_service", packs)
        self._waiting: deque[tuple[LedgerRequest, OnAnswer]] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def process_id(self) -> int | None:
        """The process; None before it is started."""
        return self._worker.process_id

    def ask(self, request: LedgerRequest, on_answer: OnAnswer) -> None:
        """Ask; the process is started where there is none."""
        self._waiting.append((request, on_answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())

    def cancel(self) -> None:
        """Kill the process: a record is written in one step, so that none is ever half there."""
        self._drop()
        self._worker.kill()

    async def stop(self) -> None:
        """End the process and wait for it."""
        self._drop()
        await self._worker.stop()

    def _drop(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _serve(self) -> None:
        while self._waiting:
            request, on_answer = self._waiting.popleft()
            on_answer(await self._answered(request, on_answer))

    async def _answered(self, request: LedgerRequest, on_answer: OnAnswer) -> LedgerAnswer:
        try:
            if self._worker.process_id is None:
                await self._worker.start()
            self._worker.write(request)
            while isinstance(reply := await self._worker.read(), Progress):
                on_answer(reply)
        except (asyncio.IncompleteReadError, OSError):
            self._worker.forget()
            return ENDED
        answer: LedgerAnswer = reply
        return answer

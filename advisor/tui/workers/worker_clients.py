"""The interface's ends of its two worker processes: the last answer wins, no key waits, any request can be ended."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from advisor.processes import isolated_command
from advisor.tui.interview.autosave import PAINT_S
from advisor.tui.workers.messages import (
    HEADER,
    Assess,
    Assessed,
    Finished,
    NotSavedReply,
    Progress,
    Refused,
    Save,
    framed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from advisor.interview.answers import Answers
    from advisor.tui.workers.messages import LedgerAnswer, LedgerRequest, Preview, Reply, Request

    OnAnswer = Callable[[LedgerAnswer], None]


class WorkerProcess:
    """One worker process, in a process group of its own so that its forked children end with it."""

    def __init__(self, module: str, packs: Sequence[Path] = ()) -> None:
        self._command = isolated_command(module, map(str, packs))
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process_id(self) -> int | None:
        """The process; None while there is none."""
        return None if self._process is None else self._process.pid

    @property
    def is_open(self) -> bool:
        """Whether a message can be written to it."""
        process = self._process
        return process is not None and process.stdin is not None and not process.stdin.is_closing()

    async def start(self) -> None:
        """Start the process; raises OSError where that fails."""
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=none, start_new_session=True
        )

    def write(self, message: object) -> None:
        """Send one message; it is started."""
        assert self._process is not None
        assert self._process.stdin is not None  # it was asked for as a pipe
        self._process.stdin.write(framed(message))

    async def read(self) -> Any:
        """Wait for one message; raises IncompleteReadError or OSError where the process ended."""
        assert self._process is not None
        assert self._process.stdout is not None  # it was asked for as a pipe
        stream = self._process.stdout
        (size,) = HEADER.unpack(await stream.readexactly(HEADER.size))
        return pickle.loads(await stream.readexactly(size))

    def forget(self) -> None:
        """Take a process that ended by itself as none."""
        self._process = None

    def kill(self) -> asyncio.subprocess.Process | None:
        """End the process with everything it started, and return it to be waited for; None where there was none."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return process

    async def stop(self) -> None:
        """End the process and wait for it."""
        process = self.kill()
        if process is not None:
            await process.wait()


MOST_STARTS = 3


class AssessClient(Protocol):
    """What the screens need: ask for verdicts and records; replies come by callback, in the event loop."""

    on_reply: Callable[[Reply], None]

    async def start(self) -> None:
        """Begin; returns at once."""

    def assess(self, answers: Answers) -> int:
        """Ask for the verdict on these answers and return its number; one that still waits is dropped."""

    def save(self, request: Save) -> None:
        """Ask for a record."""

    def preview(self, request: Preview) -> None:
        """Ask what a record would be."""

    async def stop(self) -> None:
        """End the worker."""


class AssessProcessClient:
    """An AssessClient over a process of its own: rules and draws never take the interpreter lock from keys."""

    def __init__(self, on_reply: Callable[[Reply], None] = lambda _reply: None, packs: Sequence[Path] = ()) -> None:
        self.on_reply = on_reply
        self._worker = WorkerProcess("advisor.tui.workers.assess_process", packs)
        self._reader: asyncio.Task[None] | None = None
        self._newest: Assess | None = None
        self._urgent: list[Save | Preview] = []
        self._busy = True
        self._number = 0
        self._starts = 1
        self._asked: Request | None = None

    @property
    def process_id(self) -> int | None:
        """The worker's process; None before it is started."""
        return self._worker.process_id

    async def start(self) -> None:
        """Start the process; its first reply is Ready, or Refused where the knowledge base cannot be loaded."""
        await self._worker.start()
        self._reader = asyncio.create_task(self._read())

    def assess(self, answers: Answers) -> int:
        """Ask for a verdict as soon as the key is painted and the worker is free."""
        self._number += 1
        self._newest = Assess(self._number, answers)
        asyncio.get_running_loop().call_later(PAINT_S, self._send_next)
        return self._number

    def save(self, request: Save) -> None:
        """Ask for a record; records are never dropped and go before verdicts."""
        self._urgent.append(request)
        self._send_next()

    def preview(self, request: Preview) -> None:
        """Ask what a record would be, in turn with what is saved; only the newest still matters."""
        self._urgent = [waiting for waiting in self._urgent if isinstance(waiting, Save)]
        self._urgent.append(request)
        self._send_next()

    async def stop(self) -> None:
        """Close the pipe and end the process."""
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        await self._worker.stop()

    def _send_next(self) -> None:
        if self._busy:
            return
        request: Request | None = self._urgent.pop(0) if self._urgent else self._newest
        if request is None or not self._worker.is_open:
            return
        if request is self._newest:
            self._newest = None
        self._busy, self._asked = True, request
        self._worker.write(request)

    async def _read(self) -> None:
        try:
            while True:
                self._receive(await self._worker.read())
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._start_again()

    async def _start_again(self) -> None:
        """Replace a worker that ended by itself, a few times; its first reply makes the interview ask again."""
        if isinstance(self._asked, Save):
            self.on_reply(NotSavedReply("the worker ended while it wrote; save again"))
        self._busy, self._asked = True, None
        self._starts += 1
        if self._starts <= MOST_STARTS:
            await self.start()
        else:
            self.on_reply(Refused("the worker: it ends again and again; every answer is kept"))

    def _receive(self, reply: Reply) -> None:
        if not (isinstance(reply, Assessed) and reply.is_complete):  # that one was not waited for
            self._busy = False
        self.on_reply(reply)
        self._send_next()


# The interface's end of the process that works on a ledger: one request at a time, and any of them can be ended.


ENDED = Finished(False, ("The process that reads records ended by itself; try again.",))


class LedgerClient(Protocol):
    """What the records screens need: `on_answer` is called in the event loop, with progress, then with the answer."""

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

"""The interface's end of the worker process: the last answer wins, and no key ever waits."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from advisor.tui.exchange import HEADER, Assess, Assessed, Refused, Save, framed, unframed

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.interview.answers import Answers
    from advisor.tui.exchange import Reply, Request, Tell

COMMAND = (sys.executable, "-m", "advisor.tui.worker")


class Assessor(Protocol):
    """What the screens need: ask for verdicts and records; replies come by callback, in the event loop."""

    on_reply: Callable[[Reply], None]

    async def start(self) -> None:
        """Begin; returns at once."""

    def assess(self, answers: Answers) -> int:
        """Ask for the verdict on these answers and return its number; one that still waits is dropped."""

    def save(self, answers: Answers, directory: str) -> None:
        """Ask for a record of these answers."""

    def tell(self, request: Tell) -> None:
        """Ask about records."""

    async def stop(self) -> None:
        """End the worker."""


class WorkerAssessor:
    """An Assessor over a process of its own: rules and draws never take the interpreter lock from keys."""

    def __init__(self, on_reply: Callable[[Reply], None] = lambda _reply: None) -> None:
        self.on_reply = on_reply
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._newest: Assess | None = None
        self._urgent: list[Save | Tell] = []
        self._busy = True
        self._number = 0

    async def start(self) -> None:
        """Start the process; its first reply is Ready, or Refused where the knowledge base cannot be loaded."""
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        self._reader = asyncio.create_task(self._read(self._process))

    def assess(self, answers: Answers) -> int:
        """Ask for a verdict as soon as the worker is free."""
        self._number += 1
        self._newest = Assess(self._number, answers)
        self._send_next()
        return self._number

    def save(self, answers: Answers, directory: str) -> None:
        """Ask for a record; records are never dropped and go before verdicts."""
        self._urgent.append(Save(answers, directory))
        self._send_next()

    def tell(self, request: Tell) -> None:
        """Ask about records, in turn with what is saved."""
        self._urgent.append(request)
        self._send_next()

    async def stop(self) -> None:
        """Close the pipe and end the process."""
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _send_next(self) -> None:
        if self._busy:
            return
        request: Request | None = self._urgent.pop(0) if self._urgent else self._newest
        if request is None or self._process is None or self._process.stdin is None:
            return
        if request is self._newest:
            self._newest = None
        self._busy = True
        self._process.stdin.write(framed(request))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # it was asked for as a pipe
        try:
            while True:
                (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
                self._receive(unframed(await process.stdout.readexactly(size)))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.on_reply(Refused("the worker: ended unexpectedly; answers are kept, start advisor --resume again"))

    def _receive(self, reply: Reply) -> None:
        if not (isinstance(reply, Assessed) and reply.is_complete):  # that one was not waited for
            self._busy = False
        self.on_reply(reply)
        self._send_next()

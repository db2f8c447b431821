"""Messages between the interface and its workers, and cancelable work in a forked copy of a worker."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from advisor.isolated import isolated_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


# Messages between the interface and its worker processes: framing, the blocking end, the asynchronous client.
#
# Both ends are this program and the bytes never come from outside, so pickle's trust in them is warranted. A worker
# runs in an isolated interpreter: no code lying in the working directory is ever imported.


HEADER = struct.Struct(">I")
"""The length of a message, before it."""


def framed(message: object) -> bytes:
    """Put a message in bytes: its length in four bytes, then itself."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def receive(source: int) -> Any:
    """Read one message from a descriptor, blocking; None when the other end has gone."""
    header = _exactly(source, HEADER.size)
    return pickle.loads(_exactly(source, HEADER.unpack(header)[0])) if header else None


def send(target: int, message: object) -> None:
    """Write one message to a descriptor, wholly."""
    view = memoryview(framed(message))
    while view:
        view = view[os.write(target, view) :]


def reply_channel() -> int:
    """Give the descriptor for replies; whatever else a worker prints goes to standard error from here on."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return replies


def _exactly(source: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(source, count - len(data))
        if not part:
            return b""
        data += part
    return data


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


# Cancelable background work, run in a forked worker and killed when an answer changes.
#
# What it finds arrives part by part, each with its length before it.
#
# The copy has the knowledge base in memory already, so starting it costs next to nothing.


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

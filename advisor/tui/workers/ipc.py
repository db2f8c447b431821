"""Messages between the interface and its worker processes: framing, the blocking end, the asynchronous client.

Both ends are this program and the bytes never come from outside, so pickle's trust in them is warranted.
A worker runs in an isolated interpreter: no code lying in the working directory is ever imported.
"""

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
    from collections.abc import Sequence
    from pathlib import Path

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

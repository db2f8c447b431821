"""A program on a pty of 24 rows and 80 columns: what it sends, when each piece came, what its processes occupy.

No reply is given to what it asks the terminal, so that every program runs by the plainest protocol.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROWS, COLUMNS = 24, 80
QUIET_S = 0.3
LONGEST_S = 10.0

OWN_SCREEN = b"\x1b[?1049h"
ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(\x07|\x1b\\)|[ -/]*[0-~])", re.DOTALL)
PLACES = re.compile(rb"\x1b\[(\d+);\d+H")


class Chunk(NamedTuple):
    """Bytes that came together, and when, in seconds of the same clock as `perf_counter`."""

    at: float
    data: bytes


class Sent(tuple[Chunk, ...]):
    """What a program sent until it went quiet."""

    __slots__ = ()

    @property
    def data(self) -> bytes:
        """All the bytes."""
        return b"".join(chunk.data for chunk in self)

    @property
    def first(self) -> float:
        """When the first of them came."""
        return self[0].at

    @property
    def last(self) -> float:
        """When the last of them came."""
        return self[-1].at

    @property
    def painted(self) -> float:
        """When the first character came that can be seen on the program's own screen."""
        data = b""
        for chunk in self:
            data += chunk.data
            if is_painted(data):
                return chunk.at
        raise RuntimeError("nothing was painted")


def is_painted(data: bytes) -> bool:
    """Whether anything can be seen of it, once the program's own screen was entered."""
    return bool(ESCAPES.sub(b"", data.partition(OWN_SCREEN)[2]).strip())


def rows_touched(data: bytes) -> set[int]:
    """Find the rows, from 1, that the cursor was placed on."""
    return {int(row) for row in PLACES.findall(data)}


class Program:
    """One program on its own pty, in a home of its own."""

    def __init__(self, command: Sequence[str], home: Path, **environment: str) -> None:
        variables = surroundings(home, environment)
        self.started = perf_counter()
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            os.execve(command[0], list(command), variables)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def send(self, keys: str) -> float:
        """Press keys; returns when."""
        now = perf_counter()
        os.write(self._terminal, keys.encode())
        return now

    def open(self) -> Sent:
        """Read from the start until something can be seen, and then until nothing comes for a while."""
        return self.read(is_enough=is_painted)

    def read(self, quiet: float = QUIET_S, is_enough: Callable[[bytes], bool] = bool) -> Sent:
        """Read until enough has come, and then until nothing comes for a while; fails where enough never comes."""
        chunks: list[Chunk] = []
        until = perf_counter() + LONGEST_S
        while perf_counter() < until:
            enough = is_enough(b"".join(chunk.data for chunk in chunks))
            chunk = self._chunk(quiet if enough else max(until - perf_counter(), 0.0))
            if chunk is not None:
                chunks.append(chunk)
            elif enough:
                return Sent(chunks)
        raise RuntimeError(f"never went quiet after {chunks[-1:]}")

    def read_for(self, seconds: float) -> Sent:
        """Read for that long, whatever comes."""
        until = perf_counter() + seconds
        chunks = []
        while (left := until - perf_counter()) > 0:
            chunk = self._chunk(left)
            if chunk is not None:
                chunks.append(chunk)
        return Sent(chunks)

    def drain(self) -> None:
        """Read what has come already."""
        while self._chunk(0.0) is not None:
            pass

    def read_until(self, rows: set[int], seconds: float = LONGEST_S) -> float | None:
        """Read until one of these rows is drawn; returns when, None where that does not come to pass."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            chunk = self._chunk(left)
            if chunk is not None and rows_touched(chunk.data) & rows:
                return chunk.at
        return None

    def _chunk(self, wait: float) -> Chunk | None:
        if not select.select([self._terminal], [], [], wait)[0]:
            return None
        try:
            return Chunk(perf_counter(), os.read(self._terminal, 1 << 16))
        except OSError as error:
            raise RuntimeError("the program ended") from error

    @property
    def processor(self) -> float:
        """The seconds of a processor that it has taken itself, its threads included."""
        return sum(_nanoseconds(task) for task in Path(f"/proc/{self.process}/task").iterdir()) / 1e9

    @property
    def resident(self) -> int:
        """The bytes that the program itself occupies."""
        return _resident(self.process)

    @property
    def resident_with_children(self) -> int:
        """The bytes that it and all processes it started occupy; what they share is counted for each."""
        return sum(_resident(process) for process in _family(self.process))

    def stop(self) -> None:
        """End it and the processes that it started."""
        for process in [*_family(self.process)][::-1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._terminal)


def surroundings(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """A terminal of full color and a home of its own, and nothing else of this process's environment."""
    own = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return {**own, "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


def _nanoseconds(task: Path) -> int:
    with suppress(OSError):
        return int((task / "schedstat").read_text().split()[0])
    return 0


def _resident(process: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _family(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))

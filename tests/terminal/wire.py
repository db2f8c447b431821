"""The interface on a bare pty, with every byte it sends counted."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.environment import environment as clean
from tests.waiting import PATIENCE_S

QUIET_S = 0.25


PLACES = re.compile(rb"\x1b\[(\d+);\d+H")


def rows_touched(data: bytes) -> set[int]:
    """Find the rows, from 1, that something was painted on; the cursor is put home after each frame."""
    return {int(row) for row in PLACES.findall(data.removesuffix(b"\x1b[1;1H"))}


class Wire:
    """One program on a pty of 24 rows and 80 columns; a context manager that ends it.

    `read` returns what it sent until it went quiet.
    """

    def __init__(self, home: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        variables = {
            **clean(HOME=str(home), TERM="xterm-256color", COLORTERM="truecolor"),
            **(environment or {}),
        }
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background of a shell
            os.execve(sys.executable, [sys.executable, "-m", "advisor", *arguments], variables)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def send(self, keys: str) -> None:
        """Press keys, as the bytes a terminal would send."""
        os.write(self._terminal, keys.encode())

    def read(self, until: str = "", quiet: float = QUIET_S, seconds: float = PATIENCE_S) -> bytes:
        """Read until a text was sent, then until nothing is sent for a while."""
        data = b""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            waiting = until.encode() not in data
            if not select.select([self._terminal], [], [], 0.02 if waiting else quiet)[0]:
                if not waiting:
                    return data
                continue
            try:
                data += os.read(self._terminal, 1 << 16)
            except OSError:
                return data
        raise AssertionError(f"never went quiet after {until!r}: {data[-2000:]!r}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the program."""
        os.kill(self.process, signal.SIGKILL)  # it is still ours, ended or not, until it is waited for
        os.waitpid(self.process, 0)
        os.close(self._terminal)

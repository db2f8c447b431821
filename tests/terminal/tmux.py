"""A terminal of its own for a test: keys in, the painted screen out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Self

from tests.waiting import PATIENCE_S, wait_until

LOOK_S = 0.06
"""How often the screen is looked at: each look starts a process."""
UNSET = ("COLUMNS", "LINES", *(f"XDG_{name}_HOME" for name in ("CONFIG", "STATE", "DATA", "CACHE")))
"""What a program does not inherit: the window tells its size, and HOME its folders."""


class Tmux:
    """One tmux server with one window, running one program; a context manager that ends them.

    `listener` is a shell command that is given, on its stdin, every byte the program sends.
    """

    def __init__(
        self,
        directory: Path,
        arguments: str,
        environment: Mapping[str, str],
        size: tuple[int, int],
        program: str = f"{quote(sys.executable)} -m advisor",
        listener: str = "",
    ) -> None:
        self._socket = str(directory / "tmux")
        settings = " ".join(f"{name}={quote(value)}" for name, value in environment.items())
        unset = " ".join(f"-u {name}" for name in UNSET)
        command = f"env {unset} {settings} {program} {arguments}; echo status=$?; exec cat"
        columns, rows = map(str, size)
        heard = (";", "pipe-pane", "-o", listener) if listener else ()
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, command, *heard)

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Type a text."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """Read what is painted."""
        return self._tmux("capture-pane", "-p")

    def colored(self) -> str:
        """Read what is painted, with its colors as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def wait(self, holds: str | Callable[[str], bool], seconds: float = PATIENCE_S) -> str:
        """Wait until a text is on the screen, or a test of the screen holds; fails with the screen."""
        shown = ""

        def holds_now() -> bool:
            nonlocal shown
            shown = self.screen()
            return holds in shown if isinstance(holds, str) else holds(shown)

        wait_until(holds_now, lambda: f"the screen shows {holds!r}:\n{shown}", seconds, LOOK_S)
        return shown

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and all in it; it may have ended already."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", "-S", self._socket, *arguments], check=True, capture_output=True, text=True)
        return done.stdout

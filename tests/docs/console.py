"""Commands in the README and docs: console blocks, run as written, their output compared with what is printed there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clock import CLOCK, shifted
from tests.environment import environment

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
ELLIPSIS = "…"
LATER_DAYS = 1234
WALK = "auditing.md"
"""Its commands build on each other and print digests that differ: tests/terminal/test_auditing.py holds them."""


@dataclass(frozen=True)
class Command:
    """One command line and the output printed below it; a line `…` stands for any further lines."""

    line: str
    output: tuple[str, ...]


def pages() -> list[Path]:
    """Every page whose commands are promised to work."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> list[list[Command]]:
    """The console blocks of a page; the commands of a page share one folder."""
    if page.name == WALK:
        return []
    return [list(_commands(body)) for body in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def _commands(body: str) -> Iterator[Command]:
    line, output = "", list[str]()
    for text in body.splitlines():
        if text.startswith("$ "):
            if line:
                yield Command(line, tuple(output))
            line, output = text[2:], []
        else:
            output.append(text)
    if line:
        yield Command(line, tuple(output))


def run(line: str, folder: Path, clock: Mapping[str, str] = CLOCK) -> tuple[list[str], int]:
    """Run a command line in a folder as a reader would, `advisor` being this checkout's; output lines and status."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment(PATH=path, HOME=str(folder), LC_ALL="C.UTF-8", **clock),
        stdin=subprocess.DEVNULL, text=True, timeout=120, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return [text.rstrip() for text in done.stdout.splitlines()], done.returncode


def run_far_ahead(commands: list[Command]) -> Iterator[tuple[Command, tuple[list[str], int]]]:
    """Run commands in order, on a day years from now, each with what it prints.

    The pages were written on the day of their writing: what prints the same on both days does not depend on today.
    """
    with shifted(LATER_DAYS) as later, examples() as folder:
        for command in commands:
            yield command, run(command.line, folder, later)


def run_today(commands: list[Command], last: Command) -> tuple[list[str], int]:
    """What the last of some commands prints today, after those before it."""
    with examples() as folder:
        for command in commands[: commands.index(last)]:
            run(command.line, folder)
        return run(last.line, folder)


@contextmanager
def examples() -> Iterator[Path]:
    """A folder for the commands of a page, with the examples in it."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        yield Path(folder)


def shown(command: Command, printed: list[str]) -> list[str]:
    """What the page should print for a command that printed this: cut where the page has its ellipsis."""
    if ELLIPSIS not in command.output:
        return printed
    return [*printed[: command.output.index(ELLIPSIS)], ELLIPSIS]

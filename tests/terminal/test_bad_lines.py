"""A slow line and a job put to sleep change nothing: no key is misread, no answer is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.wire import Wire
from tests.waiting import elapse

ROUND_TRIP_S = 0.3
ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
NAME = "workload.name"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    over_ssh = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
    with Wire(tmp_path, "ask", "--questionnaire", "full", environment=over_ssh) as opened:
        yield opened


def kept(home: Path) -> str:
    """Read the session on disk."""
    (path,) = (home / ".local/state/advisor/sessions").glob("*.toml")
    return path.read_text("utf-8")


def test_an_arrow_key_that_comes_in_two_halves_is_still_an_arrow_key(wire: Wire, tmp_path: Path) -> None:
    wire.read("What shall we call")
    wire.send("night")
    wire.read("t")
    wire.send("\x1b")
    elapse(ROUND_TRIP_S, "a slow line")
    wire.send("[D")  # left
    elapse(ROUND_TRIP_S, "a slow line")
    wire.send("x")
    wire.read("x")
    assert f'"{NAME}" = "nighxt"' in kept(tmp_path)


def test_an_interview_put_to_sleep_gives_the_terminal_back_and_goes_on(wire: Wire, tmp_path: Path) -> None:
    wire.read("What shall we call")
    wire.send("night")
    wire.read("t")
    os.kill(wire.process, signal.SIGTSTP)
    wire.read(LEAVE_SCREEN)
    _, status = os.waitpid(wire.process, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.kill(wire.process, signal.SIGCONT)
    again = wire.read("What shall we call")
    assert ENTER_SCREEN.encode() in again
    wire.send("s")
    wire.read("s")
    assert f'"{NAME}" = "nights"' in kept(tmp_path)

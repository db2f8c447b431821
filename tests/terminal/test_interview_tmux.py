"""A person at an 80×24 terminal gets from the first question to a saved record by keys alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
import tomli

from tests.terminal.tmux import Tmux
from tests.waiting import wait_until

Open = Callable[..., Tmux]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Open]:
    """Open terminals over one home folder."""
    opened, numbers = ExitStack(), count()

    def start(arguments: str = "", size: tuple[int, int] = (80, 24), **environment: str) -> Tmux:
        directory = tmp_path / f"terminal{next(numbers)}"
        directory.mkdir()
        settings = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "screen-256color", **environment}
        return opened.enter_context(Tmux(directory, arguments, settings, size))

    with opened:
        yield start


def answer_quickly(tmux: Tmux) -> None:
    """Answer a few questions of the quick questionnaire."""
    tmux.wait("What does the model do")
    tmux.keys("Down", "Space", "Tab")
    tmux.wait("▌ Who uses it?")
    tmux.keys("Space", "NPage")
    tmux.wait("▌ What does the data contain?")
    tmux.keys("Space", "Tab", "Down", "Down", "Down", "Space", "NPage")
    tmux.wait("▌ How many tokens will the model write?")
    tmux.type("150M..250M")


def test_from_the_first_question_to_a_saved_record_by_keys_alone(terminal: Open, tmp_path: Path) -> None:
    tmux = terminal()
    tmux.wait("Quick look")
    tmux.keys("Enter")
    answer_quickly(tmux)
    tmux.wait("≈ 150–250M tokens a month")
    tmux.keys("Tab", "?")
    tmux.wait("unknown · ")
    shown = tmux.wait("self-hosted · ")
    assert len(shown.splitlines()) == 24
    tmux.keys("F2")
    tmux.wait("SELF-HOST")
    tmux.keys("s")
    tmux.wait("▌ workload")
    tmux.type("claims")
    tmux.keys("C-s")
    shown = tmux.wait("(sha256")
    (record,) = (tmp_path / ".local/share/advisor/records").glob("*.toml")
    assert record.name in "".join(part.strip() for part in shown.splitlines())
    saved = tomli.loads(record.read_text("utf-8"))
    assert saved["verdict"]["option"] == "self-host"
    replayed = subprocess.run(
        [sys.executable, "-m", "advisor", "records", "verify", "--no-today", str(record)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


@pytest.mark.parametrize("cut", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_an_interview_that_was_cut_off_goes_on_at_the_very_question(
    terminal: Open, tmp_path: Path, cut: signal.Signals
) -> None:
    tmux = terminal("ask --questionnaire quick")
    answer_quickly(tmux)
    tmux.wait("≈ 150–250M tokens a month")
    (session,) = (tmp_path / ".local/state/advisor/sessions").glob("*.toml")
    wait_until(lambda: "150M..250M" in session.read_text("utf-8"), "the answer is on the disk")
    subprocess.run(["kill", f"-{int(cut)}", session.stem.rpartition("-")[2]], check=True)
    tmux.wait("status=")
    again = terminal("ask --resume")
    shown = again.wait("▌ How many tokens will the model write?")
    assert "150M..250M" in shown
    again.keys("PPage")
    again.wait("[x] Protected health information")


def test_a_terminal_without_powers_gets_prompts(terminal: Open) -> None:
    tmux = terminal("ask --questionnaire quick", TERM="dumb")
    tmux.wait("At any question: help, unknown, back")


@pytest.mark.parametrize("size", [(60, 18), (120, 40)])
def test_other_sizes_are_painted_whole(terminal: Open, size: tuple[int, int]) -> None:
    tmux = terminal("ask --questionnaire quick", size)
    shown = tmux.wait(lambda screen: "ctrl+p all keys" in screen and "What does the model do" in screen)
    assert all(len(row) <= size[0] for row in shown.splitlines())


def test_where_only_ascii_is_shown_only_ascii_is_sent(terminal: Open) -> None:
    tmux = terminal("ask --questionnaire quick", LC_ALL="C")
    shown = tmux.wait("f2 verdict")
    assert shown.isascii()
    assert "> What does the model do" in shown


def test_focus_is_seen_without_color(terminal: Open) -> None:
    tmux = terminal("ask --questionnaire quick", NO_COLOR="1")
    tmux.wait("▌ What does the model do")
    tmux.keys("Tab")
    tmux.wait("▌ Who uses it?")

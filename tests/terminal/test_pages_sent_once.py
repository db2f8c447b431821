"""A page that is opened is sent once, and what stands on the terminal is always what the program drew."""

from __future__ import annotations

import operator
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.terminal.interviewee import Interviewee
from tests.terminal.tmux import Tmux
from tests.terminal.wire import Wire

F2 = "\x1bOQ"
LARGEST_PAGE = 4_000
KEYS = (
    "F2",
    "1",
    "Enter",
    "Escape",
    "4",
    "v",
    "Escape",
    "w",
    "Escape",
    "F1",
    "Escape",
    "0",
    "F2",
    "C-p",
    "Escape",
    "C-r",
    "Escape",
)


def test_opening_a_page_sends_it_once(tmp_path: Path) -> None:
    with Wire(tmp_path, "ask", "--questionnaire", "quick") as wire:
        wire.read("at most", quiet=1.0)
        wire.send(F2)
        opened = wire.read("proof", quiet=0.5)
        wire.send("\x1b")
        back = wire.read("What does the model", quiet=1.0)
    assert len(opened) <= LARGEST_PAGE
    assert len(back) <= LARGEST_PAGE


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    settings = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "tmux-256color"}
    with Tmux(tmp_path, "ask --questionnaire quick", settings, (80, 24)) as opened:
        yield opened


def test_what_stands_is_what_a_new_drawing_shows(tmux: Tmux, tmp_path: Path) -> None:
    person = Interviewee(tmux, tmp_path)
    tmux.wait("at most")
    for name in KEYS:
        tmux.keys(name)
        person.rest(0.8)
        if "Reading …" in tmux.screen():
            tmux.wait(lambda screen: "Reading …" not in screen)
            person.rest(0.4)
        stood = tmux.screen()
        resize(tmp_path, 90)
        tmux.wait(partial(operator.ne, stood))
        resize(tmp_path, 80)
        tmux.wait(partial(operator.eq, stood))


def resize(place: Path, columns: int) -> None:
    """Give the window another width: the program draws the page again."""
    subprocess.run(["tmux", "-S", place / "tmux", "resize-window", "-x", str(columns), "-y", "24"], check=True)

"""The first screen paints before anything heavy is loaded, and every key costs few bytes."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import environment
from tests.terminal.wire import Wire, rows_touched

# At 80×24, what is measured in the bytes a terminal receives; wall-clock times are not held here.
FIRST_PAINT, FIRST_PAINT_NO_COLOR = 12_000, 10_000
TYPED_KEY, TAB, TAB_CHANGING_THE_FOOTER, TAB_SCROLLING = 200, 500, 1_000, 2_500
MENU_OPENED, MENU_MOVED = 4_000, 500
FOOTER, STRIP = {24}, {22, 23}
TABS, SCROLLS = 30, 8
"""A Tab that paints more rows of questions than this has scrolled, or turned the page."""

PAINTS = """
import asyncio, sys
from pathlib import Path
from advisor.cli.main import run
from advisor.cli.framework import open_interface
from advisor.tui.app import AdvisorApp

def paint(self, mouse):
    async def run():
        async with self.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            print(sorted({"numpy", "pydantic", "durable", "click"} & set(sys.modules)), flush=True)
            print("What does the model" in str(self.screen.query_one("#body")._lines))
    asyncio.run(run())

class Silent:
    on_reply = None
    async def start(self): pass
    def assess(self, answers): return 0
    async def stop(self): pass

made = AdvisorApp.__init__
AdvisorApp.__init__ = lambda self, options: made(self, options, Silent())
AdvisorApp.run = paint
open_interface._on_a_terminal = lambda: True
run(["ask", "--questionnaire", "quick"])
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def wire(home: Path) -> Iterator[Wire]:
    with Wire(home, "ask", "--questionnaire", "full") as one:
        yield one


def test_the_first_screen_paints_before_numpy_pydantic_and_click_load(home: Path) -> None:
    variables = environment(HOME=str(home), TERM="xterm-256color")
    done = subprocess.run(
        [sys.executable, "-c", PAINTS], check=False, capture_output=True, text=True, env=variables, timeout=60
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"], done.stdout + done.stderr


def test_the_first_paint_is_small(wire: Wire, home: Path) -> None:
    assert len(wire.read("ctrl+p")) <= FIRST_PAINT
    with Wire(home, "ask", "--questionnaire", "full", environment={"NO_COLOR": "1"}) as plain:
        shown = plain.read("ctrl+p")
    assert len(shown) <= FIRST_PAINT_NO_COLOR
    assert b"38;2;" not in shown
    assert b"38;5;" not in shown
    assert b"\x1b[3" + b"6m" not in shown


def test_keys_cost_few_bytes_and_idling_none(wire: Wire) -> None:
    wire.read("at most", quiet=1.0)
    typed = []
    for character in "clinical":
        wire.send(character)
        typed.append(len(wire.read(quiet=0.15)))
    assert statistics.median(typed) <= TYPED_KEY
    wire.read("at most", quiet=2.0)
    assert wire.read(quiet=3.0) == b""


def test_a_tab_costs_few_bytes(wire: Wire) -> None:
    wire.read("at most", quiet=1.0)
    sizes, footer, scrolled = [], [], []
    for _ in range(TABS):
        wire.send("\t")
        data = wire.read(quiet=0.15)
        rows = rows_touched(data) - STRIP
        sizes.append(len(data))
        if len(rows - FOOTER) > SCROLLS:
            scrolled.append(len(data))
        elif rows & FOOTER:
            footer.append(len(data))
    assert min(sizes) > 0
    assert statistics.median(sizes) <= TAB
    assert max(footer) <= TAB_CHANGING_THE_FOOTER
    assert max(scrolled) <= TAB_SCROLLING


def test_the_palette_and_a_menu_cost_few_bytes(wire: Wire) -> None:
    wire.read("at most", quiet=1.0, seconds=60)
    for key in ("\x10", "\x0f"):  # ctrl+p, ctrl+o
        wire.send(key)
        assert len(wire.read("to find", quiet=0.5)) <= MENU_OPENED
        moves = []
        for _ in range(6):
            wire.send("\x1b[B")
            moves.append(len(wire.read(quiet=0.2)))
        assert min(moves) > 0
        assert statistics.median(moves) <= MENU_MOVED
        wire.send("\x1b")
        wire.read("ctrl+q", quiet=0.5)

"""The first screen paints before anything heavy is loaded, and every key costs few bytes."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.wire import Wire

# At 80×24, what is measured in the bytes a terminal receives; wall-clock times are not held here.
FIRST_PAINT, FIRST_PAINT_NO_COLOR = 16_000, 10_000
TYPED_KEY, TAB, TAB_SCROLLING = 300, 1_300, 2_500

PAINTS = """
import asyncio, sys
from pathlib import Path
from advisor.tui import start
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
AdvisorApp.__init__ = lambda self, opening: made(self, opening, Silent())
AdvisorApp.run = paint
start._on_a_terminal = lambda: True
start.open_interface("quick")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def wire(home: Path) -> Iterator[Wire]:
    one = Wire(home, "ask", "--questionnaire", "full")
    yield one
    one.stop()


def test_the_first_screen_paints_before_numpy_and_pydantic_load(home: Path) -> None:
    environment = {"HOME": str(home), "TERM": "xterm-256color", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", PAINTS], check=False, capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"], done.stdout + done.stderr


def test_the_first_paint_is_small(wire: Wire, home: Path) -> None:
    assert len(wire.read("ctrl+p")) <= FIRST_PAINT
    plain = Wire(home, "ask", "--questionnaire", "full", environment={"NO_COLOR": "1"})
    try:
        shown = plain.read("ctrl+p")
    finally:
        plain.stop()
    assert len(shown) <= FIRST_PAINT_NO_COLOR
    assert b"38;2;" not in shown
    assert b"38;5;" not in shown
    assert b"\x1b[3" + b"6m" not in shown


def test_keys_cost_few_bytes_and_idling_none(wire: Wire) -> None:
    wire.read("can change the route", quiet=1.0, seconds=60)
    typed = []
    for character in "clinical":
        wire.send(character)
        typed.append(len(wire.read(quiet=0.15)))
    wire.read(quiet=2.0)
    assert statistics.median(typed) <= TYPED_KEY
    tabs = []
    for _ in range(8):
        wire.send("\t")
        tabs.append(len(wire.read(quiet=0.2)))
    assert min(tabs) > 0
    assert sorted(tabs)[2] <= TAB
    assert max(tabs) <= TAB_SCROLLING
    wire.read(quiet=2.0, seconds=20)
    assert wire.read(quiet=2.0) == b""

"""The mouse does on every screen what keys do; what is exported holds the whole page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from advisor.tui.verdict.reasons import FLIPS, OPEN, changes_lines
from advisor.tui.widgets.page import key_at
from advisor.tui.widgets.styled_text import key_line, plain_text
from tests.terminal.canned import CannedAssessClient, app_in, assessed
from tests.terminal.frozen_verdict import FrozenLedgerClient
from tests.terminal.test_lists_and_keys import SIZE, press, resumed, shown
from tests.waiting import until

KEYS = (("↑↓", "move"), ("enter", "choose"), ("?", "unknown"), ("type", "to find"), ("ctrl+p", "all keys"))


def row_of(words: str, screen: str) -> int:
    return next(place for place, row in enumerate(screen.splitlines()) if words in row)


async def click(pilot: Pilot[int], words: str, then: str) -> None:
    """Click on words of the screen, and wait for others."""
    rows = shown(pilot.app).splitlines()
    row = row_of(words, shown(pilot.app))
    await pilot.click(offset=(rows[row].index(words) + 2, row))
    await until(lambda: then in shown(pilot.app), f"a click on {words!r} shows {then!r}")


def test_a_click_in_the_last_line_means_the_key_named_there() -> None:
    drawn = key_line(KEYS, 78)
    text = plain_text([drawn])
    found = {does: key_at(drawn, text.index(does)) for _, does in KEYS}
    assert found == {"move": "", "choose": "enter", "unknown": "?", "to find": "", "all keys": "ctrl+p"}
    assert key_at(drawn, 77) == ""


async def test_a_menu_and_the_last_lines_are_clicked(tmp_path: Path) -> None:
    app = app_in(tmp_path, assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await click(pilot, "Full assessment", "What shall we call this workload?")
        await press(pilot)
        await click(pilot, "f2 verdict", "SELF-HOSTED")
        await click(pilot, "4 costs", "The routes side by side")


async def test_a_record_and_a_field_are_clicked(tmp_path: Path) -> None:
    app = app_in(tmp_path, ledger_client=FrozenLedgerClient())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+r")
        await click(pilot, "contract-extraction", "▌    2")
        await click(pilot, "contract-extraction", "record 2")
        await press(pilot, "s")
        await click(pilot, "SSH key", "▌ SSH key")


async def test_the_exported_picture_holds_the_whole_page_and_fetches_nothing(tmp_path: Path) -> None:
    home = resumed(tmp_path, workload__name="notes")
    app = app_in(home, resume=True, assess_client=CannedAssessClient(assessed("clinical-notes")))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "e")
    [svg] = tmp_path.rglob("*.svg")
    text = svg.read_text("utf-8")
    assert "url(http" not in text
    assert "@font-face" not in text
    words = " ".join(re.findall(r">([^<>]*)</text>", text)).replace("&#160;", " ")
    last = svg.with_suffix(".txt").read_text("utf-8").strip().splitlines()[-1].split()
    assert all(word.replace("&", "&amp;") in words for word in last)


def test_before_it_was_looked_for_no_question_is_said_to_change_nothing() -> None:
    found = assessed("clinical-notes")
    unknowns = tuple(replace(one, could_change_verdict=False) for one in found.unknowns)
    never = type(found.never_asked)()
    told = plain_text(changes_lines(replace(found, flips=(), unknowns=unknowns, never_asked=never), 78))
    assert FLIPS in told
    assert "not known yet" in told
    assert OPEN in told
    assert "cannot" not in told

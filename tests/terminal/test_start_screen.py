"""The first screen shows all it offers, also where three interviews wait, and moving moves no row."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.atomic_write import write_atomically
from advisor.interview.reducer import Answer, begin, reduce
from advisor.interview.session import write_session
from advisor.tui.widgets.menu import Menu, MenuItem
from advisor.tui.widgets.styled_text import plain_text
from tests.terminal.canned import SHEETS, VOCABULARY, app_in
from tests.terminal.test_screens import painted


def leave_waiting(directory: Path, count: int) -> None:
    for number in range(count):
        state = reduce(begin(SHEETS["full"], VOCABULARY), Answer("workload.name", f"notes-{number}"))
        write_atomically(directory / f"sessions/{number}.toml", write_session(state))


@pytest.mark.parametrize("waiting", [0, 3])
async def test_all_that_is_offered_is_on_the_screen(tmp_path: Path, waiting: int) -> None:
    leave_waiting(tmp_path, waiting)
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = painted(app)
        assert "▼" not in shown
        assert shown.count("notes-") == waiting
        for title in ("Quick look", "Full assessment", "Only what matters", "Coding team", "License review", "Records"):
            assert title in shown
        rows = {title: row for row, line in enumerate(shown.splitlines()) if (title := line.strip(" ▌")[:10])}
        await pilot.press("down", "down", "down")
        moved = painted(app).splitlines()
        assert all(
            title in moved[row] for title, row in rows.items() if title in ("Quick look", "Records", "Decisions")
        )


async def test_with_room_every_offer_is_explained(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = painted(app)
        assert all(sheet.about[:30] in shown for sheet in SHEETS.values())


def test_what_is_said_of_an_item_stands_below_where_there_is_no_room_beside_it() -> None:
    menu = Menu([MenuItem("a", "Alpha", about="One. " * 30), MenuItem("b", "Beta", about="Two.")])
    short, long = plain_text(menu.lines(40, 6)).splitlines(), plain_text(menu.lines(40, 60)).splitlines()
    assert [line.strip(" ▌") for line in short[:3]] == ["Alpha", "Beta", ""]
    assert short[3].strip().startswith("One.")
    assert len(long) > 6
    assert menu.selected_rows(40, 6) == (0, 1)
    menu.press("down", None)
    moved = plain_text(menu.lines(40, 6)).splitlines()
    assert moved[3].strip() == "Two."
    assert menu.selected_rows(40, 6) == (1, 2)

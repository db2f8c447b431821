"""The first screen shows all it offers, moving moves no row; interviews are named, deleted, and begun from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from advisor.atomic_write import write_atomically
from advisor.interview.answers import Variant
from advisor.interview.reducer import Answer, begin, reduce
from advisor.interview.session import SessionHeld, SessionLock, delete_session, read_session, write_session
from advisor.tui.app import AdvisorApp
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


async def pressed(pilot: Pilot[int], *keys: str) -> str:
    await pilot.press(*keys)
    await pilot.pause()
    assert isinstance(pilot.app, AdvisorApp)
    return painted(pilot.app)


async def test_an_interview_is_named_from_the_start_and_keeps_its_variants(tmp_path: Path) -> None:
    session = tmp_path / "sessions/0.toml"
    state = reduce(begin(SHEETS["full"], VOCABULARY), Answer("data.boundary", "vpc"))
    write_atomically(session, write_session(state, variants=(Variant("a", {"data.boundary": "tenancy"}, frozenset()),)))
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "unnamed workload" in await pressed(pilot)
        assert "is not a name" in await pressed(pilot, "n", *"Claims!", "enter")
        assert "claims-24" in await pressed(pilot, "ctrl+u", *"claims-24", "enter")
    kept = read_session(session.read_bytes(), "0.toml", SHEETS, VOCABULARY)
    assert kept.state.answers.text("workload.name") == "claims-24"
    assert kept.state.answers.text("data.boundary") == "vpc"
    assert [one.name for one in kept.variants] == ["a"]


async def test_an_interview_is_deleted_only_when_asked_twice(tmp_path: Path) -> None:
    leave_waiting(tmp_path, 2)
    session = tmp_path / "sessions/1.toml"
    session.with_suffix(".saving").write_text("", "utf-8")
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Keep it" in await pressed(pilot, "d")
        assert "notes-1" in await pressed(pilot, "enter")
        assert session.exists()
        assert "notes-1" not in await pressed(pilot, "d", "down", "enter")
    assert sorted(path.name for path in session.parent.iterdir()) == ["0.toml"]


async def test_an_interview_that_is_open_elsewhere_is_not_deleted(tmp_path: Path) -> None:
    leave_waiting(tmp_path, 1)
    session = tmp_path / "sessions/0.toml"
    with pytest.raises(SessionHeld):
        holding(session, lambda: delete_session(session))
    assert session.exists()


def holding(session: Path, act: Callable[[], None]) -> None:
    lock = SessionLock(session)
    lock.take()
    try:
        act()
    finally:
        lock.release()


async def test_where_many_wait_the_last_row_lists_them_all(tmp_path: Path) -> None:
    leave_waiting(tmp_path, 5)
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await pressed(pilot)
        assert shown.count("notes-") == 2
        assert "All 5 interviews" in shown
        assert "▼" not in shown
        assert (await pressed(pilot, "down", "down", "enter")).count("notes-") == 5
        assert "notes-0" in await pressed(pilot, *["down"] * 4, "enter")
        assert app.controller is not None
        assert app.controller.state.answers.text("workload.name") == "notes-0"


async def test_an_interview_begins_from_an_example_and_from_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('questionnaire = "quick"\n[data]\nboundary = "vpc"\n', "utf-8")
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Examples to try" in await pressed(pilot, *["down"] * 5, "enter")
        await pressed(pilot, *"air-gapped", "enter")
        assert app.controller is not None
        assert app.controller.state.answers.text("workload.name") == "air-gapped"
        await pressed(pilot, "f10", "ctrl+p", *"example", "enter", "enter")
        assert "no such file" in await pressed(pilot, *str(tmp_path / "missing.toml"), "enter")
        await pressed(pilot, "ctrl+u", *str(own), "enter")
        state = app.controller.state
        assert (state.questionnaire.id, state.answers.text("data.boundary")) == ("quick", "vpc")
        own.write_text("[data]\nboundary = 'nowhere'\n", "utf-8")
        await pressed(pilot, "f10", "ctrl+p", *"example", "enter", "enter")
        assert "data.boundary" in await pressed(pilot, *str(own), "enter")


async def test_a_variant_is_called_as_a_person_calls_it(tmp_path: Path) -> None:
    session = tmp_path / "sessions/0.toml"
    state = begin(SHEETS["full"], VOCABULARY)
    changes = {"a": "vpc", "b": "tenancy"}
    variants = [Variant(name, {"data.boundary": text}, frozenset()) for name, text in changes.items()]
    write_atomically(session, write_session(state, variants=variants))
    app = app_in(tmp_path, resume=True)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = await pressed(pilot, "f2", "v", "down", "n", *"our own network", "enter")
        assert "our own network" in shown
        assert "variant b" in shown
        assert "another variant" in await pressed(pilot, "down", "n", *"our own network", "enter")
    kept = read_session(session.read_bytes(), "0.toml", SHEETS, VOCABULARY)
    assert [one.name for one in kept.variants] == ["our own network", "b"]

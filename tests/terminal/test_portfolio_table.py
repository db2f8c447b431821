"""A portfolio in the interface: sorted, narrowed, opened, changed, ended and saved, by keys, with the real worker."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli
from textual.widgets import DataTable

from advisor.paths import data_directory
from advisor.tui.app import AdvisorApp
from advisor.tui.portfolio_table import PortfolioScreen
from advisor.tui.workers.messages import (
    Finished,
    LedgerRequest,
    ListAll,
    PortfolioEdit,
    PortfolioTable,
    SavePortfolio,
    SolvePortfolio,
)
from tests.terminal.canned import app_in
from tests.terminal.frozen_verdict import PORTFOLIO, FrozenLedgerClient
from tests.terminal.test_screens import painted
from tests.terminal.tmux import Tmux

OPEN = ("ctrl+p", *"portfolio", "enter", *"teams.csv", "tab", "enter")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "teams.csv").write_bytes((data_directory("examples") / "portfolio/teams.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


class SlowClient(FrozenLedgerClient):
    """Finds the first joint answer at once; others, and a save's end, when it is told to."""

    def __init__(self) -> None:
        self.asked: list[LedgerRequest] = []
        self.told: list[Callable[[PortfolioTable | Finished], None]] = []
        self.ended = 0

    def ask(self, request: LedgerRequest, on_answer: Callable[..., None]) -> None:
        self.asked.append(request)
        if isinstance(request, SavePortfolio) or (isinstance(request, SolvePortfolio) and request.edits):
            self.told.append(on_answer)
        else:
            super().ask(request, on_answer)

    def cancel(self) -> None:
        self.ended += 1


def names(app: AdvisorApp) -> list[str]:
    table: DataTable[str] = app.screen.query_one(DataTable)
    return [str(table.get_row_at(row)[0]).strip() for row in range(table.row_count)]


async def test_rows_are_sorted_both_ways_and_narrowed_by_words(home: Path) -> None:
    app = app_in(home, ledger_client=SlowClient())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        assert names(app) == [each.name for each in PORTFOLIO.rows]
        await pilot.press("right", "right", "o")
        assert names(app) == ["mail-triage", "bid-analysis", "contracts"]
        await pilot.press("o")
        assert names(app) == ["contracts", "bid-analysis", "mail-triage"]
        await pilot.press(*["right"] * 4, "o")
        assert names(app) == ["mail-triage", "contracts", "bid-analysis"], "volumes by their size"
        await pilot.press("slash", *"grok acc")
        assert names(app) == ["bid-analysis"]
        await pilot.press("enter", "escape")
        assert len(names(app)) == len(PORTFOLIO.rows)


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 160])
async def test_no_column_is_cut_at_its_left_wherever_the_cursor_is(home: Path, columns: int) -> None:
    app = app_in(home, ledger_client=SlowClient())
    async with app.run_test(size=(columns, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        table: DataTable[str] = app.screen.query_one(DataTable)
        first, *others = (column.get_render_width(table) for column in table.ordered_columns)
        starts = {sum(others[:at]) for at in range(len(others))}
        for key in (*["right"] * len(others), *["left"] * len(others)):
            await pilot.press(key)
            await pilot.pause()
            assert table.scroll_x in starts
            at = table.cursor_column - 1
            end = first + sum(others[: max(at, 0) + 1]) - table.scroll_x
            assert at < 0 or first + others[at] <= end <= columns


async def test_a_change_is_shown_when_it_is_found_and_taken_back_when_it_is_ended(home: Path) -> None:
    client = SlowClient()
    app = app_in(home, ledger_client=client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PortfolioScreen)
        await pilot.press(*["right"] * 6, "c", "ctrl+u", *"9B/month", "enter")
        edit = PortfolioEdit("contracts", "volume.output_tokens", "9B/month")
        assert client.asked[-1] == SolvePortfolio("teams.csv", (edit,))
        assert "esc ends it" in painted(app, "detail")
        await pilot.press("escape")
        assert client.ended == 1
        assert not screen.edits
        await pilot.press("c", "ctrl+u", *"9B/month", "enter")
        client.told[-1](PORTFOLIO._replace(notes=("together $1 a month",)))
        await pilot.pause()
        assert list(screen.edits) == [edit]
        assert "together $1 a month" in painted(app, "top")
        await pilot.press("c", "ctrl+u", *"lots", "enter")
        client.told[-1](Finished(False, ("lots is not a quantity.",)))
        await pilot.pause()
        assert list(screen.edits) == [edit], "what is refused is no change"
        assert "lots is not a quantity. The change was taken back." in " ".join(painted(app, "detail").split())
        await pilot.press("escape")
        assert "1 change not saved. s saves a record; esc again leaves" in painted(app, "detail")
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, PortfolioScreen)


async def test_what_all_share_is_changed_at_once_and_nothing_unsaved_is_left_without_a_question(home: Path) -> None:
    client = SlowClient()
    app = app_in(home, ledger_client=client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, PortfolioScreen)
        await pilot.press("t", *"2", "down", "ctrl+u", *"1.5", "down", "down", "space", "ctrl+s")
        edits = (PortfolioEdit("", "most_gpus", "2"), PortfolioEdit("", "most_fte", "1.5"),
                 PortfolioEdit("", "time_shared", "yes"))  # fmt: skip
        assert client.asked[-1] == SolvePortfolio("teams.csv", edits)
        client.told[-1](PORTFOLIO)
        await pilot.pause()
        assert screen.edits == edits
        await pilot.press("enter", "ctrl+q")
        await pilot.pause()
        assert app.screen is screen, "asked where it can be saved, whatever was opened above it"
        assert "3 changes not saved. s saves a record; ctrl+q again leaves" in painted(app, "detail")
        await pilot.press("down", "f10")
        assert "f10 again leaves" in painted(app, "detail"), "another key takes the first one back"
        await pilot.press("down", "ctrl+q")
        assert app.is_running
        await pilot.press("ctrl+q")
        assert not app.is_running


async def test_a_portfolio_saved_behind_the_list_of_records_is_listed_and_its_form_is_left(home: Path) -> None:
    client = SlowClient()
    app = app_in(home, ledger_client=client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        await pilot.press("s", *"Ada", "tab", *"One fleet", "ctrl+s", "ctrl+r")
        await pilot.pause()
        asked = client.asked.count(ListAll(str(home / "records")))
        client.told[-1](Finished(True, ("saved decision 7",)))
        await pilot.pause()
        assert "saved decision 7" in painted(app)
        assert client.asked.count(ListAll(str(home / "records"))) == asked + 1
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, PortfolioScreen), "the form is closed, not left at work"


async def test_what_was_computed_cannot_be_typed_over(home: Path) -> None:
    app = app_in(home, ledger_client=SlowClient())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN, "c")
        await pilot.pause()
        assert "This is computed." in painted(app, "detail")


async def test_a_file_that_is_none_is_refused_where_it_was_typed(home: Path) -> None:
    app = app_in(home, ledger_client=SlowClient())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *"portfolio", "enter", *"none.csv", "tab", "enter")
        assert "none.csv: there is no such file." in painted(app)


def test_at_a_terminal_a_portfolio_is_changed_saved_and_verified(tmp_path: Path) -> None:
    """No mouse, no color: from the command line to a record that is solved again."""
    head, *_, last = (data_directory("examples") / "portfolio/teams.csv").read_text("utf-8").splitlines()
    file = tmp_path / "one.csv"
    file.write_text(f"{head}\n{last}\n", "utf-8")
    settings = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "screen-256color", "NO_COLOR": "1"}
    records = tmp_path / "ledger"
    arguments = f"portfolio {file} --interactive --as-of 2026-11-29 --records {records}"
    with Tmux(tmp_path, arguments, settings, (80, 24)) as tmux:
        tmux.wait("saves $", 60)
        tmux.keys(*["Right"] * 9, "c")
        tmux.wait("change to")
        tmux.keys("C-u")
        tmux.type("900M/month")
        tmux.keys("Enter")
        tmux.wait("1 changed", 60)
        assert "900M tokens" in tmux.screen()
        assert not set(re.findall(r"\x1b\[[0-9;]*?[34][0-9]\b", tmux.colored())), "NO_COLOR sends no color"
        tmux.keys("s")
        tmux.wait("decided by")
        tmux.type("Ada")
        tmux.keys("Tab")
        tmux.type("One fleet.")
        tmux.keys("Tab", "Enter")
        tmux.wait("Saved decision 1.", 120)
        tmux.keys("C-q")
        tmux.wait("status=0")
    first = tomli.loads((records / "00000001-record.toml").read_text("utf-8"))
    assert first["answers"]["volume.output_tokens"]["value"] == "900M"
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "records", "verify", "2", "--records", str(records)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"replay +same", done.stdout)

"""From the verdict one can try other answers, take views away in files, and open what was decided before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from advisor.foundation import NeverAsked
from advisor.interview.answers import read_answers
from advisor.knowledge.load import load_knowledge
from advisor.knowledge.locate import data_directory
from advisor.record import save_decision
from tests.terminal.canned import SHEETS, VOCABULARY, CannedAssessor, app_in, assessed
from tests.terminal.test_screens import painted


async def test_records_are_listed_found_opened_and_verified(tmp_path: Path) -> None:
    knowledge = load_knowledge()
    records = tmp_path / "records"
    records.mkdir()
    for name in ("clinical-notes", "hospital-air-gap"):
        path = data_directory("examples") / f"{name}.toml"
        answers = read_answers(path.read_bytes(), path.name, VOCABULARY)
        save_decision(assessed(name), answers, knowledge, records, datetime(2026, 11, 21, tzinfo=UTC))
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert "clinical-notes" in painted(app)
        assert "hospital-air-gap" in painted(app)
        await pilot.press(*"hospital")
        assert "clinical-notes" not in painted(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "record 2, sha256" in painted(app)
        await pilot.press("escape", "ctrl+v")
        await pilot.pause()
        assert "the record before" in painted(app) or "chain" in painted(app)
        await pilot.press("escape", "escape")
        assert "New interview" in painted(app)


async def test_a_folder_without_records_says_so(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert "No record was saved here yet." in painted(app)


async def test_only_questions_that_still_matter_are_visited_by_one_key(tmp_path: Path) -> None:
    found = assessed()
    order = NeverAsked(tuple(SHEETS["full"].keys), ("latency.p50_ms", "data.boundary"), "bounded")
    app = app_in(tmp_path, "full", assessor=CannedAssessor(replace(found, never_asked=order)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        assert app.desk is not None
        assert app.desk.state.at == "latency.p50_ms"
        await pilot.press("f3")
        assert app.desk.state.at == "data.boundary"

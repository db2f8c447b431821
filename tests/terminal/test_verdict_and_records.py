"""From the verdict one can try other answers, take views away in files, and open what was decided before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from advisor.interview.answers import read_answers
from advisor.knowledge.load import load_knowledge
from advisor.knowledge.locate import data_directory
from advisor.record import save_decision
from advisor.tui.interview_screen import InterviewScreen
from advisor.tui.verdict_screen import VerdictScreen
from tests.terminal.canned import VOCABULARY, CannedAssessor, app_in, assessed
from tests.terminal.test_screens import painted


async def test_what_if_shows_both_verdicts_and_gives_the_answers_back(tmp_path: Path) -> None:
    assessor = CannedAssessor()
    app = app_in(tmp_path, "quick", assessor=assessor)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("pagedown", "tab", "space")
        await pilot.pause()
        await pilot.press("f2", "w")
        found = assessor.assessment
        other = replace(found.verdict, option="managed-cloud", decided_by="worth")
        assessor.assessment = replace(found, verdict=other)
        await pilot.press(*"boundary", "enter")
        await pilot.pause()
        assert isinstance(app.screen, InterviewScreen)
        await pilot.press("down", "down", "space")
        await pilot.pause()
        await pilot.press("f2")
        shown = painted(app)
        assert "WHAT IF" in shown
        assert "data.boundary: Anywhere → Our own cloud account" in shown
        (route,) = [row for row in shown.splitlines() if row.strip().startswith("route")]
        assert route.split()[1:] == [found.verdict.option, "managed-cloud"]
        await pilot.press("b")
        assert app.desk is not None
        assert app.desk.state.answers.text("data.boundary") == "anywhere"
        assert "WHAT IF" not in painted(app)


async def test_a_view_is_exported_whole_as_text_markdown_and_picture(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "4", "e")
        assert isinstance(app.screen, VerdictScreen)
    text, markdown, picture = (
        (tmp_path / "exports" / f"quick-costs.{kind}").read_text("utf-8") for kind in ("txt", "md", "svg")
    )
    assert "One task done right" in text  # more than fits on the screen
    assert markdown.startswith("# quick: costs\n")
    assert text in markdown
    assert picture.startswith("<svg")


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
    one = replace(found.unknowns[0], key="latency.p50_ms", could_change_verdict=True)
    rest = tuple(replace(unknown, could_change_verdict=False) for unknown in found.unknowns)
    app = app_in(tmp_path, "full", assessor=CannedAssessor(replace(found, unknowns=(one, *rest))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        assert app.desk is not None
        assert app.desk.state.at == "latency.p50_ms"

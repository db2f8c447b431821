"""From the verdict one can try other answers, take views away in files, and open what was decided before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from advisor.analysis.analysis_results import NeverAsked
from tests.terminal.canned import SHEETS, CannedAssessClient, app_in, assessed
from tests.terminal.test_screens import painted


async def test_a_folder_without_records_says_so(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert "No record was saved here yet." in painted(app)


async def test_only_questions_that_still_matter_are_visited_by_one_key(tmp_path: Path) -> None:
    found = assessed()
    order = NeverAsked(tuple(SHEETS["full"].keys), ("latency.p50_ms", "data.boundary"), "bounded")
    app = app_in(tmp_path, "full", assess_client=CannedAssessClient(replace(found, never_asked=order)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        assert app.controller is not None
        assert app.controller.state.at == "latency.p50_ms"
        await pilot.press("f3")
        assert app.controller.state.at == "data.boundary"

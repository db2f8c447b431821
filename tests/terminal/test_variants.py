"""Other answers are tried out beside the real ones, kept, compared, taken and dropped; nothing is lost on the way."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from advisor.assessment.model import Assessment
from advisor.atomic_write import write_atomically
from advisor.interview.answers import Answers, Variant, read_answers
from advisor.interview.reducer import begin
from advisor.interview.session import read_session, write_session
from advisor.paths import data_directory
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.controller import InterviewController
from advisor.tui.interview.side_by_side import WIDEST, VariantColumn, all_columns, side_by_side_lines
from advisor.tui.interview.variants_screen import VariantsScreen
from advisor.tui.settings import LaunchOptions
from advisor.tui.verdict.screen import VerdictScreen
from advisor.tui.widgets.styled_text import plain_text
from advisor.tui.workers.messages import Assessed
from tests import waiting
from tests.terminal.canned import COLORFUL, SHEETS, VOCABULARY, CannedAssessClient, app_in, assessed
from tests.terminal.test_screens import painted

TRY = ("w", *"boundary", "enter", "down", "enter")
"""From the verdict: try a boundary one step further in."""
SIZES = [(60, 18), (80, 24), (120, 40)]


class BoundaryAssessor(CannedAssessClient):
    """Lets the boundary decide, so that every variant has a verdict of its own."""

    ROUTES = {"anywhere": "hosted-api", "region": "managed-open", "tenancy": "managed-cloud", "vpc": "self-host"}

    def assess(self, answers: Answers) -> int:
        self.assessment = with_route(
            self.assessment, self.ROUTES.get(answers.text("data.boundary") or "anywhere", "self-host")
        )
        return super().assess(answers)


def with_route(found: Assessment, route: str) -> Assessment:
    return replace(found, verdict=replace(found.verdict, option=route, decided_by="worth"))


def desk_of(app: AdvisorApp) -> InterviewController:
    assert app.controller is not None
    return app.controller


def boundary(app: AdvisorApp) -> str | None:
    return desk_of(app).state.answers.text("data.boundary")


def row(app: AdvisorApp, label: str) -> list[str]:
    (found,) = [
        re.split(r"\s{2,}", line.strip()) for line in painted(app).splitlines() if line.strip().startswith(label)
    ]
    return found[1:]


async def at_the_verdict(pilot: Pilot[int]) -> None:
    """Answer that data may travel anywhere, and open the verdict."""
    await pilot.press("pagedown", "tab", "space", "f2")
    await pilot.pause()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_both_verdicts_stand_side_by_side_while_an_answer_is_tried(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 40)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY[:-1], "space")
        assert row(app, "route") == ["vendor API", "open-model API"]
        await press(pilot, "enter")
        assert isinstance(app.screen, VerdictScreen)
        assert "WHAT IF" in painted(app)
        assert "How far may the data travel?" in painted(app)
        assert row(app, "route") == ["vendor API", "open-model API"]
        await press(pilot, "b")
        assert boundary(app) == "anywhere"
        assert "WHAT IF" not in painted(app)
        assert "what was tried is variant a" in painted(app, "top")


@pytest.mark.parametrize("columns", [78, 118, 198, 300])
def test_both_verdicts_stand_close_enough_to_be_read_as_one_row(columns: int) -> None:
    compared = [VariantColumn(name, (), assessed()) for name in ("real answers", "tried now")]
    head = plain_text(side_by_side_lines(compared, columns)[:1])
    assert head.index("tried now") - head.index("real answers") <= WIDEST


async def test_going_back_without_a_change_keeps_nothing(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, "w", "escape")
        assert not desk_of(app).what_if.is_on
        await press(pilot, *TRY[:-2], "escape")
        assert not desk_of(app).what_if.is_on
        await press(pilot, "b", "n", "t")
        assert desk_of(app).what_if.variants == ()
        assert boundary(app) == "anywhere"


async def test_a_small_window_keeps_the_choice_in_hand_in_view(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.pause()
        await press(pilot, "f2", "w", *"data contain", "enter")
        for _ in range(20):
            assert "›" in painted(app)
            await pilot.press("down")
        for _ in range(20):
            await pilot.press("up")
            assert "›" in painted(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_variants_are_kept_listed_compared_and_one_is_taken(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=size) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "n", *TRY, "b", "v")
        assert isinstance(app.screen, VariantsScreen)
        listed = painted(app)
        assert "variant a" in listed
        assert "open-model API" in listed
        assert "variant b" in listed
        assert "cloud platform" in listed
        await press(pilot, "down", "enter")
        compared = painted(app, "side" if size[0] >= 120 else "body")
        assert "route" in compared
        assert "vendor API" in compared
        assert "a month" in compared
        if size[0] < 120:
            await press(pilot, "escape")
        await press(pilot, "t")
        assert boundary(app) == "region"
        await press(pilot, "ctrl+z")
        assert boundary(app) == "anywhere"


async def test_only_marked_ones_are_compared(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "n", *TRY, "b", "v", "down", "space", "down", "space", "enter")
        assert row(app, "route") == ["open-model API", "cloud platform"]
        await press(pilot, "escape", "space", "enter")
        assert row(app, "route") == ["vendor API", "open-model API", "cloud platform"]


async def test_what_is_tried_is_taken_at_the_verdict_and_undone(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "t")
        assert boundary(app) == "region"
        assert not desk_of(app).what_if.is_on
        assert "OPEN-MODEL API" in painted(app)
        await press(pilot, "ctrl+z")
        assert boundary(app) == "anywhere"
        assert "VENDOR API" in painted(app)


async def test_a_dropped_variant_can_be_brought_back(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "b", "v", "down", "d")
        assert desk_of(app).what_if.variants == ()
        assert "No variant is kept yet" in painted(app)
        await press(pilot, "u")
        assert [one.name for one in desk_of(app).what_if.variants] == ["a"]
        await press(pilot, "up", "up", "d")
        assert "Only a variant can be dropped" in painted(app, "top")


async def test_answers_tried_out_are_never_saved_as_the_decision(tmp_path: Path) -> None:
    assess_client = BoundaryAssessor()
    app = app_in(tmp_path, "quick", assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "s")
        assert isinstance(app.screen, VerdictScreen)
        assert "Not saved: these answers are tried out" in painted(app)
        assert assess_client.saved == []
        await press(pilot, "b")
        assert "Not saved" not in painted(app)


async def test_what_was_tried_when_the_line_was_cut_is_tried_on(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "n", *TRY)
        desk_of(app).close()
    (session,) = (tmp_path / "sessions").glob("*.toml")
    kept = read_session(session.read_bytes(), session.name, SHEETS, VOCABULARY)
    assert kept.state.answers.text("data.boundary") == "anywhere"
    assert kept.trial is not None
    assert kept.trial.changed == {"data.boundary": "tenancy"}
    again = app_in(tmp_path, resume=True, assess_client=BoundaryAssessor())
    async with again.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        await press(pilot, "f2")
        assert row(again, "route") == ["vendor API", "cloud platform"]
        await press(pilot, "b", "v")
        listed = painted(again)
        assert "open-model API" in listed
        assert "cloud platform" in listed
        assert boundary(again) == "anywhere"


async def test_a_variant_can_be_tried_on_and_changed_further(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 40)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "b", "v", "down", "w", *"boundary", "enter", "down", "enter")
        assert boundary(app) == "tenancy"
        await press(pilot, "b")
        assert [dict(one.changed) for one in desk_of(app).what_if.variants] == [
            {"data.boundary": "region"},
            {"data.boundary": "tenancy"},
        ]


async def test_a_comparison_is_exported_and_offered_to_the_clipboard(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=BoundaryAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        await press(pilot, *TRY, "b", "v", "e")
        assert "Written: " in painted(app, "top")
        await press(pilot, "y")
        assert "Offered to the clipboard" in painted(app, "top")
        assert "variant a" in app.clipboard
    text = (tmp_path / "exports" / "quick-variants.txt").read_text("utf-8")
    assert "variant a" in text
    assert "How far may th" in text


async def test_a_late_word_on_the_real_answers_takes_no_variants_place(tmp_path: Path) -> None:
    """What could change the real verdict may be found while a variant is compared: replies come in any order."""
    assess_client = CannedAssessClient()
    app = app_in(tmp_path, "quick", assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_verdict(pilot)
        controller, real = desk_of(app), assess_client.assessment
        controller.what_if.variants = (Variant("a", {"data.boundary": "vpc"}),)
        own = len(assess_client.asked)
        controller.what_if.verdicts.compute()
        compared = len(assess_client.asked)
        assert compared == own + 1
        controller.receive(Assessed(own, real, is_complete=True))
        assert len(assess_client.asked) == compared
        controller.receive(Assessed(compared, with_route(real, "self-hosted"), is_complete=False))
        assert controller.assessment is real
        found = controller.what_if.verdicts.of("a")
        assert found is not None
        assert found.verdict.option == "self-hosted"


async def test_the_rules_themselves_weigh_every_variant_that_a_session_kept(tmp_path: Path) -> None:
    path = data_directory("examples") / "contract-extraction.toml"
    answers = replace(read_answers(path.read_bytes(), path.name, VOCABULARY), questionnaire="full")
    state = replace(begin(SHEETS["full"], VOCABULARY), answers=answers)
    kept = (Variant("a", {"data.boundary": "vpc"}), Variant("b", {"data.boundary": "tenancy"}))
    write_atomically(tmp_path / "sessions" / "one.toml", write_session(state, "", kept))
    options = LaunchOptions(VOCABULARY, SHEETS, tmp_path / "sessions", tmp_path / "records", COLORFUL, "", resume=True)
    app = AdvisorApp(options)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.controller is not None and app.controller.assessment is not None)
        await pilot.press("f2", "v")
        await until(pilot, lambda: all(one.assessment for one in all_columns(desk_of(app))))
        await pilot.pause()
        routes = next(
            re.split(r"\s{2,}", text.strip())
            for text in painted(app, "side").splitlines()
            if text.strip().startswith("route")
        )
        assert routes[1:] == ["vendor API", "self-hosted", "cloud platform"]
        assert desk_of(app).assessment is not None
        await until(pilot, lambda: desk_of(app).is_complete)  # what could change the real verdict is looked for again
        await pilot.press("escape", "escape")
        await app.assess_client.stop()


async def until(pilot: Pilot[int], holds: Callable[[], object]) -> None:
    """Wait for the worker."""
    await waiting.until(lambda: bool(holds()), "the worker answers")
    await pilot.pause()


STORM = st.lists(
    st.sampled_from([
        *("w", "v", "n", "t", "b", "d", "u") * 2, "enter", "escape", "space", "down", "up", "tab", "shift+tab", "left",
        "right", "ctrl+z", "ctrl+y", "ctrl+o", "f1", "f2", "pagedown", "pageup", "question_mark", *"0123456789", "M",
        "backspace",
    ]),
    min_size=5,
    max_size=60,
)  # fmt: skip


@settings(
    max_examples=int(os.environ.get("KEY_STORMS", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(keys=STORM)
def test_no_storm_of_keys_among_variants_loses_any(tmp_path_factory: pytest.TempPathFactory, keys: list[str]) -> None:
    """Whatever is pressed, nothing raises, and the file holds the real answers, each variant and what is tried."""
    directory = tmp_path_factory.mktemp("storm")

    async def storm() -> None:
        app = app_in(directory, "quick", assess_client=BoundaryAssessor())
        async with app.run_test(size=(80, 24)) as pilot:
            await at_the_verdict(pilot)
            for key in keys:
                app.simulate_key(key)
            await pilot.pause()
            controller = desk_of(app)
            controller.keep()
            back = read_session(controller.session.read_bytes(), "s.toml", SHEETS, VOCABULARY)
            assert back.state.answers == controller.what_if.real.answers
            assert (back.variants, back.trial) == (controller.what_if.variants, controller.what_if.trial)
            before = len(controller.what_if.variants)
            controller.what_if.end()
            assert not controller.what_if.is_on
            assert len(controller.what_if.variants) >= before

    asyncio.run(storm())

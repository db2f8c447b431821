"""What a user meets on the screens, driven by keys through the whole interface."""

from __future__ import annotations

import asyncio
import os
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.events import Key
from textual.pilot import Pilot

from advisor.interview.session import read_session
from advisor.knowledge.questions import Choice
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.screen_actions import palette_items
from advisor.tui.settings import Terminal
from advisor.tui.widgets.line_view import Lines
from tests.terminal.canned import QUESTIONS, SHEETS, VOCABULARY, CannedAssessClient, app_in, assessed
from tests.waiting import until

HOSTILE = "[/] [red]x[/red] [v2] \x1b[31m \x9b1m \u202e"
KEYS = {" ": "space", ".": "full_stop", "/": "slash", "?": "question_mark", "-": "minus", "%": "percent_sign"}


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type a text faster than a person: the screen rests once after all of it."""
    for character in text:
        pilot.app.post_message(Key(KEYS.get(character, character), character))
    await pilot.pause()


def painted(app: AdvisorApp, name: str = "body") -> str:
    """Read what one part of the screen shows."""
    part = app.screen.query_one(f"#{name}", Lines)
    return "\n".join(part.render_line(y).text.rstrip() for y in range(part.size.height))


async def test_what_was_understood_is_echoed_and_a_mistake_is_explained_in_place(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pagedown", "pagedown")
        await type_text(pilot, "150M..250M")
        assert "≈ 150–250M tokens a month · 57.9–96.5 tokens/s on average" in painted(app)
        await pilot.press("ctrl+u")
        await type_text(pilot, "9..3")
        assert "is reversed" not in painted(app)  # a half-typed number is not an error yet
        await pilot.press("tab")
        assert "is reversed; write the lower end first" in painted(app)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert "is reversed" not in painted(app)


async def test_keys_that_arrive_together_reach_the_questions_they_were_meant_for(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)):
        keys = [*"notes", "tab", "down", "space", "tab", "space", "tab", *"20", "f2", "escape", "pagedown", "space"]
        for key in keys:
            app.simulate_key(key)  # none of them waits for the one before
        await until(
            lambda: app.controller is not None and app.controller.state.answers.several("data.classes") == ("phi",),
            "the last key has reached its question",
        )
        assert app.controller is not None
        answers = app.controller.state.answers
        assert answers.text("workload.name") == "notes"
        assert answers.text("workload.task") == "summarization"
        assert answers.text("workload.audience") == "internal"
        assert answers.range("workload.developers") is not None


async def test_an_answer_that_closes_questions_says_so(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("pagedown", "tab", "down", "down", "down", "space")
        assert "no longer asked" in painted(app)
        await pilot.press("ctrl+z")
        assert "more to ask" in painted(app)


async def test_help_says_why_and_escape_only_closes_it(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    why = " ".join(QUESTIONS["workload.name"].why.split())[:40]
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "kept")
        await pilot.press("f1")
        assert why in " ".join(painted(app).split())
        await pilot.press("escape", "escape", "escape")
        assert why not in " ".join(painted(app).split())
        assert isinstance(app.screen, InterviewScreen)
        assert "> kept" in painted(app)


async def test_unknown_is_one_key_and_shows_what_is_assumed(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        assert "unknown · assumed" in painted(app)


async def test_jumping_finds_a_question_by_a_part_of_its_name(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+o")
        await type_text(pilot, "boundary")
        await pilot.press("enter")
        await pilot.pause()
        assert app.controller is not None
        assert app.controller.state.at == "data.boundary"
        assert "▌ How far may the data travel?" in painted(app)


async def test_a_saved_record_is_named_and_its_interview_is_no_longer_offered(tmp_path: Path) -> None:
    assess_client = CannedAssessClient()
    app = app_in(tmp_path, "quick", assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "space", "f2", "s")
        await type_text(pilot, "claims")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "sha256 5ea1ed" in " ".join(painted(app).split())
        assert len(assess_client.saved) == 1
    again = app_in(tmp_path)
    async with again.run_test(size=(80, 24)):
        assert "Go on" not in painted(again)


async def test_an_interview_that_was_left_is_offered_again(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "night-shift")
    again = app_in(tmp_path)
    async with again.run_test(size=(80, 24)) as pilot:
        assert "night-shift" in painted(again)
        await pilot.press("enter")
        assert "> night-shift" in painted(again)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 18)])
async def test_every_view_is_painted_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        seen = set()
        for key in "0123456789":
            await pilot.press(key)
            seen.add(painted(app))
            await pilot.press("pagedown", "down", "pageup")
        assert len(seen) == 10
        assert all(text.strip() for text in seen)


async def test_a_window_too_small_says_so_and_comes_back(tmp_path: Path) -> None:
    app = app_in(tmp_path, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "kept")
        await pilot.resize_terminal(50, 12)
        await until(lambda: "Please widen the window" in painted(app, "small"), "the page says that it is too small")
        await pilot.resize_terminal(80, 24)
        await until(lambda: "> kept" in painted(app), "the question is shown again")


async def test_hostile_text_is_shown_and_never_read_as_markup(tmp_path: Path) -> None:
    found = assessed()
    verdict = replace(found.verdict, summary=HOSTILE, conditions=(HOSTILE,), tasks=(HOSTILE,))
    findings = tuple(replace(rule, because=HOSTILE, title=HOSTILE) for rule in found.findings)
    licenses = tuple(replace(report, because=(HOSTILE,), duties=(HOSTILE,)) for report in found.licenses)
    notes = (HOSTILE,)
    hostile = replace(found, verdict=verdict, findings=findings, licenses=licenses, notes=notes)
    app = app_in(tmp_path, "full", assess_client=CannedAssessClient(hostile))
    question = QUESTIONS["workload.task"]
    choices = tuple(Choice(choice.id, HOSTILE, HOSTILE) for choice in question.choices)
    altered = {**QUESTIONS, question.key: replace(question, text=HOSTILE, why=HOSTILE, help=HOSTILE, choices=choices)}
    app.options = app.options._replace(vocabulary=replace(VOCABULARY, questions=altered))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("tab", "f1")
        shown = painted(app)
        assert "[/] [red]x[/red] [v2]" in shown
        await pilot.press("f2")
        for key in "0123456789":
            await pilot.press(key)
            shown += painted(app)
        assert "\x1b" not in shown
        assert "\x9b" not in shown
        assert "\u202e" not in shown
        assert "<U+001B>[31m" in shown


async def test_in_ascii_every_mark_has_its_own_spelling(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", terminal=Terminal(dumb=False, ascii=True, colors=0))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        strips = app.screen.query_one("#body", Lines).render_lines(app.screen.query_one("#body", Lines).region)
        (spelled,) = [found for found in app.get_line_filters() if type(found).__name__ == "AsciiFilter"]
        background = app.screen.background_colors[1]
        text = "".join(segment.text for strip in strips for segment in spelled.apply(list(strip), background))
        assert text.isascii()
        assert "(*)" in text
        assert "> What does" in text


async def test_every_action_stands_in_the_palette(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        titles = {item.title for item in palette_items(app.screen)[0]}
        assert {"The verdict", "Save the record", "Undo the last answer", "Jump to a question"} <= titles
        assert {"Quit; every answer is saved", "Back to the start; every answer is saved"} <= titles


STORM = st.lists(
    st.sampled_from([
        "tab", "shift+tab", "up", "down", "left", "right", "space", "enter", "escape", "f1", "f2", "f3", "f4",
        "ctrl+z", "ctrl+y", "ctrl+o",
        "pageup", "pagedown", "backspace", "ctrl+u", "question_mark", "s", "0", "4", "ctrl+s", "home", "delete",
        *string.digits, "M", "full_stop", "k", "x", "minus",
    ]),
    min_size=5,
    max_size=60,
)  # fmt: skip


@settings(
    max_examples=int(os.environ.get("KEY_STORMS", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(keys=STORM, questionnaire=st.sampled_from(["quick", "full"]))
def test_no_storm_of_keys_loses_an_answer(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], questionnaire: str
) -> None:
    """Whatever is pressed, nothing raises, and the session on disk is always the interview on the screen."""
    directory = tmp_path_factory.mktemp("storm")

    async def storm() -> None:
        app = app_in(directory, questionnaire)
        async with app.run_test(size=(80, 24)) as pilot:
            for key in keys:
                app.simulate_key(key)
            await pilot.pause()
            controller = app.controller
            assert controller is not None
            if isinstance(app.screen, InterviewScreen):
                app.screen.settle()
            controller.keep()
            back = read_session(controller.session.read_bytes(), "s.toml", SHEETS, VOCABULARY)
            assert back.notes == ()
            real = controller.what_if.real
            assert back.state.answers == real.answers
            assert back.state.at == (controller.state.at if controller.state.at in real.open_keys else real.at)
            assert {key: draft.text for key, draft in back.state.drafts.items()} == {
                key: draft.text for key, draft in real.drafts.items()
            }
            assert back.variants == controller.what_if.variants
            assert back.trial == controller.what_if.trial

    asyncio.run(storm())

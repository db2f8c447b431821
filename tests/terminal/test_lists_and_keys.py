"""What every list, field and screen keeps to: a visible highlight, no answer nobody gave, a way out, a visible mode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import tomli
from textual.app import App
from textual.pilot import Pilot

from advisor.atomic_write import write_atomically
from advisor.interview.answers import read_value
from advisor.interview.choices import is_typed
from advisor.interview.quantities import EXAMPLES, example
from advisor.interview.reducer import Answer, Visit, begin, reduce
from advisor.interview.session import write_session
from advisor.knowledge.labels import catalog_label
from advisor.report.phrases import routes_first
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.interview_lines import question_items
from advisor.tui.screen_actions import STOCK
from advisor.tui.settings import FAST_ESCAPE_MS, SLOW_ESCAPE_MS, Terminal, escape_delay_ms
from advisor.tui.theme import THEMES
from advisor.tui.verdict.screen import VIEWS
from advisor.tui.widgets.line_view import Lines
from advisor.tui.widgets.menu import Menu, MenuItem
from advisor.tui.workers.messages import Assessed, Reply
from tests.terminal.canned import QUESTIONS, SHEETS, VOCABULARY, CannedAssessClient, app_in, assessed
from tests.terminal.frozen_verdict import FrozenLedgerClient
from tests.waiting import until

SIZE = (80, 24)
LISTS = {
    "start": (),
    "palette": ("ctrl+p",),
    "jump": ("ctrl+o",),
    "themes": ("ctrl+p", *"theme", "enter", "up", "up", "up"),
    "records": ("ctrl+r", "up"),
    "what if": ("f2", "w"),
    "variants": ("f2", "w", *"boundary", "enter", "down", "enter", "n", "v"),
    "choices": (),
    **{view.title: ("f2", str(place)) for place, view in enumerate(VIEWS) if view.entries is not None},
}
"""Keys from the interview, or from the start, to each list."""


def drawn(app: App[int]) -> list[list[tuple[str, str]]]:
    """What the screen shows, cell by cell in runs, each with how it is painted."""
    rows = app.screen._compositor.render_strips()
    return [[(part.text, str(part.style)) for part in row] for row in rows]


def shown(app: App[int]) -> str:
    return "\n".join("".join(text for text, _ in row) for row in drawn(app))


def resumed(folder: Path, at: str = "data.boundary", questionnaire: str = "full", **answers: object) -> Path:
    state = begin(SHEETS[questionnaire], VOCABULARY)
    for key, raw in answers.items():
        state = reduce(state, Answer(key.replace("__", "."), raw))  # type: ignore[arg-type]
    write_atomically(folder / "sessions" / "one.toml", write_session(reduce(state, Visit(at))))
    return folder


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one by one, the first once the verdict of a begun interview is there."""
    app = pilot.app
    if isinstance(app, AdvisorApp) and (controller := app.controller) is not None:
        await until(lambda: controller.assessment is not None, "the verdict of a begun interview is there")
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
@pytest.mark.parametrize("name", LISTS)
async def test_down_visibly_changes_every_list_in_every_theme(name: str, theme: str, tmp_path: Path) -> None:
    home = tmp_path if name == "start" else resumed(tmp_path, workload__name="notes")
    app = app_in(home, resume=name != "start", ledger_client=FrozenLedgerClient())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.theme = theme
        await pilot.pause()
        await press(pilot, *LISTS[name])
        before = drawn(app)
        await press(pilot, "up" if name == "records" else "down")
        assert drawn(app) != before
        if theme == "monochrome":
            colors = [style for row in drawn(app) for _, style in row if "#" in style or "color(" in style]
            assert not colors


@pytest.mark.parametrize("questionnaire", SHEETS)
async def test_enter_alone_answers_nothing(questionnaire: str, tmp_path: Path) -> None:
    app = app_in(tmp_path, questionnaire)
    async with app.run_test(size=SIZE) as pilot:
        for _ in SHEETS[questionnaire].keys:
            await press(pilot, "enter")
        assert app.controller is not None
        assert not app.controller.state.answers.values


async def test_enter_takes_the_choice_that_was_moved_to(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down", "enter")
        assert app.controller is not None
        assert app.controller.state.answers.text("data.boundary") == "region"


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("economics.open_model", (*"llama-3.3", "enter"), "llama-3.3-70b"),
        ("economics.open_model", (*"gpt-oss-20", "space"), "gpt-oss-20b"),
        ("economics.gpu", (*"l40", "space"), "l40s"),
        ("data.boundary", (*"our p", "enter"), None),  # a space chooses: what was found by "our"
        ("data.boundary", ("3",), "tenancy"),
        ("workload.audience", (*"p", "enter"), "public"),
        ("quality.frontier_required", ("y",), True),
        ("quality.frontier_required", ("y", "n"), False),
    ],
)
async def test_typing_finds_a_choice(key: str, typed: tuple[str, ...], value: object, tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, key), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *("space" if letter == " " else letter for letter in typed))
        assert app.controller is not None
        given = app.controller.state.answers.get(key)
        assert given == value if value is not None else given is not None


@pytest.mark.parametrize("typed", ["llama", "gptt", "zz", "clauda"])
async def test_a_word_that_no_choice_begins_with_chooses_nothing(typed: str, tmp_path: Path) -> None:
    """Letters of a missing name, taken one by one, would end on some other model, and Enter would record it."""
    app = app_in(resumed(tmp_path, "economics.api_model"), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *typed)
        assert f"none begins with “{typed}”" in shown(app)
        await press(pilot, "enter")
        assert app.controller is not None
        assert app.controller.state.answers.get("economics.api_model") is None


async def test_backspace_begins_the_word_again(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, "economics.api_model"), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *"llama", "backspace", *"claude", "enter")
        assert "none begins" not in shown(app)
        assert app.controller is not None
        assert str(app.controller.state.answers.text("economics.api_model")).startswith("claude")


@pytest.mark.parametrize(
    ("typed", "key"),
    [("ttft", "latency.p50_ms"), ("residency", "data.boundary"), ("budget today", "economics.monthly_api_spend_usd")],
)
def test_a_question_is_found_by_what_the_trade_calls_it(typed: str, key: str) -> None:
    state = reduce(begin(SHEETS["full"], VOCABULARY), Answer("latency.interactive", raw=True))
    menu = Menu(question_items(state), typing=True)
    for letter in typed:
        menu.press(letter, letter)
    assert menu.selected is not None
    assert menu.selected.id == key


def test_the_best_fit_is_selected_before_the_first() -> None:
    menu = Menu([MenuItem("a", "How many retokened"), MenuItem("b", "Tokens read")], typing=True)
    for letter in "token":
        menu.press(letter, letter)
    assert menu.selected is not None
    assert menu.selected.id == "b"


def test_home_and_end_lead_to_the_ends_of_a_list() -> None:
    menu = Menu([MenuItem(letter, letter) for letter in "abc"], "b", typing=True)
    assert [menu.press(key, None) and menu.place for key in ("end", "end", "home", "home")] == [2, 2, 0, 0]


@pytest.mark.parametrize("keys", [("up", "up", "up", "up", "enter"), ("up", "ctrl+v")], ids=["record", "verified"])
async def test_home_and_end_lead_to_the_ends_of_what_is_read(keys: tuple[str, ...], tmp_path: Path) -> None:
    app = app_in(tmp_path, ledger_client=FrozenLedgerClient())
    async with app.run_test(size=(60, 18)) as pilot:
        await press(pilot, "ctrl+r", *keys)
        body = app.screen.query_one("#body", Lines)
        places = []
        for key in ("end", "home"):
            await press(pilot, key)
            places.append(body.first)
        assert places == [body.last_first, 0]
        assert body.last_first > 0


async def test_home_and_end_lead_to_the_first_and_the_last_variant(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path), resume=True)
    tried = ("w", *"boundary", "enter", "down", "enter", "n")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", *tried, *tried, "v")
        places = []
        for key in ("end", "home"):
            await press(pilot, key)
            places.append([row for row in shown(app).splitlines() if row.lstrip().startswith("▌")])
        (last,), (first,) = places
        assert "tried" in last or "variant" in last
        assert "real answers" in first


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["list", "record"])
async def test_every_key_of_the_records_is_named_by_the_help_and_every_action_by_the_palette(
    keys: tuple[str, ...], tmp_path: Path
) -> None:
    app = app_in(tmp_path, ledger_client=FrozenLedgerClient())
    async with app.run_test(size=(80, 60)) as pilot:
        await press(pilot, "ctrl+r", *keys, "f1")
        told = set(" ".join(shown(app).split()).replace(",", " ").replace(";", " ").split())
        screen = app.screen
        bound = [active.binding for active in screen.active_bindings.values() if active.node is screen]
        mine = [one for one in bound if one.action not in STOCK]
        named = {one.action for one in mine if one.key in told}
        assert {one.action for one in mine if "scroll" not in one.action} <= named | {"back", "help", "open"}
        assert "ctrl+p" in told
        await press(pilot, "ctrl+p")
        listed = " ".join(shown(app).split())
        assert all(one.description in listed for one in mine)


def test_escape_waits_only_where_keys_may_arrive_split() -> None:
    assert escape_delay_ms({}) == FAST_ESCAPE_MS < 50
    assert escape_delay_ms({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}) == SLOW_ESCAPE_MS
    assert escape_delay_ms({"SSH_TTY": "/dev/pts/1", "TMUX": "/tmp/tmux,1,0"}) == FAST_ESCAPE_MS


async def test_the_interview_shows_how_to_quit_and_f10_leads_home(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, workload__name="notes"), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "ctrl+q quit" in shown(app)
        assert "ctrl+p" in shown(app)
        await press(pilot, "space", "f2", "3", "f10")
        assert "Where should this workload's inference run?" in shown(app)
        assert "notes" in shown(app)  # which can be resumed
        await press(pilot, "enter")
        assert "How far may the data travel?" in shown(app)
        assert app.controller is not None
        assert app.controller.state.answers.text("data.boundary") == "anywhere"


@pytest.mark.parametrize("keys", [(), ("ctrl+p",), ("f2",), ("ctrl+r",), ("ctrl+s",)])
async def test_ctrl_c_says_what_to_press(keys: tuple[str, ...], tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, workload__name="notes"), resume=True)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await press(pilot, *keys, "ctrl+c")
        assert app.is_running
        assert any("ctrl+q quits" in note.message for note in app._notifications)


async def test_the_first_frame_says_that_an_interview_is_resumed(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, workload__name="notes"), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "Opened with 1 answer" in shown(app)


async def test_what_if_is_unmistakable_on_every_screen_and_when_resumed(tmp_path: Path) -> None:
    home = resumed(tmp_path, workload__name="notes")
    first = app_in(home, resume=True)
    async with first.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "w", *"boundary", "enter")
        assert "WHAT IF" in shown(first)
        await press(pilot, "down", "enter")
        for place in range(len(VIEWS)):
            await press(pilot, str(place))
            assert "WHAT IF" in shown(first).splitlines()[0]
        first.close_interview()
    again = app_in(home, resume=True)
    async with again.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "WHAT IF" in shown(again)


def test_every_field_shows_its_unit_and_an_example_that_can_be_typed() -> None:
    for key, question in QUESTIONS.items():
        if not is_typed(question):
            continue
        assert question.kind in EXAMPLES, key
        assert question.unit in example(question)
        for typed in EXAMPLES[question.kind].split(" or "):
            read_value(typed, question, key, VOCABULARY.ids)  # raises where it cannot be read


async def test_an_empty_field_shows_them(tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path, "volume.output_tokens"), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert shown(app).count("tokens/month, as 30M/day") >= 2  # the current field and the others


class SearchingClient(CannedAssessClient):
    """Completes the first verdict; of every later one the search for flips goes on for ever."""

    def _reply(self, reply: Reply) -> None:
        if isinstance(reply, Assessed) and reply.number > 1:
            reply = reply._replace(assessment=replace(reply.assessment, flips=()), is_complete=False)
        super()._reply(reply)


async def test_whoever_comes_back_from_a_flip_finds_the_list_at_the_same_row(tmp_path: Path) -> None:
    """The flips of the real answers are known: nobody waits for the search again, and Enter tries the next one."""
    app = app_in(resumed(tmp_path), resume=True, assess_client=SearchingClient())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "3", "down")
        before = shown(app)
        await press(pilot, "enter")
        assert "WHAT IF" in shown(app)
        await press(pilot, "escape")
        assert shown(app) == before
        assert app.controller is not None
        late = Assessed(2, replace(assessed(), flips=()), is_complete=False)
        app.controller.assess_client.on_reply(late)  # of the answer that was tried, after it was taken back
        await pilot.pause()
        assert shown(app) == before


async def test_enter_tries_a_flip_at_once_and_escape_comes_back(tmp_path: Path) -> None:
    assessment = assessed("clinical-notes")
    app = app_in(resumed(tmp_path, data__boundary="vpc"), resume=True, assess_client=CannedAssessClient(assessment))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "3", "enter")
        assert app.controller is not None
        flip = routes_first(assessment.flips)[0]
        tried = read_value(tomli.loads(f"to = {flip.to}")["to"], QUESTIONS[flip.key], flip.key, VOCABULARY.ids)
        assert app.controller.state.answers.get(flip.key) == tried
        assert "real answers" in shown(app)
        assert "tried now" in shown(app)
        await press(pilot, "escape")
        assert "One answer that would change the route" in shown(app)
        assert app.controller.state.answers.text("data.boundary") == "vpc"
        assert not app.controller.what_if.variants


async def test_enter_tries_the_flip_that_is_open(tmp_path: Path) -> None:
    """As its page says; the last line names the key."""
    app = app_in(resumed(tmp_path), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "3", "right")
        assert "Enter tries this answer" in shown(app)
        assert "enter try it" in shown(app)
        await press(pilot, "enter")
        assert "tried now" in shown(app)


@pytest.mark.parametrize(
    "keys", [("ctrl+p",), ("ctrl+o",), ("f2", "w"), ("ctrl+p", *"theme", "enter"), ("f2", "v", "n")]
)
async def test_every_list_and_form_says_that_answers_are_tried_out(keys: tuple[str, ...], tmp_path: Path) -> None:
    app = app_in(resumed(tmp_path), resume=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2", "w", *"boundary", "enter", "down", "enter", "n", "escape", *keys)
        assert "WHAT IF" in shown(app).splitlines()[0].upper()


async def test_a_license_review_ends_in_a_verdict_on_licenses(tmp_path: Path) -> None:
    review = replace(assessed("clinical-notes"), questionnaire="license-review")
    home = resumed(tmp_path, "license.models", "license-review")
    app = app_in(home, resume=True, assess_client=CannedAssessClient(review))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "a month" not in shown(app)
        await press(pilot, "f2")
        assert "LICENSES" in shown(app)
        assert catalog_label(review.licenses[0].model) in shown(app)
        assert "a month" not in shown(app)


async def test_no_color_paints_none_in_the_palette(tmp_path: Path) -> None:
    app: AdvisorApp = app_in(resumed(tmp_path), resume=True, terminal=Terminal(False, False, 0))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+p", "down")
        assert not [style for row in drawn(app) for _, style in row if "#" in style or "color(" in style]

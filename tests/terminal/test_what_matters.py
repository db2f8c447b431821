"""Asked by what matters: the most telling question is next, nothing jumps, and the interview stops by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

from textual.pilot import Pilot

from advisor.analysis.analysis_results import (
    NeverAsked,
    Order,
    alone_matters,
    enough,
    next_of_the_rest,
    next_that_matters,
    standing,
)
from advisor.analysis.open_questions import never_asked
from advisor.decision.compiled import compiled_knowledge
from advisor.interview.answers import Answers
from advisor.interview.reducer import Answer, Arrange, Clear, Event, Visit, begin, reduce
from advisor.interview.session import read_session
from advisor.knowledge.load_pack import load_knowledge
from advisor.tui.app import AdvisorApp
from advisor.tui.interview.screen import InterviewScreen
from advisor.tui.screen_actions import palette_items
from advisor.tui.verdict.screen import VerdictScreen
from advisor.tui.widgets.menu import MenuScreen
from advisor.tui.widgets.page import Page
from advisor.tui.workers.messages import Ordered
from tests import waiting
from tests.terminal.canned import QUESTIONS, SHEETS, VOCABULARY, CannedAssessClient, app_in, assessed
from tests.terminal.test_screens import painted

DAY = date(2026, 11, 21)
RANKED = ("data.boundary", "volume.output_tokens", "latency.p50_ms")
FRESH = begin(SHEETS["quick"], VOCABULARY, by_what_matters=True)


def ordered(*keys: str) -> Order:
    return Order(1, NeverAsked(SHEETS["quick"].keys, keys, "bounded"))


def test_the_most_telling_question_that_is_open_comes_next() -> None:
    assert next_that_matters(FRESH, ordered(*RANKED)) == "data.boundary"
    answered = reduce(FRESH, Answer("data.boundary", "vpc"))
    assert next_that_matters(answered, ordered(*RANKED)) == "volume.output_tokens"
    passed = reduce(answered, Clear("volume.output_tokens"))
    assert next_that_matters(passed, ordered(*RANKED)) == "latency.p50_ms"
    assert next_that_matters(FRESH, Order()) == ""


def test_a_question_that_is_passed_over_comes_again_after_the_others() -> None:
    order = ordered(*RANKED)
    at = reduce(FRESH, Visit("data.boundary"))
    assert next_that_matters(at, order) == "volume.output_tokens"
    assert next_that_matters(reduce(at, Visit("latency.p50_ms")), order) == "data.boundary"
    assert next_that_matters(at, ordered("data.boundary")) == ""
    assert alone_matters(at, ordered("data.boundary"))
    assert not alone_matters(reduce(at, Clear("data.boundary")), ordered("data.boundary"))


def test_the_rest_begins_with_what_moves_the_cost_and_goes_on_page_by_page() -> None:
    first, second, *_ = FRESH.open_keys
    assert next_of_the_rest(FRESH, ["latency.p50_ms"]) == "latency.p50_ms"
    assert next_of_the_rest(FRESH) == second
    state = FRESH
    for key in FRESH.open_keys[1:]:
        state = reduce(state, Clear(key))
    assert next_of_the_rest(state) == ""
    assert next_of_the_rest(reduce(state, Visit(second))) == first


def test_the_title_counts_what_matters_and_says_when_that_is_not_known_yet() -> None:
    assert standing(FRESH, ordered(*RANKED), True) == "3 to ask that matter"
    assert standing(FRESH, ordered(*RANKED[:1]), True) == "1 to ask that matters"
    assert standing(FRESH, ordered(), True) == "nothing open matters"
    assert standing(FRESH, ordered(*RANKED), False) == "finding what matters"
    assert enough(FRESH) == f"No open question can change the route: {len(FRESH.open_keys)} questions were not asked."


class OrderingAssessor(CannedAssessClient):
    """Tells of real orders, a moment after the verdict; `gate` holds them back."""

    def __init__(self) -> None:
        super().__init__(replace(assessed(), never_asked=NeverAsked()))
        self.gate = asyncio.Event()
        self.gate.set()
        self.tasks: set[asyncio.Task[None]] = set()

    def assess(self, answers: Answers) -> int:
        number = super().assess(answers)
        task = asyncio.get_running_loop().create_task(self._order(number, answers))
        self.tasks.add(task)
        return number

    async def _order(self, number: int, answers: Answers) -> None:
        await self.gate.wait()
        if number == len(self.asked):
            found = never_asked(answers, compiled_knowledge(load_knowledge(), DAY), 1, 200)
            self._reply(Ordered(number, found))


def give(app: AdvisorApp, event: Event) -> None:
    """Send an event by the interview's screen."""
    assert isinstance(app.screen, InterviewScreen)
    app.screen.apply(event)


CLOSING: dict[str, str | bool | list[str]] = {
    "workload.task": "summarization",
    "workload.audience": "internal",
    "workload.developers": "20",
    "data.classes": ["internal"],
    "data.regimes": [],
    "quality.frontier_required": False,
    "volume.output_tokens": "50M/month",
    "volume.input_tokens": "200M/month",
    "latency.p50_ms": "2000",
    "data.boundary": "air-gap",
}
"""Answers after which self-hosting is left, and it is known that its fleet can be bought."""


def close(app: AdvisorApp) -> None:
    """Give every answer on which the route depends, the boundary last."""
    for key, value in CLOSING.items():
        give(app, Visit(key))
        give(app, Answer(key, value))


def on(app: AdvisorApp, screen: type[Page]) -> bool:
    """Whether a screen of this type is shown."""
    return type(app.screen) is screen


async def until(pilot: Pilot[int], app: AdvisorApp) -> None:
    """Wait until the order for the current answers has come."""
    await waiting.until(lambda: app.controller is not None and app.controller.is_ordered, "an order comes")
    await pilot.pause()


async def begun(pilot: Pilot[int], app: AdvisorApp) -> None:
    """Take the item of the start that asks only what matters."""
    await pilot.pause()
    await pilot.press("down", "down", "enter")
    await until(pilot, app)


async def test_the_interview_asks_what_matters_most_and_stops_by_itself(tmp_path: Path) -> None:
    app = app_in(tmp_path, assess_client=OrderingAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Only what matters" in painted(app)
        await begun(pilot, app)
        controller = app.controller
        assert controller is not None
        assert controller.state.by_what_matters
        assert controller.state.at == "workload.name"
        await pilot.press("enter")
        await pilot.pause()
        assert controller.order.found is not None
        assert controller.state.at == controller.order.found.could_change_route[0]
        assert f"{len(controller.order.found.could_change_route)} to ask that matter" in painted(app, "top")


async def test_the_interview_stops_by_itself_and_only_when_one_goes_on(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=OrderingAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        close(app)
        await until(pilot, app)
        assert app.controller is not None
        assert "nothing open matters" in painted(app, "top")
        assert on(app, InterviewScreen)  # nothing jumps while one answers
        await pilot.press("tab")
        await pilot.pause()
        assert on(app, MenuScreen)
        shown = " ".join(painted(app).split())
        count = len(app.controller.state.unsettled)
        assert f"No open question can change the route: {count} questions were not asked." in shown
        assert f"Self-hosting is left whatever the {count} open questions turn out to be" in shown
        await pilot.press("escape", "tab")
        await pilot.pause()
        assert on(app, MenuScreen)
        await pilot.press("f2")  # the keys that are shown act here too
        await pilot.pause()
        assert on(app, VerdictScreen)


async def test_the_rest_can_still_be_asked_for_the_costs(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=OrderingAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        controller = app.controller
        assert controller is not None
        close(app)
        await until(pilot, app)
        await pilot.press("tab")
        await pilot.pause()
        assert on(app, MenuScreen)
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert on(app, InterviewScreen)
        first = controller.state.at
        assert first != "data.boundary"
        assert not controller.state.is_settled(first)
        await pilot.press("question_mark")
        await until(pilot, app)
        await pilot.press("tab")
        await pilot.pause()
        assert on(app, InterviewScreen)  # it stops once, and not at every question
        assert controller.state.at != first
        await pilot.press("shift+tab")
        assert controller.state.at == first


async def test_the_question_in_hand_stays_until_the_order_is_known(tmp_path: Path) -> None:
    assess_client = OrderingAssessor()
    app = app_in(tmp_path, assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, app)
        controller = app.controller
        assert controller is not None
        assess_client.gate.clear()
        give(app, Visit("data.boundary"))
        await pilot.press("space", "tab")
        await pilot.pause()
        assert controller.state.at == "data.boundary"
        assert "finding what matters" in painted(app, "top")
        assert "Finding what matters next …" in painted(app, "top")
        await pilot.press("down")  # for the current question: it is no longer waited for
        assess_client.gate.set()
        await until(pilot, app)
        assert controller.state.at == "data.boundary"
        await pilot.press("tab")
        await pilot.pause()
        assert controller.state.at != "data.boundary"


async def test_an_order_that_does_not_come_is_not_waited_for_long(tmp_path: Path) -> None:
    assess_client = OrderingAssessor()
    assess_client.gate.clear()
    app = app_in(tmp_path, assess_client=assess_client)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        controller = app.controller
        assert controller is not None
        before = controller.state.at
        await pilot.press("tab")
        await pilot.pause()
        assert controller.state.at == before
        await pilot.press("tab")  # who presses again wants to go on
        await pilot.pause()
        assert controller.state.at == controller.state.open_keys[1]


async def test_f4_turns_the_order_on_and_off_and_a_session_keeps_it(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick", assess_client=OrderingAssessor())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await until(pilot, app)
        controller = app.controller
        assert controller is not None
        assert controller.state.by_what_matters
        controller.keep()
        back = read_session(controller.session.read_bytes(), "s.toml", SHEETS, VOCABULARY).state
        assert back.by_what_matters
        await pilot.press("f4")
        assert not controller.state.by_what_matters


async def test_undo_and_redo_are_keys_and_lose_nothing(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "tab", "space")
        controller = app.controller
        assert controller is not None
        both = controller.state.answers
        assert len(both.values) == 2
        await pilot.press("ctrl+z", "ctrl+z")
        assert not controller.state.answers.values
        assert f"Taken back: {QUESTIONS[controller.state.at].text}" in painted(app, "top")
        await pilot.press("ctrl+z")
        assert "Nothing to undo." in painted(app, "top")
        await pilot.press("ctrl+y", "ctrl+y")
        assert f"Made again: {QUESTIONS[controller.state.at].text}" in painted(app, "top")
        assert controller.state.answers == both
        titles = {item.title for item in palette_items(app.screen)[0]}
        assert {"Redo what was undone", "Ask what matters first, or page by page"} <= titles


async def test_what_is_half_typed_is_undone_and_comes_back(tmp_path: Path) -> None:
    app = app_in(tmp_path, "quick")
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.controller is not None
        give(app, Visit("volume.output_tokens"))
        await pilot.press("9", "full_stop", "full_stop", "3", "ctrl+z")
        await pilot.pause()
        assert "9..3" not in painted(app)
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert "9..3" in painted(app)


def test_arranging_changes_nothing_but_the_order() -> None:
    state = reduce(FRESH, Answer("data.boundary", "vpc"))
    assert replace(reduce(state, Arrange(False)), by_what_matters=True) == state

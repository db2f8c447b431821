"""Every screen and view as a picture, in every look a terminal may give it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.analysis.analysis_results import NeverAsked
from advisor.assessment.model import Assessment
from advisor.atomic_write import write_atomically
from advisor.interview.answers import Answers
from advisor.interview.reducer import Visit, begin, reduce
from advisor.interview.session import write_session
from advisor.tui.screen_actions import keep_spaces
from advisor.tui.settings import Terminal
from advisor.tui.verdict.screen import VIEWS
from tests.clock import touch
from tests.terminal.canned import COLORFUL, SHEETS, VOCABULARY, app_in
from tests.terminal.frozen_verdict import FrozenAssessClient, FrozenLedgerClient, frozen_answers, frozen_assessment

if TYPE_CHECKING:
    pass

FOLDER = Path(__file__).with_name("snapshots")
SIZES = ((80, 24), (120, 40))
LOOKS = {
    "color": COLORFUL,
    "no-color": Terminal(dumb=False, ascii=False, colors=0),
    "ascii": Terminal(dumb=False, ascii=True, colors=16),
}


class Tour(NamedTuple):
    """One options of the interface: where it begins (a question, or "" for the start), and keys between pictures.

    `telling` are the open questions that could change the route, where these are asked first.
    """

    at: str
    stops: dict[str, tuple[str, ...]]
    telling: tuple[str, ...] = ()


BOUNDED = "hosted-api is left whatever the open questions turn out to be: rules and costs are bounded"
TELLING = ("quality.frontier_share", "economics.second_region", "workload.developers")

TOURS = (
    Tour(
        "",
        {
            "start": (),
            "records": ("ctrl+r",),
            "records-found": tuple("ada"),
            "record": ("enter",),
            "record-stated": ("pagedown", "pagedown"),
            "sign": ("s",),
            "refused": (*"Checked.", "up", "ctrl+u", "ctrl+s"),
            "verified": ("escape", "v"),
            "records-compared": ("escape", "m", "escape", "escape", "up", "enter", "d"),
            "verifying": ("escape", "escape", "ctrl+g"),
            "verify-against": ("escape", "f3"),
            "disapprove": ("escape", "enter", "o"),
            "redact": ("escape", "r"),
            "redact-shown": ("tab", "tab", *"Asked for in writing.", "ctrl+s"),
            "timestamp": ("escape", "escape", "t"),
            "archive": ("escape", "ctrl+e"),
            "archive-shown": (*"decisions.tar", "ctrl+s"),
            "merge": ("escape", "escape", "ctrl+l"),
            "merge-shown": (*"../other/records", "ctrl+s"),
        },
    ),
    Tour(
        "",
        {
            "portfolio-open": ("ctrl+p", *"portfolio", "enter"),
            "portfolio": (*"one.toml", "enter", "enter"),
            "portfolio-workload": ("down", "enter"),
            "portfolio-change": ("escape", *["right"] * 6, "c"),
            "portfolio-found": ("escape", "o", "o", "slash", *"grok"),
            "portfolio-save": ("enter", "s"),
        },
    ),
    Tour("volume.output_tokens", {"quantity": (), "help": ("f1",), "mistake": ("f1", "ctrl+u", *"9..3", "tab")}),
    Tour(
        "data.boundary",
        {
            "interview": (),
            "palette": ("ctrl+p",),
            "jump": ("escape", "ctrl+o", *"tokens"),
            "verdict": ("escape", "f2"),
            **{view.title.replace(" ", "-"): (str(place),) for place, view in enumerate(VIEWS) if place},
            "reason": ("1", "enter"),
            "chart": ("4", "enter"),
            "trial": ("w", *"boundary", "enter", "down", "space"),
            "what-if": ("enter",),
            "variants": ("n", "w", *"boundary", "enter", "down", "enter", "b", "v"),
            "compared": ("down", "enter"),
            "save": ("left", "escape", "s"),
            "save-read": ("pagedown", "pagedown"),
            "saved": ("ctrl+s",),
        },
    ),
    Tour(
        "data.boundary",
        {"what-matters": ("f4",), "matters-next": ("enter",), "taken-back": ("question_mark", "ctrl+z")},
        TELLING,
    ),
    Tour("data.boundary", {"enough": ("f4", "enter")}),
)


class TriedAssessClient(FrozenAssessClient):
    """Lets a narrower boundary exclude routes, so that what is tried has a verdict of its own."""

    LEFT = {"tenancy": "managed-cloud", "vpc": "self-host"}

    def __init__(self, asking: NeverAsked) -> None:
        super().__init__(replace(frozen_assessment(), never_asked=asking))
        self._frozen = self.assessment

    def assess(self, answers: Answers) -> int:
        route = self.LEFT.get(answers.text("data.boundary") or "")
        self.assessment = only(route, self._frozen) if route else self._frozen
        return super().assess(answers)


def only(route: str, found: Assessment) -> Assessment:
    """The verdict as it would be if the boundary left one route."""
    options = tuple(
        replace(option, state="chosen", probability_cheapest=1.0, excluded_by=())
        if option.option == route
        else replace(option, state="excluded", probability_cheapest=0.0, excluded_by=("must.boundary",))
        for option in found.options
    )
    verdict = replace(found.verdict, option=route, decided_by="must", confidence=1.0, summary="The boundary decides")
    return replace(found, verdict=verdict, options=options, flips=())


def path_of(scene: str, look: str, size: tuple[int, int]) -> Path:
    """Say where a picture lies."""
    return FOLDER / f"{scene}-{look}-{size[0]}x{size[1]}.svg"


async def pictures(look: str, size: tuple[int, int]) -> dict[Path, str]:
    """Take every picture of one look and size."""
    return {path_of(scene, look, size): svg for tour in TOURS async for scene, svg in take(tour, LOOKS[look], size)}


async def take(
    tour: Tour, terminal: Terminal, size: tuple[int, int], theme: str = ""
) -> AsyncIterator[tuple[str, str]]:
    """Go through the frozen interview, in a folder that leaves no trace in the pictures."""
    with tempfile.TemporaryDirectory() as home, chdir(home):
        state = replace(begin(SHEETS["full"], VOCABULARY), answers=replace(frozen_answers(), questionnaire="full"))
        write_atomically(Path("sessions/one.toml"), write_session(reduce(state, Visit(tour.at)) if tour.at else state))
        touch(Path("sessions/one.toml"))
        Path("one.toml").write_text("", "utf-8")
        asking = NeverAsked(state.unsettled, tour.telling, BOUNDED)
        assess_client = TriedAssessClient(asking)
        app = app_in(
            Path(),
            resume=bool(tour.at),
            terminal=terminal,
            theme=theme,
            assess_client=assess_client,
            ledger_client=FrozenLedgerClient(),
        )
        app.title = "advisor"
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for scene, keys in tour.stops.items():
                await pilot.press(*keys)
                await pilot.pause()
                yield scene, keep_spaces(app.export_screenshot())

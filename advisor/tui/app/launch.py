"""What the interface is opened with, and what its first screen offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from advisor.interview.start_choices import ASKED, SHORTEST, start_choices
from advisor.tui.app.settings import DEFAULT_SETTINGS
from advisor.tui.widgets.menu import MenuItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.interview.sessions.session_files import Unfinished
    from advisor.interview.start_choices import StartChoice
    from advisor.knowledge.questions import Questionnaire
    from advisor.tui.app.settings import Settings
    from advisor.tui.app.terminal import Terminal


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the interface is opened with: the questions, the folders, and what this terminal can show."""

    vocabulary: Vocabulary
    questionnaires: Mapping[str, Questionnaire]
    sessions: Path
    records: Path
    terminal: Terminal
    questionnaire: str = ""
    resume: bool = False
    packs: tuple[Path, ...] = ()
    settings: Settings = DEFAULT_SETTINGS
    by_what_matters: bool = False
    portfolio: Path | None = None


TITLE = "Where should this workload's inference run?"
SHOWN = 3


def start_items(
    questionnaires: Mapping[str, Questionnaire], waiting: Sequence[Unfinished], now: datetime
) -> list[MenuItem]:
    """Offer what can be resumed, then what can be begun; an interview in which nothing was said is not missed."""
    begun = [one for one in waiting if not one.empty]
    resumes = [
        MenuItem(f"resume:{one.path.name}", one.name, _when(one, now), _about(one), "Go on") for one in begun[:SHOWN]
    ]
    begins = [_begin(choice) for choice in start_choices(questionnaires)]
    ledger = MenuItem(
        "records:", "Records", "ctrl+r", "Open, find and verify the decisions that were saved.", "Decisions"
    )
    many = MenuItem(
        "portfolio:", "Portfolio", "a file", "Many workloads, one fleet and team: what they cost least together.",
        "Decisions",
    )  # fmt: skip
    return [*resumes, *begins, many, ledger]


def _begin(choice: StartChoice) -> MenuItem:
    sheet = choice.questionnaire
    count = len(sheet.keys)
    if choice.by_what_matters:
        return MenuItem(f"matters:{sheet.id}", SHORTEST, "stops by itself", f"{ASKED} {count}.", "New interview")
    side = f"{count} questions · {sheet.minutes} min"
    return MenuItem(f"new:{sheet.id}", sheet.title, side, sheet.about, "New interview")


def _about(one: Unfinished) -> str:
    return f"{one.questionnaire} · {one.answered} answered" + (f" · open in {one.holder}" if one.holder else "")


def _when(one: Unfinished, now: datetime) -> str:
    return "open elsewhere" if one.holder else f"{_ago(now - one.touched)} ago"


def _ago(age: timedelta) -> str:
    seconds = age.total_seconds()
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "a moment"

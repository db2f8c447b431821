"""What the first screen offers: interviews that were cut off, then a new one by each questionnaire."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import tomli

from advisor.interview.answers import MAX_BYTES
from advisor.interview.session import SCHEMA
from advisor.tui.app.user_folders import session_paths
from advisor.tui.interview.lock import holder
from advisor.tui.widgets.menu import Item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from advisor.knowledge.questions import Questionnaire

TITLE = "Where should this workload's inference run?"
ORDER = ("quick", "full", "coding-agents", "license-review")
SHOWN = 3
WHOLE = "full"
SHORTEST = "Only what matters"
ASKED = "What can still change the route, the most telling first, out of all"


class Unfinished(NamedTuple):
    """An interview without a record: its file, its workload, how many questions were answered, and when.

    `holder` names another program that has it open; in an `empty` one nothing was said yet.
    """

    path: Path
    name: str
    questionnaire: str
    answered: int
    touched: datetime
    holder: str = ""
    empty: bool = False


def unfinished(directory: Path) -> list[Unfinished]:
    """List the interviews that no record was saved of, the one touched last first; damaged files are listed too."""
    found = (_outline(path) for path in session_paths(directory))
    return [one for one in found if one is not None]


def start_items(
    questionnaires: Mapping[str, Questionnaire], waiting: Sequence[Unfinished], now: datetime
) -> list[Item]:
    """Offer what can be resumed, then what can be begun; an interview in which nothing was said is not missed."""
    begun = [one for one in waiting if not one.empty]
    resumes = [
        Item(f"resume:{one.path.name}", one.name, _when(one, now), _about(one), "Go on") for one in begun[:SHOWN]
    ]
    ranked = sorted(
        questionnaires.values(), key=lambda one: (ORDER.index(one.id) if one.id in ORDER else len(ORDER), one.id)
    )
    begins = [
        Item(f"new:{one.id}", one.title, f"{len(one.keys)} questions · {one.minutes} min", one.about, "New interview")
        for one in ranked
    ]
    begins[2:2] = [
        Item(f"matters:{one.id}", SHORTEST, "stops by itself", f"{ASKED} {len(one.keys)}.", "New interview")
        for one in ranked
        if one.id == WHOLE
    ]
    ledger = Item("records:", "Records", "ctrl+r", "Open, find and verify the decisions that were saved.", "Decisions")
    return [*resumes, *begins, ledger]


def _outline(path: Path) -> Unfinished | None:
    with suppress(OSError):
        touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        table: dict[str, object] = {}
        with suppress(tomli.TOMLDecodeError, UnicodeDecodeError, RecursionError):
            table = tomli.loads(path.read_bytes()[:MAX_BYTES].decode("utf-8"))
        if table.get("schema") != SCHEMA:
            return Unfinished(path, path.name, "cannot be read", 0, touched)
        if table.get("record"):
            return None
        answers = table.get("answers")
        given = answers if isinstance(answers, dict) else {}
        name = str(given.get("workload.name", "unnamed workload"))
        empty = not (given or table.get("unknown") or table.get("drafts"))
        return Unfinished(path, name, str(table.get("questionnaire")), len(given), touched, holder(path), empty)
    return None


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

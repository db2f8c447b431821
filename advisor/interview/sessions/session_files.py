"""The files of interviews: their folder, and those without a record yet."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from advisor.bounded_read import parse_toml, read_file
from advisor.errors import BadInput
from advisor.interview.sessions.session import SCHEMA
from advisor.interview.sessions.session_lock import holder

if TYPE_CHECKING:
    from pathlib import Path


def new_session_path(directory: Path, now: datetime) -> Path:
    """Name a new interview's file; two programs never share one."""
    return directory / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.toml"


def session_paths(directory: Path) -> list[Path]:
    """List all interviews, the one touched last first."""
    with suppress(OSError):
        return sorted(directory.glob("*.toml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return []


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


def _outline(path: Path) -> Unfinished | None:
    with suppress(OSError):
        touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        table: dict[str, object] = {}
        with suppress(BadInput):
            table = parse_toml(read_file(path), path.name)
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

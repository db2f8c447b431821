"""The files of interviews: their folder, those without a record yet, one program at a time on each."""

from __future__ import annotations

import fcntl
import glob
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from advisor.atomic_write import write_atomically
from advisor.bounded_read import parse_toml, read_file
from advisor.errors import AdvisorError, BadInput
from advisor.interview.session import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from advisor.interview.answers import Vocabulary
    from advisor.knowledge.questions import Questionnaire


# One program at a time works on an interview: a lock that ends with the program, however that ends.


LONGEST = 200
NAME = "workload.name"
UNNAMED = "unnamed workload"


class SessionHeld(AdvisorError):
    """Another program has the interview open."""


class SessionLock:
    """Held from `take` to `release`; the kernel releases it where the program is killed, so none is ever stale.

    A folder that cannot be written has no locks: there nothing can be kept either, which the interview says.
    """

    def __init__(self, session: Path) -> None:
        self._session, self._path = session, session.with_suffix(".lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock and say in it who has it; raises SessionHeld, which names who does."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            while self._handle is None:
                self._try()

    def _try(self) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = _read(handle)
            os.close(handle)
            raise SessionHeld(self._session.name, f"is open in {who}", "go on there, or end that program") from None
        except OSError:
            os.close(handle)
            raise
        if not _is_at(self._path, handle):  # it was released, and so removed, between opening and locking
            os.close(handle)
            return
        os.ftruncate(handle, 0)
        os.write(handle, _myself().encode("utf-8"))
        self._handle = handle

    def release(self) -> None:
        """Give the lock up and leave nothing behind."""
        if self._handle is not None:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._handle)
            self._handle = None


def holder(session: Path) -> str:
    """Say which program has an interview open; empty where none has."""
    try:
        handle = os.open(session.with_suffix(".lock"), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(handle)
    finally:
        os.close(handle)
    return ""


def _myself() -> str:
    return f"process {os.getpid()} on {os.uname().nodename} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _read(handle: int) -> str:
    """What the holder wrote; a program between locking and writing has not said yet."""
    with suppress(OSError):
        text = os.pread(handle, LONGEST, 0).decode("utf-8", "replace").strip()
        if text:
            return text
    return "another program"


def _is_at(path: Path, handle: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(handle))
    return False


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


def delete_session(session: Path) -> None:
    """Remove an interview with what is kept beside it; raises SessionHeld where another program has it open."""
    lock = SessionLock(session)
    lock.take()
    try:
        for path in session.parent.glob(f"{glob.escape(session.stem)}.*"):
            if path.suffix != ".lock":
                path.unlink()
    finally:
        lock.release()


def rename_session(
    session: Path, questionnaires: Mapping[str, Questionnaire], vocabulary: Vocabulary, name: str
) -> None:
    """Name the workload of an interview that is not open; raises BadInput, with what a name may hold."""
    from advisor.interview.answers import read_value
    from advisor.interview.reducer import Answer, reduce
    from advisor.interview.session import read_session, write_session

    read_value(name, vocabulary.questions[NAME], "name", vocabulary.ids)
    lock = SessionLock(session)
    lock.take()
    try:
        found = read_session(read_file(session), session.name, questionnaires, vocabulary)
        named = reduce(found.state, Answer(NAME, name))
        write_atomically(session, write_session(named, found.record, found.variants, found.trial))
    finally:
        lock.release()


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
        name = str(given.get(NAME, UNNAMED))
        empty = not (given or table.get("unknown") or table.get("drafts"))
        return Unfinished(path, name, str(table.get("questionnaire")), len(given), touched, holder(path), empty)
    return None

"""Interviews on disk: as TOML text, so that one goes on at the very question; their folder; one program at a time."""

from __future__ import annotations

import fcntl
import glob
import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.atomic_write import write_atomically
from advisor.bounded_read import parse_toml, read_file
from advisor.errors import AdvisorError, BadInput, nearest
from advisor.interview.answers import Answers, MeasuredFile, Variant, read_measured, read_toml, read_value, write_value
from advisor.interview.reducer import Answer, Draft, State, begin, reduce

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from advisor.interview.answers import Value, Vocabulary
    from advisor.knowledge.questions import Question, Questionnaire


# An interview as text: what was answered, left unknown, half typed and tried out.


SCHEMA = "advisor.session/1"


class Resumed(NamedTuple):
    """An interview read back, with a note for each answer that no longer fits the questions.

    `trial` are the answers that were tried as a what-if, if any.
    """

    state: State
    notes: tuple[str, ...]
    record: str
    variants: tuple[Variant, ...] = ()
    trial: Variant | None = None


def write_session(
    state: State, record: str = "", variants: Sequence[Variant] = (), trial: Variant | None = None
) -> str:
    """Write an interview as TOML; `record` names the record it was last saved as."""
    import tomli_w  # here, because nothing is written before the first screen is painted

    questions = state.vocabulary.questions
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "questionnaire": state.questionnaire.id,
        "at": state.at,
        "record": record,
        "by_what_matters": state.by_what_matters,
        "unknown": sorted(state.unknown),
        "answers": _written(state.answers.values, questions),
        "drafts": {key: draft.text for key, draft in state.drafts.items()},
    }
    if state.answers.measurements:
        table["measurement"] = [each.table() for each in state.answers.measurements]
    if trial is not None:
        table["trial"] = _laid_down(trial, questions)
    if variants:
        table["variants"] = [_laid_down(variant, questions) for variant in variants]
    return tomli_w.dumps(table)


def read_session(
    data: bytes, file: str, questionnaires: Mapping[str, Questionnaire], vocabulary: Vocabulary
) -> Resumed:
    """Read an interview back; raises BadInput where the file is not a session."""
    table = read_toml(data, file)
    if table.get("schema") != SCHEMA:
        raise BadInput(file, "is not an interview of this program", f"the first line names {SCHEMA}")
    name = str(table.get("questionnaire"))
    if name not in questionnaires:
        raise BadInput(f"{file}: questionnaire", f"no questionnaire {name!r}", nearest(name, questionnaires))
    values, notes = _values(_table(table, "answers"), file, vocabulary)
    drafts = {key: Draft(str(text), "") for key, text in _table(table, "drafts").items() if key in vocabulary.questions}
    passed = table.get("unknown", [])
    unknown = (
        frozenset(key for key in passed if key in vocabulary.questions) if isinstance(passed, list) else frozenset()
    )
    state = replace(
        begin(questionnaires[name], vocabulary),
        answers=Answers(values, name, measurements=_measured(table, file, values)),
        drafts=drafts,
        unknown=unknown,
        by_what_matters=table.get("by_what_matters") is True,
    )
    at = str(table.get("at", ""))
    open_keys = state.open_keys
    state = replace(state, at=at if at in open_keys else next(iter(open_keys), ""))
    listed = table.get("variants", [])
    variants = tuple(_variants(listed if isinstance(listed, list) else [], file, vocabulary))
    trial = next(_variants([table["trial"]], file, vocabulary), None) if "trial" in table else None
    return Resumed(state, tuple(notes), str(table.get("record", "")), variants, trial)


def _written(values: Mapping[str, Value], questions: Mapping[str, Question]) -> dict[str, Any]:
    return {key: write_value(value, questions[key]) for key, value in values.items()}


def _laid_down(variant: Variant, questions: Mapping[str, Question]) -> dict[str, Any]:
    """A variant as a table: what it answers otherwise, and what it leaves open."""
    dropped = sorted(variant.dropped)
    return {"name": variant.name, "unknown": dropped, "answers": _written(variant.changed, questions)}


def _variants(tables: list[Any], file: str, vocabulary: Vocabulary) -> Iterator[Variant]:
    """Read variants back; one that is damaged, or names a question that is gone, loses that part alone."""
    seen: set[str] = set()
    for table in tables:
        name = str(table.get("name", "")) if isinstance(table, dict) else ""
        if not isinstance(table, dict) or name in seen:
            continue
        seen.add(name)
        changed, _ = _values(_table(table, "answers"), file, vocabulary)
        listed = table.get("unknown", [])
        dropped = frozenset(key for key in listed if key in vocabulary.questions) if isinstance(listed, list) else ()
        yield Variant(name, changed, frozenset(dropped) - frozenset(changed))


def _values(raw: dict[str, Any], file: str, vocabulary: Vocabulary) -> tuple[dict[str, Value], list[str]]:
    values: dict[str, Value] = {}
    notes: list[str] = []
    for key, answer in raw.items():
        try:
            if key not in vocabulary.questions:
                raise BadInput(f"{file}: {key}", "is no longer asked")
            value = read_value(answer, vocabulary.questions[key], f"{file}: {key}", vocabulary.ids)
        except BadInput as error:
            notes.append(error.sentence)
        else:
            if value is not None:
                values[key] = value
    return values, notes


def _measured(table: dict[str, Any], file: str, values: Mapping[str, Value]) -> tuple[MeasuredFile, ...]:
    """What answers were measured from; a damaged entry is left out, for the answers themselves stand."""
    try:
        return read_measured(table.get("measurement", []), file, values)
    except BadInput:
        return ()


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    return found if isinstance(found, dict) else {}


# An interview that begins with the answers of a record, as the session that reading them back gives.


def session_of(
    questionnaire: str,
    answers: Mapping[str, object],
    unknown: Sequence[str],
    measurements: Sequence[Mapping[str, object]] = (),
) -> str:
    """Write a session with these answers, each as an answers file says it; reading it tells which no longer fit."""
    import tomli_w  # here, because nothing is written before the first screen is painted

    table: dict[str, object] = {
        "schema": SCHEMA,
        "questionnaire": questionnaire,
        "unknown": list(unknown),
        "answers": dict(answers),
    }
    if measurements:
        table["measurement"] = [dict(each) for each in measurements]
    return tomli_w.dumps(table)


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

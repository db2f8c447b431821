"""Derive a decision again from its own answers: under the knowledge it pins or today's, isolated with limits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from advisor import __version__
from advisor.api import Inputs
from advisor.assessment.model import Assessment
from advisor.errors import AdvisorError, BadInput
from advisor.interview.answers import Answers, read_measured, read_value, vocabulary
from advisor.knowledge.load_pack import knowledge_from_files
from advisor.knowledge.pack import Knowledge, unbundle
from advisor.processes import isolated_command
from advisor.record.audit.verification import Pin, Today
from advisor.record.branches import original_entry
from advisor.record.field_diff import FieldChange, Replay, compare_derivations
from advisor.record.formats.decision_model import derived_tables
from advisor.record.formats.encoding import SCHEMA, Table, plain
from advisor.record.formats.parse import NotARecord, Tampered, read_record, text_of
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import ReplayLimits

# The knowledge a record pins: its blobs next to the record, checked by digest and rebuilt.


PINS = ("rules", "catalog", "questionnaire")


class Blobs:
    """The blobs of one ledger, each read and digested once however many records pin it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._states: dict[str, str] = {}

    def pins(self, front: Table) -> list[Pin]:
        """The pinned parts that a decision names, each with its state."""
        return [self._pin(name, front) for name in PINS]

    def _pin(self, name: str, front: Table) -> Pin:
        digest = text_of(front, "pins", name, "sha256")
        pack = f"{text_of(front, 'pins', name, 'name')} {text_of(front, 'pins', name, 'version')}".strip()
        if digest not in self._states:
            self._states[digest] = self._state(digest)
        return Pin(name, pack, digest, self._states[digest])

    def _state(self, digest: str) -> str:
        try:
            blob = self.ledger.blob(digest)
        except BadInput as error:  # a link, a folder, or larger than a blob may be
            return f"cannot be read: {error.what}"
        if blob is None:
            return "missing"
        return "matching" if sha256(blob).hexdigest() == digest else "changed"


def pinned_knowledge(ledger: Ledger, front: Table) -> Knowledge:
    """The knowledge base as it was when the decision was made.

    Raises NotARecord where a pinned part is missing or cannot be rebuilt, Tampered where it was changed.
    """
    for pin in Blobs(ledger).pins(front):
        if pin.state != "matching":
            error = Tampered if pin.state == "changed" else NotARecord
            where = str(ledger.directory / "blobs" / "sha256" / pin.sha256)
            raise error(where, f"the pinned part {pin.name} is {pin.state}")
    return _rebuilt(_Parts(tuple(text_of(front, "pins", name, "sha256") for name in PINS), ledger))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Pinned parts by digest; the same wherever they lie."""

    digests: tuple[str, ...]
    ledger: Ledger = field(compare=False)


@lru_cache(maxsize=4)
def _rebuilt(parts: _Parts) -> Knowledge:
    files: dict[str, bytes] = {}
    try:
        for digest in parts.digests:
            files |= unbundle(parts.ledger.blob(digest) or b"")
        return knowledge_from_files(files)
    except (AdvisorError, UnicodeDecodeError) as error:
        raise NotARecord(
            str(parts.ledger.directory), f"this version cannot read the pinned knowledge: {error}"
        ) from None


_SINCE = "0.2.0"
_WRITTEN = ("advisor.record/3", "advisor.record/4", SCHEMA)
"""The schemas that versions since `_SINCE` write."""
Assess = Callable[[Answers, Knowledge, date, int, int], Assessment]


def replay(record: Table, file: str, knowledge: Knowledge, assess: Assess) -> Replay:
    """Assess the answers of a record once more, with the knowledge it pins; raises NotARecord where it cannot be."""
    answers = recorded_answers(record, file, knowledge)
    as_of, seed, draws = circumstances(record, file)
    origins = {key: text_of(record, "answers", key, "source") for key in answers.values}
    try:
        assessment = assess(answers, knowledge, as_of, seed, draws)
    except Exception as error:
        # Today's program runs with the pinned knowledge: any error of the two together is reported, never raised.
        what = f"this version cannot derive it from the pinned knowledge ({type(error).__name__}: {error})"
        raise NotARecord(file, what, "try the version that made it") from error
    again = plain(derived_tables(assessment, answers, knowledge, origins), "record")
    named = {part: {"name": knowledge.name, "version": knowledge.version} for part in record["pins"]}
    stated = {part: {name: pin[name] for name in ("name", "version")} for part, pin in record["pins"].items()}
    return compare_derivations({**record, "pins": stated}, {**again, "pins": named}, made_by_this_version(record))


def made_by_this_version(record: Table) -> bool:
    """Whether the record was made by this version; one of a schema it never wrote was not, whatever it says."""
    return text_of(record, "record", "schema") in _WRITTEN and text_of(record, "tool", "version") == __version__


def version_denied(record: Table, program: str) -> str:
    """Why the version that a record names cannot be the one that made it; empty where nothing speaks against it.

    `program` is the digest of this program's files.
    """
    named, schema = text_of(record, "tool", "version"), text_of(record, "record", "schema")
    if named != __version__ and text_of(record, "tool", "program") == program:
        return f"it names version {named}, and the digest of the program that is version {__version__}"
    if schema in _WRITTEN and _numbers(named) < _numbers(_SINCE):
        return f"it names version {named}, and {schema} is written since {_SINCE} only"
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    """A version to compare, its first three numbers; one that has none comes before all others."""
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version)[:3])


def recorded_answers(record: Table, file: str, knowledge: Knowledge) -> Answers:
    """The answers of a record as typed values, read as an answers file of that day would have been."""
    ids = vocabulary(knowledge).ids
    values, passed = {}, set()
    for key, entry in _tables(record.get("answers")):
        if "value" not in entry:
            passed |= {key} if entry.get("asked") is True else set()
            continue
        if key not in knowledge.questions:
            raise NotARecord(f"{file}: answers.{key}", "is not a question of the pinned questionnaire")
        value = read_value(entry["value"], knowledge.questions[key], f"{file}: answers.{key}", ids)
        if value is not None:
            values[key] = value
    measurements = read_measured(record.get("measurements", []), file, values)
    return Answers(values, text_of(record, "decision", "questionnaire"), frozenset(passed), measurements)


MOST_DRAWS = 1_000_000
"""As many as `--draws` takes."""
MOST_SEED = 2**64


def circumstances(record: Table, file: str) -> tuple[date, int, int]:
    """The as-of date, seed and number of draws of a record; raises NotARecord where it does not say."""
    stream = record.get("random", {})
    try:
        day, seed = date.fromisoformat(text_of(record, "decision", "as_of")), int(stream["seed"])
        draws = int(stream["draws"])
    except (KeyError, TypeError, ValueError):
        raise NotARecord(file, "does not say its as-of date, seed and number of draws") from None
    if not 0 <= seed <= MOST_SEED or not 0 < draws <= MOST_DRAWS:
        raise NotARecord(f"{file}: random", "asks for more draws than are made", f"at most {MOST_DRAWS:,}")
    return day, seed, draws


def _tables(value: object) -> Iterator[tuple[str, Table]]:
    if not isinstance(value, dict):
        return
    for name, entry in value.items():
        if isinstance(entry, dict):
            yield name, entry


def inputs_of(ledger: Ledger, number: int) -> Inputs:
    """Read what a decision was derived from; raises BadInput where the record is none, or cannot be read."""
    entry = original_entry(ledger, number)
    file = str(entry.path)
    record = read_record(entry.data, file)
    kind = record["record"]["kind"]
    if kind != "decision":
        raise BadInput(file, f"is a record of kind {kind}", "name the decision it is about")
    knowledge = pinned_knowledge(ledger, record)
    return Inputs(file, recorded_answers(record, file, knowledge), knowledge, *circumstances(record, file))


# The same answers under the rules and prices of today, and what they would decide.


@dataclass(frozen=True, slots=True)
class Now:
    """The installed knowledge and the day it is asked on."""

    knowledge: Knowledge
    day: date


def decided_today(record: Table, file: str, now: Now, assess: Assess) -> Today:
    """Assess the answers of a record with the installed knowledge, and name the rules that make the difference."""
    _, seed, draws = circumstances(record, file)
    try:
        answers = recorded_answers(record, file, now.knowledge)
        again = assess(answers, now.knowledge, now.day, seed, draws)
    except AdvisorError as error:
        return Today(refused=f"today's questionnaire cannot read its answers ({error.what})")
    before = {(str(fired.get("rule")), str(fired.get("option"))) for fired in record["trace"]["fired"]}
    after = {(fired.rule, fired.option) for fired in again.findings}
    return Today(again.verdict.option, _names(after - before), _names(before - after))


def _names(fired: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({rule for rule, _ in fired}))


_MODULE = "advisor.record.audit.derive_child"


def replay_in_child(ledger: Path, data: bytes, limits: ReplayLimits, solver: str = "") -> Replay:
    """Derive the decision that these bytes hold again; raises NotARecord where it cannot be, or not within limits.

    The bytes of a portfolio take a `solver`, as `module:function`: its answer is found again by the members' records.
    """
    where, most = "replay", f"{limits.seconds} second{'s' if limits.seconds > 1 else ''} and {limits.megabytes} MB"
    done = "solved" if solver else "derived"
    arguments = (str(ledger.resolve()), str(limits.seconds), str(limits.megabytes), solver)
    try:
        with subprocess.Popen(
            isolated_command(_MODULE, arguments),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        ) as child:  # fmt: skip
            try:
                out, _ = child.communicate(data, timeout=limits.seconds)
            except subprocess.TimeoutExpired:
                raise NotARecord(where, f"it was not {done} again within {most}") from None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
    except OSError as error:
        raise AdvisorError(where, f"no process could be started: {error}") from None
    try:
        found = json.loads(out)
        if "refused" in found:
            raise NotARecord(where, str(found["refused"]))
        return _replay(found)
    except (KeyError, TypeError, ValueError):
        raise NotARecord(where, f"it was not {done} again: the process ended within {most}") from None


def _replay(found: dict[str, Any]) -> Replay:
    """The result as the child printed it."""
    lists: dict[str, Any] = {name: tuple(found[name]) for name in ("differs", "reworded")}
    lists["changes"] = tuple(FieldChange(**one) for one in found["changes"])
    return Replay(**{**found, **lists})


# Replay by the version that made a decision: its own `records verify`, run isolated in a virtual environment.


_SECONDS = 300
_START = "from advisor.cli.main import main; main()"


def replayed_by(environment: Path, ledger: Path, number: int, version: str) -> str:
    """`same`, `differs` or `toss-up`, as the program in a virtual environment finds; raises BadInput otherwise."""
    python = environment / "bin" / "python"
    if not python.is_file():
        raise BadInput(f"--replay-with {environment}", "is not a virtual environment", "it has no bin/python")
    found = _run(python, "-c", "import advisor; print(advisor.__version__)").strip()
    if found != version:
        held = f"advisor {found}" if found else "no advisor"
        raise BadInput(f"--replay-with {environment}", f"holds {held}", f"the record was made by {version}")
    answer = _run(
        python, "-c", _START, "records", "verify", str(number), "--no-today", "--records", str(ledger.resolve()),
        "--format", "json",
    )  # fmt: skip
    try:
        (record,) = [each for each in json.loads(answer)["records"] if each["number"] == number]
        return str(record["replay"]["verdict"])
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"--replay-with {environment}", f"gave no replay of record {number}") from None


def _run(python: Path, *arguments: str) -> str:
    """What a command prints, isolated from the working directory and from PYTHON* variables."""
    try:
        done = subprocess.run(
            [str(python), "-I", *arguments], capture_output=True, text=True, timeout=_SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(str(python), f"cannot be run: {error}") from None
    return done.stdout

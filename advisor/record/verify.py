"""Everything that can be checked about a record where it lies, and what was not checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from advisor.errors import AdvisorError, BadInput
from advisor.knowledge.digest import unbundle
from advisor.knowledge.load import knowledge_from_files
from advisor.knowledge.pack import Knowledge
from advisor.record.form import FIRST, Table
from advisor.record.ledger import Entry, Ledger
from advisor.record.parse import NotARecord, Tampered, read_front, read_record, text_of
from advisor.record.replay import Assess, Replay, replay

TAMPERED, UNVERIFIABLE, DIFFERS, TOSS_UP = 4, 5, 6, 7
PINS = ("rules", "catalog", "questionnaire")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with the exit status it stands for."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned part of the knowledge base: `matching`, `missing` or `changed` beside the record."""

    name: str
    pack: str
    sha256: str
    state: str


@dataclass(slots=True)
class Verification:
    """What was checked of one record."""

    file: Path
    number: int
    sha256: str
    schema: str = ""
    kind: str = ""
    title: str = ""
    created_utc: str = ""
    prev_sha256: str = ""
    pins: list[Pin] = field(default_factory=list)
    replay: Replay | None = None
    problems: list[Problem] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: the gravest problem, tampering first."""
        return min((problem.status for problem in self.problems), default=0)

    def blame(self, status: int, sentence: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(status, sentence))


def verify_chain(
    ledger: Ledger, assess: Assess | None, progress: Callable[[int], None] = lambda done: None
) -> list[Verification]:
    """Check every record of a ledger in order, each against the digest of the one before."""
    found: list[Verification] = []
    previous, expected = FIRST, 1
    for number in ledger.numbers():
        checked = verify_record(ledger, number, assess)
        if number != expected:
            missing = f"record {expected}" if number == expected + 1 else f"records {expected} to {number - 1}"
            checked.blame(TAMPERED, f"{missing} before it are gone")
        elif checked.prev_sha256 and checked.prev_sha256 != previous:
            checked.blame(TAMPERED, "the record before it is not the one it was chained to")
        previous, expected = checked.sha256, number + 1
        found.append(checked)
        progress(len(found))
    return found


def verify_record(ledger: Ledger, number: int, assess: Assess | None) -> Verification:
    """Check one record by itself: seal, schema, number, pinned blobs, and replay when `assess` is given."""
    try:
        entry = ledger.entry(number)
    except BadInput as error:
        lost = Verification(Path(error.where), number, "")
        lost.blame(UNVERIFIABLE, error.what)
        return lost
    checked = Verification(entry.path, number, entry.digest)
    try:
        table = _read(entry, checked, whole=assess is not None)
        _check_pins(ledger, table, checked)
        if checked.kind == "decision":
            _check_replay(ledger, table, checked, assess)
    except AdvisorError as error:
        checked.blame(error.status if isinstance(error, (Tampered, NotARecord)) else UNVERIFIABLE, error.what)
    return checked


def _read(entry: Entry, checked: Verification, whole: bool) -> Table:
    table = (read_record if whole else read_front)(entry.data, str(entry.path))
    head = table["record"]
    checked.schema, checked.kind, checked.created_utc = head["schema"], head["kind"], head["created_utc"]
    checked.prev_sha256, checked.title = head["prev_sha256"], text_of(table, "decision", "title")
    if head["seq"] != entry.number:
        checked.blame(TAMPERED, f"it was written as record {head['seq']}, and lies here as {entry.number}")
    return table


def _check_pins(ledger: Ledger, table: Table, checked: Verification) -> None:
    for name in PINS if checked.kind == "decision" else ():
        digest = text_of(table, "pins", name, "sha256")
        pack = f"{text_of(table, 'pins', name, 'name')} {text_of(table, 'pins', name, 'version')}"
        state = _blob_state(ledger, digest)
        checked.pins.append(Pin(name, pack.strip(), digest, state))
        if state == "changed":
            checked.blame(TAMPERED, f"the pinned {name} (blobs/sha256/{digest}) were changed")
        if state == "missing":
            checked.blame(UNVERIFIABLE, f"the pinned {name} (sha256 {digest or 'not named'}) are missing")


def _blob_state(ledger: Ledger, digest: str) -> str:
    blob = ledger.blob(digest)
    if blob is None:
        return "missing"
    return "matching" if sha256(blob).hexdigest() == digest else "changed"


def _check_replay(ledger: Ledger, table: Table, checked: Verification, assess: Assess | None) -> None:
    if assess is None:
        checked.not_checked.append("whether the program derives the verdict again (replay was left out)")
    elif all(pin.state == "matching" for pin in checked.pins):
        knowledge = pinned_knowledge(ledger, tuple(pin.sha256 for pin in checked.pins))
        checked.replay = replay(table, str(checked.file), knowledge, assess)
        _judge_replay(checked, checked.replay)


def _judge_replay(checked: Verification, again: Replay) -> None:
    if again.verdict == "toss-up":
        checked.blame(TOSS_UP, f"the two cheapest routes differ by no more than {again.rtol:g} of their cost")
    elif again.verdict == "differs":
        more = f" and {len(again.differs) - 1} more" if len(again.differs) > 1 else ""
        checked.blame(DIFFERS, f"derived again, {again.differs[0]}{more} came out different")


def pinned_knowledge(ledger: Ledger, digests: tuple[str, ...]) -> Knowledge:
    """The knowledge base that a record pins, rebuilt from the blobs beside it."""
    return _rebuilt(ledger.directory, digests)


@lru_cache(maxsize=8)
def _rebuilt(directory: Path, digests: tuple[str, ...]) -> Knowledge:
    files: dict[str, bytes] = {}
    for digest in digests:
        files |= unbundle(Ledger(directory).blob(digest) or b"")
    return knowledge_from_files(files)

"""Take the records of another branch of a ledger over, as new records that hold their bytes, digests and signatures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from advisor.errors import BadInput
from advisor.record.audit.verification import FORKED, TAMPERED, LedgerVerification
from advisor.record.audit.verify import Scope, verify
from advisor.record.branches import MERGED, original_of
from advisor.record.durable_write import open_directory, synced
from advisor.record.formats.encoding import Position, Table, name_of, sealed_bytes
from advisor.record.formats.models import Head, MergedRecord
from advisor.record.formats.parse import read_front
from advisor.record.ledger import Ledger, Saved
from advisor.record.signatures.statement import checked_text

_PINNED, _TERMS = ("rules", "catalog", "questionnaire"), ("terms", "answer")


@dataclass(frozen=True, slots=True)
class TakenRecord:
    """A record that was taken over: its number in its own branch, and where it lies now."""

    seq: int
    kind: str
    saved: Saved


@dataclass(frozen=True, slots=True)
class Merger:
    """Who takes records over, why, and when (with a time zone)."""

    by: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Foreign:
    """A record of the other branch: its bytes, and its tables before the answers."""

    data: bytes
    front: Table

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def position(self) -> Position:
        head = self.front["record"]
        return Position(head["seq"], head["prev_sha256"])


class _HereAlready(Exception):
    """Another process took the record over meanwhile."""


def merge(ours: Ledger, theirs: Ledger, merger: Merger) -> Iterator[TakenRecord]:
    """Take over what is not here yet, one record after the other; a record that follows our last one stays as it is.

    Whoever calls it again after it was interrupted gets the rest. Raises BadInput where a record of either side was
    changed: nothing is taken over then.
    """
    _refuse_broken(verify(theirs, Scope()))
    foreign = list(_unknown(theirs, _known(ours)))
    for one in foreign:
        _keep_parts(ours, theirs, one)
    _set_aside(ours, theirs)
    _refuse_broken(verify(ours, Scope()))
    known, seen = _known(ours), 0
    for one in foreign:
        if one.digest in known:
            continue

        def build(at: Position, one: _Foreign = one) -> bytes:
            nonlocal seen
            for number in range(seen + 1, at.seq):  # another process may be taking the same records over
                known.update(_digests(ours, number))
            seen = at.seq - 1
            if one.digest in known:
                raise _HereAlready
            return one.data if one.position == at else _wrapped(one, at, merger)

        try:
            saved = ours.append(build)
        except _HereAlready:
            continue
        yield TakenRecord(one.position.seq, one.front["record"]["kind"], saved)


def _wrapped(one: _Foreign, at: Position, merger: Merger) -> bytes:
    record = MergedRecord.model_validate(
        {
            "record": Head.of(MERGED, at, merger.at).table(),
            "original": {"seq": one.position.seq, "sha256": one.digest},
            "statement": {
                "by": checked_text(merger.by, "--by"),
                "because": checked_text(merger.because, "--because"),
            },
        }
    )
    return sealed_bytes(record.table(), at.seq)


def _known(ledger: Ledger) -> set[str]:
    """The digests of all records that are here, those that were taken over before among them."""
    return {digest for number in ledger.numbers() for digest in _digests(ledger, number)}


def _digests(ledger: Ledger, number: int) -> Iterator[str]:
    entry = ledger.entry(number)
    yield entry.digest
    front = read_front(entry.data, str(entry.path))
    if front["record"]["kind"] == MERGED:
        yield front["original"]["sha256"]


def _unknown(theirs: Ledger, known: set[str]) -> Iterator[_Foreign]:
    """What the other branch has and we have not, in its order; what only says that it took ours over is left out."""
    found = [one for number in theirs.numbers() for one in _told_by(theirs, number) if one.digest not in known]
    needed: set[str] = set()
    for one in reversed(found):
        if one.front["record"]["kind"] != MERGED or one.digest in needed:
            needed |= {one.digest, one.position.prev_sha256}
    return (one for one in found if one.digest in needed)


def _told_by(theirs: Ledger, number: int) -> Iterator[_Foreign]:
    """The original that a record holds, and the record itself."""
    entry = theirs.entry(number)
    front = read_front(entry.data, str(entry.path))
    if front["record"]["kind"] == MERGED:
        data = original_of(theirs, front)
        yield _Foreign(data, read_front(data, str(entry.path)))
    yield _Foreign(entry.data, front)


def _keep_parts(ours: Ledger, theirs: Ledger, one: _Foreign) -> None:
    """Keep a record's bytes, and what it pins and is signed with; what is missing there is missing here as well."""
    ours.keep_blob(one.data)
    pins, portfolio = one.front.get("pins", {}), one.front.get("portfolio", {})
    digests = [*(pins[name]["sha256"] for name in _PINNED if pins), *(portfolio[name] for name in _TERMS if portfolio)]
    for digest in digests:
        blob = theirs.blob(digest)
        if blob is not None:
            ours.keep_blob(blob)
    signature = theirs.signature(one.front["signature"]["sha256"]) if "signature" in one.front else None
    if signature is not None:
        ours.keep_signature(signature)


def _set_aside(ours: Ledger, theirs: Ledger) -> None:
    """Take records of the other branch out of our numbers, where git put them: after ours, chained to none of ours.

    Their bytes are kept as blobs by now. Raises BadInput where such a record is not, byte for byte, one of theirs.
    """
    at, stray = Position(1), list[int]()
    for number in ours.numbers():
        entry = ours.entry(number)
        head = read_front(entry.data, str(entry.path))["record"]
        if stray or (head["seq"], head["prev_sha256"]) != (at.seq, at.prev_sha256):
            stray.append(number)
        at = Position(number + 1, entry.digest)
    for number in stray:
        entry = ours.entry(number)
        if number not in theirs.numbers() or theirs.entry(number).data != entry.data:
            raise BadInput(str(entry.path), "follows another record than the one before it, and is not of that branch",
                           "nothing was taken over; see: advisor records verify")  # fmt: skip
    if stray:
        with open_directory(ours.directory) as directory:
            for number in reversed(stray):
                os.unlink(name_of(number), dir_fd=directory)
            synced(directory)


def _refuse_broken(found: LedgerVerification) -> None:
    """Raise BadInput where a record was changed or cannot be read: only whole branches are put together."""
    for one in found.records:
        for problem in one.problems:
            if problem.status == TAMPERED or problem.word == FORKED or not one.kind:
                raise BadInput(str(one.file), problem.sentence, "nothing was taken over; see: advisor records verify")

"""Names and free text of records: a record holds salted commitments, and the texts lie in files that can be deleted.

A commitment is `sha256:` and the SHA-256 of a file in `words/` that is named by the same digest. The file holds 64
random hex digits, a line break and the text: without it nobody can find the text again by trying likely ones.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from advisor.errors import AdvisorError, BadInput
from advisor.record.formats.encoding import Position, Table, sealed_bytes, timestamp
from advisor.record.formats.parse import VERSIONS, Tampered, read_front, read_record, text_of
from advisor.record.ledger import Entry, Ledger, Saved

REMOVED = "(removed)"
"""What is shown for a text whose file is not there."""
WRAPPER = "wrapper"
"""Beside the tables of a record that was taken over from another branch: those of the record that holds it here."""
_PREFIX = "sha256:"
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "decision": ("title", "rationale", "consequences", "confirmation"),
    "people": ("deciders",),
    "statement": ("by", "because"),
    "signature": ("role",),
}
_SALT = 64
"""Hex digits before the line break and the text."""


def front_in_clear(entry: Entry) -> Table:
    """The tables of a record before its answers, with names and free text; raises Tampered or NotARecord."""
    return in_clear(Ledger(entry.path.parent), read_front(entry.data, str(entry.path)))


def record_in_clear(entry: Entry) -> Table:
    """All tables of a record, with names and free text; raises Tampered or NotARecord."""
    return in_clear(Ledger(entry.path.parent), read_record(entry.data, str(entry.path)))


def in_clear(ledger: Ledger, table: Table) -> Table:
    """The tables with texts in place of their commitments, REMOVED where the file is gone; raises Tampered."""
    if WRAPPER in table:
        table = {**table, WRAPPER: in_clear(ledger, table[WRAPPER])}
    if not is_salted(table):
        return table
    return _changed(table, lambda place, text: clear_text(ledger, text.removeprefix(_PREFIX)) or REMOVED)


def clear_text(ledger: Ledger, digest: str) -> str | None:
    """The text behind a commitment, None where its file is gone; raises Tampered."""
    data = ledger.words(digest)
    if data is None:
        return None
    if sha256(data).hexdigest() != digest:
        raise Tampered(str(ledger.directory / "words" / digest), f"the name or text words/{digest} was changed")
    return data[_SALT + 1 :].decode(errors="replace")


def is_salted(table: Table) -> bool:
    """Whether the schema of a record has commitments for names and free text."""
    return VERSIONS[text_of(table, "record", "schema")].salted


def commitments(table: Table) -> tuple[str, ...]:
    """The digests of all names and free text of a record; none where its schema holds them in clear."""
    return tuple(dict.fromkeys(digest for digests in fields_of(table).values() for digest in digests))


def fields_of(table: Table) -> dict[str, tuple[str, ...]]:
    """The digests of all names and free text of a record, by the field in which they stand."""
    found: dict[str, tuple[str, ...]] = {}

    def noted(place: str, text: str) -> str:
        name = place.split(".")[1]
        found[name] = (*found.get(name, ()), text.removeprefix(_PREFIX))
        return text

    for one in (table, *([table[WRAPPER]] if WRAPPER in table else [])):
        if is_salted(one):
            _changed(one, noted)
    return found


def redactions(fronts: Mapping[int, Table]) -> dict[int, dict[str, int]]:
    """By the number of a record: its redacted commitments, each with the record that tells of it."""
    found: dict[int, dict[str, int]] = {}
    for number, front in sorted(fronts.items()):
        if front["record"]["kind"] == "redact":
            of = found.setdefault(front["about"]["seq"], {})
            for digest in front["redacted"]["words"]:
                of.setdefault(digest, number)
    return found


class WordKeeper:
    """Makes the commitments of one record, each with a salt drawn once, and writes their files with it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.durable = ledger, True
        self._made: dict[tuple[str, str], bytes] = {}
        self._kept: set[tuple[str, str]] = set()

    def commit(self, table: Table) -> Table:
        """The same tables with commitments in place of names and free text; nothing is written yet."""
        return _changed(table, self._commitment)

    def append(self, table_at: Callable[[Position], Table], pinned: Iterable[bool] = ()) -> Saved:
        """Write the files, and then the record; `pinned` says of each part that it pins whether that is durable.

        Raises BadInput where the record it follows is of a time that has not come yet, or came after this was signed.
        """

        def build(at: Position) -> bytes:
            table = table_at(at)
            head = table["record"]
            claimed = claimed_time(self.ledger, at, head["created_utc"])
            if claimed != head["created_utc"] and "signature" in table:
                where = str(self.ledger.directory)
                raise BadInput(where, "another record was added after this one was signed", "sign it again")
            self.keep()
            table = {**table, "record": {**head, "created_utc": claimed}}
            return sealed_bytes(table, at.seq)

        saved = self.ledger.append(build)
        return Saved(saved.path, saved.number, saved.digest, all((saved.durable, self.durable, *pinned)))

    def _commitment(self, place: str, text: str) -> str:
        data = self._made.setdefault((place, text), f"{secrets.token_hex(_SALT // 2)}\n{text}".encode())
        return _PREFIX + sha256(data).hexdigest()

    def keep(self) -> None:
        """Write the files that are not written yet."""
        for one, data in self._made.items():
            if one not in self._kept:
                self.durable &= self.ledger.keep_words(data)
                self._kept.add(one)

    def drop(self) -> None:
        """Delete the files that were written, where the record they are of is not written after all."""
        for one in self._kept:
            self.ledger.delete_words(sha256(self._made[one]).hexdigest())
        self._kept.clear()


def claimed_time(ledger: Ledger, at: Position, created: str) -> str:
    """The time that a record at this place claims: its own, or that of the record it follows where that is later.

    Another writer may have come first. Raises BadInput where that record is of a time that has not come yet.
    """
    if at.seq == 1:
        return created
    last = ledger.entry(at.seq - 1)
    try:
        before = text_of(read_front(last.data, str(last.path)), "record", "created_utc")
    except AdvisorError:
        return created  # what is wrong with it, verification tells
    now = timestamp(datetime.now(UTC))
    if created < before and now < before:
        raise BadInput(
            str(last.path),
            f"claims to be of {before}, and by the clock of this computer it is {now}",
            "nothing was recorded; correct the clock",
        )
    return max(created, before)


def _changed(table: Table, change: Callable[[str, str], str]) -> Table:
    """The tables with each name and free text changed, given its place."""
    new = dict(table)
    for name, fields in _FIELDS.items():
        if not isinstance(table.get(name), dict):
            continue
        part = dict(table[name])
        for field in fields:
            value = part.get(field)
            if isinstance(value, str):
                part[field] = change(f"{name}.{field}", value)
            elif isinstance(value, (list, tuple)):
                part[field] = [change(f"{name}.{field}.{at}", each) for at, each in enumerate(value)]
        new[name] = part
    return new

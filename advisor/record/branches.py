"""Records of other branches that a ledger took over: their bytes as they were there, and where each of them lies here.

A record of kind `merged` names the record it stands for by its number in its own branch and by the digest of its bytes,
a blob. What refers to such a record does so by digest: numbers mean places in the branch that the reference is from.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from advisor.errors import AdvisorError, BadInput
from advisor.record.formats.encoding import FIRST, Table
from advisor.record.formats.kept_words import WRAPPER, in_clear
from advisor.record.formats.parse import NotARecord, Tampered, read_front
from advisor.record.ledger import MAX_RECORD, Entry, Ledger

MERGED = "merged"
_LOOKS_MERGED, _HEAD = b'\nkind = "merged"\n', 2_000


class Here:
    """Every record that is here, by digest: files of the ledger, and originals that they hold."""

    def __init__(self) -> None:
        self._seq: dict[str, int] = {FIRST: 0}
        self._place: dict[str, int] = {}
        self._holds: dict[str, str] = {}
        self.forked: set[str] = set()
        """Records of another branch that lie here without having been taken over."""

    def __contains__(self, digest: str) -> bool:
        return digest in self._place

    def add(self, digest: str, place: int, seq: int, holds: str = "") -> None:
        """Note a record: where it lies here, its number in its own branch, the digest of the original it holds."""
        if digest not in self._place:
            self._seq[digest], self._place[digest] = seq, place
            if holds:
                self._holds[digest] = holds

    def seq(self, digest: str) -> int:
        """The number of a record in its own branch, 0 for the digest before the first; -1 where it is not here."""
        return self._seq.get(digest, -1)

    def place(self, digest: str) -> int:
        """Where the record of this digest, or the original that it holds, lies here; 0 where it does not."""
        seen = set()
        while digest in self._holds and digest not in seen:
            seen.add(digest)
            digest = self._holds[digest]
        return self._place.get(digest, 0)

    def in_our_numbers(self, front: Table, unknown: int | None = None) -> Table:
        """The tables of a record with its references in numbers of this ledger; what is not here becomes `unknown`."""
        found = dict(front)
        for name in ("about", "successor"):
            if isinstance(front.get(name), dict):
                found[name] = self._translated(front[name], unknown)
        if isinstance(front.get("members"), list):
            found["members"] = [self._translated(each, unknown) for each in front["members"]]
        return found

    def _translated(self, reference: Table, unknown: int | None) -> Table:
        digest, number = str(reference.get("sha256")), reference.get("seq")
        place = self.place(digest) if self.seq(digest) == number else 0
        return {**reference, "seq": place or (number if unknown is None else unknown)}


def original_of(ledger: Ledger, front: Table) -> bytes:
    """The bytes that a merged record holds; raises Tampered where they were changed, NotARecord where they are gone."""
    digest = front["original"]["sha256"]
    where = str(ledger.directory / "blobs" / "sha256" / digest)
    try:
        data = ledger.blob(digest)
    except BadInput as error:
        raise NotARecord(where, f"the record that it took over cannot be read: {error.what}") from None
    if data is None:
        raise NotARecord(where, f"the record that it took over (blobs/sha256/{digest}) is missing")
    if sha256(data).hexdigest() != digest:
        raise Tampered(where, f"the record that it took over (blobs/sha256/{digest}) was changed")
    if len(data) > MAX_RECORD:
        raise Tampered(where, f"the record that it took over has {len(data):,} bytes, more than a record may have")
    return data


def original_entry(ledger: Ledger, number: int) -> Entry:
    """A record as it was written: of one that was taken over, the bytes that it had in its own branch."""
    entry = ledger.entry(number)
    if _LOOKS_MERGED not in entry.data[:_HEAD]:
        return entry
    front = read_front(entry.data, str(entry.path))
    return replace(entry, data=original_of(ledger, front))


def bytes_of(ledger: Ledger, number: int, digest: str) -> bytes:
    """The bytes of this digest in a place of the ledger: those of the file, or else those that it holds."""
    entry = ledger.entry(number)
    return entry.data if entry.digest == digest else original_entry(ledger, number).data


def fronts_of(
    ledger: Ledger, first: int = 1, broken: dict[int, str] | None = None, clear: bool = True
) -> dict[int, Table]:
    """What the records from `first` on say before their answers, by place, with references in numbers of this ledger.

    Names and free text are given in place of their commitments, unless `clear` is False.
    Raises Tampered or NotARecord where one cannot be read; with `broken`, notes why and leaves it out.
    """
    here, fronts = Here(), dict[int, Table]()
    for number in ledger.numbers():
        try:
            entry = ledger.entry(number)
            if number < first and _LOOKS_MERGED not in entry.data[:_HEAD]:
                here.add(entry.digest, number, number)
                continue
            front = _front_of(ledger, entry, here)
            front = in_clear(ledger, front) if clear else front
        except AdvisorError as error:
            if broken is None:
                error.todo = "see: advisor records verify"
                raise
            broken[number] = error.what
        else:
            if number >= first:
                fronts[number] = front
    return fronts


def in_numbers_of(ledger: Ledger, front: Table) -> Table:
    """The tables of a record of any branch with its references in numbers of this ledger."""
    here = Here()
    for number in ledger.numbers():
        _front_of(ledger, ledger.entry(number), here)
    return here.in_our_numbers(front)


def _front_of(ledger: Ledger, entry: Entry, here: Here) -> Table:
    front = read_front(entry.data, str(entry.path))
    number = front["record"]["seq"]
    if front["record"]["kind"] != MERGED:
        translated = here.in_our_numbers(front)
        here.add(entry.digest, entry.number, number)
        return translated
    here.add(entry.digest, entry.number, number, front["original"]["sha256"])
    inner = read_front(original_of(ledger, front), str(entry.path))
    translated = here.in_our_numbers(inner, unknown=0)
    holds = inner["original"]["sha256"] if inner["record"]["kind"] == MERGED else ""
    here.add(front["original"]["sha256"], entry.number, inner["record"]["seq"], holds)
    return {**translated, WRAPPER: front}

"""The knowledge a record pins: its blobs next to the record, checked by digest and rebuilt."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from advisor.errors import AdvisorError, BadInput
from advisor.knowledge.packs.digest import unbundle
from advisor.knowledge.packs.load_pack import knowledge_from_files
from advisor.knowledge.packs.pack import Knowledge
from advisor.record.audit.verification import Pin
from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import NotARecord, Tampered, text_of
from advisor.record.ledger import Ledger

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

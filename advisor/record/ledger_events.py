"""What happens to a decision after it was recorded: sign-off, accept, supersede, withdraw; each a record of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from advisor.errors import BadInput
from advisor.record.encoding import Position, Table, sealed_bytes
from advisor.record.ledger import Entry, Ledger, Saved
from advisor.record.models import EVENTS, Head
from advisor.record.parse import read_front
from advisor.record.ssh_keygen import sign_bytes
from advisor.record.ssh_signature import read_signature
from advisor.record.statement import checked_text
from advisor.record.status import standing_in


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something about which decision, why, and when (with a time zone)."""

    about: int
    by: str
    because: str
    at: datetime


def sign_off(ledger: Ledger, act: Act, key: Path) -> Saved:
    """Sign the raw bytes of any record; `act.by` is the principal as the allowed-signers file will name it.

    Each record holds the digest of the one before: who signs the last one signs the ledger up to it.
    """
    entry = _stated(ledger, act)
    armored = sign_bytes(entry.data, key)
    made = read_signature(armored, str(key))
    ledger.keep_signature(armored)
    signature = {"key": made.fingerprint, "key_type": made.key_type, "namespace": made.namespace}
    return _append(ledger, "sign-off", act, entry, {"signature": {**signature, "sha256": sha256(armored).hexdigest()}})


def accept(ledger: Ledger, act: Act, threshold: int) -> Saved:
    """Accept a decision that at least `threshold` different people have signed, each with a key of their own.

    The signatures are counted as recorded here; `verify` holds them to the allowed signers.
    """
    entry = _decision(ledger, act)
    signed = standing_in(ledger, act.about).signed
    if signed < threshold:
        raise BadInput(str(entry.path), f"is signed by {signed} so far", f"{threshold} different people are needed")
    return _append(ledger, "accept", act, entry, {"threshold": {"signers": threshold}})


def supersede(ledger: Ledger, act: Act, newer: int) -> Saved:
    """Say that a newer decision takes the place of an older one."""
    entry, successor = _decision(ledger, act), ledger.entry(newer)
    if newer <= act.about or read_front(successor.data, str(successor.path))["record"]["kind"] != "decision":
        raise BadInput(str(successor.path), f"is not a decision made after record {act.about}", "name a newer decision")
    return _append(ledger, "supersede", act, entry, {"successor": _reference(successor)})


def withdraw(ledger: Ledger, act: Act) -> Saved:
    """Say that a decision no longer holds, with nothing in its place."""
    return _append(ledger, "withdraw", act, _decision(ledger, act), {})


def _decision(ledger: Ledger, act: Act) -> Entry:
    """The decision an act is about; raises BadInput when it is none, or no longer stands."""
    entry = _stated(ledger, act)
    if read_front(entry.data, str(entry.path))["record"]["kind"] != "decision":
        raise BadInput(str(entry.path), "is not a decision", "see: advisor records list")
    standing = standing_in(ledger, act.about)
    if not standing.holds:
        raise BadInput(str(entry.path), f"is {standing.words} already", "nothing was changed")
    return entry


def _stated(ledger: Ledger, act: Act) -> Entry:
    if not act.by.strip() or not act.because.strip():
        raise BadInput("records", "who does it, and why, must be said", "give --by and --because")
    return ledger.entry(act.about)


def _append(ledger: Ledger, kind: str, act: Act, about: Entry, more: Table) -> Saved:
    who = {"by": checked_text(act.by, "--by"), "because": checked_text(act.because, "--because")}

    def build(at: Position) -> bytes:
        head = Head.of(kind, at, act.at)
        event = EVENTS[kind].model_construct(record=head, about=_reference(about), statement=who, **more)
        return sealed_bytes(event.table(), at.seq)

    return ledger.append(build)


def _reference(entry: Entry) -> Table:
    return {"seq": entry.number, "sha256": entry.digest}

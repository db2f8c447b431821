"""What happens to a decision after it was recorded: sign-off, accept, supersede, withdraw; each a record of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from advisor.errors import BadInput
from advisor.knowledge.packs.digest import program_digest
from advisor.record.audit.status import standing_in
from advisor.record.formats.encoding import Position, Table, sealed_bytes, timestamp
from advisor.record.formats.models import EVENTS, Head
from advisor.record.formats.parse import read_front
from advisor.record.ledger import Entry, Ledger, Saved
from advisor.record.merging.branches import told
from advisor.record.signatures.event_statement import STATEMENT, signed_bytes
from advisor.record.signatures.ssh_keygen import Trust, judge, sign_bytes, signing_time
from advisor.record.signatures.ssh_signature import read_signature
from advisor.record.signatures.statement import checked_text


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something about which decision, why, when (with a time zone), and in which role."""

    about: int
    by: str
    because: str
    at: datetime
    role: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """A key to sign an event with, and the allowed signers by whom the signature must count, where any are named."""

    key: Path
    trust: Trust = field(default_factory=Trust)


def sign_off(ledger: Ledger, act: Act, key: Path | Signing, digest: str = "") -> Saved:
    """Sign a statement about any record; `act.by` is the principal as the allowed-signers file names it.

    Each record holds the digest of the one before: who signs the last one signs the ledger up to it. With `digest`,
    raises BadInput where the record has other bytes by now than those that were checked.
    """
    entry = _stated(ledger, act)
    if digest and entry.digest != digest:
        raise BadInput(str(entry.path), "was changed after it was checked", "it was not signed; verify the ledger")
    return _append(ledger, "sign-off", act, entry, {}, key if isinstance(key, Signing) else Signing(key))


def accept(ledger: Ledger, act: Act, threshold: int, signing: Signing | None = None) -> Saved:
    """Accept a decision that at least `threshold` different people have signed, each with a key of their own.

    The signatures are counted as recorded here; `verify` holds them to the allowed signers.
    """
    if threshold < 1:
        raise BadInput("--signers", "an acceptance needs a signer", "ask for 1 or more")
    entry = _decision(ledger, act)
    signed = standing_in(ledger, act.about).signed
    if signed < threshold:
        raise BadInput(str(entry.path), f"is signed by {signed} so far", f"{threshold} different people are needed")
    return _append(ledger, "accept", act, entry, {"threshold": {"signers": threshold}}, signing)


def supersede(ledger: Ledger, act: Act, newer: int, signing: Signing | None = None) -> Saved:
    """Say that a newer decision takes the place of an older one."""
    entry, successor = _decision(ledger, act), ledger.entry(newer)
    if newer <= act.about or _kind(ledger, newer) != "decision":
        raise BadInput(str(successor.path), f"is not a decision made after record {act.about}", "name a newer decision")
    return _append(ledger, "supersede", act, entry, {"successor": _reference(successor)}, signing)


def withdraw(ledger: Ledger, act: Act, signing: Signing | None = None) -> Saved:
    """Say that a decision no longer holds, with nothing in its place."""
    return _append(ledger, "withdraw", act, _decision(ledger, act), {}, signing)


def _decision(ledger: Ledger, act: Act) -> Entry:
    """The decision an act is about; raises BadInput when it is none, or is no longer in effect."""
    entry = _stated(ledger, act)
    if _kind(ledger, act.about) != "decision":
        raise BadInput(str(entry.path), "is not a decision", "see: advisor records list")
    standing = standing_in(ledger, act.about)
    if not standing.holds:
        raise BadInput(str(entry.path), f"is {standing.words} already", "nothing was changed")
    return entry


def _kind(ledger: Ledger, number: int) -> str:
    written = told(ledger, number)
    return str(read_front(written.data, str(written.path))["record"]["kind"])


def _stated(ledger: Ledger, act: Act) -> Entry:
    if not act.by.strip() or not act.because.strip():
        raise BadInput("records", "who does it, and why, must be said", "give --by and --because")
    return ledger.entry(act.about)


def _append(ledger: Ledger, kind: str, act: Act, about: Entry, more: Table, signing: Signing | None) -> Saved:
    who = {"by": checked_text(act.by, "--by"), "because": checked_text(act.because, "--because")}
    if signing is not None:
        more = {
            **more,
            "signature": _signature(ledger, kind, act, {**more, "about": _reference(about), "statement": who}, signing),
        }

    def build(at: Position) -> bytes:
        head = Head.of(kind, at, act.at)
        event = EVENTS[kind].model_construct(record=head, about=_reference(about), statement=who, **more)
        return sealed_bytes(event.table(), at.seq)

    return ledger.append(build)


def _signature(ledger: Ledger, kind: str, act: Act, event: Table, signing: Signing) -> Table:
    """Sign the statement of an event; raises BadInput, and keeps nothing, where the signature would not count."""
    words = {"covers": STATEMENT, "role": checked_text(act.role, "--role") or None, "program": program_digest()}
    head = {"kind": kind, "created_utc": timestamp(act.at)}
    data = signed_bytes({**event, "record": head, "signature": words})
    armored = sign_bytes(data, signing.key)
    if signing.trust.allowed is not None:
        refused = judge(data, armored, act.by, signing_time(act.at), signing.trust)
        if refused:
            raise BadInput(str(signing.key), f"its signature would not count: {refused}", "nothing was recorded")
    made = read_signature(armored, str(signing.key))
    ledger.keep_signature(armored)
    key = {"key": made.fingerprint, "key_type": made.key_type, "namespace": made.namespace}
    return {**key, "sha256": sha256(armored).hexdigest(), **words}


def _reference(entry: Entry) -> Table:
    return {"seq": entry.number, "sha256": entry.digest}

"""The signatures of a ledger, each held to the statement it signs, its digest and the allowed signers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from advisor.errors import AdvisorError, BadInput
from advisor.record.audit.status import HOLDER, SignOff, different_signers, reference, sign_off_of
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, Signer, Verification
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import REMOVED
from advisor.record.formats.parse import Tampered, text_of
from advisor.record.ledger import Ledger
from advisor.record.merging.branches import bytes_of
from advisor.record.signatures.policy import Policy, hold_acceptance
from advisor.record.signatures.ssh_keygen import Trust, judge, principal_of, read_signature, signing_time

# The one statement that the signature of an event covers: which bytes, in which role, in whose words, when, by what.
#
# The signed bytes are those of DSSE's pre-authentication encoding: `DSSEv1`, then length and bytes of the payload's
# type, then length and bytes of the payload, each after one space. The payload is JSON with sorted keys and no
# spaces.


STATEMENT = "advisor.statement/2"
"""Since schema 5 of records: `by`, `words` and `role` are the salted commitments that stand in the event."""
_STATEMENTS = ("advisor.statement/1", STATEMENT)
_TYPE = b"application/vnd.advisor.statement+json"


def signed_bytes(event: Table) -> bytes:
    """The bytes that the signature of an event covers, from the tables of its record."""
    payload: dict[str, Any] = {
        "schema": text_of(event, "signature", "covers"),
        "act": text_of(event, "record", "kind"),
        "record_sha256": text_of(event, "about", "sha256"),
        "by": text_of(event, "statement", "by"),
        "words": text_of(event, "statement", "because"),
        "role": text_of(event, "signature", "role"),
        "claimed_time": text_of(event, "record", "created_utc"),
        "program_sha256": text_of(event, "signature", "program"),
    }
    if "successor" in event:
        payload["successor_sha256"] = text_of(event, "successor", "sha256")
    if "threshold" in event:
        payload["signers"] = event["threshold"]["signers"]
    if "redacted" in event:
        payload["redacted_words"] = event["redacted"]["words"]
    if "token" in event:
        payload["token_sha256"] = text_of(event, "token", "sha256")
    body = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return b"DSSEv1 %d %s %d %s" % (len(_TYPE), _TYPE, len(body), body)


def covers_statement(event: Table) -> bool:
    """Whether the signature of an event covers its statement; one made before statements covers the record's bytes."""
    return text_of(event, "signature", "covers") in _STATEMENTS


@dataclass(frozen=True, slots=True)
class Statements:
    """The front tables of all records as they were sealed, and with their names and texts; and the times proven.

    `proven` is, by the number of a record, the latest time (UTC, ISO 8601) by which it was made.
    """

    sealed: Mapping[int, Table]
    clear: Mapping[int, Table]
    proven: Mapping[int, str]

    def latest(self, number: int) -> str:
        """The latest time at which a record can have been made: the proven one, else now; as YYYYMMDDHHMMSS."""
        proven = "".join(letter for letter in self.proven.get(number, "") if letter.isdigit())
        return proven or signing_time(datetime.now(UTC))


def check_signatures(
    records: Sequence[Verification],
    ledger: Ledger,
    said: Statements,
    trust: Trust,
    policy: Policy | None = None,
) -> None:
    """Judge every sign-off about these records, and hold accepted decisions to their threshold.

    With a policy, its people count and no others, and what it asks of an acceptance is asked besides.
    """
    by_number = {one.number: one for one in records}
    counted: dict[int, list[SignOff]] = {}
    for number, front in sorted(said.clear.items()):
        about = by_number.get(reference(front, "about")[0])
        kind = front["record"]["kind"]
        if about is None or kind == "decision":
            continue
        made = _named(sign_off_of(number, front), ledger, policy or trust)
        refused = "it could not be checked"
        if "signature" not in front:
            _unsigned(about, number, kind, policy)
        else:
            with result_of_its_own(about):
                refused = _refused(about, said, made, ledger, policy or trust)
        signed = counted.setdefault(about.number, [])
        if kind == "sign-off":
            about.signers.append(Signer(made.principal, made.key, number, made.created_utc, refused))
            signed += [] if refused else [made]
        elif kind == "accept":
            _check_threshold(about, front["threshold"]["signers"], signed, trust, policy)
            if policy is not None:
                hold_acceptance(about, signed, policy)


@contextmanager
def result_of_its_own(checked: Verification) -> Iterator[None]:
    """Turn whatever a hostile record, blob or signature causes into a result of that record; the others go on."""
    try:
        yield
    except AdvisorError as error:
        checked.blame(TAMPERED if isinstance(error, Tampered) else UNVERIFIABLE, error.what)
    except Exception as error:
        checked.blame(UNVERIFIABLE, f"it cannot be checked ({type(error).__name__}: {str(error)[:200]})")


def _named(made: SignOff, ledger: Ledger, trust: Trust | Policy) -> SignOff:
    """A sign-off whose name was removed, with the name that its key has among those who may sign."""
    if not made.principal.startswith(HOLDER):
        return made
    if isinstance(trust, Policy):
        name = trust.name_of(made.key)
    else:
        armored = ledger.signature(made.signature)
        name = "" if armored is None else principal_of(armored, trust)
    return replace(made, principal=name) if name else made


def _unsigned(about: Verification, number: int, kind: str, policy: Policy | None) -> None:
    asked = policy.may.roles_for(kind) if policy is not None else ()
    if asked:
        about.blame(UNVERIFIABLE, f"record {number} ({kind}) is not signed: the policy asks for {' or '.join(asked)}")
    else:
        about.not_checked.append(f"who wrote record {number} ({kind}): it is not signed")


def _refused(about: Verification, said: Statements, made: SignOff, ledger: Ledger, trust: Trust | Policy) -> str:
    """Why one signature does not count, or ""; what was changed or is missing is blamed on the record it signs."""
    armored = ledger.signature(made.signature)
    if armored is None:
        about.blame(UNVERIFIABLE, f"the signature of sign-off {made.record} is missing")
        return "the signature is missing"
    if sha256(armored).hexdigest() != made.signature:
        about.blame(TAMPERED, f"the signature of sign-off {made.record} was changed")
        return "the signature was changed"
    front = said.clear[made.record]
    covered = covers_statement(front)
    sealed = said.sealed[made.record]
    data = signed_bytes(sealed) if covered else bytes_of(ledger, about.number, reference(front, "about")[1])
    if not covered:
        about.not_checked.append(
            f"the words, role and time of sign-off {made.record}: it was signed before signatures covered them"
        )
    if isinstance(trust, Policy):
        kind, role = text_of(front, "record", "kind"), text_of(front, "signature", "role")
        role = "" if role == REMOVED else role
        refused = judge(data, armored, made.principal, signing_time(datetime.now(UTC)), None)
        refused = refused or trust.refuses(made.record, kind, made.principal, _key_of(armored), role)
    else:
        # A claimed time proves nothing, so a key must be valid at a proven one too, or today: an expired one could be
        # dated back.
        claimed = "".join(letter for letter in made.created_utc if letter.isdigit())
        refused = judge(data, armored, made.principal, claimed, trust)
        refused = refused or judge(data, armored, made.principal, said.latest(made.record), trust)
    if not refused and _key_of(armored) != made.key:
        refused = f"the sign-off names the key {made.key}, which did not sign"
    if refused:
        _blame(about, made, refused, trust)
    return refused


def _blame(about: Verification, made: SignOff, refused: str, trust: Trust | Policy) -> None:
    who = f"the signature of {made.principal} (sign-off {made.record})"
    if isinstance(trust, Trust) and trust.allowed is None and refused.startswith("nobody"):
        about.not_checked.append(f"{who} matches the bytes; whose key it is: give --allowed-signers")
    else:
        about.blame(TAMPERED if refused.startswith("it does not match") else UNVERIFIABLE, f"{who}: {refused}")


def _check_threshold(
    about: Verification, threshold: int, counted: Sequence[SignOff], trust: Trust, policy: Policy | None
) -> None:
    people = different_signers(counted)
    if threshold < 1:
        about.blame(UNVERIFIABLE, "it was accepted without asking for a single signer")
    if trust.allowed is None and policy is None:
        about.not_checked.append(f"whether enough people signed for it to be accepted ({threshold} asked)")
    elif people < threshold:
        about.blame(UNVERIFIABLE, f"it was accepted for {threshold} signers, and {people} of its signatures count")


def _key_of(armored: bytes) -> str:
    try:
        return read_signature(armored, "the signature").fingerprint
    except BadInput:
        return ""

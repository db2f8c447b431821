"""The signatures of a ledger, each held to the statement it signs, its digest and the allowed signers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from advisor.errors import AdvisorError, BadInput
from advisor.record.audit.status import (
    DISAPPROVE,
    HOLDER,
    SignOff,
    different_signers,
    is_moment,
    reference,
    sign_off_of,
    taken_back_in,
)
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, Signer, Verification
from advisor.record.branches import MERGED, bytes_of
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import REMOVED, WRAPPER, in_clear
from advisor.record.formats.parse import Tampered, text_of
from advisor.record.ledger import Ledger
from advisor.record.signatures.policy import POLICY, Policy, lacks_of_acceptance, objections, words_at_acceptance
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
        "record_sha256": _record_signed(event),
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
    for name in ("token", "policy"):
        if name in event:
            payload[f"{name}_sha256"] = text_of(event, name, "sha256")
    body = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return b"DSSEv1 %d %s %d %s" % (len(_TYPE), _TYPE, len(body), body)


def _record_signed(event: Table) -> str:
    """The digest of the record that an event is about: of a policy, of the record before it."""
    if "policy" in event:
        return text_of(event, "record", "prev_sha256")
    return text_of(event, "original" if "original" in event else "about", "sha256")


def covers_statement(event: Table) -> bool:
    """Whether the signature of an event covers its statement; one made before statements covers the record's bytes."""
    return text_of(event, "signature", "covers") in _STATEMENTS


@dataclass(frozen=True, slots=True)
class Statements:
    """The front tables of all records as they were sealed, and with their names and texts; and the times proven.

    `proven` is, by the number of a record, the latest time (UTC, ISO 8601) by which it was made; `knew`, of which acts
    the branch of a record knew (see `check_events`). `lost` are merged records, as sealed, whose originals are missing
    or were changed: they are in neither of the others.
    """

    sealed: Mapping[int, Table]
    clear: Mapping[int, Table]
    proven: Mapping[int, str]
    knew: Mapping[int, frozenset[int]] = field(default_factory=dict)
    lost: Mapping[int, Table] = field(default_factory=dict)

    def latest(self, number: int) -> str:
        """The latest time at which a record can have been made: the proven one, else now; as YYYYMMDDHHMMSS."""
        proven = "".join(letter for letter in self.proven.get(number, "") if letter.isdigit())
        return proven or signing_time(datetime.now(UTC))


def check_signatures(
    records: Sequence[Verification],
    ledger: Ledger,
    said: Statements,
    trust: Trust,
    policy_of: Callable[[int], Policy | None],
) -> None:
    """Judge the signature of every event about these records, and hold accepted decisions to their threshold.

    `policy_of` gives, by the number of an event, the policy that it is judged by: then the people of that policy count
    and no others, and what it asks of an acceptance is asked besides.
    """
    by_number = {one.number: one for one in records}
    counted: dict[int, _Said] = {}
    for number, front in sorted(said.clear.items()):
        if number in by_number and WRAPPER in front and is_moment(text_of(front, "record", "created_utc")):
            # else a fault of the original, and nothing else of its record is checked
            tables = (said.sealed[number][WRAPPER], front[WRAPPER])
            _check_merge(by_number[number], said, tables, ledger, policy_of(number) or trust)
        kind, policy = front["record"]["kind"], policy_of(number)
        about = by_number.get(number if kind == POLICY else reference(front, "about")[0])
        if about is None or kind == "decision":
            continue
        made = named(sign_off_of(number, front), ledger, policy or trust)
        refused = "it could not be checked"
        if "signature" not in front:
            _unsigned(about, number, kind, policy)
        else:
            with result_of_its_own(about):
                event = SignedEvent(said.sealed[number], front, made, said.latest(number))
                refused = refused_event(about, event, ledger, policy or trust)
        said_of_it = counted.setdefault(about.number, _Said())
        if kind in ("sign-off", DISAPPROVE, POLICY):
            about.signers.append(Signer(made.principal, made.key, number, made.created_utc, refused, kind))
        if kind in ("sign-off", DISAPPROVE) and not refused:
            (said_of_it.disapprovals if kind == DISAPPROVE else said_of_it.sign_offs).append(made)
        elif kind == "accept":
            _check_acceptance(about, front, said_of_it.known(said.knew.get(number, frozenset())), trust, policy)
    for number, wrapper in said.lost.items():
        if number in by_number:
            with result_of_its_own(by_number[number]):
                tables = (wrapper, in_clear(ledger, wrapper))
                _check_merge(by_number[number], said, tables, ledger, policy_of(number) or trust)
    for number, said_of_it in counted.items():
        by_number[number].signers = [_taken_back(one, said_of_it) for one in by_number[number].signers]


@dataclass(slots=True)
class _Said:
    """The sign-offs and the disapprovals of one decision whose signatures count, in order."""

    sign_offs: list[SignOff] = field(default_factory=list)
    disapprovals: list[SignOff] = field(default_factory=list)

    def known(self, knew: frozenset[int]) -> _Said:
        """All sign-offs, and of the disapprovals those that a branch knew."""
        return _Said(self.sign_offs, [one for one in self.disapprovals if one.record in knew])


def _taken_back(signer: Signer, said: _Said) -> Signer:
    """A signer with the record by which the same key or person took the sign-off or the disapproval back, if any."""
    others = {"sign-off": said.disapprovals, DISAPPROVE: said.sign_offs}.get(signer.act, [])
    made = SignOff(signer.record, signer.principal, signer.key, "", "")
    return signer if signer.refused else replace(signer, taken_back_in=taken_back_in(made, others))


def _check_merge(
    checked: Verification, said: Statements, tables: tuple[Table, Table], ledger: Ledger, judge_by: Trust | Policy
) -> None:
    """Judge who took a record over, where the record that holds it is signed, or a policy asks for a signature.

    `tables` are those of that record as sealed and in clear.
    """
    sealed, clear = tables
    number = checked.number
    if "signature" in clear:
        with result_of_its_own(checked):
            made = named(sign_off_of(number, clear), ledger, judge_by)
            refused_event(checked, SignedEvent(sealed, clear, made, said.latest(number)), ledger, judge_by)
    elif isinstance(judge_by, Policy) and judge_by.may.roles_for(MERGED):
        _unsigned(checked, number, MERGED, judge_by)


@contextmanager
def result_of_its_own(checked: Verification) -> Iterator[None]:
    """Turn whatever a hostile record, blob or signature causes into a result of that record; the others go on."""
    try:
        yield
    except AdvisorError as error:
        checked.blame(TAMPERED if isinstance(error, Tampered) else UNVERIFIABLE, error.what)
    except Exception as error:
        checked.blame(UNVERIFIABLE, f"it cannot be checked ({type(error).__name__}: {str(error)[:200]})")


def named(made: SignOff, ledger: Ledger, trust: Trust | Policy) -> SignOff:
    """A sign-off whose name was removed, with the name that its key has among those who may sign."""
    if not made.principal.startswith(HOLDER):
        return made
    if isinstance(trust, Policy):
        name = trust.name_of(made.key)
    else:
        try:
            armored = ledger.signature(made.signature)
        except BadInput:
            return made  # a link, or too large: said where the signature is judged
        name = "" if armored is None else principal_of(armored, trust)
    return replace(made, principal=name) if name else made


def not_signed(number: int, kind: str) -> str:
    """The sentence for an event without a signature, where a policy asks for a signature."""
    return f"record {number} ({kind}) is not signed"


def _unsigned(about: Verification, number: int, kind: str, policy: Policy | None) -> None:
    asked = policy.may.roles_for(kind) if policy is not None else ()
    if asked:
        about.blame(UNVERIFIABLE, f"{not_signed(number, kind)}: the policy asks for {' or '.join(asked)}")
    else:
        about.not_checked.append(f"who wrote record {number} ({kind}): it is not signed")


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A signed event: its tables as sealed and in clear, who signed, and the latest time at which it can be made."""

    sealed: Table
    clear: Table
    made: SignOff
    latest: str


def refused_event(about: Verification, event: SignedEvent, ledger: Ledger, trust: Trust | Policy) -> str:
    """Why one signature does not count, or ""; what was changed or is missing is blamed on the record it signs."""
    made, front = event.made, event.clear
    if not is_moment(made.created_utc):
        return "the time it claims is none"  # which is a fault of its own record, and nothing else of that is checked
    kind = text_of(front, "record", "kind")
    armored = ledger.signature(made.signature)
    if armored is None:
        about.blame(UNVERIFIABLE, f"the signature of sign-off {made.record} is missing")
        return "the signature is missing"
    if sha256(armored).hexdigest() != made.signature:
        about.blame(TAMPERED, f"the signature of sign-off {made.record} was changed")
        return "the signature was changed"
    covered = covers_statement(front)
    data = signed_bytes(event.sealed) if covered else bytes_of(ledger, about.number, reference(front, "about")[1])
    if not covered:
        about.not_checked.append(
            f"the words, role and time of sign-off {made.record}: it was signed before signatures covered them"
        )
    if isinstance(trust, Policy):
        role = text_of(front, "signature", "role")
        role = "" if role == REMOVED else role
        refused = judge(data, armored, made.principal, signing_time(datetime.now(UTC)), None)
        refused = refused or trust.refuses(made.record, kind, made.principal, key_of(armored), role)
    else:
        # A claimed time proves nothing, so a key must be valid at a proven one too, or today: an expired one could be
        # dated back.
        claimed = "".join(letter for letter in made.created_utc if letter.isdigit())
        refused = judge(data, armored, made.principal, claimed, trust)
        refused = refused or judge(data, armored, made.principal, event.latest, trust)
    if not refused and key_of(armored) != made.key:
        refused = f"the sign-off names the key {made.key}, which did not sign"
    if not refused and not covered and kind != "sign-off":
        # Else the signature of a sign-off from before statements could be laid under an act that nobody signed.
        refused = f"it covers the bytes of record {about.number}, and does not say {kind}"
    if refused:
        _blame(about, made, refused, trust)
    return refused


def _blame(about: Verification, made: SignOff, refused: str, trust: Trust | Policy) -> None:
    who = f"the signature of {made.principal} (sign-off {made.record})"
    if isinstance(trust, Trust) and trust.allowed is None and refused.startswith("nobody"):
        about.not_checked.append(f"{who} matches the bytes; whose key it is: give --allowed-signers")
    else:
        about.blame(TAMPERED if refused.startswith("it does not match") else UNVERIFIABLE, f"{who}: {refused}")


def _check_acceptance(about: Verification, front: Table, said: _Said, trust: Trust, policy: Policy | None) -> None:
    threshold = front["threshold"]["signers"]
    signed, disapproved = words_at_acceptance(said.sign_offs, said.disapprovals, policy)
    people = different_signers(signed)
    if threshold < 1:
        about.blame(UNVERIFIABLE, "it was accepted without asking for a single signer")
    if trust.allowed is None and policy is None:
        about.not_checked.append(f"whether enough people signed for it to be accepted ({threshold} asked)")
    elif people < threshold:
        about.blame(UNVERIFIABLE, f"it was accepted for {threshold} signers, and {people} of its signatures count")
    if objected := objections(disapproved):
        about.blame(UNVERIFIABLE, f"it was accepted while it was {objected}")
    for lacking in lacks_of_acceptance(signed, policy) if policy is not None else ():
        about.blame(UNVERIFIABLE, lacking)


def key_of(armored: bytes) -> str:
    """The fingerprint of the key that made a signature; empty where it is not one."""
    try:
        return read_signature(armored, "the signature").fingerprint
    except BadInput:
        return ""

"""The chain of a ledger: numbers without a gap, each record holding the digest of the one before, an anchored head."""

from __future__ import annotations

from datetime import datetime

from advisor.record.audit.status import reference
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, LedgerVerification, Verification
from advisor.record.formats.encoding import FIRST, Table
from advisor.record.kept_words import commitments, is_salted

_OF_ANY_RECORD = ("sign-off", "portfolio", "redact", "time")


def check_chain(records: list[Verification]) -> None:
    """Numbers without a gap, and each record holding the digest of the one before."""
    before: Verification | None = None
    for record in records:
        expected = before.number + 1 if before else 1
        if record.number != expected:
            last = record.number - 1
            gone = f"record {last} is gone" if last == expected else f"records {expected} to {last} are gone"
            record.blame(TAMPERED, f"{gone} from before it")
        elif record.prev_sha256 and record.prev_sha256 != (before.sha256 if before else FIRST):
            record.blame(TAMPERED, "the record before it is not the one it was chained to")
            if before:
                before.blame(TAMPERED, f"record {record.number} was chained to other bytes than these")
        before = record


def check_references(records: list[Verification], fronts: dict[int, Table]) -> None:
    """A sign-off, accept, supersede or withdraw must speak of bytes that lie in this ledger."""
    digests = {one.number: one.sha256 for one in records}
    for one in records:
        for name in ("about", "successor"):
            number, digest = reference(fronts.get(one.number, {}), name)
            if number and digests.get(number) != digest:
                one.blame(TAMPERED, f"it refers to other bytes than record {number} has")
        for member in fronts.get(one.number, {}).get("members", ()):
            if digests.get(member["seq"]) != member["sha256"]:
                one.blame(TAMPERED, f"it refers to other bytes than record {member['seq']} has")
            elif member["seq"] >= one.number:
                one.blame(UNVERIFIABLE, f"it refers to record {member['seq']}, which is not before it")


def check_events(records: list[Verification], fronts: dict[int, Table]) -> None:
    """What the writer of events refuses is refused here too: impossible times, and acts that cannot be.

    An event must not claim a time before the record it refers to and, since schema 5, no record one before the record
    it follows; only a decision that still holds can be accepted, superseded or withdrawn, and only by a newer decision.
    """
    ended: set[int] = set()
    latest = ""
    for one in records:
        if one.number not in fronts:
            continue
        if not _is_moment(one.created_utc):
            one.blame(UNVERIFIABLE, f"its time {one.created_utc} is none")
        if is_salted(fronts[one.number]) and one.created_utc < latest:
            one.blame(UNVERIFIABLE, f"it claims a time before {latest}, which the record before it claims")
        latest = one.created_utc
        if one.kind != "decision":
            _check_event(one, fronts, ended)


def _check_event(one: Verification, fronts: dict[int, Table], ended: set[int]) -> None:
    """Hold an event to the record it is about; `ended` are the decisions that hold no more by then."""
    front = fronts[one.number]
    about = reference(front, "about")[0]
    if about not in fronts:
        return
    if about >= one.number:
        one.blame(UNVERIFIABLE, f"it refers to record {about}, which is not before it")
    if one.created_utc < fronts[about]["record"]["created_utc"]:
        one.blame(UNVERIFIABLE, f"it claims a time before that of record {about}, to which it refers")
    if one.kind == "redact" and not set(front["redacted"]["words"]) <= set(commitments(fronts[about])):
        one.blame(UNVERIFIABLE, f"it redacts a name or text that record {about} does not have")
    if one.kind in _OF_ANY_RECORD:
        return
    if fronts[about]["record"]["kind"] != "decision":
        one.blame(UNVERIFIABLE, f"record {about} is not a decision")
    if about in ended:
        one.blame(UNVERIFIABLE, f"record {about} was superseded or withdrawn before")
    newer = reference(front, "successor")[0]
    if one.kind == "supersede" and not (
        about < newer < one.number and newer in fronts and fronts[newer]["record"]["kind"] == "decision"
    ):
        one.blame(UNVERIFIABLE, f"record {newer} is not a decision made between record {about} and this one")
    if one.kind in ("supersede", "withdraw"):
        ended.add(about)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_head(found: LedgerVerification, head: str, given_by: str = "--head") -> None:
    """Look for the digest that somebody kept elsewhere: it is what removing the last records cannot undo."""
    if not head:
        found.not_checked.append(
            f"whether newer records were cut off or the whole ledger replaced: give {given_by}, a digest kept elsewhere"
        )
        return
    wanted = head.lower().removeprefix("sha256:")
    found.anchored = next((one.number for one in found.records if one.sha256 == wanted), 0)
    if not found.anchored:
        found.blame(TAMPERED, f"no record has the digest {wanted}: the ledger was rolled back, rewritten or exchanged")
    elif found.anchored < found.records[-1].number:
        found.not_checked.append(f"whether records after {found.anchored} were cut off: the head given ends there")

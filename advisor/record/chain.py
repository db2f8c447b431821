"""The chain of a ledger: numbers without a gap, each record holding the digest of the one before, an anchored head."""

from __future__ import annotations

from advisor.record.encoding import FIRST, Table
from advisor.record.status import reference
from advisor.record.verification import TAMPERED, LedgerVerification, Verification


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
                one.blame(TAMPERED, f"it speaks of other bytes than record {number} has")


def check_head(found: LedgerVerification, head: str) -> None:
    """Look for the digest that somebody kept elsewhere: it is what removing the last records cannot undo."""
    if not head:
        found.not_checked.append(
            "whether newer records were cut off or the whole ledger replaced: give --head, a digest kept elsewhere"
        )
        return
    wanted = head.lower().removeprefix("sha256:")
    found.anchored = next((one.number for one in found.records if one.sha256 == wanted), 0)
    if not found.anchored:
        found.blame(TAMPERED, f"no record has the digest {wanted}: the ledger was rolled back, rewritten or exchanged")
    elif found.anchored < found.records[-1].number:
        found.not_checked.append(f"whether records after {found.anchored} were cut off: the head given ends there")

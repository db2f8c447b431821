"""What the order of records says: the status of a decision by those after it, and the chain without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from advisor.errors import BadInput
from advisor.record.audit.verification import FORKED, TAMPERED, UNVERIFIABLE, LedgerVerification, Verification
from advisor.record.branches import MERGED, Here, fronts_of, original_entry
from advisor.record.formats.encoding import FIRST, Table
from advisor.record.formats.kept_words import REMOVED, WRAPPER, commitments, is_salted
from advisor.record.formats.parse import read_front, text_of
from advisor.record.ledger import Ledger

# The status of a decision, derived from the records after it: a record itself is never edited.


DISAPPROVE = "disapprove"
"""The kind of a record by which somebody objects to a decision."""
HOLDER = "the holder of "
"""Before the key of somebody whose name was removed."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One sign-off or disapproval: in which record it is, by whom, with which key, the digest of its signature."""

    record: int
    principal: str
    key: str
    signature: str
    created_utc: str


@dataclass(slots=True)
class Standing:
    """What later records say of one decision."""

    sign_offs: list[SignOff]
    disapprovals: list[SignOff] = field(default_factory=list)
    accepted_in: int = 0
    threshold: int = 0
    superseded_by: int = 0
    withdrawn_in: int = 0

    @property
    def signed(self) -> int:
        """How many different people signed and did not take it back, by what the ledger itself says."""
        return different_signers(self.approving)

    @property
    def approving(self) -> list[SignOff]:
        """The sign-offs that nobody took back, by what the ledger itself says."""
        return last_words(self.sign_offs, self.disapprovals)[0]

    @property
    def objecting(self) -> list[SignOff]:
        """The disapprovals that nobody took back, by what the ledger itself says."""
        return last_words(self.sign_offs, self.disapprovals)[1]

    @property
    def holds(self) -> bool:
        """Whether the decision is neither superseded nor withdrawn."""
        return not self.superseded_by and not self.withdrawn_in

    @property
    def words(self) -> str:
        """The status in words."""
        if self.withdrawn_in:
            return f"withdrawn (record {self.withdrawn_in})"
        if self.superseded_by:
            return f"superseded by record {self.superseded_by}"
        people = different_signers(self.objecting)
        objected = f", disapproved by {people}" if people else ""
        if self.accepted_in:
            return f"accepted (record {self.accepted_in}){objected}"
        return (f"proposed, signed by {self.signed}" if self.signed else "proposed") + objected

    def taken_back(self, made: SignOff) -> str:
        """Where a sign-off or a disapproval was taken back, in words that follow it, or ""."""
        record = taken_back_in(made, self.disapprovals if made in self.sign_offs else self.sign_offs)
        return f", taken back in record {record}" if record else ""


def standings(fronts: Mapping[int, Table]) -> dict[int, Standing]:
    """The standing of every decision, from the front tables of all records by number."""
    found: dict[int, Standing] = {}
    for number, front in sorted(fronts.items()):
        kind = front["record"]["kind"]
        if kind == "decision":
            found[number] = Standing([])
        elif (about := reference(front, "about")[0]) in found:
            _apply(found[about], number, kind, front)
    return found


def standing_in(ledger: Ledger, number: int) -> Standing:
    """The standing of one decision, by its ledger."""
    return standings(fronts_of(ledger, number))[number]


def standing_of(ledger: Ledger, number: int) -> Standing | None:
    """The status of a record; None where it is not a decision. Raises Tampered or NotARecord."""
    entry = original_entry(ledger, number)
    is_decision = read_front(entry.data, str(entry.path))["record"]["kind"] == "decision"
    return standing_in(ledger, number) if is_decision else None


def reference(front: Table, name: str) -> tuple[int, str]:
    """The number and digest of the record that a front table names; 0 and "" where it names none."""
    table = front.get(name)
    seq = table.get("seq") if isinstance(table, dict) else None
    return (seq, text_of(front, name, "sha256")) if isinstance(seq, int) else (0, "")


def different_signers(sign_offs: Iterable[SignOff]) -> int:
    """Count people: a sign-off counts when neither its key nor its principal has signed before."""
    keys: set[str] = set()
    people: set[str] = set()
    count = 0
    for one in sign_offs:
        if one.key not in keys and one.principal not in people:
            count += 1
        keys.add(one.key)
        people.add(one.principal)
    return count


def last_words(sign_offs: Sequence[SignOff], disapprovals: Sequence[SignOff]) -> tuple[list[SignOff], list[SignOff]]:
    """The sign-offs and the disapprovals of one decision that nobody took back.

    Of each key, and of each person, the last word counts: a disapproval takes a sign-off before it back, and a sign-off
    a disapproval.
    """
    return _not_taken_back(sign_offs, disapprovals), _not_taken_back(disapprovals, sign_offs)


def _not_taken_back(said: Iterable[SignOff], others: Iterable[SignOff]) -> list[SignOff]:
    last: dict[tuple[str, str], int] = {}
    for other in others:
        for who in (("key", other.key), ("person", other.principal)):
            last[who] = max(last.get(who, 0), other.record)
    return [
        one for one in said if one.record > max(last.get(("key", one.key), 0), last.get(("person", one.principal), 0))
    ]


def taken_back_in(made: SignOff, others: Iterable[SignOff]) -> int:
    """The record by which the same key or person took a sign-off or a disapproval back, 0 where there is none."""
    later = (
        other.record
        for other in others
        if other.record > made.record and (other.key == made.key or other.principal == made.principal)
    )
    return min(later, default=0)


def _apply(standing: Standing, number: int, kind: str, front: Table) -> None:
    if kind == "sign-off":
        standing.sign_offs.append(sign_off_of(number, front))
    elif kind == DISAPPROVE:
        standing.disapprovals.append(sign_off_of(number, front))
    elif kind == "accept":
        asked = front.get("threshold", {}).get("signers", 0)
        standing.accepted_in, standing.threshold = number, asked if isinstance(asked, int) else 0
    elif kind == "supersede":
        standing.superseded_by = reference(front, "successor")[0]
    elif kind == "withdraw":
        standing.withdrawn_in = number


def sign_off_of(number: int, front: Table) -> SignOff:
    """What the front tables of a sign-off say."""
    key, digest = text_of(front, "signature", "key"), text_of(front, "signature", "sha256")
    by = text_of(front, "statement", "by")
    if by == REMOVED:
        by = f"{HOLDER}{key}"
    return SignOff(number, by, key, digest, text_of(front, "record", "created_utc"))


# The chain of a ledger: numbers without a gap, each record holding the digest of the one before, an anchored head.


_OF_ANY_RECORD = ("sign-off", "portfolio", "redact", "time")


def check_link(record: Verification, before: Verification | None, here: Here, ledger: Ledger) -> None:
    """Numbers without a gap, and each record holding the digest of the one before; else it is of another branch.

    A whole record is FORKED that follows an earlier one than that before it, or one that waits among the blobs, and so
    is what follows such a one: as two branches put side by side are, and as no changed byte is. What follows bytes that
    are nowhere here may as well follow a record that was changed since: that is tampering.
    """
    expected = before.number + 1 if before else 1
    linked = record.prev_sha256 == (before.sha256 if before else FIRST)
    if record.number != expected:
        last = record.number - 1
        gone = f"record {last} is gone" if last == expected else f"records {expected} to {last} are gone"
        record.blame(TAMPERED, f"{gone} from before it")
    if not record.prev_sha256 or record.sha256 in here:
        is_fork = False
    else:
        follows = here.seq(record.prev_sha256) == record.seq - 1 or _waits(record, ledger)
        is_fork = record.prev_sha256 in here.forked or (follows and not (linked and record.seq == record.number))
    if is_fork:
        here.forked.add(record.sha256)
        words = "it is of another branch, whole, and was not taken over from there: see advisor records merge"
        record.blame(UNVERIFIABLE, f"written as record {record.seq}, {words}", FORKED)
    elif record.prev_sha256 and record.number == expected and not (linked and record.seq == record.number):
        _blame_link(record, before, linked)


def _blame_link(record: Verification, before: Verification | None, linked: bool) -> None:
    if record.seq != record.number:
        record.blame(TAMPERED, f"it was written as record {record.seq}, and lies here as {record.number}")
    if not linked:
        record.blame(
            TAMPERED, "the record before it is not the one it was chained to: that was changed, or is of another branch"
        )
        if before:
            before.blame(TAMPERED, f"record {record.number} was chained to other bytes than these")


def _waits(record: Verification, ledger: Ledger) -> bool:
    """Whether the bytes that a record follows wait among the blobs, as git's merge driver keeps them."""
    try:
        blob = ledger.blob(record.prev_sha256)
    except BadInput as error:
        record.blame(UNVERIFIABLE, f"the record that it was chained to cannot be read: {error.what}")
        return False
    if blob is not None and sha256(blob).hexdigest() != record.prev_sha256:
        record.blame(TAMPERED, f"the record that it was chained to (blobs/sha256/{record.prev_sha256}) was changed")
        return False
    return blob is not None


def check_original(record: Verification, wrapper: Table, here: Here) -> None:
    """What was taken over must be whole up to where its branch parts from ours, and be taken over once."""
    taken = record.taken_over
    assert taken is not None
    if taken.seq != wrapper["original"]["seq"]:
        record.blame(TAMPERED, f"it holds record {taken.seq} of its branch and says {wrapper['original']['seq']}")
    if here.seq(taken.prev_sha256) != taken.seq - 1:
        record.blame(TAMPERED, f"record {taken.seq - 1} of its branch, to which it was chained, is not here before it")
    if taken.sha256 in here:
        record.blame(UNVERIFIABLE, "it took over a record that was here before")
    if taken.holds and taken.holds not in here:
        record.blame(UNVERIFIABLE, "it took over a merged record, and what that one held was not here before")


def check_references(record: Verification, front: Table, here: Here) -> None:
    """What a record refers to must be here before it, as the bytes and number that it names in its own branch."""
    own = front["record"]["seq"]
    named = [reference(front, name) for name in ("about", "successor") if name in front]
    for number, digest in [*named, *((each["seq"], each["sha256"]) for each in front.get("members", ()))]:
        if here.seq(digest) != number:
            record.blame(TAMPERED, f"it refers to other bytes than record {number} has")
        if number >= own:
            record.blame(UNVERIFIABLE, f"it refers to record {number}, which is not before it")
    about, newer = (reference(front, name)[0] for name in ("about", "successor"))
    if newer and not about < newer:
        record.blame(UNVERIFIABLE, f"record {newer} is not a decision made between record {about} and this one")


def check_events(records: list[Verification], fronts: dict[int, Table]) -> dict[int, frozenset[int]]:
    """What the writer of events refuses is refused here too: impossible times, and acts that cannot be.

    An event must not claim a time before the record it refers to and, since schema 5, no record one before the record
    it follows; only a decision that still holds, as far as its branch knew, can be accepted, disapproved, superseded or
    withdrawn, and only by a decision. Gives, by the number of an acceptance, which records its branch knew that ended a
    decision or disapproved of one: of the former the decision, of the latter the record itself.
    """
    knew: dict[int, frozenset[int]] = {}
    kinds = {number: front["record"]["kind"] for number, front in fronts.items()}
    ended: dict[str, frozenset[int]] = {}
    latest = ""
    for one in records:
        if one.number in fronts:
            latest = _check_time(one, fronts[one.number], latest)
        past = ended.get(one.prev_sha256, frozenset())
        if one.number in fronts:
            if one.taken_over is None:
                knew[one.number] = past
                past = _check_event(one, fronts, kinds, past)
            else:
                known = ended.get(one.taken_over.prev_sha256, frozenset())
                known |= ended.get(one.taken_over.holds, frozenset())
                knew[one.number] = known
                ended[one.taken_over.sha256] = _check_event(one, fronts, kinds, known)
                past |= ended[one.taken_over.sha256]
        ended[one.sha256] = past
    return knew


def _check_time(one: Verification, front: Table, latest: str) -> str:
    """Since schema 5 a record does not claim a time before `latest`, that of the record it follows; gives its own."""
    head = front.get(WRAPPER, front)["record"]
    if is_salted(front.get(WRAPPER, front)) and head["created_utc"] < latest:
        one.blame(UNVERIFIABLE, f"it claims a time before {latest}, which the record before it claims")
    return str(head["created_utc"])


def _check_event(
    one: Verification, fronts: dict[int, Table], kinds: dict[int, str], ended: frozenset[int]
) -> frozenset[int]:
    """Check one event against the decisions that had ended before it in its branch; gives those that have after it."""
    for moment in (one.created_utc, *([one.taken_over.created_utc] if one.taken_over else [])):
        if not is_moment(moment):
            one.blame(UNVERIFIABLE, f"its time {moment} is none")
    front, about = fronts[one.number], reference(fronts[one.number], "about")[0]
    if one.kind in ("decision", MERGED) or about not in fronts:
        return ended
    if one.created_utc < fronts[about]["record"]["created_utc"]:
        one.blame(UNVERIFIABLE, f"it claims a time before that of record {about}, to which it refers")
    if one.kind == "redact" and not set(front["redacted"]["words"]) <= set(commitments(fronts[about])):
        one.blame(UNVERIFIABLE, f"it redacts a name or text that record {about} does not have")
    if one.kind in _OF_ANY_RECORD:
        return ended
    if kinds[about] != "decision":
        one.blame(UNVERIFIABLE, f"record {about} is not a decision")
    if about in ended:
        one.blame(UNVERIFIABLE, f"record {about} was superseded or withdrawn before")
    newer = reference(front, "successor")[0]
    if one.kind == "supersede" and kinds.get(newer) != "decision":
        one.blame(UNVERIFIABLE, f"record {newer} is not a decision")
    if one.kind == DISAPPROVE:
        return ended | {one.number}
    return ended | {about} if one.kind in ("supersede", "withdraw") else ended


def is_moment(text: str) -> bool:
    """Whether a claimed time is one."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_head(found: LedgerVerification, head: str, given_by: str) -> None:
    """Look for the digest that somebody kept elsewhere: it is what removing the last records cannot undo."""
    if not head:
        found.not_checked.append(
            f"whether newer records were cut off or the whole ledger replaced: give {given_by}, a digest kept elsewhere"
        )
        return
    wanted = head.lower().removeprefix("sha256:")
    found.anchored = next(
        (one.number for one in found.records if wanted in (one.sha256, one.taken_over and one.taken_over.sha256)), 0
    )
    if not found.anchored:
        found.blame(TAMPERED, f"no record has the digest {wanted}: the ledger was rolled back, rewritten or exchanged")
    elif found.anchored < found.records[-1].number:
        found.not_checked.append(f"whether records after {found.anchored} were cut off: the head given ends there")

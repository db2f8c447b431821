"""What happens to a decision after it was recorded: sign-off, disapproval, acceptance, end, redaction, a proven time.

Each is a record of its own, and so is a policy, which says who may do what from there on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.bounded_read import read_file
from advisor.errors import BadInput, nearest
from advisor.knowledge.pack import program_digest
from advisor.record.audit.status import DISAPPROVE, different_signers, standing_in
from advisor.record.audit.verification import TAMPERED, TOSS_UP
from advisor.record.branches import fronts_of, original_entry
from advisor.record.formats.encoding import Position, Table, timestamp
from advisor.record.formats.kept_words import WordKeeper, claimed_time, fields_of, front_in_clear, redactions
from advisor.record.formats.models import EVENTS, Head
from advisor.record.formats.parse import read_front, text_of
from advisor.record.ledger import Entry, Ledger, Saved
from advisor.record.signatures.ledger_policy import policy_in_force
from advisor.record.signatures.policy import (
    POLICY,
    Policy,
    lacks_of_acceptance,
    locked_out,
    objections,
    read_policy,
    words_at_acceptance,
)
from advisor.record.signatures.sign_offs import STATEMENT, signed_bytes
from advisor.record.signatures.ssh_keygen import Trust, judge, read_signature, sign_bytes, signing_time
from advisor.record.signatures.statement import checked_text
from advisor.record.signatures.time_token import judge_token
from advisor.text import visible

if TYPE_CHECKING:
    from advisor.record.audit.replay import Assess


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


# Sign a record that holds: nobody should put their name to one that does not.


def sign(ledger: Ledger, act: Act, key: Path, assess: Assess, show: Callable[[str], None] = lambda line: None) -> Saved:
    """Verify a record, derive it again, and sign it; raises BadInput where it does not hold, or the key cannot sign."""
    checked, signing = _checked(ledger, act, key, assess)
    for line in what_is_signed(ledger, act):
        show(line)
    return sign_off(ledger, act, signing, checked)


def object_to(ledger: Ledger, act: Act, key: Path, show: Callable[[str], None] = lambda line: None) -> Saved:
    """Verify a decision, without deriving it again, and sign that `act.by` disapproves of it; raises BadInput."""
    checked, signing = _checked(ledger, act, key, None)
    for line in what_is_signed(ledger, act, "objects"):
        show(line)
    return disapprove(ledger, act, signing, checked)


def _checked(ledger: Ledger, act: Act, key: Path, assess: Assess | None) -> tuple[str, Signing]:
    from advisor.record.audit.verify import trust_of  # slow to import, and not needed to list records

    return refuse_broken(ledger, act.about, assess), Signing(key, trust_of(ledger))


def refuse_broken(ledger: Ledger, number: int, assess: Assess | None) -> str:
    """The digest of the bytes that hold; raises BadInput where they do not, or another record was tampered with.

    Without `assess` the verdict is not derived again. A toss-up is for people to decide.
    """
    from advisor.record.audit.verify import Scope, verify

    found, todo = verify(ledger, Scope(number, assess)), "it was not signed; see: advisor records verify"
    for one in found.records:
        for problem in one.problems:
            if problem.status == TAMPERED:
                raise BadInput(str(one.file), problem.sentence, todo)
    for problem in found.shown[0].problems:
        if problem.status != TOSS_UP:
            raise BadInput(str(found.shown[0].file), problem.sentence, todo)
    return found.shown[0].sha256


def what_is_signed(ledger: Ledger, act: Act, does: str = "signs") -> Iterator[str]:
    """What a signature will cover, in lines that are safe for a terminal."""
    entry = ledger.entry(act.about)
    front = front_in_clear(original_entry(ledger, act.about))
    title, chosen = text_of(front, "decision", "title"), text_of(front, "verdict", "option")
    yield visible(f"{does:<7} record {act.about}, sha256 {entry.digest}")
    if title or chosen:
        yield visible(f"        {title}: {chosen}")
    yield visible(f"as      {act.by}" + (f", {act.role}" if act.role else ""))
    yield visible(f"words   {act.because}")


def sign_off(ledger: Ledger, act: Act, key: Path | Signing, digest: str = "") -> Saved:
    """Sign a statement about any record; `act.by` is the principal as the allowed-signers file names it.

    Each record holds the digest of the one before: who signs the last one signs the ledger up to it. With `digest`,
    raises BadInput where the record has other bytes by now than those that were checked.
    """
    entry = _stated(ledger, act)
    _hold_unchanged(entry, digest)
    return _append(ledger, "sign-off", act, entry, {}, key if isinstance(key, Signing) else Signing(key))


def disapprove(ledger: Ledger, act: Act, signing: Signing, digest: str = "") -> Saved:
    """Object to a decision that still holds: while that stands, it cannot be accepted.

    Whoever signs the decision later takes the disapproval back; who signed before takes that back with it. `digest` is
    as in `sign_off`.
    """
    entry = _decision(ledger, act)
    _hold_unchanged(entry, digest)
    return _append(ledger, DISAPPROVE, act, entry, {}, signing)


def _hold_unchanged(entry: Entry, digest: str) -> None:
    if digest and entry.digest != digest:
        raise BadInput(str(entry.path), "was changed after it was checked", "it was not signed; verify the ledger")


def accept(ledger: Ledger, act: Act, threshold: int, signing: Signing | None = None) -> Saved:
    """Accept a decision that at least `threshold` different people have signed, each with a key of their own.

    Raises BadInput while somebody disapproves of it. The signatures are counted as recorded here; `verify` holds them
    to the allowed signers.
    """
    if threshold < 1:
        raise BadInput("--signers", "an acceptance needs a signer", "ask for 1 or more")
    entry = _decision(ledger, act)
    standing, policy = standing_in(ledger, act.about), policy_in_force(ledger)
    by = policy.policy if policy else None
    sign_offs, disapproved = words_at_acceptance(standing.sign_offs, standing.disapprovals, by)
    signed = different_signers(sign_offs)
    if objected := objections(disapproved):
        raise BadInput(str(entry.path), f"is {objected}", "who signs it takes the disapproval back")
    if signed < threshold:
        raise BadInput(str(entry.path), f"is signed by {signed} so far", f"{threshold} different people are needed")
    for lacking in lacks_of_acceptance(sign_offs, policy.policy) if policy else ():
        raise BadInput(str(entry.path), lacking, f"the policy is record {policy.record if policy else 0}")
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


def redact(ledger: Ledger, act: Act, only: Sequence[str] = (), signing: Signing | None = None) -> Saved:
    """Delete names and free text of a record, of the fields named or of all, once a record tells of it.

    Raises BadInput where the record holds them in clear, as those of schema 4 and before do: their bytes cannot change.
    A deletion that was recorded and interrupted is finished by asking again.
    """
    entry = _stated(ledger, act)
    found = to_redact(ledger, act, only)
    if found.new:
        saved = _append(ledger, "redact", act, entry, {"redacted": {"words": list(found.new)}}, signing)
    else:
        last = ledger.entry(found.told_in)
        saved = Saved(last.path, last.number, last.digest, durable=True)
    durable = [ledger.delete_words(digest) for digest in found.asked]
    return Saved(saved.path, saved.number, saved.digest, saved.durable and all(durable))


@dataclass(frozen=True, slots=True)
class ToRedact:
    """The digests of texts that are asked for, those that no record redacts yet, and those that are still there.

    `told_in` is the record that redacted the others, where there is one.
    """

    asked: tuple[str, ...]
    new: tuple[str, ...]
    there: tuple[str, ...]
    told_in: int


def to_redact(ledger: Ledger, act: Act, only: Sequence[str] = ()) -> ToRedact:
    """What `redact` would delete; raises BadInput as it does, and changes nothing."""
    entry = _stated(ledger, act)
    fronts = fronts_of(ledger, clear=False)
    front = fronts[act.about]
    fields = fields_of(front)
    if not fields:
        raise BadInput(
            str(entry.path), f"holds names and text in clear, as {front['record']['schema']} does",
            "its bytes cannot change; see: docs/record-format.md, under Retention",
        )  # fmt: skip
    for name in only:
        if name not in fields:
            raise BadInput(f"--only {name}", f"is not stated in record {act.about}", nearest(name, fields))
    asked = tuple(dict.fromkeys(digest for name in only or fields for digest in fields[name]))
    gone = redactions(fronts).get(act.about, {})
    new = tuple(digest for digest in asked if digest not in gone)
    there = tuple(digest for digest in asked if ledger.words(digest) is not None)
    if not new and not there:
        raise BadInput(str(entry.path), "has nothing left to redact", "nothing was changed")
    return ToRedact(asked, new, there, max(gone.values(), default=0))


def stamp(ledger: Ledger, act: Act, reply: bytes, authority: bytes, signing: Signing | None = None) -> Saved:
    """Keep an authority's time token about a record; raises BadInput where it does not hold."""
    entry = _stated(ledger, act)
    found = judge_token(reply, entry.digest, authority)
    if found.at is None:
        raise BadInput("--reply", f"proves nothing of record {act.about}: {found.refused}", "nothing was recorded")
    claimed = read_front(entry.data, str(entry.path))["record"]["created_utc"]
    if claimed > timestamp(found.at):
        raise BadInput(
            "--reply", f"proves that record {act.about} existed at {timestamp(found.at)}, and it claims {claimed}",
            "nothing was recorded",
        )  # fmt: skip
    ledger.keep_blob(reply)
    return _append(ledger, "time", act, entry, {"token": {"sha256": sha256(reply).hexdigest()}}, signing)


def set_policy(ledger: Ledger, act: Act, file: Path, key: Path) -> Saved:
    """Set who may do what after the record that is written, also in an empty ledger; `act.about` counts nothing.

    Raises BadInput for a file that is not a policy, that is in force already, or by which nobody could go on; and where
    the signature would not count: by the policy in force or, of a first one, by the policy itself.
    """
    data = read_file(file, follow=True)
    policy, now, number = read_policy(data, str(file)), policy_in_force(ledger), ledger.next().seq
    if now is not None and now.digest == sha256(data).hexdigest():
        raise BadInput(str(file), f"is the policy in force already, by record {now.record}", "nothing was recorded")
    if stuck := locked_out(policy, number + 1):
        raise BadInput(
            str(file), f"would lock everyone out: {stuck}", "nothing was recorded; name more people or roles"
        )
    _hold_stated(act)
    ledger.keep_verifier()
    more = {"policy": {"sha256": sha256(data).hexdigest()}}
    return _append(ledger, POLICY, act, None, more, Signing(key), (policy if now is None else now.policy, data))


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
    written = original_entry(ledger, number)
    return str(read_front(written.data, str(written.path))["record"]["kind"])


def _stated(ledger: Ledger, act: Act) -> Entry:
    _hold_stated(act)
    return ledger.entry(act.about)


def _hold_stated(act: Act) -> None:
    if not act.by.strip() or not act.because.strip():
        raise BadInput("records", "who does it, and why, must be said", "give --by and --because")


def _append(
    ledger: Ledger,
    kind: str,
    act: Act,
    about: Entry | None,
    more: Table,
    signing: Signing | None,
    judging: tuple[Policy, bytes] | None = None,
) -> Saved:
    """Save an event; `judging` is the policy that judges it, where that is not the one in force, and a blob to keep."""
    keeper = WordKeeper(ledger)
    said = {"by": checked_text(act.by, "--by"), "because": checked_text(act.because, "--because")}
    next_place = ledger.next()
    act = replace(act, at=datetime.fromisoformat(claimed_time(ledger, next_place, timestamp(act.at))))
    who = keeper.commit({"statement": said})["statement"]
    of: Table = {} if about is None else {"about": _reference(about)}
    in_force = policy_in_force(ledger) if judging is None else None
    policy = judging[0] if judging else in_force.policy if in_force else None
    if signing is not None:
        event = {**more, **of, "statement": who, "record": {"prev_sha256": next_place.prev_sha256}}
        more = {**more, "signature": signature_of(keeper, kind, act, event, signing, (policy, next_place.seq))}
    else:
        refuse_unsigned(ledger, kind, policy)
    durable = [ledger.keep_blob(judging[1])] if judging else []

    def table_at(at: Position) -> Table:
        if signing is not None and policy is not None and at != next_place:  # that one may have set another policy
            where = str(ledger.directory)
            raise BadInput(where, "another record was added after this one was signed", "sign it again")
        head = Head.of(kind, at, act.at)
        event = EVENTS[kind].model_construct(record=head, statement=who, **of, **more)
        return event.table()

    return keeper.append(table_at, durable)


def refuse_unsigned(ledger: Ledger, kind: str, policy: Policy | None) -> None:
    """Raise BadInput where a policy asks for a signature under an act of this kind, and none is given."""
    asked = policy.may.roles_for(kind) if policy is not None else ()
    if asked:
        act = {"merged": "merge"}.get(kind, kind)
        raise BadInput(str(ledger.directory), f"its policy lets {' or '.join(asked)} {act}, signed", "give --key FILE")


def signature_of(
    keeper: WordKeeper, kind: str, act: Act, event: Table, signing: Signing, judged: tuple[Policy | None, int]
) -> Table:
    """Sign the statement of an event; raises BadInput, and keeps nothing, where the signature would not count.

    `judged` is the policy by which it will be judged, where there is one, and the number the record will have.
    """
    role = {"signature": {"role": checked_text(act.role, "--role") or None}}
    words = {"covers": STATEMENT, **keeper.commit(role)["signature"], "program": program_digest()}
    head = {**event.get("record", {}), "kind": kind, "created_utc": timestamp(act.at)}
    data = signed_bytes({**event, "record": head, "signature": words})
    armored = sign_bytes(data, signing.key)
    made = read_signature(armored, str(signing.key))
    policy, number = judged
    if policy is not None:
        refused = judge(data, armored, act.by, signing_time(act.at), None)
        refused = refused or policy.refuses(number, kind, act.by, made.fingerprint, act.role)
    else:
        anybody = signing.trust.allowed is None
        refused = "" if anybody else judge(data, armored, act.by, signing_time(act.at), signing.trust)
    if refused:
        raise BadInput(str(signing.key), f"its signature would not count: {refused}", "nothing was recorded")
    keeper.ledger.keep_signature(armored)
    key = {"key": made.fingerprint, "key_type": made.key_type, "namespace": made.namespace}
    return {**key, "sha256": sha256(armored).hexdigest(), **words}


def _reference(entry: Entry) -> Table:
    return {"seq": entry.number, "sha256": entry.digest}

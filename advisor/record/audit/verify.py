"""Everything that can be checked about the records of a ledger, and the files that answers were measured from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from advisor import __version__
from advisor.bounded_read import open_regular
from advisor.errors import AdvisorError, BadInput
from advisor.knowledge.pack import program_digest
from advisor.record.audit.replay import (
    Assess,
    Blobs,
    Now,
    decided_today,
    made_by_this_version,
    pinned_knowledge,
    replay,
    replay_in_child,
    replayed_by,
    version_denied,
)
from advisor.record.audit.status import (
    check_events,
    check_head,
    check_link,
    check_original,
    check_references,
    standings,
)
from advisor.record.audit.verification import (
    DIFFERS,
    TAMPERED,
    TOSS_UP,
    UNVERIFIABLE,
    LedgerVerification,
    MeasuredState,
    TakenOver,
    Verification,
)
from advisor.record.branches import MERGED, Here, original_entry, original_of
from advisor.record.field_diff import Replay
from advisor.record.formats.encoding import Table, digests_of
from advisor.record.formats.kept_words import WRAPPER, commitments, in_clear, redactions
from advisor.record.formats.parse import read_front, read_record, text_of
from advisor.record.ledger import ALLOWED_SIGNERS, Ledger
from advisor.record.save_decision import SolveAgain, blob_states, solved_again
from advisor.record.signatures.ledger_policy import Policies, policies_of
from advisor.record.signatures.policy import AllowedPins, AllowedPrograms, Policy, hold_to_policy
from advisor.record.signatures.sign_offs import Statements, check_signatures, result_of_its_own
from advisor.record.signatures.ssh_keygen import Trust, read_text
from advisor.record.signatures.time_token import check_tokens

# The files that a decision's answers were measured from, where they are at hand: whether they are still the same.


def check_measurements(checked: Verification, front: Table, folders: tuple[Path, ...]) -> None:
    """Compare each file that lies where the record says, or by its name in one of the folders, with its digest."""
    for entry in front.get("measurements", []):
        file, digest = str(entry.get("file")), str(entry.get("sha256"))
        state = _state(file, digest, folders)
        checked.measured.append(MeasuredState(file, str(entry.get("tool")), digest, state))
        if state == "changed":
            checked.blame(UNVERIFIABLE, f"the file {file}, which answers were measured from, has changed since")
        elif state == "not found":
            checked.not_checked.append(f"whether {file}, which answers were measured from, is still the same")


def _state(file: str, digest: str, folders: tuple[Path, ...]) -> str:
    if not digest:
        return "a database, without a digest"
    states = [_same(path, digest) for path in (Path(file), *(folder / Path(file).name for folder in folders))]
    known = [state for state in states if state]
    return "matching" if "matching" in known else known[0] if known else "not found"


def _same(path: Path, digest: str) -> str:
    """`matching` or `changed`; empty where no file can be read there."""
    try:
        with open_regular(path, follow=True) as file:
            return "matching" if file_digest(file, "sha256").hexdigest() == digest else "changed"
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to check: one record or all (0), with replay or without, whose signatures, which head, whose rules today.

    `replay_with` is the virtual environment of another version, which replays the decisions that it made; `evidence`
    are folders in which files lie that answers were measured from. `policy` is an auditor's own: then verdicts are
    derived in a process of their own, by this version where no other is named, and wording counts as figures do.
    `portfolio` solves a portfolio again, and `solver` names such a function (`module:function`) for that process.
    `first_policy` says who may set the ledger's first policy; without it, that names them itself.
    `authorities` are certificates (PEM) of those whose time tokens count.
    `route_alone` assesses by the rules of today, of which only the route and the rules that fire count; without it,
    `assess` does.
    """

    asked: int = 0
    assess: Assess | None = None
    trust: Trust = field(default_factory=Trust)
    head: str = ""
    now: Now | None = None
    replay_with: Path | None = None
    evidence: tuple[Path, ...] = ()
    policy: Policy | None = None
    first_policy: Policy | None = None
    portfolio: SolveAgain | None = None
    solver: str = ""
    authorities: tuple[bytes, ...] = ()
    route_alone: Assess | None = None


def verify(ledger: Ledger, scope: Scope, progress: Callable[[int], None] = lambda done: None) -> LedgerVerification:
    """Check the chain of a ledger, and of the records asked for also pins, replay, signatures and standing."""
    found = LedgerVerification(ledger.directory, [], scope.asked, strays=ledger.strays())
    fronts: dict[int, Table] = {}
    lost: dict[int, Table] = {}
    here = Here()
    blobs = Blobs(ledger)
    for number in ledger.numbers():
        checked = _read(ledger, number, (fronts, lost), here, found.records[-1] if found.records else None)
        if number in fronts and scope.asked in (0, number):
            with result_of_its_own(checked):
                _check_decision(checked, ledger, blobs, fronts[number], scope)
                _check_portfolio(checked, ledger, fronts[number], scope)
        found.records.append(checked)
        progress(number)
    knew = check_events(found.records, fronts)
    clear = _check_words(found, ledger, fronts)
    own = scope.policy
    authorities = scope.authorities if own is None else tuple(map(str.encode, own.time_authorities))
    proven = check_tokens(found.records, ledger, fronts, authorities)
    said = Statements(fronts, clear, proven, knew, lost)
    policies = policies_of(ledger, said, {one.number: one for one in found.records}, scope.first_policy)
    found.policies = list(policies.states())
    judging = policies.judging if own is None else lambda number: own
    check_signatures(found.shown, ledger, said, scope.trust, judging)
    stands = standings(clear)
    for one in found.records:
        one.standing = stands[one.number].words if one.number in stands else ""
    check_head(found, *((scope.head, "--head") if own is None else (own.head or "", "head in the policy")))
    found.judged_by = _judged_by(scope, policies)
    _say_what_was_not_checked(found, scope, policies)
    return found


def trust_of(ledger: Ledger, allowed: Path | None = None, revoked: Path | None = None) -> Trust:
    """The allowed signers that were named, else those that lie in the ledger, else nobody."""
    for named in (allowed, revoked):
        if named is not None:
            read_text(named)  # what the user named is held to be there; what lies in the ledger is judged as found
    beside = ledger.directory / ALLOWED_SIGNERS
    return Trust(allowed or (beside if beside.is_file() else None), revoked)


def _read(
    ledger: Ledger,
    number: int,
    tables: tuple[dict[int, Table], dict[int, Table]],
    here: Here,
    before: Verification | None,
) -> Verification:
    """Read one record's front: its seal, its schema, its place in the chain, what it took over and what it refers to.

    It is added to the first of `tables`; to the second, where the bytes that it took over are missing or were changed.
    Of a forked record the rest is judged once it was taken over.
    """
    fronts, unread = tables
    try:
        entry = ledger.entry(number)
    except BadInput as error:
        lost = Verification(Path(error.where), number)
        lost.blame(UNVERIFIABLE, error.what)
        check_link(lost, before, here, ledger)
        return lost
    checked = Verification(entry.path, number, digests_of(entry.data)[1])
    front: Table = {}
    with result_of_its_own(checked):
        front = read_front(entry.data, str(entry.path))
        _describe(checked, front)
        checked.seq, checked.prev_sha256 = front["record"]["seq"], front["record"]["prev_sha256"]
    check_link(checked, before, here, ledger)
    holds = front["original"] if checked.kind == MERGED and checked.sha256 not in here.forked else {}
    with result_of_its_own(checked):
        if holds:
            unread[number] = front
            data = original_of(ledger, front)
            del unread[number]
            _open_original(checked, data, front, fronts, here)
        elif front and checked.sha256 not in here.forked:
            check_references(checked, front, here)
            fronts[number] = here.in_our_numbers(front)
    if holds:  # where its bytes are missing, what follows them in their branch is not to blame
        here.add(holds["sha256"], number, holds["seq"])
    here.add(checked.sha256, number, checked.seq or number, holds.get("sha256", ""))
    return checked


def _open_original(checked: Verification, data: bytes, wrapper: Table, fronts: dict[int, Table], here: Here) -> None:
    """Read the bytes that a record holds as the record that they are: it is what everything else is asked of."""
    digest = wrapper["original"]["sha256"]
    front = read_front(data, str(checked.file))
    _describe(checked, front)
    head = front["record"]
    holds = front["original"]["sha256"] if head["kind"] == MERGED else ""
    checked.taken_over = TakenOver(
        head["seq"], digest, head["prev_sha256"], wrapper["record"]["created_utc"], head["kind"], holds
    )
    check_original(checked, wrapper, here)
    check_references(checked, front, here)
    fronts[checked.number] = {**here.in_our_numbers(front, unknown=0), WRAPPER: wrapper}
    here.add(digest, checked.number, head["seq"], holds)


def _describe(checked: Verification, front: Table) -> None:
    head = front["record"]
    checked.schema, checked.kind, checked.created_utc = head["schema"], head["kind"], head["created_utc"]
    checked.chosen, checked.made_by = text_of(front, "verdict", "option"), text_of(front, "tool", "version")


def _check_words(found: LedgerVerification, ledger: Ledger, fronts: Mapping[int, Table]) -> dict[int, Table]:
    """Hold names and free text to their commitments; the tables in clear, as far as they can be read."""
    gone, clear, known = redactions(fronts), dict(fronts), set[str]()
    there = set(ledger.word_files())
    for one in found.records:
        if one.number not in fronts:
            continue
        with result_of_its_own(one):
            clear[one.number] = in_clear(ledger, fronts[one.number])
        redacted, stated = gone.get(one.number, {}), commitments(fronts[one.number])
        known.update(stated)
        one.redacted_in = max((redacted[digest] for digest in stated if digest in redacted), default=0)
        for digest in stated:
            if digest in redacted and digest in there:
                one.not_checked.append(f"words/{digest} is redacted in record {redacted[digest]}, and still there")
            elif digest not in redacted and digest not in there:
                one.blame(UNVERIFIABLE, f"words/{digest} (a name or text) is missing, and no record redacts it")
        one.title = one.title or text_of(clear[one.number], "decision", "title")
    found.strays += [f"words/{name}" for name in sorted(there - known)]
    return clear


def _check_decision(checked: Verification, ledger: Ledger, blobs: Blobs, front: Table, scope: Scope) -> None:
    if checked.kind != "decision":
        return
    checked.pins = blobs.pins(front)
    for pin in checked.pins:
        if pin.state not in ("matching", "missing", "changed"):
            checked.blame(UNVERIFIABLE, f"the pinned part {pin.name} (blobs/sha256/{pin.sha256}) {pin.state}")
        if pin.state == "changed":
            checked.blame(TAMPERED, f"the pinned part {pin.name} (blobs/sha256/{pin.sha256}) was changed")
        if pin.state == "missing":
            checked.blame(UNVERIFIABLE, f"the pinned part {pin.name} (sha256 {pin.sha256 or 'not named'}) is missing")
    if scope.policy is not None:
        hold_to_policy(checked, front, scope.policy)
    check_measurements(checked, front, (ledger.directory, *scope.evidence))
    if scope.assess is None:
        checked.not_checked.append("whether the program derives the verdict again (replay was left out)")
        checked.not_replayed = "replay was left out"
    else:
        checked.not_replayed = "it could not be derived again"
    with result_of_its_own(checked):
        if scope.assess is not None:
            _derive_again(checked, ledger, scope, scope.assess)
        _decide_today(checked, ledger, scope)
    underived = scope.assess is not None and not checked.derived_again
    if scope.policy is not None and underived and not checked.problems:
        checked.blame(UNVERIFIABLE, f"its verdict was not derived again: {checked.not_replayed}")


def _check_portfolio(checked: Verification, ledger: Ledger, front: Table, scope: Scope) -> None:
    """The terms and the answer by digest; the answer solved again from the records of the members."""
    if checked.kind != "portfolio":
        return
    checked.title = text_of(front, "portfolio", "name")
    for name, state in blob_states(ledger, front).items():
        if state != "matching":
            status = TAMPERED if state == "changed" else UNVERIFIABLE
            checked.blame(status, f"its {name} (blobs/sha256/{front['portfolio'][name]}) is {state}")
    if checked.problems or scope.assess is None or not (scope.portfolio or scope.solver):
        checked.not_checked.append("whether the members choose the same together again (it was not solved again)")
        checked.not_replayed = "replay was left out" if scope.assess is None else "it was not solved again"
        return
    checked.not_replayed = "it could not be solved again"
    if scope.policy is not None:
        with result_of_its_own(checked):
            data = original_entry(ledger, checked.number).data
            checked.replay = replay_in_child(ledger.directory, data, scope.policy.replay, scope.solver)
            _judge(checked, checked.replay)
        return
    assert scope.portfolio is not None  # only a policy's process takes the name of a function
    try:
        checked.replay = solved_again(ledger, front, scope.portfolio)
    except AdvisorError as error:
        checked.not_checked.append(f"whether the members choose the same together again: {error.sentence}")
        return
    _judge(checked, checked.replay)


def _derive_again(checked: Verification, ledger: Ledger, scope: Scope, assess: Assess) -> None:
    data, file = original_entry(ledger, checked.number).data, str(checked.file)
    record = read_record(data, file)
    denied = version_denied(record, program_digest())
    if denied:
        checked.not_replayed = "the version it names did not make it"
        checked.blame(UNVERIFIABLE, denied)
    elif not made_by_this_version(record) and (scope.policy is None or scope.replay_with is not None):
        _replay_elsewhere(checked, ledger, scope)
    elif all(pin.state == "matching" for pin in checked.pins):
        if scope.policy is not None:
            checked.replay = replay_in_child(ledger.directory, data, scope.policy.replay)
        else:
            checked.replay = replay(record, file, pinned_knowledge(ledger, record), assess)
        _judge(checked, checked.replay)
    else:
        checked.not_replayed = "a pinned part does not match"


def _decide_today(checked: Verification, ledger: Ledger, scope: Scope) -> None:
    """Assess the answers by the rules of today, where that is asked for."""
    again = scope.route_alone or scope.assess
    if scope.now is not None and again is not None:
        file = str(checked.file)
        record = read_record(original_entry(ledger, checked.number).data, file)
        checked.today = decided_today(record, file, scope.now, again)


def _replay_elsewhere(checked: Verification, ledger: Ledger, scope: Scope) -> None:
    """Leave the replay of another version's decision to that version, where it is at hand."""
    if scope.replay_with is None:
        checked.not_replayed = "it names another version of the program"
        checked.not_checked.append(
            f"whether the verdict is derived again: advisor {checked.made_by} made it, this is {__version__}; "
            "name an environment that holds that version with --replay-with"
        )
        return
    verdict = replayed_by(scope.replay_with, ledger.directory, checked.number, checked.made_by)
    if verdict == "same":
        checked.replayed_by = checked.made_by
    else:
        status = TOSS_UP if verdict == "toss-up" else DIFFERS
        checked.blame(status, f"derived again by advisor {checked.made_by}: {verdict}")


def _judge(checked: Verification, again: Replay) -> None:
    if again.verdict == "toss-up":
        checked.blame(TOSS_UP, f"the two cheapest routes differ by no more than {again.rtol:g} of their cost")
    elif again.verdict == "differs":
        more = f" and {len(again.differs) - 1} more" if len(again.differs) > 1 else ""
        own = checked.made_by in ("", __version__)
        other = "" if own else f" (made by version {checked.made_by}, this is {__version__})"
        checked.blame(DIFFERS, f"derived again, {again.differs[0]}{more} came out different{other}")
    if again.reworded:
        checked.blame(
            DIFFERS,
            f"derived again by version {__version__}, {len(again.reworded)} sentences are worded otherwise: compare"
            f" them, or replay with version {checked.made_by}, which the record names (--replay-with)",
        )


def _judged_by(scope: Scope, policies: Policies) -> str:
    if scope.policy is not None:
        return "the auditor's policy alone: its people, roles, thresholds, head, knowledge and programs"
    signers = f"signers in {scope.trust.allowed}" if scope.trust.allowed else "no list of signers"
    asked = f"{policies.judge}what the ledger asks of itself (its thresholds)"
    return f"{asked}, with {signers}; to judge by your own: advisor audit"


def _lists(table: AllowedPins | AllowedPrograms) -> bool:
    return any(value for _, value in table)


def _say_what_was_not_checked(found: LedgerVerification, scope: Scope, policies: Policies) -> None:
    if scope.policy is not None:
        found.policy_differs = policies.unlike(scope.policy)
        found.not_checked.append("whether the policy names the right people, knowledge and programs")
        for part, given in (("programs", _lists(scope.policy.programs)), ("pins", _lists(scope.policy.pins))):
            if not given:
                found.not_checked.append(f"which {part} decisions may rest on: the policy names none")
    elif scope.trust.allowed is not None:
        found.not_checked.append(f"whether {scope.trust.allowed} names the right people")
    if scope.policy is None:
        found.not_checked += policies.on_first_use()
    found.not_checked += [
        "when the records were made: times are as their writers claim them, but for those that a time token proves",
        "what people stated (title, reasons, names, review date, where answers came from), but for the signatures"
        " over it",
        "whether the answers are true, and the pinned rules and prices right",
    ]

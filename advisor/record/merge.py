"""Take the records of another branch of a ledger over, as new records that hold their bytes, digests and signatures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from advisor.errors import BadInput
from advisor.processes import called
from advisor.record.audit.verification import FORKED, TAMPERED, LedgerVerification
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.branches import MERGED, fronts_of, original_of
from advisor.record.durable_write import open_directory, synced
from advisor.record.formats.encoding import Position, Table, name_of, sealed_bytes
from advisor.record.formats.kept_words import WordKeeper, claimed_time, commitments, redactions
from advisor.record.formats.models import Head, MergedRecord
from advisor.record.formats.parse import read_front
from advisor.record.ledger import MAX_BLOB, Ledger, Saved
from advisor.record.ledger_events import Act, Signing, refuse_unsigned, signature_of
from advisor.record.signatures.ledger_policy import policy_in_force
from advisor.record.signatures.policy import Policy
from advisor.record.signatures.sign_offs import not_signed
from advisor.record.signatures.statement import checked_text

_PINNED, _TERMS = ("rules", "catalog", "questionnaire"), ("terms", "answer")


@dataclass(frozen=True, slots=True)
class TakenRecord:
    """A record that was taken over: its number in its own branch, and where it lies now."""

    seq: int
    kind: str
    saved: Saved
    erased: int = 0
    """How many names and texts were deleted here, since it redacts them."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Who takes records over, why, and when (with a time zone); where it is signed, with which key, in which role."""

    by: str
    because: str
    at: datetime
    signing: Signing | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class _Foreign:
    """A record of the other branch: its bytes, and its tables before the answers."""

    data: bytes
    front: Table

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def position(self) -> Position:
        head = self.front["record"]
        return Position(head["seq"], head["prev_sha256"])


class _HereAlready(Exception):
    """Another process took the record over meanwhile."""


def merge(ours: Ledger, theirs: Ledger, merger: Merger) -> Iterator[TakenRecord]:
    """Take over what is not here yet, one record after the other; a record that follows our last one stays as it is.

    A redaction that is taken over deletes our copy of the names and texts too. Whoever calls it again after it was
    interrupted gets the rest. Raises BadInput where a record of either side was changed, or where our own policy does
    not permit what that branch did: nothing is taken over then.
    """
    _refuse_broken(verify(theirs, Scope()))
    if policy_in_force(ours) is not None:
        _rehearse(ours, theirs, merger)
    yield from _take_over(ours, theirs, merger, rehearsed=False)


def to_take_over(ours: Ledger, theirs: Ledger) -> Iterator[tuple[int, str]]:
    """The numbers and kinds, in the other branch, of what a merge would take over; raises BadInput as `merge` does."""
    _refuse_broken(verify(theirs, Scope()))
    stray = _stray(ours, theirs)
    for one in _unknown(theirs, _known(ours, [number for number in ours.numbers() if number not in stray])):
        yield one.position.seq, one.front["record"]["kind"]


def _rehearse(ours: Ledger, theirs: Ledger, merger: Merger) -> None:
    """Merge a copy of ours; raises BadInput where the policies in force would not permit what was taken over."""
    before = {
        (one.number, problem.sentence)
        for one in verify(ours, Scope(trust=trust_of(ours))).records
        for problem in one.problems
    }
    with TemporaryDirectory(prefix="advisor-") as place:
        copy = Ledger(Path(shutil.copytree(ours.directory, Path(place) / "ours", copy_function=_linked)))
        taken = {one.saved.number: one.seq for one in _take_over(copy, theirs, merger, rehearsed=True)}
        for one in verify(copy, Scope(trust=trust_of(copy))).records:
            for problem in one.problems:
                unsigned = problem.sentence.startswith(not_signed(one.number, MERGED))  # the real merge is signed
                if (one.number, problem.sentence) not in before and not unsigned and taken:
                    branch = f"record {taken[one.number]} of that branch" if one.number in taken else "that branch"
                    raise BadInput(
                        str(ours.directory),
                        f"cannot take over {branch}: {problem.sentence}",
                        "nothing was taken over; the policy in force here does not permit it",
                    )


def _linked(source: str, target: str) -> None:
    """A second name for a file where the place allows that, else a copy: no file of a ledger is ever changed."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _take_over(ours: Ledger, theirs: Ledger, merger: Merger, *, rehearsed: bool) -> Iterator[TakenRecord]:
    stray = _stray(ours, theirs)
    foreign = list(_unknown(theirs, _known(ours, [number for number in ours.numbers() if number not in stray])))
    for one in foreign:
        _keep_parts(ours, theirs, one)
    _set_aside(ours, stray)
    _refuse_broken(verify(ours, Scope()))
    numbers = ours.numbers()  # listed once: what another process adds meanwhile is looked up in `build`
    known, seen = _known(ours, numbers), max(numbers, default=0)
    policy = policy_in_force(ours)
    for one in foreign:
        keeper = WordKeeper(ours)

        def build(at: Position, one: _Foreign = one, keeper: WordKeeper = keeper) -> bytes:
            nonlocal seen, policy
            if seen != at.seq - 1 or (policy and policy.record == seen):
                policy = policy_in_force(ours)
            known.update(_known(ours, range(seen + 1, at.seq)))  # another process may take the same records over
            seen = at.seq - 1
            if one.digest in known:
                raise _HereAlready
            if one.position == at:
                return one.data
            ours.keep_blob(one.data)
            data = _wrapped(one, at, merger, keeper, None if rehearsed or policy is None else policy.policy)
            keeper.keep()
            return data

        try:
            saved = ours.append(build)
        except _HereAlready:
            keeper.drop()
            continue
        erased = _erase_redacted(ours) if one.front["record"]["kind"] == "redact" else 0
        yield TakenRecord(one.position.seq, one.front["record"]["kind"], saved, erased)
    _erase_redacted(ours)  # what an interrupted merge left


def _erase_redacted(ledger: Ledger) -> int:
    """Delete every name and text that a record tells was redacted, and that is here; gives how many there were."""
    fronts = fronts_of(ledger, clear=False)
    gone = 0
    for number, digests in redactions(fronts).items():
        stated = set(commitments(fronts[number])) if number in fronts else set()
        for digest in stated & digests.keys():
            if ledger.words(digest) is not None:
                ledger.delete_words(digest)
                gone += 1
    return gone


def _wrapped(one: _Foreign, at: Position, merger: Merger, keeper: WordKeeper, policy: Policy | None) -> bytes:
    head = Head.of(MERGED, at, merger.at).table()
    head |= {"created_utc": claimed_time(keeper.ledger, at, head["created_utc"])}
    said = {"by": checked_text(merger.by, "--by"), "because": checked_text(merger.because, "--because")}
    event = {"original": {"seq": one.position.seq, "sha256": one.digest}, **keeper.commit({"statement": said})}
    if merger.signing is not None:
        act = Act(at.seq, merger.by, merger.because, datetime.fromisoformat(head["created_utc"]), merger.role)
        event["signature"] = signature_of(keeper, MERGED, act, event, merger.signing, (policy, at.seq))
    else:
        refuse_unsigned(keeper.ledger, MERGED, policy)
    return sealed_bytes(MergedRecord.model_validate({"record": head, **event}).table(), at.seq)


def _known(ledger: Ledger, numbers: Iterable[int]) -> set[str]:
    """The digests of these records, and of those that they took over before."""
    return {digest for number in numbers for digest in _digests(ledger, number)}


def _digests(ledger: Ledger, number: int) -> Iterator[str]:
    entry = ledger.entry(number)
    yield entry.digest
    front = read_front(entry.data, str(entry.path))
    if front["record"]["kind"] == MERGED:
        yield front["original"]["sha256"]


def _unknown(theirs: Ledger, known: set[str]) -> Iterator[_Foreign]:
    """What the other branch has and we have not, in its order; what only says that it took ours over is left out."""
    found = [one for number in theirs.numbers() for one in _told_by(theirs, number) if one.digest not in known]
    needed: set[str] = set()
    for one in reversed(found):
        if one.front["record"]["kind"] != MERGED or one.digest in needed:
            needed |= {one.digest, one.position.prev_sha256}
    return (one for one in found if one.digest in needed)


def _told_by(theirs: Ledger, number: int) -> Iterator[_Foreign]:
    """The original that a record holds, and the record itself."""
    entry = theirs.entry(number)
    front = read_front(entry.data, str(entry.path))
    if front["record"]["kind"] == MERGED:
        data = original_of(theirs, front)
        yield _Foreign(data, read_front(data, str(entry.path)))
    yield _Foreign(entry.data, front)


def _keep_parts(ours: Ledger, theirs: Ledger, one: _Foreign) -> None:
    """Keep what a record holds, pins and is signed with; what is missing there is missing here as well."""
    if one.front["record"]["kind"] == MERGED:
        ours.keep_blob(original_of(theirs, one.front))
    pins, portfolio = one.front.get("pins", {}), one.front.get("portfolio", {})
    digests = [*(pins[name]["sha256"] for name in _PINNED if pins), *(portfolio[name] for name in _TERMS if portfolio)]
    digests += [one.front[name]["sha256"] for name in ("token", "policy") if name in one.front]
    for digest in commitments(one.front):
        words = theirs.words(digest)
        if words is not None:
            ours.keep_words(words)
    for digest in digests:
        blob = theirs.blob(digest)
        if blob is not None:
            ours.keep_blob(blob)
    signature = theirs.signature(one.front["signature"]["sha256"]) if "signature" in one.front else None
    if signature is not None:
        ours.keep_signature(signature)


def _stray(ours: Ledger, theirs: Ledger) -> list[int]:
    """Our numbers under which records of the other branch lie: after ours, and chained to none of ours.

    Git puts them there where the other branch has more records. Raises BadInput where one is not of that branch.
    """
    at, stray = Position(1), list[int]()
    for number in ours.numbers():
        entry = ours.entry(number)
        head = read_front(entry.data, str(entry.path))["record"]
        if stray or (head["seq"], head["prev_sha256"]) != (at.seq, at.prev_sha256):
            stray.append(number)
        at = Position(number + 1, entry.digest)
    there = {theirs.entry(number).digest for number in theirs.numbers()} if stray else set()
    for number in stray:
        entry = ours.entry(number)
        if entry.digest not in there:
            raise BadInput(
                str(entry.path),
                "follows another record than the one before it, and is not of that branch",
                "nothing was taken over; see: advisor records verify",
            )
    return stray


def _set_aside(ours: Ledger, stray: list[int]) -> None:
    """Take records of the other branch out of our numbers; their bytes are kept as blobs before."""
    for number in stray:
        ours.keep_blob(ours.entry(number).data)
    if stray:
        with open_directory(ours.directory) as directory:
            for number in reversed(stray):
                os.unlink(name_of(number), dir_fd=directory)
            synced(directory)


def _refuse_broken(found: LedgerVerification) -> None:
    """Raise BadInput where a record was changed or cannot be read: only whole branches are put together."""
    for one in found.records:
        for problem in one.problems:
            if problem.status == TAMPERED or problem.word == FORKED or not one.kind:
                raise BadInput(str(one.file), problem.sentence, "nothing was taken over; see: advisor records verify")


# A ledger as a revision of git holds it, written out to be read; the repository's settings run no program.
#
# A repository that somebody sent brings its own `.git/config`. Of the commands used here (`rev-parse`, `ls-tree`,
# `cat-file`) none reads hooks, filters or an index; what could still reach out, fetching objects that are missing, is
# forbidden with every transport.


_PART = re.compile(r"[0-9]{8}-record\.toml|blobs/sha256/[0-9a-f]{64}|signatures/[0-9a-f]{64}\.sig|words/[0-9a-f]{64}")
_LISTED = re.compile(rb"100(?:644|755) blob ([0-9a-f]{40,64}) +([0-9]+)")
_SAFE = ("--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs")


@contextmanager
def branch_at(source: str, directory: Path) -> Iterator[tuple[Ledger, str]]:
    """The ledger of another branch, and what to call it: `source` is its folder, or a revision of git."""
    folder = Path(source).expanduser()
    if not folder.is_dir():
        with ledger_in(source, directory) as (ledger, commit):
            yield ledger, f"the commit {commit}"
        return
    if folder.resolve() == directory.resolve():
        raise BadInput(source, "is this ledger itself", "name the other one")
    if not Ledger(folder).numbers():
        raise BadInput(source, "holds no records", "name the folder of a ledger")
    yield Ledger(folder), f"the folder {folder.name}"


@contextmanager
def ledger_in(revision: str, directory: Path) -> Iterator[tuple[Ledger, str]]:
    """The ledger of a folder as a revision holds it, and the commit; raises BadInput where there is none."""
    commit = _asked(
        directory, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    folder = _asked(directory, revision, "rev-parse", "--show-prefix", may_be_empty=True)
    with TemporaryDirectory(prefix="advisor-") as place:
        listed = _run(directory, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", folder or ".").stdout
        parts = {}
        for line in listed.split(b"\0"):
            kind, _, path = line.partition(b"\t")
            name, found = path.decode(errors="replace").removeprefix(folder), _LISTED.fullmatch(kind)
            if not _PART.fullmatch(name):
                continue
            if found is None or int(found[2]) > MAX_BLOB:
                raise BadInput(
                    name, "is missing from the repository, no regular file, or too large",
                    "fetch it first: nothing is fetched here",
                )  # fmt: skip
            parts[name] = found[1].decode()
        _write_out(directory, parts, Path(place))
        ledger = Ledger(Path(place))
        if not ledger.numbers():
            raise BadInput(revision, f"holds no records in {folder or 'its top folder'}", "name a folder or a revision")
        yield ledger, commit


def holds_file(revision: str, path: str) -> bool:
    """Whether a revision holds a file of this path from the top of the repository; in doubt, it does."""
    done = _run(Path(), "ls-tree", "--name-only", "--full-tree", revision, "--", path)
    return done.returncode != 0 or bool(done.stdout)


def _write_out(directory: Path, parts: dict[str, str], place: Path) -> None:
    """Write each part of the ledger under its name, one object at a time."""
    for folder in ("blobs/sha256", "signatures", "words"):
        (place / folder).mkdir(parents=True)
    for name, digest in parts.items():
        done = _run(directory, "cat-file", "blob", digest)
        if done.returncode != 0:
            raise BadInput(name, "is missing from the repository", "fetch it first: nothing is fetched here")
        (place / name).write_bytes(done.stdout)


def _asked(directory: Path, revision: str, *arguments: str, may_be_empty: bool = False) -> str:
    done = _run(directory, *arguments)
    said = done.stdout.decode(errors="surrogateescape").removesuffix("\n")
    if done.returncode != 0 or not (said or may_be_empty):
        raise BadInput(
            revision, "is neither a folder nor a revision of the repository that holds the ledger",
            "name the folder of another ledger, or a revision such as MERGE_HEAD",
        )  # fmt: skip
    return said


def _run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return called(["git", *_SAFE, "-C", str(directory), *arguments], "name the folder of the other ledger", environment)

"""What verification found, as plain values, in words and as JSON: each check, and what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from advisor import __version__
from advisor.record.field_diff import MOST_CHANGES, Replay
from advisor.record.formats.encoding import FIRST
from advisor.text import visible

TAMPERED, UNVERIFIABLE, DIFFERS, TOSS_UP = 4, 5, 6, 7
"""Exit statuses of `advisor records verify`, gravest first."""
DERIVED = ("decision", "portfolio")
"""Kinds of records that hold what was derived, and can be derived again."""
FORKED = "FORKED"
"""The word for a whole record of another branch that lies among ours and was not taken over by `records merge`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, with its exit status."""

    status: int
    sentence: str
    word: str = ""
    """What to call it instead of the word of its status."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The record of another branch that a merged one holds: its number and place in that branch, by digest."""

    seq: int
    sha256: str
    prev_sha256: str
    created_utc: str
    kind: str
    holds: str = ""
    """Of one that was merged there itself, the digest of what it held."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned part of the knowledge base: `matching`, `missing` or `changed` next to the record."""

    name: str
    pack: str
    sha256: str
    state: str


@dataclass(frozen=True, slots=True)
class MeasuredState:
    """One file that answers were measured from: `matching`, `changed` or `not found`; databases have no digest."""

    file: str
    tool: str
    sha256: str
    state: str


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature over a record: who, with which key, in which record; `refused` says why it does not count.

    `act` is the kind of that record; a sign-off or a disapproval was taken back by record `taken_back_in`, where any.
    """

    principal: str
    key: str
    record: int
    created_utc: str
    refused: str
    act: str = "sign-off"
    taken_back_in: int = 0


@dataclass(frozen=True, slots=True)
class PolicyState:
    """One policy of the ledger: its record, the digest of its file, who set it, and whether it is in force."""

    record: int
    sha256: str
    by: str
    key: str
    state: str


@dataclass(frozen=True, slots=True)
class Today:
    """What the installed rules and prices say of the same answers: `refused` where they cannot be read any more."""

    option: str = ""
    rules_now: tuple[str, ...] = ()
    rules_then: tuple[str, ...] = ()
    refused: str = ""


@dataclass(slots=True)
class Verification:
    """What was checked of one record.

    It is proven to have existed by `proven_utc`, by the time token in record `proven_in`; some of its names or texts
    were deleted, as record `redacted_in` tells.
    """

    file: Path
    number: int
    sha256: str = ""
    schema: str = ""
    kind: str = ""
    title: str = ""
    made_by: str = ""
    created_utc: str = ""
    proven_utc: str = ""
    proven_in: int = 0
    redacted_in: int = 0
    prev_sha256: str = ""
    seq: int = 0
    taken_over: TakenOver | None = None
    chosen: str = ""
    standing: str = ""
    pins: list[Pin] = field(default_factory=list)
    measured: list[MeasuredState] = field(default_factory=list)
    replay: Replay | None = None
    replayed_by: str = ""
    not_replayed: str = ""
    signers: list[Signer] = field(default_factory=list)
    today: Today | None = None
    problems: list[Problem] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: that of the gravest problem, 0 when there is none."""
        return gravest(self.problems)

    @property
    def derived_again(self) -> bool:
        """Whether the verdict was derived again, by this version or by the one that made it."""
        return self.replay is not None or bool(self.replayed_by)

    def blame(self, status: int, sentence: str, word: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(status, sentence, word))


@dataclass(slots=True)
class LedgerVerification:
    """What was checked of a ledger; `asked` is the one record that was asked for, or 0 for all.

    `policy_differs` tells where an auditor's policy and the ledger's own are unlike.
    """

    directory: Path
    records: list[Verification]
    asked: int = 0
    anchored: int = 0
    judged_by: str = ""
    policies: list[PolicyState] = field(default_factory=list)
    policy_differs: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    def blame(self, status: int, sentence: str) -> None:
        """Note a problem of the ledger as a whole."""
        self.problems.append(Problem(status, sentence))

    @property
    def not_derived_again(self) -> list[int]:
        """The records asked for whose verdict or answer nobody derived again: what else was checked of them holds."""
        return [one.number for one in self.shown if one.kind in DERIVED and not one.derived_again and not one.problems]

    @property
    def shown(self) -> list[Verification]:
        """The records that were asked for."""
        return [one for one in self.records if self.asked in (0, one.number)]

    @property
    def status(self) -> int:
        """The exit status: the gravest problem of the ledger and of the records asked for."""
        return gravest([*self.problems, *(problem for one in self.shown for problem in one.problems)])


def gravest(problems: list[Problem]) -> int:
    """Tampered before unverifiable before differing before a toss-up."""
    return min((problem.status for problem in problems), default=0)


WORDS = {0: "verified", 4: "TAMPERED", 5: "CANNOT BE VERIFIED", 6: "REPLAY DIFFERS", 7: "TOSS-UP"}
_SHOWN_IN_FULL = 3
_CHANGES_SHOWN = 10


def tell(found: LedgerVerification) -> Iterator[str]:
    """All lines, safe for a terminal: a few records in full, of many only those with problems."""
    full = len(found.shown) <= _SHOWN_IN_FULL
    for one in found.shown:
        lines = _in_full(one) if full else _problems(f"record {one.number}: ", one.problems)
        yield from map(visible, lines)
        if not full and one.replay is not None and one.problems:
            yield from map(visible, _changes(one.replay))
    yield from map(visible, _sum(found))


def as_json(found: LedgerVerification) -> dict[str, Any]:
    """The same as a table for other programs."""
    head = found.records[-1]
    return {
        "schema": "advisor.verification/1",
        "directory": str(found.directory),
        "status": found.status,
        "not_derived_again": found.not_derived_again,
        "judged_by": found.judged_by,
        "policies": [asdict(one) for one in found.policies],
        "policy_differs": found.policy_differs,
        "records": [_record_json(one) for one in found.shown],
        "head": {"number": head.number, "sha256": head.sha256, "anchored": found.anchored},
        "problems": [asdict(problem) for problem in found.problems],
        "not_part_of_the_ledger": found.strays,
        "not_checked": found.not_checked,
    }


def _record_json(one: Verification) -> dict[str, Any]:
    table = {**asdict(one), "file": str(one.file), "status": one.status, "result": _result(one)}
    if one.replay is not None:
        table["replay"]["verdict"] = one.replay.verdict
    return table


def _in_full(one: Verification) -> Iterator[str]:
    yield f"record     {one.number}: {one.file}"
    yield f"sha256     {one.sha256 or 'not read'}"
    yield f"schema     {one.schema or 'not read'}, {one.kind or 'kind not read'}"
    yield f"time       {_time(one)}"
    if one.made_by:
        yield f"made by    advisor {one.made_by}, verified by advisor {__version__}"
    if one.standing:
        yield f"status     {one.standing}"
    before = "the first of the chain" if one.prev_sha256 == FIRST else f"after sha256 {one.prev_sha256 or 'not read'}"
    yield f"chain      {before}"
    if one.redacted_in:
        yield f"redacted   names or free text, recorded in record {one.redacted_in}"
    if one.taken_over is not None:
        taken = one.taken_over
        yield f"taken over from another branch on {taken.created_utc}, record {taken.seq} there, sha256 {taken.sha256}"
    for pin in one.pins:
        yield f"pin        {pin.name}: {pin.pack}, {pin.state}, sha256 {pin.sha256}"
    for file in one.measured:
        yield f"measured   {file.file} ({file.tool}): {file.state}" + (f", sha256 {file.sha256}" if file.sha256 else "")
    if one.replay is not None:
        yield f"replay     {_replayed(one.replay)}"
        yield from _changes(one.replay)
    if one.replayed_by:
        yield f"replay     same, derived again by advisor {one.replayed_by}"
    for signer in one.signers:
        back = f", taken back in record {signer.taken_back_in}" if signer.taken_back_in else ""
        said = signer.refused or f"valid{back}"
        lead = "objects" if signer.act == "disapprove" else "signer"
        yield f"{lead:<10} {signer.principal} with {signer.key}, claimed {signer.created_utc}: {said}"
    if one.kind == "decision" and all(signer.act == "disapprove" for signer in one.signers):
        yield "signer     none: nobody vouches for who wrote it"
    if one.today is not None:
        yield f"today      {_today(one, one.today)}"
    yield f"result     {_result(one)}"
    yield from _problems("           ", one.problems)
    yield from (f"           not checked: {missing}" for missing in one.not_checked)
    yield ""


def _time(one: Verification) -> str:
    claimed = f"claimed {one.created_utc}" if one.created_utc else "none read"
    proven = f", proven to be no later than {one.proven_utc} (time token in record {one.proven_in})"
    return claimed + (proven if one.proven_utc else "")


def _sum(found: LedgerVerification) -> Iterator[str]:
    head, shown = found.records[-1], found.shown
    good = sum(not one.problems for one in shown)
    again = [one for one in shown if one.derived_again]
    same = sum(one.replay is None or one.replay.verdict == "same" for one in again)
    count = "1 record" if len(found.records) == 1 else f"{len(found.records)} records"
    unread = len(found.not_derived_again)
    but = f", {unread} of them NOT DERIVED AGAIN" if unread else ""
    yield f"ledger     {found.directory}: {count}, {good} of {len(shown)} checked hold{but}"
    yield f"replay     {_replays(shown, same, len(again))}"
    yield f"judged by  {found.judged_by}"
    for one in found.policies:
        yield f"policy     record {one.record}, sha256 {one.sha256}, set by {one.by} with {one.key}: {one.state}"
    yield from (f"differs    {line}" for line in found.policy_differs)
    yield f"head       record {head.number}, sha256 {head.sha256}"
    if found.anchored:
        yield f"anchor     the head given is record {found.anchored}: up to it nothing was removed or exchanged"
    yield from _problems("", found.problems)
    broken = [one.number for one in found.records if one.problems and one not in shown]
    if broken:
        yield f"other records with problems: {', '.join(map(str, broken))}"
    yield from (f"not part of the ledger: {stray}" for stray in found.strays)
    yield from (f"not checked: {missing}" for missing in found.not_checked)
    left = sum(one.kind in DERIVED and not one.derived_again for one in shown)
    if left and len(shown) > _SHOWN_IN_FULL:
        yield f"not checked: whether {left} verdicts are derived again"


def _changes(again: Replay) -> Iterator[str]:
    """What is recorded and what was derived again, one under the other, for the first fields that are unlike."""
    for one in again.changes[:_CHANGES_SHOWN]:
        yield f"differs    {one.path}"
        yield f"         - {one.recorded or '(nothing)'}"
        yield f"         + {one.derived or '(nothing)'}"
    more = len(again.differs) + len(again.reworded) - _CHANGES_SHOWN
    if more > 0:
        yield f"differs    and {more} more fields (the first {MOST_CHANGES} are in --format json)"


def _problems(lead: str, problems: list[Problem]) -> Iterator[str]:
    return (f"{lead}{problem.word or WORDS[problem.status]}: {problem.sentence}" for problem in problems)


def _result(one: Verification) -> str:
    """A decision or portfolio counts as verified only when it was derived again: else the words say what holds."""
    if one.status:
        words = {problem.word or WORDS[problem.status] for problem in one.problems if problem.status == one.status}
        return words.pop() if len(words) == 1 else WORDS[one.status]
    if one.kind not in DERIVED or one.derived_again:
        return WORDS[0]
    return f"NOT DERIVED AGAIN ({one.not_replayed}); what else was checked holds"


def _replays(shown: list[Verification], same: int, again: int) -> str:
    words = f"{same} of {again} derived again came out the same" if again else "no verdict was derived again"
    left = Counter(
        one.not_replayed or "it cannot be read" for one in shown if one.kind in (*DERIVED, "") and not one.derived_again
    )
    return words + "".join(f"; {count} not: {why}" for why, count in left.items())


def _replayed(again: Replay) -> str:
    reworded = f"; {len(again.reworded)} sentences worded otherwise by this version" if again.reworded else ""
    return (
        f"{again.verdict}: {again.exact} of {again.exact_of} exact fields, {again.approximate_of} approximate ones, "
        f"worst relative error {again.worst:.2g} (tolerance {again.rtol:g}){reworded}"
    )


def _today(one: Verification, today: Today) -> str:
    if today.refused:
        return today.refused
    news = [f"now fires {rule}" for rule in today.rules_now] + [f"no longer fires {rule}" for rule in today.rules_then]
    word = "the same route" if today.option == one.chosen else f"OTHERWISE: {today.option} instead of {one.chosen}"
    return f"today's rules and prices decide {word}" + (f" ({'; '.join(news)})" if news else "")

"""What verification found, as plain values: for one record, and for a whole ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from advisor.record.field_diff import Replay

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
    """One signature over a record: who, with which key, in which sign-off; `refused` says why it does not count."""

    principal: str
    key: str
    record: int
    created_utc: str
    refused: str


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
    """What was checked of a ledger; `asked` is the one record that was asked for, or 0 for all."""

    directory: Path
    records: list[Verification]
    asked: int = 0
    anchored: int = 0
    judged_by: str = ""
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

"""The status of a decision, derived from the records after it: a record itself is never edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import REMOVED
from advisor.record.formats.parse import read_front, text_of
from advisor.record.ledger import Ledger
from advisor.record.merging.branches import fronts_of, told

HOLDER = "the holder of "
"""Before the key of somebody whose name was removed."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One sign-off: in which record it is, by whom, with which key, and the digest of its signature."""

    record: int
    principal: str
    key: str
    signature: str
    created_utc: str


@dataclass(slots=True)
class Standing:
    """What later records say of one decision."""

    sign_offs: list[SignOff]
    accepted_in: int = 0
    threshold: int = 0
    superseded_by: int = 0
    withdrawn_in: int = 0

    @property
    def signed(self) -> int:
        """How many different people signed, by what the ledger itself says."""
        return different_signers(self.sign_offs)

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
        if self.accepted_in:
            return f"accepted (record {self.accepted_in})"
        return f"proposed, signed by {self.signed}" if self.sign_offs else "proposed"


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
    entry = told(ledger, number)
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


def _apply(standing: Standing, number: int, kind: str, front: Table) -> None:
    if kind == "sign-off":
        standing.sign_offs.append(sign_off_of(number, front))
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

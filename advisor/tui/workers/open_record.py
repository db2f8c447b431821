"""Records read from their files: one as the interface shows it, its answers to begin with, and two compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.record.audit.status import standing_in
from advisor.record.branches import fronts_of, original_entry
from advisor.record.formats.kept_words import REMOVED, WRAPPER, fields_of, record_in_clear, redactions
from advisor.record.formats.parse import read_front, recorded_assessment
from advisor.record.ledger import Entry, Ledger
from advisor.record.record_text import answer_parts, record_parts
from advisor.tui.workers.messages import Answered, Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.record.formats.encoding import Table


STATED = ("rationale", "consequences", "confirmation", "review_by", "retain_until")


def opened(ledger: Ledger, number: int) -> Opened:
    """Read a record to be shown: its status, what it says, and the verdict of a decision."""
    entry = original_entry(ledger, number)
    file = str(entry.path)
    record = record_in_clear(entry)
    kind = str(record["record"]["kind"])
    place = (("claimed time", str(record["record"]["created_utc"])), ("file", file), ("sha256", entry.digest))
    lines = tuple(line for heading, rows in answer_parts(entry) for line in (heading, *(f"  {row}" for row in rows)))
    after = tuple(_told_since(ledger, entry, number))
    if kind != "decision":
        return Opened(number, kind, "", (*_about(entry), *after, *place), None, lines)
    standing = standing_in(ledger, number)
    signed = tuple(
        (f"{did} by", f"{made.principal}{standing.taken_back(made)}")
        for did, several in (("signed", standing.sign_offs), ("disapproved", standing.disapprovals))
        for made in several
    )
    rows = (("title", str(record["decision"]["title"])), ("status", standing.words), *_stated(record), *signed)
    return Opened(number, kind, standing.words, (*rows, *after, *place), recorded_assessment(record, file), lines)


def _told_since(ledger: Ledger, entry: Entry, number: int) -> Iterator[tuple[str, str]]:
    """Where a record came from, and what the records after it tell: what was removed of it, and when it existed."""
    own = read_front(entry.data, str(entry.path))
    fronts = fronts_of(ledger, number)
    wrapper = fronts[number].get(WRAPPER)
    if wrapper is not None:
        there, by = own["record"]["seq"], wrapper["statement"]["by"]
        yield "taken over", f"from another branch, where it is record {there}, by {by}"
    removed = redactions(fronts).get(number, {})
    for teller in dict.fromkeys(removed.values()):
        names = [name for name, made in fields_of(own).items() if any(removed.get(one) == teller for one in made)]
        said = fronts[teller]["statement"]
        yield "redacted", f"{', '.join(map(field_name, names))}: by {said['by']} in record {teller}, {said['because']}"
    for teller, front in fronts.items():
        about = front["about"]["seq"] if front["record"]["kind"] == "time" else 0
        if about == number or (about > number and wrapper is None):
            yield "time token", f"in record {teller}; {JUDGES}"
            return  # it covers all records of its branch before it, and the first proves the earliest time


JUDGES = "advisor records verify --time-authority FILE tells what it proves"
_FIELDS = {
    "rationale": "reason",
    "confirmation": "right if",
    "review_by": "review by",
    "retain_until": "keep until",
    "deciders": "decided by",
}


def field_name(name: str) -> str:
    """A field of a record as its page names it."""
    return _FIELDS.get(name, name)


def _stated(record: Table) -> tuple[tuple[str, str], ...]:
    """What people stated about a decision."""
    decision = record["decision"]
    statement = tuple((field_name(name), str(decision[name])) for name in STATED if decision.get(name))
    deciders = ", ".join(record["people"]["deciders"])
    return (("decided by", deciders), *statement) if deciders else statement


def _about(entry: Entry) -> Iterator[tuple[str, str]]:
    """What an event or a portfolio says: the part that `advisor records show` prints first."""
    _, rows = next(record_parts(entry))
    for row in rows:
        label, _, text = row.partition(": ") if isinstance(row, str) else (row[0], "", row[1])
        yield label, text


def answers_of(ledger: Ledger, number: int) -> Answered:
    """Read the answers of a decision, and what people stated, to begin an interview with them."""
    entry = original_entry(ledger, number)
    record = record_in_clear(entry)
    given = record.get("answers", {})
    values = {key: one["value"] for key, one in given.items() if "value" in one}
    decision = record["decision"]
    names = ", ".join(name for name in record["people"]["deciders"] if name != REMOVED)
    stated = {"deciders": names, "title": "" if decision["title"] == REMOVED else str(decision["title"])}
    return Answered(
        str(entry.path), str(decision["questionnaire"]), values, tuple(sorted(set(given) - set(values))), stated,
        tuple(record.get("measurements", [])),
    )  # fmt: skip


def diff(ledger: Ledger, first: int, second: int) -> str:
    """What differs between two decisions, each assessed again under the knowledge it pins, and why, as text.

    Raises BadInput where one of the two is not a decision, or cannot be read.
    """
    from advisor.api import assess  # what is only read needs none of these
    from advisor.record.audit.replay import inputs_of
    from advisor.report.assessment_diff import Side, compare, compare_text

    def side(number: int) -> Side:
        found = inputs_of(ledger, number)
        again = assess(found.answers, found.knowledge, found.as_of, found.seed, found.draws, further=False)
        return Side(found.file, found.answers, found.knowledge, again)

    a, b = side(first), side(second)
    return compare_text(a, b, compare(a, b))

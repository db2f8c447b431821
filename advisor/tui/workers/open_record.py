"""A record read from its file, as the interface shows it, or as an interview begins with its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.record.audit.status import standing_in
from advisor.record.formats.kept_words import REMOVED, record_in_clear
from advisor.record.formats.parse import recorded_assessment
from advisor.record.merging.branches import original_entry
from advisor.record.record_text import answer_parts
from advisor.tui.workers.messages import Answered, Opened

if TYPE_CHECKING:
    from advisor.record.formats.encoding import Table
    from advisor.record.ledger import Ledger

STATED = ("rationale", "consequences", "confirmation", "review_by")


def opened(ledger: Ledger, number: int) -> Opened:
    """Read a record to be shown: its status, what it says, and the verdict of a decision."""
    entry = original_entry(ledger, number)
    file = str(entry.path)
    record = record_in_clear(entry)
    kind = str(record["record"]["kind"])
    place = (("claimed time", str(record["record"]["created_utc"])), ("file", file), ("sha256", entry.digest))
    lines = tuple(line for heading, rows in answer_parts(entry) for line in (heading, *(f"  {row}" for row in rows)))
    if kind != "decision":
        return Opened(number, kind, "", (*_about(record), *place), None, lines)
    standing = standing_in(ledger, number)
    signed = tuple(("signed by", made.principal) for made in standing.sign_offs)
    rows = (("title", str(record["decision"]["title"])), ("status", standing.words), *_stated(record), *signed, *place)
    return Opened(number, kind, standing.words, rows, recorded_assessment(record, file), lines)


def _stated(record: Table) -> tuple[tuple[str, str], ...]:
    """What people stated about a decision."""
    names = {"rationale": "reason", "review_by": "review by"}
    decision = record["decision"]
    statement = tuple((names.get(name, name), str(decision[name])) for name in STATED if decision.get(name))
    deciders = ", ".join(record["people"]["deciders"])
    return (("decided by", deciders), *statement) if deciders else statement


def _about(record: Table) -> tuple[tuple[str, str], ...]:
    """What a sign-off, accept, supersede or withdraw says."""
    statement = record["statement"]
    subject = record["about"] if "about" in record else record["original"]
    rows = [("of record", str(subject["seq"])), ("by", statement["by"]), ("because", statement["because"])]
    if "successor" in record:
        rows.insert(1, ("newer", f"record {record['successor']['seq']}"))
    if "threshold" in record:
        rows.append(("signers asked", str(record["threshold"]["signers"])))
    if "signature" in record:
        rows.append(("key", f"{record['signature']['key_type']} {record['signature']['key']}"))
    return tuple(rows)


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

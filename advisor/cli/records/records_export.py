"""A record in the forms others read: Markdown in the sections of MADR, one HTML page, JSON; from its bytes alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

from advisor.errors import BadInput
from advisor.interview.answers import answer_words
from advisor.knowledge.labels import label
from advisor.record.audit.status import SignOff, Standing, reference, standing_in
from advisor.record.branches import original_entry
from advisor.record.formats.encoding import Table
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.formats.parse import recorded_assessment, text_of
from advisor.record.ledger import Entry, Ledger
from advisor.report.html import as_html, bullets, section
from advisor.report.markdown import as_markdown, escaped, front_matter_value

SCHEMA = "advisor.record-export/1"
_WORDS = (
    ("Reason", "rationale"),
    ("Consequences", "consequences"),
    ("Confirmation", "confirmation"),
    ("Review by", "review_by"),
)


def export(ledger: Ledger, number: int, form: str) -> str:
    """A record as `markdown`, `html` or `json`, with its status by the records after it.

    Raises Tampered or NotARecord where it cannot be read; BadInput where Markdown or HTML is asked of no decision.
    """
    entry = original_entry(ledger, number)
    record = record_in_clear(entry)
    is_decision = record["record"]["kind"] == "decision"
    standing = standing_in(ledger, number) if is_decision else None
    if form == "json":
        return _json(entry, record, standing)
    if standing is None:
        about = reference(record, "about")[0]
        raise BadInput(str(entry.path), "is not a decision", f"show it as text or json, or show record {about}")
    return _markdown(entry, record, standing) if form == "markdown" else _html(entry, record, standing)


def _json(entry: Entry, record: Table, standing: Standing | None) -> str:
    standing_words = {"standing": standing.words} if standing else {}
    table = {"schema": SCHEMA, "number": entry.number, "sha256": entry.digest, **standing_words, "tables": record}
    return json.dumps(table, indent=2, default=str)  # a day or time that somebody put there unquoted


def _markdown(entry: Entry, record: Table, standing: Standing) -> str:
    """MADR's front matter, its sections, and what people said of the decision; JSON texts are valid in YAML."""
    quoted = {
        "status": front_matter_value(_status(standing)),
        "date": front_matter_value(text_of(record, "record", "created_utc")[:10]),
        "decision-makers": front_matter_value(record["people"]["deciders"]),
    }
    front = "\n".join(["---", *(f"{name}: {value}" for name, value in quoted.items()), "---"])
    _, _, body = as_markdown(recorded_assessment(record, str(entry.path)), front_matter=False).partition("\n")
    parts = {"Record": _stated(entry, record, standing), "Answers": _answers(record)}
    more = "".join(f"\n## {name}\n\n{_listed(rows)}\n" for name, rows in parts.items())
    return f"{front}\n\n# {escaped(text_of(record, 'decision', 'title'))}\n{body}{more}".rstrip("\n")


def _listed(rows: Iterator[str]) -> str:
    return "\n".join(f"* {escaped(row)}" for row in rows)


def _html(entry: Entry, record: Table, standing: Standing) -> str:
    title = text_of(record, "decision", "title")
    last = section(f"Record: {title}", bullets(_stated(entry, record, standing)))
    last += section("Answers", bullets(_answers(record)))
    return as_html([recorded_assessment(record, str(entry.path))], title, last, _who_decided(record, standing))


def _who_decided(record: Table, standing: Standing) -> str:
    """The people who decided and who signed, with what became of the decision."""
    deciders = ", ".join(record["people"]["deciders"]) or "nobody is named"
    signed = _names("signed", standing.approving) + _names("disapproved", standing.objecting)
    return f"{deciders}{signed}; {standing.words}"


def _names(did: str, made: list[SignOff]) -> str:
    names = ", ".join(dict.fromkeys(one.principal for one in made))
    return f"; {did} by {names}" if names else ""


def _status(standing: Standing) -> str:
    """The status in MADR's words."""
    if standing.withdrawn_in:
        return "deprecated"
    if standing.superseded_by:
        return f"superseded by record {standing.superseded_by}"
    return "accepted" if standing.accepted_in else "proposed"


def _stated(entry: Entry, record: Table, standing: Standing) -> Iterator[str]:
    """What people stated about a decision, and how to verify it."""
    yield f"Status: {standing.words}"
    for words, name in _WORDS:
        if said := text_of(record, "decision", name):
            yield f"{words}: {said}"
    if deciders := record["people"]["deciders"]:
        yield f"Decided by: {', '.join(deciders)}"
    for did, several in (("Signed", standing.sign_offs), ("Disapproved", standing.disapprovals)):
        for made in several:
            where = f"claimed {made.created_utc} (record {made.record}){standing.taken_back(made)}"
            yield f"{did} by {made.principal} with {made.key}, {where}"
    yield f"Record {entry.number}, claimed time {text_of(record, 'record', 'created_utc')}, sha256 {entry.digest}"
    yield f"Verify it in its ledger: advisor records verify {entry.path.name} --records ."


def _answers(record: Table) -> Iterator[str]:
    """Every answer with where it came from; what was left open is among the open questions."""
    for key, answer in record["answers"].items():
        if "value" in answer:
            words = answer_words(key, answer["value"], text_of(answer, "kind"), text_of(answer, "unit"))
            source = "" if answer["source"] == "user" else f" ({answer['source']})"
            yield f"{text_of(answer, 'question') or label(key)} {words}{source}"

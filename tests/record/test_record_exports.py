"""A record is told in other forms from its own bytes: complete, self-contained, without any knowledge installed."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import pytest

import advisor
from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.cli.main import run
from advisor.cli.records.records_export import export
from advisor.record.audit.replay import circumstances, pinned_knowledge, recorded_answers
from advisor.record.formats.encoding import sealed_bytes
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.formats.parse import NotARecord, read_record, recorded_assessment
from advisor.record.ledger import Ledger

LEDGER = Path(advisor.__file__).resolve().parent.parent / "examples" / "ledger"


@pytest.fixture
def alone(tmp_path: Path) -> Ledger:
    """The records without the knowledge they pin."""
    for path in LEDGER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(LEDGER / "words", tmp_path / "words")
    return Ledger(tmp_path)


def committed(ledger: Ledger, text: str) -> str:
    """The commitment to a text, whose file is written."""
    word = f"{'0' * 64}\n{text}".encode()
    ledger.keep_words(word)
    return f"sha256:{sha256(word).hexdigest()}"


def test_a_record_gives_back_the_assessment_it_was_made_from() -> None:
    ledger = Ledger(LEDGER)
    record = read_record(ledger.entry(2).data, "x")
    knowledge = pinned_knowledge(ledger, record)
    again = assess(recorded_answers(record, "x", knowledge), knowledge, *circumstances(record, "x"))
    told = recorded_assessment(record, "x")
    recorded = [field.name for field in fields(Assessment) if field.repr]
    assert len(recorded) > 20
    assert [name for name in recorded if getattr(told, name) != getattr(again, name)] == []


MORE = (
    "Fleet", "Licenses", "Published methods", "Checklists", "Open questions that could change the route", "Evidence",
    "Sources",
)  # fmt: skip
"""The parts of the last section of a record's Markdown."""


def test_markdown_has_the_sections_and_status_of_madr(alone: Ledger) -> None:
    told = export(alone, 2, "markdown")
    front, _, body = told.removeprefix("---\n").partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    assert {name: json.loads(value) for name, value in fields.items()} == {
        "status": "proposed", "date": "2026-11-20", "decision-makers": ["Ada Quist", "Ben Okafor"],
    }  # fmt: skip
    assert body.startswith("\n# Where to summarize patient letters, with the new team\n")
    assert re.findall("^#+ .*$", body, re.M)[1:] == [
        "## Context and Problem Statement", "## Decision Drivers", "## Considered Options", "## Decision Outcome",
        "### Consequences", "### Confirmation", "## Pros and Cons of the Options", "## More Information",
        *(f"### {name}" for name in MORE), "## Record", "## Answers",
    ]  # fmt: skip
    for part in (
        "Signed by ben@hospital.example with SHA256:",
        alone.entry(2).digest,
        "How far may the data travel? A network with no way out",
    ):
        assert part in body
    assert export(alone, 1, "markdown").startswith('---\nstatus: "superseded by record 2"\n')


def test_html_is_one_page_that_fetches_nothing(alone: Ledger) -> None:
    page = export(alone, 2, "html")
    assert "<title>Where to summarize patient letters, with the new team</title>" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert not re.search(r"(src|href|url)\s*[=(]", page)
    assert "Ada Quist, Ben Okafor" in page
    assert "<svg" in page


def test_json_holds_every_table_as_recorded(alone: Ledger) -> None:
    for number in alone.numbers():
        told = json.loads(export(alone, number, "json"))
        assert told["tables"] == record_in_clear(alone.entry(number))
        assert (told["number"], told["sha256"]) == (number, alone.entry(number).digest)
    assert json.loads(export(alone, 1, "json"))["standing"] == "superseded by record 2"


def test_what_is_no_decision_or_has_a_hole_is_told_in_a_sentence(
    alone: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["records", "show", "3", "--records", str(alone.directory), "--format", "html"]) == 2
    assert "is not a decision; show it as text or json, or show record 2" in capsys.readouterr().err
    table = read_record(alone.entry(2).data, "x")
    del table["results"]["exact"]["fleet"]
    (alone.directory / "00000002-record.toml").write_bytes(sealed_bytes(table, 2))
    with pytest.raises(NotARecord, match=r"results\.exact\.fleet: is not as advisor\.record/5 describes it"):
        export(alone, 2, "markdown")


def test_markup_and_orders_in_a_record_reach_neither_page_nor_terminal(alone: Ledger) -> None:
    table = read_record(alone.entry(2).data, "x")
    hostile = committed(alone, "<script>\x1b]52;\u202e`*")
    table["decision"]["title"] = table["decision"]["rationale"] = hostile
    table["people"]["deciders"] = [committed(alone, '"\u202e\n---\nx: y')]
    (alone.directory / "00000002-record.toml").write_bytes(sealed_bytes(table, 2))
    for form in ("markdown", "html", "json"):
        told = export(alone, 2, form)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
        assert form == "json" or "<script" not in told.replace("\\<", "")
    assert export(alone, 2, "markdown").count("\n---\n") == 1

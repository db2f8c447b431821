"""A record of an older schema still verifies, replays and is shown; one of a schema to come is refused by name.

tests/data/record-0 was sealed once and is never made anew: a decision of the schema `advisor.record/0`, which held no
published methods, no published break-evens, and flips without what to do about them; and its withdrawal. So was
tests/data/record-1 under `advisor.record/1`, which did not tell whether a question without an answer had been asked.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import tomli

import advisor
from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.assessment.open_evidence import NeverAsked
from advisor.cli.records_export import export
from advisor.interview.answers import Answers
from advisor.knowledge.pack import Knowledge
from advisor.published.results import BreakEvenOf, Method
from advisor.record.encoding import sealed_bytes
from advisor.record.ledger import Ledger
from advisor.record.parse import NotARecord, read_front, read_record, recorded_assessment
from advisor.record.verification import DIFFERS, TAMPERED
from advisor.record.verify import Scope, verify
from advisor.record.versions import VERSIONS

ROOT = Path(advisor.__file__).resolve().parent.parent
EARLIER = ROOT / "tests" / "data" / "record-0"
UNASKED = ROOT / "tests" / "data" / "record-1"
DIGEST = "daaa2e74dfe934c598dbf8c19e9ee6d99f23f7c6c9442763001b837651b49ef4"
DIGEST_UNASKED = "e8ef92aab63902befeb7962e0fe8cfb67c6bf791f738b40ea4e9a1e4a11f921e"
METHOD = Method("cost-guide.bands", "cost-guide", ("self-host",), "why")


def derived(changed: str = "") -> Assessment:
    """What this version would derive: all the record holds, and what its schema had no place for."""
    found = recorded_assessment(read_record(Ledger(EARLIER).entry(1).data, "x"), "x")
    flips = tuple(replace(flip, group="negotiate") for flip in found.flips)
    more = replace(found, methods=(METHOD,), method_break_evens=(BreakEvenOf("x", 1.0, None, 2.0),), flips=flips)
    return replace(more, tier=changed) if changed else more


def replaying(assessment: Assessment, directory: Path = EARLIER) -> tuple[int, list[str]]:
    def again(answers: Answers, knowledge: Knowledge, as_of: date, seed: int, draws: int) -> Assessment:
        assert (knowledge.name, as_of, seed, draws) == ("early", date(2026, 11, 21), 7, 1000)
        assert answers.values["data.boundary"] == "vpc"
        return assessment

    found = verify(Ledger(directory), Scope(assess=again))
    return found.status, [problem.sentence for one in found.records for problem in one.problems]


def test_the_shipped_record_is_the_one_that_was_sealed() -> None:
    data = (EARLIER / "00000001-record.toml").read_bytes()
    table = tomli.loads(data.decode())
    assert sha256(data).hexdigest() == DIGEST
    assert table["record"]["schema"] == "advisor.record/0"
    assert "methods" not in table
    assert "method_break_evens" not in table["results"]["approx"]


def test_an_older_record_verifies_and_replays_though_it_lacks_later_fields() -> None:
    assert replaying(derived()) == (0, [])


def test_a_record_that_does_not_tell_what_was_never_asked_verifies_replays_and_is_shown() -> None:
    data = (UNASKED / "00000001-record.toml").read_bytes()
    table = tomli.loads(data.decode())
    assert sha256(data).hexdigest() == DIGEST_UNASKED
    assert table["record"]["schema"] == "advisor.record/1"
    assert "never_asked" not in table
    assert not any("asked" in answer for answer in table["answers"].values())
    asking = NeverAsked(("volume.output_tokens",), (), "bounded")
    assert replaying(replace(derived(), never_asked=asking), UNASKED) == (0, [])
    assert recorded_assessment(read_record(data, "x"), "x").never_asked == NeverAsked()
    for form in ("markdown", "html", "json"):
        assert "Where claims are read" in export(Ledger(UNASKED), 1, form)


def test_an_older_record_is_held_to_what_it_does_hold(tmp_path: Path) -> None:
    status, problems = replaying(derived(changed="critical"))
    assert status == DIFFERS
    assert "results.exact.tier came out different" in problems[0]
    shutil.copytree(EARLIER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "00000001-record.toml"
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    assert replaying(derived(), tmp_path)[0] == TAMPERED


def test_an_older_record_is_shown_in_every_form() -> None:
    for form in ("markdown", "html", "json"):
        assert "Where claims are read" in export(Ledger(EARLIER), 1, form)


def test_a_record_of_today_written_in_the_older_schema_is_derived_again(tmp_path: Path) -> None:
    """With the shipped rules, and the program's own assessment."""
    shutil.copytree(ROOT / "examples" / "ledger" / "blobs", tmp_path / "blobs")
    table = tomli.loads((ROOT / "examples" / "ledger" / "00000001-record.toml").read_text())
    table["record"]["schema"] = "advisor.record/0"
    del table["methods"], table["results"]["approx"]["method_break_evens"]
    (tmp_path / "00000001-record.toml").write_bytes(sealed_bytes(table, 1))
    found = verify(Ledger(tmp_path), Scope(assess=assess)).records[0]
    assert found.problems == []
    assert found.replay is not None
    assert found.replay.exact == found.replay.exact_of > 500


@pytest.mark.parametrize("schema", ["advisor.record/3", "advisor.record/00", "", 1, ["advisor.record/0"]])
def test_an_unknown_schema_is_refused_by_name(schema: object) -> None:
    table = tomli.loads((EARLIER / "00000001-record.toml").read_text())
    table["record"]["schema"] = schema
    with pytest.raises(NotARecord, match=re.escape(f"this program reads {', '.join(VERSIONS)}")) as refused:
        read_front(sealed_bytes(table, 1), "x")
    assert repr(schema) in refused.value.what

"""A record of an older schema still verifies and is shown, its replay left to the version that made it.

A record of a schema to come is refused by name.

tests/data/record-0 was sealed once and is never made again: a decision of the schema `advisor.record/0`, which held no
published methods, no published break-evens, and flips without what to do about them; and its withdrawal. So was
tests/data/record-1 under `advisor.record/1`, which did not tell whether a question without an answer had been asked.
tests/data/record-2 and record-3 are as 0.1.0 and 0.2.0 wrote them, without the parts they pin: no offers and premises,
and no measurements.
"""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import tomli

import advisor
from advisor.analysis.analysis_results import NeverAsked
from advisor.assessment.model import Assessment
from advisor.cli.records.records_export import export
from advisor.knowledge.pack import program_digest
from advisor.record.audit.verification import TAMPERED, UNVERIFIABLE, as_json, tell
from advisor.record.audit.verify import Scope, verify
from advisor.record.formats.encoding import name_of, sealed_bytes
from advisor.record.formats.parse import VERSIONS, NotARecord, read_front, read_record, recorded_assessment
from advisor.record.ledger import Ledger

ROOT = Path(advisor.__file__).resolve().parent.parent
EARLIER = ROOT / "tests" / "data" / "record-0"
UNASKED = ROOT / "tests" / "data" / "record-1"
DIGEST = "daaa2e74dfe934c598dbf8c19e9ee6d99f23f7c6c9442763001b837651b49ef4"
DIGEST_UNASKED = "e8ef92aab63902befeb7962e0fe8cfb67c6bf791f738b40ea4e9a1e4a11f921e"
LATER = re.compile(r"whether the verdict is derived again: advisor \S+ made it, this is \S+; .* with --replay-with")


def never(*_: object) -> Assessment:
    """Stands for the assessment of this version, which older decisions are not given to."""
    raise AssertionError("a decision of an older schema was derived again")


def left_unchecked(directory: Path) -> int:
    """The status of the first record of a ledger, once its replay is seen to be reported as not checked."""
    checked = verify(Ledger(directory), Scope(assess=never)).records[0]
    assert checked.replay is None
    replay = [one for one in checked.not_checked if not one.endswith("it is not signed")]
    assert [one for one in replay if LATER.fullmatch(one)] == replay != []
    return checked.status


def test_the_shipped_record_is_the_one_that_was_sealed() -> None:
    data = (EARLIER / "00000001-record.toml").read_bytes()
    table = tomli.loads(data.decode())
    assert sha256(data).hexdigest() == DIGEST
    assert table["record"]["schema"] == "advisor.record/0"
    assert "methods" not in table
    assert "method_break_evens" not in table["results"]["approx"]


def test_an_older_record_verifies_and_its_replay_is_reported_as_not_checked() -> None:
    """Contract 2: a record whose program differs is replayed with that program alone."""
    assert left_unchecked(EARLIER) == 0


def test_a_record_that_does_not_tell_what_was_never_asked_verifies_and_is_shown() -> None:
    data = (UNASKED / "00000001-record.toml").read_bytes()
    table = tomli.loads(data.decode())
    assert sha256(data).hexdigest() == DIGEST_UNASKED
    assert table["record"]["schema"] == "advisor.record/1"
    assert "never_asked" not in table
    assert not any("asked" in answer for answer in table["answers"].values())
    assert left_unchecked(UNASKED) == 0
    shown = recorded_assessment(read_record(data, "x"), "x")
    assert (shown.never_asked, shown.premises, shown.contradictions) == (NeverAsked(), (), ())
    assert {option.offer for option in shown.options} == {None}
    for form in ("markdown", "html", "json"):
        assert "Where claims are read" in export(Ledger(UNASKED), 1, form)


@pytest.mark.parametrize(
    ("schema", "made_by", "digest"),
    [
        ("advisor.record/2", "0.1.0", "a5e109256d804a72bd496353821ded14dfbf670338396d41a4cdb284abc10d0b"),
        ("advisor.record/3", "0.2.0", "8f099d7e2a9fd4a1f30b0b120103b3a8c8af5cb1452a347573e4f4725beff97d"),
    ],
)
def test_a_record_as_it_was_released_verifies_but_for_the_parts_that_do_not_lie_beside_it(
    schema: str, made_by: str, digest: str
) -> None:
    ledger = Ledger(ROOT / "tests" / "data" / schema.replace("advisor.record/", "record-"))
    assert ledger.entry(1).digest == digest
    table = tomli.loads(ledger.entry(1).data.decode())
    assert (table["record"]["schema"], table["tool"]["version"]) == (schema, made_by)
    assert "measurements" not in table
    checked = verify(ledger, Scope(assess=never)).records[0]
    assert [problem.sentence.endswith("is missing") for problem in checked.problems] == [True, True, True]
    shown = recorded_assessment(read_record(ledger.entry(1).data, "x"), "x")
    assert bool(shown.premises) is (schema == "advisor.record/3")
    assert "Where" in export(ledger, 1, "markdown")


@pytest.mark.parametrize(
    ("version", "program", "status"),
    [
        ("9.9.9", "sha256:" + "0" * 64, 0),
        ("9.9.9", program_digest(), UNVERIFIABLE),
        ("0.1.0", "sha256:" + "0" * 64, UNVERIFIABLE),
        ("no number", "sha256:" + "0" * 64, UNVERIFIABLE),
    ],
)
def test_a_forged_version_is_never_called_verified(tmp_path: Path, version: str, program: str, status: int) -> None:
    """Digest or schema may give it away: it cannot be verified; else it is said that nothing was derived."""
    shutil.copytree(ROOT / "examples" / "ledger", tmp_path, dirs_exist_ok=True)
    for number in (2, 3, 4, 5):
        (tmp_path / name_of(number)).unlink()
    table = tomli.loads((tmp_path / "00000001-record.toml").read_text())
    table["tool"] |= {"version": version, "program": program}
    (tmp_path / "00000001-record.toml").write_bytes(sealed_bytes(table, 1))
    found = verify(Ledger(tmp_path), Scope(assess=never))
    assert found.status == status
    words = list(tell(found))
    assert any(
        "NOT DERIVED AGAIN" in line or "CANNOT BE VERIFIED" in line for line in words if line.startswith("result")
    )
    assert not any(line.startswith("result     verified") for line in words)
    assert as_json(found)["records"][0]["result"] != "verified"
    if not status:
        assert any("1 of 1 checked hold, 1 of them NOT DERIVED AGAIN" in line for line in words)


def test_an_older_record_that_was_changed_is_tampered_with(tmp_path: Path) -> None:
    shutil.copytree(EARLIER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "00000001-record.toml"
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    assert verify(Ledger(tmp_path), Scope(assess=never)).status == TAMPERED


def test_an_older_record_is_shown_in_every_form() -> None:
    for form in ("markdown", "html", "json"):
        assert "Where claims are read" in export(Ledger(EARLIER), 1, form)


def test_a_record_of_this_version_written_in_an_older_schema_is_not_replayed(tmp_path: Path) -> None:
    """Whatever version it names: this one writes no such schema."""
    shutil.copytree(ROOT / "examples" / "ledger" / "blobs", tmp_path / "blobs")
    table = tomli.loads((ROOT / "examples" / "ledger" / "00000001-record.toml").read_text())
    table["record"]["schema"] = "advisor.record/0"
    for name in ("methods", "never_asked", "premises"):
        table.pop(name, None)
    del table["results"]["approx"]["method_break_evens"]
    (tmp_path / "00000001-record.toml").write_bytes(sealed_bytes(table, 1))
    assert left_unchecked(tmp_path) == 0


@pytest.mark.parametrize("schema", ["advisor.record/6", "advisor.record/00", "", 1, ["advisor.record/0"]])
def test_an_unknown_schema_is_refused_by_name(schema: object) -> None:
    table = tomli.loads((EARLIER / "00000001-record.toml").read_text())
    table["record"]["schema"] = schema
    with pytest.raises(NotARecord, match=re.escape(f"this program reads {', '.join(VERSIONS)}")) as refused:
        read_front(sealed_bytes(table, 1), "x")
    assert repr(schema) in refused.value.what

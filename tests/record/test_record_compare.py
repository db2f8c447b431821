"""Two records are compared each under the knowledge it pins, and what made the difference is named."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import tomli
import tomli_w

import advisor
from advisor.api import assess
from advisor.cli.main import run
from advisor.knowledge.labels import rule_label
from advisor.knowledge.load_pack import knowledge_from_files
from advisor.record.audit.replay import circumstances, pinned_knowledge, recorded_answers
from advisor.record.formats.parse import read_record
from advisor.record.ledger import Ledger
from advisor.record.save_decision import save_decision

EXAMPLE = Path(advisor.__file__).resolve().parent.parent / "examples" / "ledger"
BOUNDARY = "must.boundary-own-infrastructure"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, and a sixth record: the answers of record 2 under a rule pack without the rule that decided it."""
    place = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("compare") / "ledger"))
    record = read_record(Ledger(place).entry(2).data, "x")
    pinned = pinned_knowledge(Ledger(place), record)
    path = next(path for path, data in pinned.files.items() if f'id = "{BOUNDARY}"'.encode() in data)
    table = tomli.loads(pinned.files[path].decode())
    table["rule"] = [rule for rule in table["rule"] if rule["id"] != BOUNDARY]
    other = knowledge_from_files({**pinned.files, path: tomli_w.dumps(table).encode()})
    answers = recorded_answers(record, "x", other)
    found = partial(assess, flips=False)(answers, other, *circumstances(record, "x"))
    save_decision(found, answers, other, place, datetime(2026, 11, 21, tzinfo=UTC))
    return place


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(["compare", *arguments]) == 0
    return capsys.readouterr().out


def name(ledger: Path, number: int) -> str:
    return str(ledger / f"{number:08d}-record.toml")


def test_another_rule_pack_is_named_as_the_cause(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(compared(capsys, name(ledger, 2), name(ledger, 6), "--format", "json"))
    assert found["answers"] == []
    assert found["a"]["verdict"]["option"] == "self-host" != found["b"]["verdict"]["option"]
    assert found["only_in_a"]["rules"] == [BOUNDARY]
    assert [(cause["changed"], cause["explains"]) for cause in found["causes"]] == [("rules and figures", True)]
    told = compared(capsys, name(ledger, 2), name(ledger, 6))
    assert f"only in A: {rule_label(BOUNDARY)}" in " ".join(told.split())
    assert "enough by itself: rules and figures" in told


def test_other_answers_are_named_under_the_same_rules(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(compared(capsys, name(ledger, 1), name(ledger, 2), "--format", "json"))
    assert {change["name"] for change in found["answers"]} == {
        "staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte", "staffing.gpu_experience",
    }  # fmt: skip
    assert found["figures"] == []


def test_a_sign_off_is_nothing_to_compare(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", name(ledger, 1), name(ledger, 3)]) == 2
    assert "is a record of kind sign-off; name the decision it is about" in capsys.readouterr().err

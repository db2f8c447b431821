"""`advisor compare`: what differs is named once, and what caused another verdict is found by trying it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from advisor.api import assess
from advisor.cli.framework.group import invoke
from advisor.interview.answers import read_answers, vocabulary
from advisor.knowledge.load_pack import knowledge_from_files, load_knowledge
from advisor.paths import data_directory
from advisor.record.save_decision import save_decision
from advisor.text import WIDTH

EXAMPLES = data_directory("examples")
CLINICAL = EXAMPLES / "clinical-notes.toml"
DAY = date(2026, 11, 21)


def told(capsys: pytest.CaptureFixture[str], a: Path, b: Path, form: str = "text") -> str:
    assert invoke(["compare", str(a), str(b), "--as-of", "2026-11-21", "--draws", "500", "--format", form]) == 0
    return capsys.readouterr().out


def table(capsys: pytest.CaptureFixture[str], a: Path, b: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capsys, a, b, "json"))
    return found


def changed(directory: Path, old: str, new: str) -> Path:
    text = CLINICAL.read_text(encoding="utf-8")
    assert old in text
    path = directory / "changed.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_file_differs_from_itself_in_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = table(capsys, CLINICAL, CLINICAL)
    assert not any(found[name] for name in ("verdict", "answers", "figures", "costs", "causes"))
    assert not any([*found["only_in_a"].values(), *found["only_in_b"].values()])
    assert "the same" in told(capsys, CLINICAL, CLINICAL)


def test_the_one_answer_that_moved_the_route_is_named_as_its_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = table(capsys, CLINICAL, changed(tmp_path, 'boundary = "vpc"', 'boundary = "tenancy"'))
    assert [change["name"] for change in found["answers"]] == ["data.boundary"]
    assert {"name": "route", "a": "self-host", "b": "managed-cloud"} in found["verdict"]
    assert found["causes"] == [{"changed": "data.boundary", "verdict": "managed-cloud", "explains": True}]
    assert "must.boundary-own-infrastructure" in found["only_in_a"]["rules"]
    assert "must.boundary-tenancy" in found["only_in_b"]["rules"]


def test_an_answer_that_moves_only_money_shows_the_lines_it_moves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bill moves, and with it the draws near the median that the other lines are averaged over, a little."""
    found = table(capsys, CLINICAL, changed(tmp_path, 'cached_share = "15%"', "cached_share = 0.05"))
    hosted = next(cost for cost in found["costs"] if cost["option"] == "hosted-api")
    before, after = hosted["lines"]["tokens"]
    assert before < after
    moved = {name: b - a for name, (a, b) in hosted["lines"].items()}
    assert max(moved, key=lambda name: abs(moved[name])) == "tokens"
    assert sum(moved.values()) == pytest.approx(hosted["b"]["p50"] - hosted["a"]["p50"], abs=0.01)
    assert found["causes"] == []


def test_an_answer_given_on_one_side_only_is_unknown_on_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = table(capsys, CLINICAL, changed(tmp_path, "cached_share =", "# cached_share ="))
    change = next(change for change in found["answers"] if change["name"] == "volume.cached_share")
    assert (change["a"], change["b"]) == ("15% of input", "unknown")


def test_the_text_fits_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, CLINICAL, EXAMPLES / "contract-extraction.toml")
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_record_keeps_its_own_prices_and_the_figures_that_moved_since_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = dict(load_knowledge().files)
    gates = files["rules/parameters/gates.toml"]
    assert b"value = 90\n" in gates
    files["rules/parameters/gates.toml"] = gates.replace(b"value = 90\n", b"value = 91\n")
    older = knowledge_from_files(files)
    answers = read_answers(CLINICAL.read_bytes(), CLINICAL.name, vocabulary(older))
    assessment = assess(answers, older, DAY, draws=500, flips=False)
    saved = save_decision(assessment, answers, older, tmp_path, datetime.now(UTC))
    found = table(capsys, Path(saved.path), CLINICAL)
    moved = {change["name"]: (change["a"], change["b"]) for change in found["figures"]}
    assert moved == {"parameter evidence.stale_days.prices": ("91 days", "90 days")}
    assert found["answers"] == []
    assert found["verdict"] == []


def test_two_records_are_compared_by_their_numbers_as_by_their_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = load_knowledge()
    for name in ("clinical-notes", "contract-extraction"):
        path = EXAMPLES / f"{name}.toml"
        answers = read_answers(path.read_bytes(), path.name, vocabulary(knowledge))
        save_decision(
            assess(answers, knowledge, DAY, draws=500, flips=False), answers, knowledge, tmp_path, datetime.now(UTC)
        )
    files = [str(tmp_path / f"0000000{number}-record.toml") for number in (1, 2)]
    assert invoke(["records", "diff", "1", "2", "--records", str(tmp_path)]) == 0
    by_number = capsys.readouterr().out
    assert invoke(["compare", *files]) == 0
    assert by_number == capsys.readouterr().out
    assert "How far may the data travel?   Our private network     " in by_number

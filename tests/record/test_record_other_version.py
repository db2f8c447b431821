"""`records verify --replay-with VENV`: the version that made a decision derives it again, in its own environment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tomli

import advisor
from advisor.cli.main import run

LEDGER = Path(advisor.__file__).resolve().parent.parent / "tests" / "data" / "record-1"
MADE_BY = tomli.loads((LEDGER / "00000001-record.toml").read_text())["tool"]["version"]

Captured = pytest.CaptureFixture[str]


def environment(place: Path, version: str, answer: object) -> Path:
    """A virtual environment whose interpreter prints a version, then an answer; it notes what it was asked."""
    (place / "bin").mkdir(parents=True)
    (place / "answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
    python = place / "bin" / "python"
    python.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{place}/asked'\n"
        f"case \"$*\" in *__version__*) echo '{version}' ;; *) cat '{place}/answer' ;; esac\n"
    )
    python.chmod(0o755)
    return place


def replayed(verdict: str) -> dict[str, object]:
    return {"records": [{"number": 1, "replay": {"verdict": verdict}}]}


def verified(capsys: Captured, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run(["records", "verify", "1", "--no-today", "--records", str(LEDGER), *map(str, arguments)])
    return status, *capsys.readouterr()


def test_without_it_replay_is_reported_as_not_checked(capsys: Captured) -> None:
    status, out, _ = verified(capsys)
    assert status == 0
    words = " ".join(out.split())
    assert f"not checked: whether the verdict is derived again: advisor {MADE_BY} made it" in words.replace(
        "record 1: ", ""
    )
    assert "--replay-with" in words
    assert "NOT DERIVED AGAIN" in words
    assert "result verified" not in words
    assert verified(capsys, "--exit-code")[0] == 1
    found = json.loads(verified(capsys, "--format", "json")[1])
    assert (found["status"], found["not_derived_again"]) == (0, [1])


@pytest.mark.parametrize(("verdict", "expected"), [("same", 0), ("differs", 6), ("toss-up", 7)])
def test_what_that_version_finds_is_the_result(tmp_path: Path, capsys: Captured, verdict: str, expected: int) -> None:
    place = environment(tmp_path / "venv", MADE_BY, replayed(verdict))
    status, out, _ = verified(capsys, "--replay-with", place)
    assert status == expected
    assert f"advisor {MADE_BY}" in out
    assert "--replay-with" not in out
    asked = (place / "asked").read_text().splitlines()
    assert asked[0] == "-I"
    assert asked[asked.index("verify") + 1] == "1"
    assert asked[asked.index("--records") + 1] == str(LEDGER)


def test_json_names_the_version_that_derived_it_again(tmp_path: Path, capsys: Captured) -> None:
    place = environment(tmp_path / "venv", MADE_BY, replayed("same"))
    status, out, _ = verified(capsys, "--replay-with", place, "--format", "json")
    assert status == 0
    (record,) = [one for one in json.loads(out)["records"] if one["number"] == 1]
    assert record["replayed_by"] == MADE_BY


def test_a_folder_that_is_not_a_virtual_environment_is_refused(tmp_path: Path, capsys: Captured) -> None:
    status, out, _ = verified(capsys, "--replay-with", tmp_path)
    assert status == 5
    assert "is not a virtual environment" in out


@pytest.mark.parametrize("version", ["9.9.9", ""])
def test_another_version_in_it_derives_nothing(tmp_path: Path, capsys: Captured, version: str) -> None:
    place = environment(tmp_path / "venv", version, replayed("same"))
    status, out, _ = verified(capsys, "--replay-with", place)
    assert status == 5
    assert f"holds advisor {version}" in out if version else "holds no advisor" in out
    assert "verify" not in (place / "asked").read_text()


@pytest.mark.parametrize("answer", ["", "no JSON", {"records": []}, {"records": [{"number": 1, "replay": None}]}])
def test_an_answer_without_a_replay_cannot_verify(tmp_path: Path, capsys: Captured, answer: object) -> None:
    status, out, _ = verified(capsys, "--replay-with", environment(tmp_path / "venv", MADE_BY, answer))
    assert status == 5
    assert "gave no replay of record 1" in out


def test_an_interpreter_that_cannot_be_run_is_named(tmp_path: Path, capsys: Captured) -> None:
    place = environment(tmp_path / "venv", MADE_BY, replayed("same"))
    (place / "bin" / "python").chmod(0o644)
    status, out, _ = verified(capsys, "--replay-with", place)
    assert status == 5
    assert "cannot be run" in out

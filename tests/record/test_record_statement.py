"""What people say of a decision when they save it stands in the record, and is never lost in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.cli.main import run
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger

ANSWERS = """questionnaire = "quick"
[workload]
name = "claims"
[volume]
output_tokens = "150M..200M"
[data]
boundary = "vpc"
"""


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(ANSWERS)
    return "mine.toml"


def test_a_saved_record_says_why_who_until_when_and_where_answers_came_from(answers: str) -> None:
    words = ["--title", "Where claims run", "--reason", "The data stays.", "--confirmation", "Bills under $9k."]
    people = ["--decider", "Ada Quist", "--decider", "Ben Okafor", "--review-by", "2199-05-20"]
    command = ["assess", answers, "--save", "--draws", "100", *words, *people, "--measured", "volume.output_tokens"]
    assert run(command) == 0
    record = record_in_clear(Ledger(Path("records")).entry(1))
    stated = {name: record["decision"][name] for name in ("title", "rationale", "confirmation", "review_by")}
    assert stated == {
        "title": "Where claims run",
        "rationale": "The data stays.",
        "confirmation": "Bills under $9k.",
        "review_by": "2199-05-20",
    }
    assert record["people"]["deciders"] == ["Ada Quist", "Ben Okafor"]
    origins = {key: answer["source"] for key, answer in record["answers"].items()}
    assert origins["volume.output_tokens"] == "measured log"
    assert origins["data.boundary"] == "user"
    assumed = {key: answer for key, answer in record["answers"].items() if "assumed" in answer}
    assert {answer["source"] for answer in assumed.values() if answer["assumed"] == "nothing"} == {"default"}
    assert any(answer["source"].startswith("default of ") for answer in assumed.values())
    assert "no target" in {answer["assumed"] for answer in assumed.values()}
    assert run(["records", "verify"]) == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--title", "x"], "--title: requires --save"),
        (["--decider", "Ada"], "--decider: requires --save"),
        (["--save", "--review-by", "soon"], "--review-by: 'soon' is not a day; write it as 2027-05-20"),
        (["--save", "--review-by", "2001-01-01"], "--review-by: 2001-01-01 is not after"),
        (["--save", "--reason", "x\x1b[2J"], "--reason: character 2 is invisible (U+001B)"),
        (["--save", "--decider", "x" * 5000], "--decider: has 5,000 characters"),
        (
            ["--save", "--measured", "volume.output_token"],
            "--measured volume.output_token: is not answered in mine.toml; did you mean volume.output_tokens?",
        ),
    ],
)
def test_what_cannot_be_said_of_a_record_is_one_line_and_nothing_is_written(
    answers: str, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert run(["assess", answers, *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert not Path("records").exists()

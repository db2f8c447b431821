"""`advisor new` writes every key of a questionnaire with what may be answered; reading it gives the answers back."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from advisor.cli.main import run
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_every_key_is_there_and_an_untouched_file_answers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    knowledge = load_knowledge()
    for name, sheet in knowledge.questionnaires.items():
        assert run(["new", "--questionnaire", name]) == 0
        text = capsys.readouterr().out
        assert read_answers(text.encode(), "new.toml", vocabulary(knowledge)) == Answers({}, name)
        # Uncommented without a change, every key is one the program knows, left unknown knowingly.
        answered = read_answers(
            re.sub(r"(?m)^# (\w+ = \"unknown\")$", r"\1", text).encode(), name, vocabulary(knowledge)
        )
        assert answered.passed == set(sheet.keys)
        for key in sheet.keys:
            question = knowledge.questions[key]
            assert all(f"#   {choice.id}" in text for choice in question.choices), key
        assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_begun_from_answers_reads_back_as_those_answers(example: Path, tmp_path: Path) -> None:
    known = vocabulary(load_knowledge())
    written = tmp_path / "new.toml"
    assert run(["new", "--from", str(example), "--output", str(written), "--quiet"]) == 0
    assert read_answers(written.read_bytes(), "new", known) == read_answers(example.read_bytes(), "old", known)


def test_a_file_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("kept", "utf-8")
    assert run(["new", "--output", str(mine)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert mine.read_text("utf-8") == "kept"


def test_an_interview_begins_with_the_answers_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    file = EXAMPLES / "air-gapped.toml"
    assert run(["ask", str(file), "--plain"]) == 0
    assert "air-gapped" in capsys.readouterr().out
    (session,) = (tmp_path / "advisor" / "sessions").glob("*.toml")
    assert 'boundary" = "air-gap"' in session.read_text("utf-8")
    assert run(["ask", str(file), "--resume"]) == 2
    assert run(["ask", str(tmp_path / "nowhere.toml")]) == 2

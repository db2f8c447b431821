"""The prompts ask everything the screens ask, with back, help, unknown, review and save."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


FULL = ("--questionnaire", "full")


def prompt(home: Path, *typed: str, arguments: tuple[str, ...] = ("--questionnaire", "quick")) -> str:
    """Run the prompts with these lines typed; gives what was printed."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "ask", "--plain", *arguments],
        input="\n".join(typed) + "\n", capture_output=True, text=True, check=False, env=environment,
        cwd=REPOSITORY, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_help_unknown_back_and_review_are_words_at_any_question(tmp_path: Path) -> None:
    said = prompt(tmp_path, "help", "summarization", "unknown", "back", "1", "review", "quit")
    assert "Why: " in said
    assert "= Summarize" in said
    assert "unknown; assumed" in said
    assert "= Our own people" in said
    assert "What does the model do most of the time? Summarize" in said
    assert "Answers are kept" in said


def test_what_cannot_be_read_is_explained_and_asked_again(tmp_path: Path) -> None:
    said = prompt(tmp_path, "nonsense", "3", "1", "20..5", "5..20", "quit")
    assert "That is none of the choices" in said
    assert "turned round" in said
    assert "= 5–20 people" in said


def test_an_interview_whose_input_ended_goes_on(tmp_path: Path) -> None:
    assert "The input ended. Answers are kept" in prompt(tmp_path, "summarization", "1")
    said = prompt(tmp_path, "review", "quit", arguments=("--resume",))
    assert "What does the model do most of the time? Summarize" in said
    assert "Who uses it? Our own people" in said


def test_saving_prints_the_verdict_and_the_record(tmp_path: Path) -> None:
    said = prompt(tmp_path, "summarization", "1", "10", "1", "vpc", "save")
    assert "Verdict: self-host, decided by must, " in said
    (record,) = (tmp_path / ".local/share/advisor/records").glob("*.toml")
    assert f"Saved {record}" in said


def test_saving_an_unnamed_workload_asks_for_its_name_once(tmp_path: Path) -> None:
    said = prompt(tmp_path, "save", "Not A Name", "night-shift", arguments=FULL)
    assert "Enter alone leaves it unnamed" in said
    assert "Saved" in said
    (session,) = (tmp_path / ".local/state/advisor/sessions").glob("*.toml")
    assert '"workload.name" = "night-shift"' in session.read_text("utf-8")


def test_a_name_may_be_left_out(tmp_path: Path) -> None:
    assert "Saved" in prompt(tmp_path, "save", "", arguments=FULL)
    assert "Saved" in prompt(tmp_path, "save", arguments=FULL)

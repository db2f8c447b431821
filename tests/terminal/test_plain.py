"""The prompts ask everything the screens ask, with back, help, unknown, review and save."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from advisor.atomic_write import write_atomically
from advisor.interview.answers import Variant
from advisor.interview.reducer import Answer, begin, reduce
from advisor.interview.session import read_session, unfinished, write_session
from advisor.record.formats.kept_words import record_in_clear
from advisor.record.ledger import Ledger
from advisor.tui.start_screen import start_items
from tests.environment import environment
from tests.terminal.canned import QUESTIONS, SHEETS, VOCABULARY
from tests.terminal.test_what_matters import CLOSING

REPOSITORY = Path(__file__).resolve().parents[2]
NOW = datetime.now(UTC)

FULL = ("--questionnaire", "full")


def prompt(home: Path, *typed: str, arguments: tuple[str, ...] = ("--questionnaire", "quick")) -> str:
    """Run the prompts with these lines typed; gives what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "ask", "--plain", *arguments],
        input="\n".join(typed) + "\n", capture_output=True, text=True, check=False, env=environment(HOME=str(home)),
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
    assert "How many developers or other colleagues will use it? open" in said
    assert "Answers are kept" in said


def test_what_cannot_be_read_is_explained_and_asked_again(tmp_path: Path) -> None:
    said = prompt(tmp_path, "nonsense", "3", "1", "20..5", "5..20", "quit")
    assert "That is none of the choices" in said
    assert "is reversed" in said
    assert "= 5–20 people" in said


def test_an_interview_whose_input_ended_goes_on(tmp_path: Path) -> None:
    assert "The input ended. Answers are kept" in prompt(tmp_path, "summarization", "1")
    said = prompt(tmp_path, "review", "quit", arguments=("--resume",))
    assert "What does the model do most of the time? Summarize" in said
    assert "Who uses it? Our own people" in said


def test_saving_prints_the_verdict_and_the_record(tmp_path: Path) -> None:
    said = prompt(tmp_path, "summarization", "1", "10", "1", "vpc", "save")
    assert "Verdict: self-hosted, decided by law and contract, " in said
    (record,) = (tmp_path / ".local/share/advisor/records").glob("*.toml")
    assert f"Saved {record}" in said


def test_a_name_may_be_left_out(tmp_path: Path) -> None:
    assert "Saved" in prompt(tmp_path, "save", "", arguments=FULL)
    assert "Saved" in prompt(tmp_path, "save", arguments=FULL)


def test_saving_asks_once_for_a_name_and_for_what_people_add_to_the_record(tmp_path: Path) -> None:
    stated = ("It is cheaper.", "Ada, Ben", "2999-01-01", "", "Where the night shift runs")
    said = prompt(tmp_path, "save", "Not A Name", "night-shift", *stated, arguments=FULL)
    assert "Enter alone leaves it unnamed" in said
    (session,) = (tmp_path / ".local/state/advisor/sessions").glob("*.toml")
    assert '"workload.name" = "night-shift"' in session.read_text("utf-8")
    assert "Decided by? Names, with commas between them." in said
    saved = record_in_clear(Ledger(tmp_path / ".local/share/advisor/records").entry(1))
    assert saved["people"]["deciders"] == ["Ada", "Ben"]
    assert saved["decision"]["title"] == "Where the night shift runs"
    assert (saved["decision"]["rationale"], saved["decision"]["review_by"]) == ("It is cheaper.", "2999-01-01")


def test_matters_asks_the_most_telling_question_and_stops_by_itself(tmp_path: Path) -> None:
    said = prompt(tmp_path, "matters", "1", "6", "rest", "quit", "quit")
    assert "what matters most comes next" in said
    assert "that matter)" in said


def test_an_interview_of_what_matters_says_when_it_is_enough_and_goes_on_when_told(tmp_path: Path) -> None:
    home = tmp_path / ".local/state/advisor/sessions"
    state = begin(SHEETS["quick"], VOCABULARY, by_what_matters=True)
    for key, value in CLOSING.items():
        state = reduce(state, Answer(key, value))
    write_atomically(home / "one.toml", write_session(state))
    left = len(state.unsettled)
    said = prompt(tmp_path, "", "review", "nonsense", "rest", "quit", arguments=("--resume",))
    assert f"No open question can change the route: {left} questions were not asked." in said
    assert f"Self-hosting is left whatever the {left} open questions turn out to be" in said
    assert "That is none of these words." in said
    _, _, after = said.rpartition("Type save, verdict, rest to answer the others for the costs, review, back or quit.")
    assert any(QUESTIONS[key].text in after for key in state.unsettled)  # the rest is asked


def test_undo_and_redo_say_what_they_change(tmp_path: Path) -> None:
    said = prompt(tmp_path, "1", "undo", "redo", "redo", "quit")
    assert "taken back: What does the model do most of the time?" in said
    assert "made again: What does the model do most of the time?" in said
    assert "nothing to redo" in said


def test_the_prompts_keep_the_variants_of_an_interview(tmp_path: Path) -> None:
    path = tmp_path / ".local/state/advisor/sessions/one.toml"
    kept = Variant("a", {"data.boundary": "vpc"}, frozenset())
    write_atomically(path, write_session(begin(SHEETS["quick"], VOCABULARY), "", [kept]))
    prompt(tmp_path, "1", "quit", arguments=("--resume",))
    back = read_session(path.read_bytes(), path.name, SHEETS, VOCABULARY)
    assert back.variants == (kept,)
    assert "workload.task" in back.state.answers.values


def test_an_interview_in_which_nothing_was_said_is_not_offered_again(tmp_path: Path) -> None:
    sessions = tmp_path / ".local/state/advisor/sessions"
    prompt(tmp_path, "quit")
    (waiting,) = unfinished(sessions)
    assert not [item for item in start_items(SHEETS, [waiting], NOW) if item.group == "Go on"]
    prompt(tmp_path, "unknown", "quit", arguments=("--resume",))
    (item,) = [item for item in start_items(SHEETS, unfinished(sessions), NOW) if item.group == "Go on"]
    assert item.id == f"resume:{waiting.path.name}"


def test_an_interview_is_resumed_by_what_matters_where_that_is_asked(tmp_path: Path) -> None:
    prompt(tmp_path, "1", "quit")
    said = prompt(tmp_path, "quit", arguments=("--resume", "--what-matters"))
    assert "What matters most comes next" in said

"""A session that was cut off goes on at the very question, with every answer and every half-typed text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.atomic_write import write_atomically
from advisor.errors import BadInput
from advisor.interview.answers import Vocabulary
from advisor.interview.reducer import Answer, Clear, State, Visit, begin, reduce
from advisor.interview.session import read_session, session_paths, write_session
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory

QUESTIONS, SHEETS = load_questions(data_directory("questionnaires"))
VOCABULARY = Vocabulary(QUESTIONS, load_ids(data_directory("rules") / "catalog"))


@pytest.fixture
def state() -> State:
    events = (
        Answer("workload.name", "clinical-notes"),
        Answer("data.classes", ["phi", "pii"]),
        Answer("data.regimes", []),
        Answer("volume.output_tokens", "1.5B..1.7B..2B/month"),
        Answer("volume.input_tokens", "30M/da"),
        Answer("latency.interactive", True),
        Clear("workload.audience"),
        Visit("volume.input_tokens"),
    )
    found = begin(SHEETS["full"], VOCABULARY)
    for event in events:
        found = reduce(found, event)
    return found


def test_what_is_written_is_read_back(state: State) -> None:
    back = read_session(write_session(state).encode(), "s.toml", SHEETS, VOCABULARY)
    assert back.notes == ()
    assert back.state.answers == state.answers
    assert back.state.unknown == state.unknown
    assert back.state.at == "volume.input_tokens"
    assert back.state.drafts["volume.input_tokens"].text == "30M/da"


def test_the_record_it_became_is_remembered(state: State) -> None:
    text = write_session(state, "/records/00000001-decision.toml")
    assert read_session(text.encode(), "s.toml", SHEETS, VOCABULARY).record == "/records/00000001-decision.toml"


def test_an_answer_that_no_longer_fits_is_named_and_the_rest_is_kept(state: State) -> None:
    text = write_session(state).replace("clinical-notes", "Clinical Notes").replace('"data.classes"', '"data.klasses"')
    back = read_session(text.encode(), "s.toml", SHEETS, VOCABULARY)
    assert len(back.notes) == 2
    assert any("workload.name" in note for note in back.notes)
    assert back.state.answers.range("volume.output_tokens") == state.answers.range("volume.output_tokens")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"schema = 3", b'schema = "advisor.session/1"\nquestionnaire = "nil"', b"[" * 5000]
)
def test_what_is_no_session_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read_session(data, "s.toml", SHEETS, VOCABULARY)
    assert "s.toml" in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("table", ["unknown = 3", 'at = ["x"]', "answers = 1", "drafts = []"])
def test_a_damaged_part_costs_only_that_part(table: str) -> None:
    text = f'schema = "advisor.session/1"\nquestionnaire = "quick"\n{table}\n'
    back = read_session(text.encode(), "s.toml", SHEETS, VOCABULARY)
    assert back.state.at in back.state.open_keys


def test_a_file_is_replaced_in_one_step_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "one.toml"
    for text in ("first", "second"):
        write_atomically(path, text)
    assert path.read_text() == "second"
    assert [item.name for item in path.parent.iterdir()] == ["one.toml"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_draft_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / f"one.{os.getpid()}.tmp").symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        write_atomically(tmp_path / "one.toml", "text")
    assert target.read_text() == "untouched"


def test_the_one_touched_last_comes_first(tmp_path: Path) -> None:
    for place, name in enumerate(("old", "new", "middle")):
        path = tmp_path / f"{name}.toml"
        path.write_text("")
        os.utime(path, (1000 + [0, 20, 10][place],) * 2)
    assert [path.stem for path in session_paths(tmp_path)] == ["new", "middle", "old"]
    assert session_paths(tmp_path / "nowhere") == []

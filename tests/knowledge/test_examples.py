"""The shipped examples are answer files that read, write back and teach the notation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from advisor.interview.answers import Answers, Vocabulary, read_answers, write_value
from advisor.interview.reducer import shown_keys
from advisor.knowledge.questions import load_ids, load_questions
from advisor.paths import data_directory

QUESTIONS, QUESTIONNAIRES = load_questions(data_directory("questionnaires"))
IDS = load_ids(data_directory("rules") / "catalog")
VOCABULARY = Vocabulary(QUESTIONS, {**IDS, "questionnaires": tuple(QUESTIONNAIRES)})
EXAMPLES = sorted(data_directory("examples").glob("*.toml"))
ARTICLE_WORKLOADS = {
    "clinical-notes", "legal-analysis", "internal-coding-500", "public-support-chatbot", "contract-extraction",
    "multimodal-scans", "agentic-coding", "fedramp-deployment", "air-gapped",
}  # fmt: skip


def test_all_twelve_examples_are_there() -> None:
    assert {path.stem for path in EXAMPLES} == ARTICLE_WORKLOADS | {
        "team-of-20",
        "hospital-air-gap",
        "unknown-start-up",
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_reads_back_as_written(path: Path) -> None:
    answers = _read(path)
    assert answers.text("workload.name") == path.stem
    table: dict[str, Any] = {"questionnaire": answers.questionnaire}
    for key in (*answers.values, *answers.passed):
        topic, _, name = key.partition(".")
        value = answers.get(key)
        table.setdefault(topic, {})[name] = "unknown" if value is None else write_value(value, QUESTIONS[key])
    assert read_answers(tomli_w.dumps(table).encode(), path.name, VOCABULARY) == answers


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_answers_only_what_it_would_be_asked(path: Path) -> None:
    answers = _read(path)
    asked = {*QUESTIONNAIRES[answers.questionnaire].keys, "workload.name"}
    assert set(answers.values) <= asked & set(shown_keys(QUESTIONS, QUESTIONS, answers))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_first_who_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    first_blank = lines.index("")
    assert lines[0] == "#:schema ../schemas/answers.json"
    assert 3 <= first_blank <= 5
    assert all(line.startswith("# ") for line in lines[1:first_blank])


def test_the_examples_together_teach_the_whole_notation() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    for notation in ('/day"', '/month"', '/year"', '/hour"', '%"', '"unknown"', "= []", "true", "0.97"):
        assert notation in text
    ranges = [answers.range(key) for answers in map(_read, EXAMPLES) for key in answers.values]
    shapes = {(value.is_exact, value.mode is not None) for value in ranges if value is not None}
    assert shapes == {(True, False), (False, False), (False, True)}


def _read(path: Path) -> Answers:
    return read_answers(path.read_bytes(), path.name, VOCABULARY)

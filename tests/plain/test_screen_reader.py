"""The verdict of `--plain` is read aloud: sentences, nothing cut off, nothing in columns, no mark without a word."""

from __future__ import annotations

import pytest

from advisor.knowledge.labels import GATE_NAMES, route_name
from advisor.paths import data_directory
from advisor.plain.plain_interview import screen_reader_lines
from advisor.report import phrases
from tests.terminal.canned import assessed

EXAMPLES = sorted(path.stem for path in data_directory("examples").glob("*.toml"))
MARKS = "…▼▲•━│·→≈✓✗"


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_line_is_a_sentence_or_a_heading(example: str) -> None:
    for line in screen_reader_lines(assessed(example)):
        assert line.endswith((".", ":")), line
        assert "  " not in line.strip(), line
        assert not set(MARKS) & set(line), line


@pytest.mark.parametrize("example", EXAMPLES)
def test_all_that_decides_is_said(example: str) -> None:
    assessment = assessed(example)
    said = "\n".join(screen_reader_lines(assessment))
    verdict = assessment.verdict
    assert f"Verdict: {route_name(verdict.option)}, decided by {GATE_NAMES[verdict.decided_by]}," in said
    for option in assessment.options:
        assert f"  {route_name(option.option)} " in said
        assert phrases.excluding(option, assessment).rstrip(".") in said
    for text in (*assessment.verdict.conditions, *assessment.verdict.tasks):
        assert text.rstrip(".") in said

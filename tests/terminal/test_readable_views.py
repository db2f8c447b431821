"""No view of any example shows a raw id where there are words for it, nor a hole of a template."""

from __future__ import annotations

import re

import pytest

from advisor.knowledge.labels import answer_label, in_words, label
from advisor.paths import data_directory
from advisor.tui.verdict.reading_page import View, list_lines
from advisor.tui.verdict.screen import VIEWS
from advisor.tui.widgets.styled_text import plain_text
from tests.terminal.canned import QUESTIONS, assessed

EXAMPLES = sorted(path.stem for path in data_directory("examples").glob("*.toml"))
ID = re.compile(r"\b[a-z_]+\.[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
HOLE = re.compile(
    r"\b1 (?:lines|questions|records|months|answers|draws|rules|GPUs|replicas|prompts|routes|models|files)\b"
    r"|\{[a-z_.]*\}|\bnan\b|\binf\b|± not known|not known prompts|Traceback|<[a-z_.]+ object"
)
SOURCE = re.compile(r"^ +[a-z-]+\.[a-z0-9.-]+(?: in rules/| · )")
"""The line that names a rule and its file, or its grade and sources: an auditor looks it up by this id."""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_view_speaks_in_words(view: View, example: str) -> None:
    assessment = assessed(example)
    texts = [plain_text(view.lines(assessment, columns)) for columns in (78, 118)]
    entries = view.listed(assessment)
    if entries:
        texts.append(plain_text(list_lines(entries, 0, 118)))
        texts += [plain_text(entry.detail(78)) for entry in entries]
    for text in texts:
        assert not HOLE.search(text), HOLE.search(text)
        for row in text.splitlines():
            if not SOURCE.match(row):
                assert not _ids(row), row


def _ids(row: str) -> list[str]:
    """The keys of answers, and the ids of facts and parameters that have titles, in a row of text."""
    return [found for found in ID.findall(row) if found in QUESTIONS or (label(found) != found and _has_title(found))]


def _has_title(name: str) -> bool:
    topic = name.partition(".")[0]
    return name.startswith("derived.") or topic in ("operations", "market", "people", "traffic", "prices", "gate")


def test_labels() -> None:
    assert label("data.boundary") == "How far may the data travel?"
    assert label("derived.sustained_fte") == "People who keep the service running"
    assert label("own.new_thing") == "own: new thing"
    assert answer_label("data.boundary", '"vpc"') == "Our private network only"
    assert answer_label("data.classes", '["phi", "pii"]') == "Protected health information, Other personal data"
    assert answer_label("quality.frontier_required", "true") == "yes"
    assert answer_label("volume.output_tokens", '"1.5B..2B/month"') == "1.5B..2B/month"
    assert "quality.frontier_required" not in in_words("answer quality.frontier_required")

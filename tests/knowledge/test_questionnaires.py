"""The four questionnaires: short pages in a sensible order, and between them every question."""

from __future__ import annotations

import pytest

from advisor.knowledge.questions import load_questions
from advisor.paths import data_directory

QUESTIONS, QUESTIONNAIRES = load_questions(data_directory("questionnaires"))


def test_the_four_questionnaires_are_there() -> None:
    assert sorted(QUESTIONNAIRES) == ["coding-agents", "full", "license-review", "quick"]


def test_the_quick_one_is_quick() -> None:
    assert len(QUESTIONNAIRES["quick"].keys) <= 12


def test_the_full_one_asks_everything() -> None:
    assert sorted(QUESTIONNAIRES["full"].keys) == sorted(QUESTIONS)


@pytest.mark.parametrize("name", ["coding-agents", "full", "license-review", "quick"])
def test_a_page_holds_three_to_eight_questions(name: str) -> None:
    questionnaire = QUESTIONNAIRES[name]
    assert set(questionnaire.keys) <= set(QUESTIONS)
    assert len({section.id for section in questionnaire.sections}) == len(questionnaire.sections)
    for section in questionnaire.sections:
        assert 3 <= len(section.keys) <= 8
        assert len(section.title) <= 24
        assert section.intro

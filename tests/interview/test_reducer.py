"""What the interview promises: one answer changes one thing, nothing typed is lost, undo goes back exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.interview.answers import Answers, Vocabulary
from advisor.interview.reducer import (
    Adopt,
    Answer,
    Clear,
    Redo,
    State,
    Turn,
    Undo,
    Visit,
    begin,
    first_unsettled,
    reduce,
)
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Choice, Question, Questionnaire, Section

PERSONAL = Choice("phi", "PHI"), Choice("pii", "PII")
YES = Choice("vpc", "Our network"), Choice("anywhere", "Anywhere")
QUESTIONS = {
    "data.boundary": Question("data.boundary", "choice", "How far?", "It decides.", choices=YES),
    "data.region": Question(
        "data.region",
        "choice",
        "Which region?",
        "Prices.",
        choices=(Choice("eu", "EU"),),
        show_when={"key": "data.boundary", "is": "anywhere"},
    ),
    "data.retention_days": Question(
        "data.retention_days", "count", "How long?", "Contracts.", show_when={"key": "data.region", "known": True}
    ),
    "volume.output_tokens": Question("volume.output_tokens", "tokens-per-month", "How many?", "Cost."),
    "data.classes": Question(
        "data.classes", "choices", "What?", "Law.", choices=(Choice("phi", "PHI"), Choice("pii", "PII"))
    ),
}
QUESTIONNAIRE = Questionnaire(
    "quick",
    "Quick",
    "Short.",
    1,
    (
        Section("data", "Data", ("data.boundary", "data.region", "data.retention_days")),
        Section("volume", "Volume", ("volume.output_tokens", "data.classes")),
    ),
)


@pytest.fixture
def fresh() -> State:
    return begin(QUESTIONNAIRE, Vocabulary(QUESTIONS, {}))


def given(state: State, **answers: str | list[str]) -> State:
    for name, raw in answers.items():
        state = reduce(state, Answer(name.replace("__", "."), raw))
    return state


def test_an_interview_begins_at_its_first_open_question(fresh: State) -> None:
    assert fresh.at == "data.boundary"
    assert fresh.answers.values == {}


def test_a_question_that_cannot_be_told_yet_is_asked(fresh: State) -> None:
    assert "data.region" in fresh.open_keys
    assert "data.retention_days" not in fresh.open_keys  # it waits for an answer to be known


def test_an_answer_closes_what_hangs_on_it_and_keeps_its_answer_out_of_the_verdict(fresh: State) -> None:
    state = given(fresh, data__boundary="anywhere", data__region="eu", data__retention_days="30", data__classes=["phi"])
    closed = reduce(state, Answer("data.boundary", "vpc"))
    assert closed.closed == ("data.region", "data.retention_days")
    assert set(closed.counted.values) == {"data.boundary", "data.classes"}
    again = reduce(closed, Answer("data.boundary", "anywhere"))
    assert again.opened == ("data.region", "data.retention_days")
    assert again.counted.text("data.region") == "eu"


def test_an_answer_that_the_questionnaire_does_not_ask_for_counts_unless_another_closes_it() -> None:
    (data, _) = QUESTIONNAIRE.sections
    short = replace(QUESTIONNAIRE, sections=(replace(data, keys=("data.boundary",)),))
    state = given(begin(short, Vocabulary(QUESTIONS, {})), data__boundary="anywhere", data__region="eu")
    assert state.counted.text("data.region") == "eu"
    assert state.open_keys == ("data.boundary",)
    assert set(reduce(state, Answer("data.boundary", "vpc")).counted.values) == {"data.boundary"}


def test_what_cannot_be_read_is_kept_with_its_reason_and_counts_as_open(fresh: State) -> None:
    state = given(fresh, volume__output_tokens="150M")
    broken = reduce(state, Answer("volume.output_tokens", "250M..150M"))
    assert broken.answers.get("volume.output_tokens") is None
    assert broken.drafts["volume.output_tokens"].text == "250M..150M"
    assert "is reversed" in broken.drafts["volume.output_tokens"].problem
    mended = reduce(broken, Answer("volume.output_tokens", "150M..250M"))
    assert mended.drafts == {}
    assert mended.answers.range("volume.output_tokens") == Range(150e6, 250e6)


@pytest.mark.parametrize("raw", ["", "   ", "unknown"])
def test_an_emptied_field_makes_its_question_open(fresh: State, raw: str) -> None:
    state = reduce(given(fresh, volume__output_tokens="150M"), Answer("volume.output_tokens", raw))
    assert state.answers.get("volume.output_tokens") is None
    assert state.is_settled("volume.output_tokens") == (raw == "unknown")


def test_unknown_settles_a_question_without_an_answer(fresh: State) -> None:
    state = reduce(fresh, Clear("data.boundary"))
    assert state.is_settled("data.boundary")
    assert first_unsettled(state) == "data.region"


def test_undo_goes_back_answer_by_answer(fresh: State) -> None:
    one = given(fresh, data__boundary="anywhere")
    two = given(one, data__classes=["phi"])
    assert reduce(two, Undo()).answers == one.answers
    assert reduce(reduce(two, Undo()), Undo()).answers == fresh.answers
    assert reduce(fresh, Undo()) is fresh


def test_redo_makes_again_what_undo_took_back_until_something_new_is_answered(fresh: State) -> None:
    one = reduce(fresh, Answer("data.boundary", "vpc"))
    two = reduce(one, Answer("data.boundary", "anywhere"))
    back = reduce(reduce(two, Undo()), Undo())
    assert back.answers == fresh.answers
    assert reduce(back, Redo()).answers == one.answers
    assert reduce(reduce(back, Redo()), Redo()).answers == two.answers
    assert reduce(reduce(reduce(back, Redo()), Undo()), Redo()).answers == one.answers
    assert reduce(two, Redo()) is two
    changed = reduce(back, Answer("volume.output_tokens", "1M"))
    assert reduce(changed, Redo()) is changed


def test_undo_and_redo_go_to_the_question_that_they_change(fresh: State) -> None:
    answered = reduce(reduce(fresh, Answer("data.boundary", "vpc")), Visit("volume.output_tokens"))
    back = reduce(answered, Undo())
    assert back.at == "data.boundary"
    assert reduce(reduce(back, Visit("volume.output_tokens")), Redo()).at == "data.boundary"


def test_a_question_passed_on_twice_is_one_step_to_undo(fresh: State) -> None:
    once = reduce(fresh, Clear("data.boundary"))
    assert reduce(once, Clear("data.boundary")).past == once.past
    assert reduce(once, Undo()).unknown == frozenset()


def test_another_set_of_answers_is_taken_and_undone_in_one_step(fresh: State) -> None:
    one = reduce(reduce(fresh, Answer("data.boundary", "vpc")), Clear("data.classes"))
    other = Answers({"data.boundary": "anywhere"}, "quick", frozenset({"volume.output_tokens"}))
    taken = reduce(one, Adopt(other))
    assert taken.counted == other
    assert taken.unknown == {"volume.output_tokens"}
    back = reduce(taken, Undo())
    assert (back.answers, back.unknown) == (one.answers, one.unknown)
    assert reduce(back, Redo()).counted == other
    assert reduce(taken, Adopt(other)).past == taken.past


def test_what_is_passed_on_counts_as_asked_and_what_is_open_does_not(fresh: State) -> None:
    passed = reduce(fresh, Clear("data.classes"))
    assert passed.counted.passed == {"data.classes"}
    assert fresh.counted.passed == frozenset()
    assert "data.classes" not in passed.unsettled
    assert "volume.output_tokens" in passed.unsettled


def test_typing_on_in_one_field_is_one_step_to_undo(fresh: State) -> None:
    state = fresh
    for text in ("1", "15", "150", "150M"):
        state = given(state, volume__output_tokens=text)
    assert reduce(state, Undo()).answers == fresh.answers


def test_undo_brings_back_a_draft_too(fresh: State) -> None:
    drafted = given(fresh, volume__output_tokens="1..x")
    chosen = given(drafted, data__boundary="vpc")
    assert reduce(chosen, Undo()).drafts == drafted.drafts


def test_pages_turn_within_the_open_sections(fresh: State) -> None:
    assert reduce(fresh, Turn(1)).at == "volume.output_tokens"
    assert reduce(fresh, Turn(-1)) is fresh
    assert reduce(reduce(fresh, Turn(1)), Turn(1)).at == "volume.output_tokens"


def test_a_closed_question_cannot_be_taken_in_hand(fresh: State) -> None:
    state = given(fresh, data__boundary="vpc")
    assert reduce(state, Visit("data.region")).at == state.at


def test_the_question_in_hand_stays_an_open_one_when_undo_closes_it(fresh: State) -> None:
    state = given(fresh, data__boundary="anywhere", data__region="eu")
    visiting = reduce(state, Visit("data.retention_days"))
    closed = reduce(visiting, Answer("data.boundary", "vpc"))
    assert closed.at in closed.open_keys


def test_a_circle_of_conditions_hides_nothing() -> None:
    ring = {
        "a.x": Question("a.x", "bool", "X?", "", show_when={"key": "a.y", "is": True}),
        "a.y": Question("a.y", "bool", "Y?", "", show_when={"key": "a.x", "is": True}),
    }
    sheet = Questionnaire("ring", "Ring", "", 1, (Section("a", "A", ("a.x", "a.y")),))
    state = begin(sheet, Vocabulary(ring, {}))
    assert state.open_keys == ("a.x", "a.y")


def test_an_answer_given_again_changes_nothing(fresh: State) -> None:
    state = given(fresh, data__boundary="vpc")
    assert reduce(replace(state, closed=(), opened=()), Answer("data.boundary", "vpc")).answers is state.answers

"""The top line of the interview keeps what matters at every width: where one is, and whether answers are kept."""

from __future__ import annotations

import pytest

from advisor.interview.reducer import Answer, Visit, begin, reduce
from advisor.tui.interview.interview_lines import top_lines
from advisor.tui.widgets.styled_text import plain_text, width
from tests.terminal.canned import SHEETS, VOCABULARY

NOT_KEPT = "NOT SAVED: No space left on device"
NAMED = reduce(
    begin(SHEETS["full"], VOCABULARY), Answer("workload.name", "a-name-as-long-as-people-make-them-of-wards")
)


@pytest.mark.parametrize("columns", [58, 78, 118])
@pytest.mark.parametrize("kept", ["", "kept", "what if", NOT_KEPT])
@pytest.mark.parametrize("key", [section.keys[0] for section in SHEETS["full"].sections])
def test_the_section_and_what_is_kept_are_never_cut(key: str, kept: str, columns: int) -> None:
    state = reduce(NAMED, Visit(key))
    top = top_lines(state, kept, columns)[0]
    shown = plain_text([top])
    assert width(top) <= columns
    if kept != NOT_KEPT or columns > 58:
        assert f"{state.open_sections[state.section][0].title} " in shown
        assert shown.rstrip().endswith(kept)
        assert " of " in shown
    else:
        assert "NOT SAVED" in shown


def test_the_questionnaire_and_the_bar_stand_where_there_is_room() -> None:
    state = begin(SHEETS["quick"], VOCABULARY)
    assert plain_text(top_lines(state, "kept", 78)[:1]).rstrip().endswith("page 1 of 4 ▫▫▫▫ · kept")


@pytest.mark.parametrize("message", ["", "Opened with 61 answers."])
@pytest.mark.parametrize("columns", [58, 78, 118])
def test_answers_that_are_tried_out_are_marked_whatever_else_is_said(columns: int, message: str) -> None:
    top, below = top_lines(NAMED, "what if", columns, message=message, mode="WHAT IF: other answers are tried out")
    assert plain_text([top]).startswith("WHAT IF  a-name")
    assert (message or "WHAT IF") in plain_text([below])
    assert "WHAT IF" not in plain_text(top_lines(NAMED, "saved", columns, message=message))

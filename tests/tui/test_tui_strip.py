"""The verdict under the questions: as much of the reason as fits, and never half a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.assessment.model import Assessment
from advisor.decision.gates import DecidedBy
from advisor.interview.answer_format import dollars
from advisor.tui.interview.interview_lines import verdict_bar_lines
from advisor.tui.widgets.styled_text import plain_text, width
from tests.terminal.canned import assessed

MUST = "The data stays on infrastructure you control; Government regimes need an authorized environment"
WORTH = "On cost alone, if the open model fails at most 0.3 more tasks in 100: $57.8 a month against $123 for hybrid"


def drawn(
    summary: str, columns: int, decided_by: DecidedBy = "must", complete: bool = True, matter: int = 0
) -> list[str]:
    """The rows under the first, where so many of the open questions can change the route."""
    found = assessed()
    open_ones = tuple(replace(one, could_change_verdict=place < matter) for place, one in enumerate(found.unknowns))
    assert len(open_ones) > 3
    verdict = replace(found.verdict, summary=summary, decided_by=decided_by, status="conditional")
    told = replace(found, verdict=verdict, unknowns=open_ones)
    lines = verdict_bar_lines(told, "", columns, saving=False, complete=complete)
    assert all(width(line) <= columns for line in lines)
    return plain_text(lines).splitlines()[1:]


def test_with_room_everything_is_said() -> None:
    route, _ = drawn(MUST, 160)
    assert f"self-hosted · decided by law and contract: {MUST}" in route
    assert route.endswith("conditional")


def test_on_eighty_columns_the_first_reason_is_whole_and_the_others_are_counted() -> None:
    route, price = drawn("The data stays on infrastructure you control", 78)
    assert route.startswith("self-hosted · The data stays on infrastructure you control  ")
    assert "open questions, none can change the route" in price
    assert "open questions, at most 3 can change the route" in drawn("The data stays", 78, matter=3)[1]
    route, _ = drawn(f"Data stays here; {MUST}", 78)
    assert route.startswith("self-hosted · Data stays here, and 2 reasons more")
    route, _ = drawn(WORTH, 78, "worth")
    assert route.startswith("self-hosted · $57.8 a month against $123 for hybrid")
    route, _ = drawn("$1,418 a month against $1,438 for a cloud platform", 74)
    assert route.startswith("self-hosted · $1,418 against $1,438 for a cloud platform ")


@pytest.mark.parametrize("columns", [58, 50, 40])
def test_on_less_the_reason_ends_between_words(columns: int) -> None:
    route, price = drawn(MUST, columns)
    said = route.removesuffix("conditional").rstrip()
    assert said.endswith(" …")
    assert f"self-hosted · {MUST}".startswith(said.removesuffix(" …"))
    assert f"self-hosted · {MUST} ".removeprefix(said.removesuffix(" …")).startswith(" ")
    assert price.startswith("$")


def test_on_sixty_columns_the_open_questions_are_said_shorter() -> None:
    _, price = drawn(MUST, 58)
    assert price.endswith("open, none can change it")
    assert drawn(MUST, 58, matter=3)[1].endswith("open, at most 3 matter")
    _, price = drawn(MUST, 58, complete=False)
    assert "open" in price


def test_an_amount_stands_before_what_is_open() -> None:
    found: Assessment = assessed()
    chosen = found.option(found.verdict.option)
    assert chosen is not None
    assert drawn(MUST, 78)[1].startswith(f"{dollars(chosen.monthly_usd.p50)} a month")

"""What is drawn fits its width, shows its numbers beside its marks, and is data, never markup."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from advisor.assessment.model import Spread
from advisor.cost.breakeven import Curve
from advisor.interview.answers import Vocabulary
from advisor.interview.choices import raw_of
from advisor.interview.reducer import begin
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Choice, Question, Questionnaire, Section
from advisor.plain.prompts import question_text, read_reply
from advisor.text import ascii_text, is_invisible, visible
from advisor.tui.interview.question_widget import QuestionView, choice_at, question_lines, rows_of
from advisor.tui.settings import describe_terminal
from advisor.tui.textual_internals import AsciiFilter
from advisor.tui.verdict.chart import chart_lines, log_ends, range_bar, share_bar
from advisor.tui.widgets.styled_text import (
    MAX_LENGTH,
    TypedLine,
    fitted,
    key_line,
    line,
    plain_text,
    spread,
    width,
    wrapped,
)

WIDE_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)
REGIMES = tuple(Choice(name.lower(), name, f"About {name}.") for name in ("HIPAA", "GDPR", "FINRA", "SOC2", "IL5"))
CHOICES = Question("data.regimes", "choices", "Which apply?", "Law.", choices=REGIMES)
TOKENS = Question("volume.output_tokens", "tokens-per-month", "How many?", "Cost.", unit="tokens/month")


@given(WIDE_TEXT, WIDE_TEXT, st.integers(1, 80))
def test_a_line_never_takes_more_than_its_width(left: str, right: str, columns: int) -> None:
    assert width(fitted(line(left, (right, "muted")), columns)) <= columns


@given(WIDE_TEXT, st.integers(4, 80))
def test_wrapped_text_fits_and_loses_no_word(text: str, columns: int) -> None:
    rows = wrapped(text, columns, "  ")
    assert all(width(row) <= columns or cell_len(row[-1].text) == 2 for row in rows)
    kept = "".join(piece.text for row in rows for piece in row).replace(" ", "")
    assert kept == visible("".join(text.split())).replace(" ", "")


@given(WIDE_TEXT)
def test_nothing_a_terminal_would_act_on_is_left(text: str) -> None:
    assert not any(map(is_invisible, visible(text)))


@given(WIDE_TEXT)
def test_ascii_keeps_the_width_of_every_text(text: str) -> None:
    shown = visible(text)
    assert ascii_text(shown).isascii()
    assert cell_len(ascii_text(shown)) == cell_len(shown)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("How often does a model suc…", "How often does a model s..."),
        ("How far may the data travel?…", "How far may the data trave..."),
        ("What part of the work … and 1 more", "What part of the work.. and 1 more"),
        ("“How often does a model …      ", '"How often does a model...     '),
        ("variant a      …", "variant a    ..."),
        ("written to …/exports/verdict.md", "written to */exports/verdict.md"),
        ("94.9% (not 96%) → open-model API", "94.9% (not 96%) ->open-model API"),
        ("How often?   → open-model API", "How often?  -> open-model API"),
        ("they tell the rate to ± 1.27%.", "they tell the rate to +-1.27%."),
        ("| 50 | ±7.8 points", "| 50 |+-7.8 points"),
        ("≈ 66.7–91.7M", "~ 66.7-91.7M"),
    ],
)
def test_in_ascii_what_is_cut_what_follows_and_what_is_uncertain_are_told_apart(text: str, spelled: str) -> None:
    assert ascii_text(text) == spelled


def test_a_sign_takes_the_cell_beside_it_whatever_its_role() -> None:
    parts = [Segment("How often?   "), Segment("→ open-model API", Style(dim=True)), Segment(" …"), Segment(" é")]
    spelled = AsciiFilter().apply(parts, Color(0, 0, 0))
    assert [segment.text for segment in spelled] == ["How often?  -", "> open-model API", "..", " e"]
    assert spelled[1].style == Style(dim=True)


def test_the_right_part_of_a_line_stays_when_room_is_short() -> None:
    assert plain_text([spread(line("a long name"), line("firm"), 12)]) == "a lon…  firm\n"


def test_the_footer_drops_the_last_but_one_key_first() -> None:
    keys = (("enter", "next"), ("f1", "why"), ("ctrl+p", "all keys"))
    assert plain_text([key_line(keys, 30)]).split() == ["enter", "next", "ctrl+p", "all", "keys"]


@pytest.mark.parametrize("columns", [30, 58, 78, 118])
def test_a_click_on_a_choice_finds_that_choice(columns: int) -> None:
    card = QuestionView(CHOICES, REGIMES, is_focused=True)
    rows = [plain_text([row]) for row in question_lines(card, columns)]
    for place, choice in enumerate(REGIMES):
        y = next(number for number, row in enumerate(rows) if choice.text in row and "About" not in row)
        assert choice_at(card, rows[y].index(choice.text), y, columns) == place
    assert choice_at(card, 0, len(rows) - 1, columns) is None


def test_focus_and_typing_move_no_row() -> None:
    heights = {
        len(question_lines(QuestionView(CHOICES, REGIMES, cursor=place, is_focused=focus), 78))
        for place in range(5)
        for focus in (True, False)
    }
    assert heights == {len(question_lines(QuestionView(CHOICES, REGIMES), 78))}
    typed = [QuestionView(TOKENS, typed=TypedLine(text, len(text)), is_focused=True) for text in ("", "1", "150M")]
    answered = QuestionView(TOKENS, value=Range(150e6, 250e6), typed=TypedLine("150M..250M", 10))
    assert len({len(question_lines(card, 78)) for card in (*typed, answered)}) == 1
    assert rows_of(QuestionView(CHOICES, REGIMES), 78) < len(REGIMES)


def test_choosing_puts_a_choice_in_and_takes_it_out() -> None:
    assert raw_of(CHOICES, None, "gdpr") == ["gdpr"]
    assert raw_of(CHOICES, ("gdpr", "il5"), "gdpr") == ["il5"]
    assert raw_of(CHOICES, ("gdpr",), "") == []


@given(
    st.lists(
        st.sampled_from(
            ["left", "right", "home", "end", "backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+w", "a", " ", "é"]
        )
    )
)
def test_the_cursor_never_leaves_the_text(keys: list[str]) -> None:
    typed = TypedLine()
    for key in keys:
        typed = typed.typed(key) if len(key) == 1 else typed.pressed(key) or typed
        assert 0 <= typed.cursor <= len(typed.text)
    assert len(typed.typed("x" * 999).text) <= MAX_LENGTH


def test_a_bar_spans_its_range_and_marks_the_median() -> None:
    assert range_bar(10, 100, 1_000, (10, 1_000), 11) == "━━━━━•━━━━━"
    assert range_bar(100, 100, 100, (10, 1_000), 11) == "     •"
    assert range_bar(0, 0, 0, (10, 1_000), 11) == ""
    assert log_ends([Spread(250, 240, 250, 300), Spread(4_000, 3_000, 4_000, 6_000)]) == (200, 10_000)
    assert share_bar(0.001, 10) == "█"
    assert share_bar(0.5, 10) == "█████"


@pytest.mark.parametrize("columns", [58, 78, 118])
def test_a_chart_fits_and_names_its_axes(columns: int) -> None:
    volumes = tuple(10.0**power for power in range(6, 12))
    flat = Curve("self-host", volumes, (4e4,) * 6, (4e4,) * 6, (4e4,) * 6)
    rising = Curve("hosted-api", volumes, *(tuple(volume * usd for volume in volumes) for usd in (1e-5, 2e-5, 4e-5)))
    drawn = chart_lines((flat, rising), 2e8, columns)
    text = plain_text(drawn)
    assert all(width(row) <= columns for row in drawn)
    assert "• self-hosted" in text
    assert "░" in text
    labels = [row.split("┤")[0].strip() for row in text.splitlines() if "┤" in row]
    assert labels == ["$10M", "$1M", "$100k", "$10k", "$1,000", "$100", "$10"][-len(labels) :]
    ticks = [row.index("┤") for row in text.splitlines() if "┤" in row]
    assert len(set(ticks)) == 1
    rows = [place for place, row in enumerate(text.splitlines()) if "┤" in row]
    assert len({after - before for before, after in pairwise(rows)}) == 1
    assert "▲ you 200M" in text
    assert chart_lines((), None, columns) == []
    alone = len(chart_lines((flat, rising), 2e9, columns))
    for meeting, words in ((2e9, "they meet at 2B"), (8e7, "they meet at 80M"), (9e10, "they meet at 90B")):
        *_, last = chart_lines((flat, rising), 2e9, columns, meeting)
        assert len(chart_lines((flat, rising), 2e9, columns, meeting)) == alone + 1
        assert width(last) <= columns
        assert plain_text([last]).strip() in (f"▲ {words}", f"{words} ▲")
    assert len(chart_lines((flat, rising), 2e9, columns, 1e15)) == alone


def test_a_chart_is_centered_on_the_user_and_numbers_where_routes_cross() -> None:
    volumes = tuple(10.0 ** (power / 4) for power in range(8, 57))
    flat = Curve("self-host", volumes, *((4e4,) * len(volumes),) * 3)
    rising = Curve("hosted-api", volumes, *(tuple(volume * 2e-5 for volume in volumes),) * 3)
    text = plain_text(chart_lines((flat, rising), 3e8, 78))
    axis = next(row for row in text.splitlines() if row.strip().startswith("└"))
    ticks = [place for place, mark in enumerate(axis) if mark == "┴"]
    assert len(ticks) == 6
    pointer = next(row for row in text.splitlines() if "▲ you 300M" in row)
    assert abs(pointer.index("▲") - (ticks[0] + ticks[-1]) / 2) <= (ticks[1] - ticks[0]) / 2
    assert "1 from 2B self-hosted costs less than vendor API" in text
    crossed = next(row for row in text.splitlines() if "┤" in row and "1" in row.partition("┤")[2])
    assert abs(crossed.index("1", crossed.index("┤")) - (ticks[3] + 0.3 * (ticks[4] - ticks[3]))) <= 1
    rows = [row.partition("┤")[2] or row.partition("│")[2] for row in text.splitlines()]
    heights = {mark for row in rows for mark in row if "\u2800" < mark <= "\u28ff"}
    assert len(heights) >= 4  # a slope takes dots at every height of a cell, where steps would take one
    assert ascii_text(text).isascii()
    assert {"'", "-", "."} <= set(ascii_text("".join(rows)))


@pytest.mark.parametrize(
    ("environment", "dumb", "ascii_only", "colors"),
    [
        ({"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, False, False, 256),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False, False, 1 << 24),
        ({"TERM": "xterm-256color", "NO_COLOR": "1", "LC_ALL": "C"}, False, True, 0),
        ({"TERM": "linux", "LANG": "en_US.ISO-8859-1"}, False, True, 16),
        ({"TERM": "dumb"}, True, False, 16),
        ({}, True, False, 16),
        ({"TERM": "vt100"}, False, False, 0),
    ],
)
def test_a_terminal_is_told_from_its_environment(
    environment: dict[str, str], dumb: bool, ascii_only: bool, colors: int
) -> None:
    found = describe_terminal(environment)
    assert (found.dumb, found.ascii, found.colors) == (dumb, ascii_only, colors)


def test_prompts_take_numbers_names_and_several() -> None:
    sheet = Questionnaire("q", "Q", "", 1, (Section("s", "S", (CHOICES.key,)),))
    state = begin(sheet, Vocabulary({CHOICES.key: CHOICES}, {}))
    assert "  2  GDPR" in question_text(CHOICES, state, "")
    assert read_reply(CHOICES, "2, il5", state) == ["gdpr", "il5"]
    assert read_reply(CHOICES, "0", state) == []
    assert read_reply(CHOICES, "9", state) is None

"""What was understood is said in the units people use, and never wrongly rounded out of its range."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.interview.answer_format import dollar_span, dollars, figure, quantity, said, understood
from advisor.interview.quantities import parse
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Choice, Kind, Question


def question(kind: Kind, unit: str = "") -> Question:
    return Question(
        "a.b", kind, "?", "", unit=unit, choices=(Choice("vpc", "Our network"),) if kind == "choice" else ()
    )


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("tokens-per-month", "150M..250M/month", "150–250M tokens a month · 57.9–96.5 tokens/s on average"),
        ("tokens-per-month", "30M/day", "900M tokens a month · 347 tokens/s on average"),
        ("tokens-per-month", "900..20M", "0.0009–20M tokens a month · 0.000347–7.72 tokens/s on average"),
        ("share", "20%..40%", "20–40%"),
        ("growth", "0.5", "50% a year"),
        ("growth", "-0.4..0.4", "-40% to 40% a year"),
        ("growth", "-0.4..0..0.4", "-40% to 40%, likely 0% a year"),
        ("growth", "-0.1..0", "-10% to 0% a year"),
        ("milliseconds", "500..10000", "500–10,000 ms"),
        ("usd-per-year", "200k..220k..300k", "$200k–$300k, likely $220k a year"),
        ("usd-per-hour", "2..3.5", "$2–$3.5 an hour · $1,440–$2,520 a month"),
        ("milliseconds", "1200", "1,200 ms"),
        ("count", "0..3", "0–3 people"),
    ],
)
def test_a_typed_quantity_is_echoed_with_its_unit(kind: Kind, typed: str, words: str) -> None:
    assert understood(parse(typed, kind, "a.b"), question(kind, "people" if kind == "count" else "")) == words


@given(st.floats(1, 1e12), st.floats(1, 1e12))
def test_an_average_rate_is_the_month_over_its_seconds(one: float, other: float) -> None:
    low, high = sorted((one, other))
    words = understood(Range(low, high), question("tokens-per-month"))
    shown = words.rpartition("· ")[2].removesuffix(" tokens/s on average").rpartition("–")[2].replace(",", "")
    scale = {"k": 10**3, "M": 10**6, "B": 10**9}.get(shown[-1], 1)
    number = Decimal(shown.rstrip("kMB")) * scale
    exact = Decimal(high) / (30 * 24 * 3600)
    assert abs(number - exact) <= max(exact * Decimal("0.006"), Decimal("0.5") if exact >= 1000 else Decimal(0))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "$0"),
        (0.0021, "$0.0021"),
        (0.05, "$0.05"),
        (0.32, "$0.32"),
        (940, "$940"),
        (46_100, "$46.1k"),
        (1.2e6, "$1.2M"),
        (-2_500_000, "-$2.5M"),
    ],
)
def test_money_is_said_in_three_digits(amount: float, words: str) -> None:
    assert dollars(amount) == words


def test_a_span_of_money_says_both_ends_in_one_scale() -> None:
    assert dollar_span(39_800, 58_000) == "$39.8k–$58k"
    assert dollar_span(9_814, 16_200) == "$9.81k–$16.2k"
    assert dollar_span(69.8, 1_033) == "$69.8–$1,033"
    assert dollar_span(5, 5) == "$5.00"
    assert dollar_span(-3_000_000, 40_000) == "-$3M to $40k"


def test_other_answers_are_said_in_their_own_words() -> None:
    assert said("vpc", question("choice")) == "Our network"
    assert said(True, question("bool")) == "yes"
    assert said((), question("choices")) == "none of these"
    assert quantity(Range.exactly(0), "share") == "0%"
    assert figure(2.1e9) == "2.1B"

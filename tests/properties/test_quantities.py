"""A quantity reads as it was meant, prints so that it reads back to the last bit, and is refused in one sentence."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.interview.quantities import canonical, parse
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import NUMERIC_KINDS

KINDS = sorted(NUMERIC_KINDS)
RATED = {
    "tokens-per-month": "month",
    "requests-per-month": "month",
    "usd-per-month": "month",
    "usd-per-year": "year",
    "usd-per-hour": "hour",
}
HOURS = {"hour": Decimal(1), "day": Decimal(24), "month": Decimal(720), "year": Decimal(8640)}
SCALES = {"": 1, "k": 1_000, "M": 1_000_000, "B": 1_000_000_000, "T": 1_000_000_000_000}
LARGEST = dict.fromkeys(KINDS, 10**9) | {
    "count": 10**10,
    "tokens": 10**15,
    "tokens-per-month": 10**15,
    "requests-per-month": 10**15,
    "usd": 10**13,
    "usd-per-month": 10**13,
    "usd-per-year": 10**13,
    "months": 600,
    "growth": 100,
    "share": 1,
}
WHERE = "answers.toml: volume.output_tokens"


def _numbers(kind: str) -> st.SearchStrategy[float]:
    """Every value that a kind can hold, in its canonical unit."""
    if kind == "count":
        return st.integers(0, LARGEST[kind]).map(float)
    low = {"ratio": 1.0, "growth": -0.999}.get(kind, 0.0)
    plain = st.floats(low, LARGEST[kind], allow_nan=False, allow_infinity=False, allow_subnormal=False)
    return plain.filter(lambda value: value == 0 or abs(value) > 1e-30).map(lambda value: value + 0.0)


def _ranges(kind: str) -> st.SearchStrategy[Range]:
    def build(ends: list[float]) -> Range:
        low, *middle, high = sorted(ends)
        return Range(low, high, middle[0] if middle and low < high else None)

    one = _numbers(kind).map(Range.exactly)
    return one | st.lists(_numbers(kind), min_size=2, max_size=3).map(build)


KIND_AND_RANGE = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), _ranges(kind)))


@given(KIND_AND_RANGE)
def test_what_is_printed_reads_back_to_the_last_bit(case: tuple[str, Range]) -> None:
    kind, value = case
    assert parse(canonical(value, kind), kind, WHERE) == value


@given(KIND_AND_RANGE)
def test_printing_again_changes_nothing(case: tuple[str, Range]) -> None:
    kind, value = case
    text = canonical(value, kind)
    assert canonical(parse(text, kind, WHERE), kind) == text


@given(st.sampled_from(sorted(RATED)), st.sampled_from(sorted(HOURS)), st.integers(0, 10**6), st.sampled_from("kM"))
def test_a_rate_means_what_it_says(kind: str, per: str, number: int, scale: str) -> None:
    stated = Decimal(number) * SCALES[scale] * HOURS[RATED[kind]] / HOURS[per]
    assume(stated <= LARGEST[kind])
    value = parse(f"{number}{scale}/{per}", kind, WHERE)
    assert value.is_exact
    assert math.isclose(value.low, float(stated), rel_tol=1e-15)


@given(st.decimals(0, 900, places=3), st.sampled_from(sorted(SCALES)))
def test_a_scale_letter_multiplies(number: Decimal, scale: str) -> None:
    value = parse(f"{number}{scale}", "tokens", WHERE)
    assert value.low == float(number * SCALES[scale])


@given(st.decimals(0, 100, places=4))
def test_a_percentage_is_a_hundredth(number: Decimal) -> None:
    assert parse(f"{number}%", "share", WHERE).low == float(number / 100)


@given(st.sampled_from(KINDS), st.lists(st.integers(1, 10**6), min_size=2, max_size=3, unique=True))
def test_a_range_keeps_its_ends_and_its_usual_value(kind: str, numbers: list[int]) -> None:
    ends = [Decimal(number) * min(Decimal(1), Decimal(LARGEST[kind]) / 10**6) for number in sorted(numbers)]
    value = parse("..".join(f"{end:f}" for end in ends), kind, WHERE)
    assert (value.low, value.high) == (float(ends[0]), float(ends[-1]))
    assert value.mode == (float(ends[1]) if len(ends) == 3 else None)


@given(st.sampled_from(KINDS), st.lists(st.integers(1, 10**6), min_size=2, max_size=3, unique=True))
def test_a_range_turned_round_is_refused(kind: str, numbers: list[int]) -> None:
    backwards = sorted((number * min(1, LARGEST[kind] / 10**6) for number in numbers), reverse=True)
    with pytest.raises(BadInput, match="is reversed"):
        parse("..".join(f"{end:f}" for end in backwards), kind, WHERE)


@given(st.sampled_from([kind for kind in KINDS if kind != "growth"]), st.integers(1, 10**15))
def test_a_negative_amount_is_refused_in_every_spelling(kind: str, number: int) -> None:
    for raw in (-number, float(-number), f"-{number}", f"-{number}..5"):
        with pytest.raises(BadInput):
            parse(raw, kind, WHERE)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not 0 <= value <= 1))
def test_a_share_outside_nought_to_one_is_refused(value: float) -> None:
    with pytest.raises(BadInput, match="outside 0–1"):
        parse(value, "share", WHERE)


@given(
    st.floats(100, 1e9, exclude_min=True).map(lambda value: f"{value:f}%").filter(lambda text: text != "100.000000%")
)
def test_more_than_all_of_it_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="outside 0–1"):
        parse(text, "share", WHERE)


@given(st.sampled_from([kind for kind in KINDS if kind not in RATED]), st.sampled_from(sorted(HOURS)))
def test_a_rate_where_none_belongs_is_refused(kind: str, per: str) -> None:
    if (kind, per) == ("growth", "year"):
        return  # growth is by the year
    for raw in (f"1/{per}", f"1 per {per}"):
        with pytest.raises(BadInput, match="is a rate, and this is not one"):
            parse(raw, kind, WHERE)


@given(st.sampled_from([kind for kind in KINDS if kind not in ("share", "growth")]))
def test_a_percentage_where_none_belongs_is_refused(kind: str) -> None:
    with pytest.raises(BadInput, match="percentage"):
        parse("50%", kind, WHERE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw",
    [True, False, math.nan, math.inf, -math.inf, None, [], [1], {}, "nan", "inf", "-inf", "Infinity", "", " ", "..",
     "1..", "..1", "1..1..1..1", "1...2", "abc", "0x10", "1e999", "1e", "--1", "1/0", "١", "1\x00", "k",
     10**16, 1e16, "1e16", "999T..9999T", 10**400, "1" * 400, "1" * 5_000, "9," * 900, "1,5", "1,50", "1,0000",
     "12,34,567", "1__0", "1_"],
    ids=lambda raw: repr(raw)[:20],
)  # fmt: skip
def test_what_is_no_quantity_is_refused_in_one_sentence(kind: str, raw: object) -> None:
    with pytest.raises(BadInput) as refused:
        parse(raw, kind, WHERE)
    assert refused.value.sentence.startswith(f"{WHERE}: ")
    assert "\n" not in refused.value.sentence
    assert refused.value.status == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_of_many_zeros_is_refused_with_the_limit(kind: str) -> None:
    assert parse(LARGEST[kind], kind, WHERE) == Range.exactly(float(LARGEST[kind]))
    with pytest.raises(BadInput, match=r"larger than|outside 0–1"):
        parse(LARGEST[kind] + 1, kind, WHERE)


@pytest.mark.parametrize("raw", [0.5, "1.5", "0.1k..0.2k..0.2001k"])
def test_a_count_is_whole(raw: object) -> None:
    with pytest.raises(BadInput, match="whole number"):
        parse(raw, "count", WHERE)


@pytest.mark.parametrize(("raw", "kind"), [(0.99, "ratio"), ("0.5..2", "ratio"), (-1, "growth"), ("-150%", "growth")])
def test_the_floor_of_a_kind_holds(raw: object, kind: str) -> None:
    with pytest.raises(BadInput):
        parse(raw, kind, WHERE)


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        ("2B", "tokens-per-month", Range(2e9, 2e9)),
        ("300k", "tokens", Range(3e5, 3e5)),
        ("30M/day", "tokens-per-month", Range(9e8, 9e8)),
        ("1.5B..2B/month", "tokens-per-month", Range(1.5e9, 2e9)),
        ("200k..300k/year", "usd-per-year", Range(2e5, 3e5)),
        ("120k/year", "usd-per-month", Range(1e4, 1e4)),
        ("$2.25", "usd-per-hour", Range(2.25, 2.25)),
        ("1,000,000", "tokens", Range(1e6, 1e6)),
        ("1_000", "count", Range(1e3, 1e3)),
        ("2k..3.5k..9k", "tokens", Range(2e3, 9e3, 3.5e3)),
        ("20% .. 40%", "share", Range(0.2, 0.4)),
        ("-10%", "growth", Range(-0.1, -0.1)),
        ("5 per day", "tokens-per-month", Range(150.0, 150.0)),
        (2_000, "tokens-per-month", Range(2e3, 2e3)),
        ("7..7", "count", Range(7.0, 7.0)),
    ],
)
def test_the_published_spellings(raw: object, kind: str, expected: Range) -> None:
    assert parse(raw, kind, WHERE) == expected

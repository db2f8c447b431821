"""What people type is read by the field's unit, and whatever the program prints for a field reads back there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import BadInput
from advisor.interview.answer_format import quantity, said, understood
from advisor.interview.answers import read_value
from advisor.interview.quantities import limits, read_quantity
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Question
from tests.contract.asking import answers, knowledge

QUESTIONS = knowledge().questions
NUMERIC = sorted(key for key, question in QUESTIONS.items() if question.is_numeric)
TOLERANCE = 0.0051
"""Three significant digits are printed: half of the third is lost at most."""


def read(key: str, raw: object) -> Range:
    value = read_value(raw, QUESTIONS[key], key, {})
    assert isinstance(value, Range)
    return value


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("latency.p50_ms", "2s", Range(2000.0, 2000.0)),
        ("latency.p50_ms", "500 ms", Range(500.0, 500.0)),
        ("latency.p50_ms", "0.5s", Range(500.0, 500.0)),
        ("latency.p50_ms", "2,000 ms", Range(2000.0, 2000.0)),
        ("latency.p50_ms", "0.5–2 s", Range(500.0, 2000.0)),
        ("latency.p50_ms", "500 ms to 2 s", Range(500.0, 2000.0)),
        ("latency.p95_ms", "1 min", Range(60_000.0, 60_000.0)),
        ("volume.output_tokens", "90M tokens a month", Range(9e7, 9e7)),
        ("volume.output_tokens", "90M tokens a month · 34.7 tokens/s on average", Range(9e7, 9e7)),
        ("volume.output_tokens", "5–500M", Range(5e6, 5e8)),
        ("volume.output_tokens", "5-500M", Range(5e6, 5e8)),
        ("volume.output_tokens", "5 – 500M tokens a month, likely 50M", Range(5e6, 5e8, 5e7)),
        ("volume.output_tokens", "5–500M, likely 50M tokens a month", Range(5e6, 5e8, 5e7)),
        ("volume.output_tokens", "500–2k", Range(500.0, 2000.0)),
        ("volume.output_tokens", "500..2k", Range(500.0, 2000.0)),
        ("volume.output_tokens", "7M/week", Range(3e7, 3e7)),
        ("volume.output_tokens", "30M to 40M/day", Range(9e8, 1.2e9)),
        ("volume.output_tokens", "30M/day to 1.2B/month", Range(9e8, 1.2e9)),
        ("volume.output_tokens", "90 million tokens per month", Range(9e7, 9e7)),
        ("volume.output_tokens", "2 bn monthly", Range(2e9, 2e9)),
        ("volume.requests", "40k requests a day", Range(1.2e6, 1.2e6)),
        ("volume.requests", "2/s", Range(5_184_000.0, 5_184_000.0)),
        ("staffing.ml_infra_fte", "0.5 FTE", Range(0.5, 0.5)),
        ("economics.team_spare_fte", "0.5–1 FTE", Range(0.5, 1.0)),
        ("economics.horizon_months", "36 months", Range(36.0, 36.0)),
        ("economics.horizon_months", "3 years", Range(36.0, 36.0)),
        ("economics.horizon_months", "12–36 months", Range(12.0, 36.0)),
        ("economics.migration_cost_usd", "$40k", Range(40e3, 40e3)),
        ("economics.migration_cost_usd", "$20–80k", Range(20e3, 80e3)),
        ("economics.monthly_api_spend_usd", "$12k a month", Range(12e3, 12e3)),
        ("staffing.loaded_cost_usd", "$200–300k a year, likely $250k", Range(200e3, 300e3, 250e3)),
        ("economics.gpu_hour_usd", "$2.25 an hour · $1,620 a month", Range(2.25, 2.25)),
        ("economics.api_input_usd", "$2.50/M", Range(2.5, 2.5)),
        ("economics.api_input_usd", "2.50 per million tokens", Range(2.5, 2.5)),
        ("economics.electricity_usd_kwh", "$0.12 per kWh", Range(0.12, 0.12)),
        ("quality.failure_cost_usd", "50 USD per failure", Range(50.0, 50.0)),
        ("volume.cached_share", "20–40 %", Range(0.2, 0.4)),
        ("volume.cached_share", "20..40%", Range(0.2, 0.4)),
        ("volume.cached_share", "0.2..40%", Range(0.2, 0.4)),
        ("volume.annual_growth", "50 % a year", Range(0.5, 0.5)),
        ("volume.annual_growth", "-10–20 %", Range(-0.1, 0.2)),
        ("volume.annual_growth", "-10% to 20% a year", Range(-0.1, 0.2)),
        ("volume.annual_growth", "−10% to 20%", Range(-0.1, 0.2)),
        ("volume.peak_to_average", "3x", Range(3.0, 3.0)),
        ("economics.gpus", "8 GPUs", Range(8.0, 8.0)),
        ("workload.developers", "20 people", Range(20.0, 20.0)),
    ],
)
def test_quantities_are_read_as_people_type_them(key: str, typed: str, expected: Range) -> None:
    assert read(key, typed) == expected
    topic, _, name = key.partition(".")
    assert answers({f"{topic}.{name}": typed}).range(key) == expected


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("volume.output_tokens", "1m", "write 1M for 1 million"),
        ("volume.output_tokens", "1m/day", "write 1M for 1 million"),
        ("economics.migration_cost_usd", "$5m", "write 5M for 5 million"),
        ("latency.p50_ms", "2", "did you mean 2s?"),
        ("latency.p50_ms", 2, "did you mean 2s?"),
        ("latency.p50_ms", "1M", "far outside what is plausible"),
        ("latency.p50_ms", "2m", "write 2 ms or 2 min"),
        ("volume.output_tokens", "2s", "is not a quantity"),
        ("volume.output_tokens", "$5", "is not a quantity"),
        ("volume.output_tokens", "2B/fortnight", "allowed: /hour, /day, /week, /month, /year"),
        ("economics.utilization", 0, "0 leaves nothing to compute with"),
        ("economics.utilization", "0..0.5", "0 leaves nothing to compute with"),
        ("economics.gpus", 0, "0 leaves nothing to compute with"),
        ("economics.horizon_months", 0, "0 leaves nothing to compute with"),
        ("economics.gpu_hour_usd", 0, "0 leaves nothing to compute with"),
        ("economics.gpu_hour_usd", "5000", "far outside what is plausible, $0.01 an hour to $1,000 an hour"),
        ("economics.horizon_months", "700 months", "larger than 600"),
        ("volume.output_tokens", "2M–1M", "is reversed"),
    ],
)
def test_what_is_ambiguous_or_implausible_is_asked_back(key: str, typed: object, expected: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(key, typed)
    assert refused.value.sentence.startswith(f"{key}: ")
    assert expected in refused.value.sentence
    assert "\n" not in refused.value.sentence


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, Range]:
    """A question and a range that may be answered to it."""
    question = QUESTIONS[draw(st.sampled_from(NUMERIC))]
    low, high = limits(question)
    if question.kind == "growth":
        low = -0.99
    numbers = st.floats(low, high, allow_subnormal=False).filter(lambda number: number == 0 or abs(number) > 1e-9)
    sized = st.floats(-9, 15).map(lambda power: min(max(low, float(f"{10**power:.6g}")), high)) | numbers
    if question.kind == "count":
        sized = sized.map(lambda number: float(round(number))).filter(lambda number: low <= number <= high)
    ends = sorted(draw(st.lists(sized, min_size=1, max_size=3)))
    if ends[0] == ends[-1]:
        return question, Range.exactly(ends[0])
    return question, Range(ends[0], ends[-1], ends[1] if len(ends) == 3 and question.kind != "count" else None)


@given(answered())
@settings(deadline=None, max_examples=1000)
def test_what_is_printed_for_a_field_reads_back_and_prints_the_same(case: tuple[Question, Range]) -> None:
    question, value = case
    for show in (_quantity, said, understood):
        text = show(value, question)
        again = read_quantity(text, question, question.key)
        assert show(again, question).partition(" · ")[0] == text.partition(" · ")[0]
        for end, before in ((again.low, value.low), (again.high, value.high)):
            assert abs(end - before) <= TOLERANCE * abs(before)


def _quantity(value: Range, question: Question) -> str:
    return quantity(value, question.kind)


@pytest.mark.parametrize("key", NUMERIC)
def test_a_default_as_shown_reads_back(key: str) -> None:
    question = QUESTIONS[key]
    names = [name for name in knowledge().parameters if question.default and name.startswith(question.default)]
    for name in names:
        for value in knowledge().parameters[name].values:
            text = quantity(value.range, question.kind)
            assert quantity(read_quantity(text, question, key), question.kind) == text

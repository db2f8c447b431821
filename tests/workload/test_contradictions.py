"""Answers that cannot hold together are named with their figures; those within ten percent are taken as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.knowledge.parameters import Range
from advisor.workload.resolve import contradictions, spend_contradiction
from tests.workload.resolving import completed, resolved

INPUT, OUTPUT = "volume.input_tokens", "volume.output_tokens"
INPUT_EACH, OUTPUT_EACH, REQUESTS = "volume.input_per_request", "volume.output_per_request", "volume.requests"
DEVELOPERS, EACH, SHARE = "workload.developers", "volume.tokens_per_developer", "volume.output_share"


def keys_of(stated: dict[str, Any]) -> list[tuple[str, ...]]:
    return [one.keys for one in contradictions(completed(stated))]


def test_lengths_against_volumes() -> None:
    """10 billion read and 100 million written are 100 to 1; requests of 1,000 and 500 tokens are 2 to 1."""
    stated = {INPUT: "10B", OUTPUT: "100M", INPUT_EACH: 1000, OUTPUT_EACH: 500}
    workload = resolved(stated)
    (found,) = workload.contradictions
    assert found.keys == (INPUT, OUTPUT, INPUT_EACH, OUTPUT_EACH)
    assert "10B" in found.because
    assert "200M" in found.because
    assert workload.output_per_request.value == Range.exactly(500.0)
    assert workload.requests.value == Range.exactly(200_000.0)
    assert workload.input_per_request.value == Range.exactly(50_000.0)
    assert workload.input_per_request.origin == "derived"
    assert "gives way" in workload.input_per_request.because


@pytest.mark.parametrize(
    ("stated", "keys"),
    [
        ({REQUESTS: 1000, INPUT_EACH: 100, INPUT: "1M"}, {REQUESTS, INPUT_EACH, INPUT}),
        ({REQUESTS: 1000, OUTPUT_EACH: 100, OUTPUT: "1M"}, {REQUESTS, OUTPUT_EACH, OUTPUT}),
        ({DEVELOPERS: 10, EACH: "1M", INPUT: "50M", OUTPUT: "1M"}, {DEVELOPERS, EACH, INPUT}),
        ({DEVELOPERS: 10, EACH: "1M", INPUT: "1M", OUTPUT: "1M"}, {DEVELOPERS, EACH, INPUT, OUTPUT}),
        ({DEVELOPERS: 10, EACH: "1M", OUTPUT: "11.5M"}, {DEVELOPERS, EACH, OUTPUT}),
        ({SHARE: 0.5, INPUT_EACH: 900, OUTPUT_EACH: 100}, {SHARE, INPUT_EACH, OUTPUT_EACH}),
        ({SHARE: 0.5, INPUT: "9M", OUTPUT: "1M"}, {SHARE, INPUT, OUTPUT}),
        ({DEVELOPERS: 10, EACH: "1M", SHARE: 0.1, OUTPUT: "5M"}, {DEVELOPERS, EACH, SHARE, OUTPUT}),
    ],
)
def test_each_identity_is_checked(stated: dict[str, Any], keys: set[str]) -> None:
    assert keys in [set(found) for found in keys_of(stated)]


@pytest.mark.parametrize(
    "stated",
    [
        {REQUESTS: 1000, INPUT_EACH: 100, INPUT: "109k"},
        {REQUESTS: 1000, INPUT_EACH: 100, INPUT: "91k"},
        {REQUESTS: "900..1200", INPUT_EACH: "50..150", INPUT: "160k..200k"},
        {DEVELOPERS: 10, EACH: "1M", OUTPUT: "1M"},
        {DEVELOPERS: 10, OUTPUT: "900M"},
        {INPUT: "10B", OUTPUT: "100M", INPUT_EACH: 48_000, OUTPUT_EACH: 500},
        {},
    ],
)
def test_what_fits_within_ten_percent_is_no_contradiction(stated: dict[str, Any]) -> None:
    assert keys_of(stated) == []


amounts = st.integers(1, 10**6)


@given(amounts, amounts, st.integers(1, 10**12))
@settings(deadline=None)
def test_a_product_contradicts_exactly_when_more_than_ten_percent_off(requests: int, length: int, volume: int) -> None:
    """Whichever is the larger: stated in either order, by requests and length or by the volume."""
    product = requests * length
    apart = max(product, volume) > 1.1 * min(product, volume)
    for kind, each in ((INPUT, INPUT_EACH), (OUTPUT, OUTPUT_EACH)):
        stated = {REQUESTS: requests, each: length, kind: volume}
        assert bool(keys_of(stated)) == apart
        assert bool(keys_of(dict(reversed(stated.items())))) == apart


@given(st.integers(1, 10**9), st.floats(1e-3, 1e12))
@settings(deadline=None)
def test_spend_contradicts_beyond_a_factor_of_two_on_either_side(stated: int, computed: float) -> None:
    found = spend_contradiction(Range.exactly(float(stated)), computed, completed({}))
    assert (found is not None) == (max(stated, computed) > 2 * min(stated, computed))


def test_spend_is_told_with_both_figures() -> None:
    found = spend_contradiction(Range(9_000.0, 13_000.0), 929.0, completed({}))
    assert found is not None
    assert found.keys == ("economics.monthly_api_spend_usd",)
    assert "$9" in found.because
    assert "$929 a month" in found.because
    assert spend_contradiction(Range(1_500.0, 13_000.0), 929.0, completed({})) is None


def test_a_sentence_keeps_the_letters_of_its_figures() -> None:
    """4M is a million; 4m would be a thousandth."""
    (found,) = contradictions(completed({DEVELOPERS: 500, EACH: "4M..12M", OUTPUT: "9B"}))
    assert "4–12M" in found.because
    assert found.because[0].isupper()

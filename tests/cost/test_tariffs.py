"""What a row of prices comes to over prompt lengths, hours, tiers and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cost.prices import bands, expected_rates, own_price, rows_in_force
from advisor.cost.traffic import Traffic, token_bill
from advisor.knowledge.catalog import OffPeak, PriceStep, TokenPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import InputMix

DAY = date(2026, 11, 28)
PLAIN = TokenPrice("openai", date(2026, 11, 1), 2.5, 15.0, "contract", "reported", cache_read=0.25)
STEPPED = replace(PLAIN, steps=(PriceStep(272_000, 5.0, 22.5, cache_read=0.5),))
PEAKS = TokenPrice(
    "deepseek", date(2026, 11, 1), 0.3, 1.2, "contract", "reported", off_peak=OffPeak(133 / 168, 0.15, 0.6)
)


def _bill(row: TokenPrice, input_m: float, output_m: float, **how: object) -> float:
    rates = expected_rates(row, **how)  # type: ignore[arg-type]
    return float(token_bill(Traffic(input_m * 1e6, output_m * 1e6, 0.0, 0.0, 1.0), rates, 0.0, 0.0))


@pytest.mark.parametrize(("longest", "bill"), [(490_000, 4_341.4), (500_000, 4_371.9)])
def test_prompts_on_both_sides_of_a_step_pay_both_prices(longest: int, bill: float) -> None:
    """1,000M input in prompts spread evenly from 50,000 tokens up, 5M output: a twentieth more, not twice as much."""
    found = _bill(STEPPED, 1000, 5, prompt_lengths=Range(50_000, longest))
    assert found == pytest.approx(bill, abs=0.1)


def test_an_exact_length_pays_one_price() -> None:
    assert _bill(STEPPED, 1000, 5, prompt_lengths=Range.exactly(300_000)) == pytest.approx(5_112.5)
    assert _bill(STEPPED, 1000, 5, prompt_lengths=Range.exactly(272_000)) == pytest.approx(2_575.0)


def test_any_number_of_steps() -> None:
    row = replace(
        PLAIN, steps=tuple(PriceStep(limit, price, 2 * price) for limit, price in ((32_000, 5), (128_000, 9)))
    )
    assert [
        expected_rates(row, prompt_lengths=Range.exactly(length)).input * 1e6 for length in (32_000, 32_001, 128_001)
    ] == pytest.approx([2.5, 5, 9])


def test_hours_of_the_week_are_weighed() -> None:
    """10,000M input and 1,000M output; the full price holds 35 of 168 hours, half of it in the others."""
    assert _bill(PEAKS, 10_000, 1_000) == pytest.approx(2_537.5)


def test_batch_and_cache_lower_one_token_both() -> None:
    row = replace(PLAIN, batch_input=1.25, batch_output=7.5)
    assert expected_rates(row).batch_cache_read * 1e6 == pytest.approx(0.125)
    listed = expected_rates(replace(row, batch_cache_read=0.13))
    assert listed.batch_cache_read * 1e6 == pytest.approx(0.13)


def test_text_that_costs_nothing_has_a_bill() -> None:
    free = replace(PLAIN, input=0.0)
    assert _bill(free, 1000, 5) == pytest.approx(75.0)
    assert _bill(free, 1000, 5, mix=InputMix(image=0.5)) == pytest.approx(75.0)
    assert _bill(replace(PLAIN, image_input=5.0), 1000, 0, mix=InputMix(image=0.5)) == pytest.approx(3_750.0)


@given(
    st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0, 1), st.lists(st.integers(1, 2_000_000), max_size=4, unique=True)
)
def test_every_prompt_and_token_falls_into_one_band(low: float, width: float, at: float, limits: list[int]) -> None:
    for lengths in (Range(low, low + width), Range(low, low + width, low + at * width)):
        found = bands(lengths, sorted(limits))
        for shares in (found.requests, found.tokens):
            assert sum(shares) == pytest.approx(1.0)
            assert min(shares) >= -1e-9
        assert len(found.requests) == len(limits) + 1


def test_a_triangle_of_lengths_is_the_mean_of_its_draws() -> None:
    lengths = Range(50_000, 500_000, 100_000)
    drawn = np.random.default_rng(1).triangular(50_000, 100_000, 500_000, 400_000)
    found = bands(lengths, [272_000])
    assert found.requests[1] == pytest.approx(float(np.mean(drawn > 272_000)), abs=0.004)
    assert found.tokens[1] == pytest.approx(float(drawn[drawn > 272_000].sum() / drawn.sum()), abs=0.004)


@given(st.floats(10_000, 900_000), st.floats(1.0, 5.0))
def test_longer_prompts_never_cost_less_and_never_jump(low: float, factor: float) -> None:
    rates = [
        expected_rates(STEPPED, prompt_lengths=Range(low, low * factor * grown + 100_000)).input
        for grown in (1.0, 1.001)
    ]
    assert rates[0] <= rates[1] * (1 + 1e-12) <= rates[0] * 1.02


def test_no_row_begun_later_and_none_that_ended() -> None:
    ended = replace(PLAIN, provider="together", until=date(2026, 10, 22))
    later = replace(PLAIN, since=date(2026, 12, 1), input=5.0)
    older = replace(PLAIN, since=date(2026, 6, 22), input=3.0)
    flex = replace(PLAIN, tier="flex", input=1.25)
    rows = (PLAIN, ended, later, older, flex)
    assert rows_in_force(rows, DAY) == (PLAIN, flex)
    assert rows_in_force(rows, date(2026, 7, 1)) == (older,)
    assert rows_in_force(rows, date(2026, 1, 1)) == ()
    assert rows_in_force(rows, date(2026, 12, 1))[0] == later
    assert rows_in_force((ended,), date(2026, 10, 21)) == ()  # before it began
    assert rows_in_force((replace(ended, since=date(2026, 1, 1)),), date(2026, 10, 21))


def test_a_listing_that_ended_brings_no_older_price_back() -> None:
    rows = (replace(PLAIN, since=date(2026, 1, 1)), replace(PLAIN, since=date(2026, 6, 1), until=date(2026, 9, 1)))
    assert rows_in_force(rows, DAY) == ()


def test_a_users_own_price_is_used_as_given() -> None:
    own = own_price(STEPPED, as_of=DAY, input_usd=2.0, output_usd=12.0, provider="acme")
    assert own is not None
    assert (own.provider, own.input, own.output, own.cache_read, own.steps) == ("acme", 2.0, 12.0, 0.2, ())
    half = own_price(STEPPED, as_of=DAY, cached_usd=0.1)
    assert half is not None
    assert (half.input, half.output, half.cache_read) == (2.5, 15.0, 0.1)
    assert own_price(None, as_of=DAY, input_usd=2.0) is None

"""What a price row comes to: cache, batch, long prompts, off-peak hours, media, changes and a price of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from advisor.cost.prices import (
    PriceList,
    Tariff,
    announced_changes,
    bands,
    expected_rates,
    input_kinds,
    own_price,
    price_list,
    rows_in_force,
    scaled,
)
from advisor.cost.traffic import Rates, Traffic, mean_factor, month_factors, token_bill
from advisor.knowledge.catalog import OffPeak, PriceStep, TokenPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import InputMix
from tests.contract.asking import knowledge

DAY = date(2026, 11, 21)
PLAIN = TokenPrice("maker", date(2026, 1, 1), 2.0, 8.0, "list", "reported")
CACHED = replace(PLAIN, cache_read=0.2, cache_write=2.5)
BATCHED = replace(CACHED, batch_input=1.0, batch_output=3.0)
STEPS = (PriceStep(200, 6.0, 20.0), PriceStep(100, 4.0, 12.0))
LONG = replace(BATCHED, steps=STEPS)
NIGHT = replace(CACHED, off_peak=OffPeak(0.25, 1.0, 4.0))
PROVIDERS = knowledge().catalog.providers


def test_what_a_row_does_not_state_is_charged_as_the_plain_price() -> None:
    assert Tariff(PLAIN).charges(0) == Tariff(PLAIN).charges(0, batch=True) == (2, 8, 2, 2)
    assert Tariff(CACHED).charges(0, batch=True) == (2, 8, 0.2, 2.5)


def test_a_batch_lowers_the_cache_in_proportion_unless_it_states_its_own() -> None:
    assert Tariff(BATCHED).charges(0, batch=True) == (1, 3, 0.1, 1.25)
    assert Tariff(replace(BATCHED, batch_output=0.0)).charges(0, batch=True) == (1, 8, 0.1, 1.25)
    stated = replace(BATCHED, batch_cache_read=0.15, batch_cache_write=2.0)
    assert Tariff(stated).charges(0, batch=True) == (1, 3, 0.15, 2)


def test_steps_hold_from_their_limits_in_order_and_keep_proportions_where_they_say_nothing() -> None:
    tariff = Tariff(LONG)
    assert tariff.limits == (100, 200)
    assert tariff.charges(1) == (4, 12, 0.4, 5)
    assert tariff.charges(2) == pytest.approx((6, 20, 0.6, 7.5))
    assert tariff.charges(1, batch=True) == pytest.approx((2, 4.5, 0.2, 2.5))
    step = PriceStep(100, 4.0, 12.0, cache_read=0.3, batch_input=1.5, batch_output=4.0, batch_cache_read=0.05)
    stated = Tariff(replace(BATCHED, steps=(step,)))
    assert stated.charges(1) == (4, 12, 0.3, 5)
    assert stated.charges(1, batch=True) == pytest.approx((1.5, 4, 0.05, 2.5))


def test_off_peak_hours_have_their_price_and_work_that_can_wait_is_done_in_them() -> None:
    tariff = Tariff(NIGHT)
    assert (tariff.peak_share, Tariff(PLAIN).peak_share) == (0.75, 1.0)
    assert tariff.charges(0) == (2, 8, 0.2, 2.5)
    assert tariff.charges(0, off_peak=True) == (1, 4, 0.1, 1.25)
    assert tariff.charges(0, batch=True) == (1, 4, 0.1, 1.25)
    stated = replace(NIGHT, off_peak=OffPeak(0.25, 1.0, 4.0, cache_read=0.15, cache_write=2.0))
    assert Tariff(stated).charges(0, off_peak=True) == (1, 4, 0.15, 2)
    both = replace(NIGHT, batch_input=1.5, batch_output=5.0)
    assert Tariff(both).charges(0, batch=True) == pytest.approx((1.5, 5, 0.15, 1.875))
    long = Tariff(replace(NIGHT, steps=(PriceStep(100, 4.0, 12.0, cache_read=9.0),)))
    assert long.charges(1, off_peak=True) == pytest.approx((2, 6, 0.2, 2.5))  # in proportion to the plain prices


def test_prompts_spread_evenly_fall_below_and_above_a_limit() -> None:
    """Of 0 to 200 evenly, a quarter is up to 50 and holds 25 · ¼ of the mean 100."""
    spread = bands(Range(0.0, 200.0), (50, 400))
    assert spread.requests == pytest.approx((0.25, 0.75, 0.0))
    assert spread.tokens == pytest.approx((0.0625, 0.9375, 0.0))
    offset = bands(Range(100.0, 200.0), (50, 150))
    assert offset.requests == pytest.approx((0.0, 0.5, 0.5))
    assert offset.tokens == pytest.approx((0.0, 0.5 * 125 / 150, 0.5 * 175 / 150))


def test_prompts_about_a_mode_fall_below_and_above_a_limit() -> None:
    """A triangle from 0 over 100 to 200: an eighth is up to 50, its mean there 100 ÷ 3; the rest mirrors it."""
    spread = bands(Range(0.0, 200.0, 100.0), (50, 100, 150))
    assert spread.requests == pytest.approx((0.125, 0.375, 0.375, 0.125))
    low, high = 0.125 * (100 / 3) / 100, 0.125 * (200 - 100 / 3) / 100
    assert (spread.tokens[0], spread.tokens[3]) == pytest.approx((low, high))
    assert spread.tokens[0] + spread.tokens[1] == pytest.approx(0.5 * (200 / 3) / 100)
    at_low = bands(Range(0.0, 100.0, 0.0), (50,))
    assert at_low.requests == pytest.approx((0.75, 0.25))
    assert at_low.tokens == pytest.approx((0.5, 0.5))  # (100 / 3 − 0.25 · 200 / 3) over 100 / 3
    at_high = bands(Range(0.0, 100.0, 100.0), (50,))
    assert at_high.requests == pytest.approx((0.25, 0.75))
    assert at_high.tokens == pytest.approx((0.125, 0.875))


@pytest.mark.parametrize(("length", "shares"), [(100.0, (1, 0, 0)), (101.0, (0, 1, 0)), (201.0, (0, 0, 1))])
def test_a_prompt_as_long_as_a_limit_is_not_above_it(length: float, shares: tuple[float, ...]) -> None:
    found = bands(Range.exactly(length), (100, 200))
    assert found.requests == found.tokens == shares


def test_rates_are_means_over_lengths_hours_and_shares() -> None:
    half_long = expected_rates(replace(LONG, steps=STEPS[1:]), prompt_lengths=Range(0.0, 200.0))
    # half of the requests are above 100, with three quarters of the tokens
    assert half_long.input * 1e6 == pytest.approx(0.25 * 2 + 0.75 * 4)
    assert half_long.output * 1e6 == pytest.approx(0.5 * 8 + 0.5 * 12)
    assert half_long.cache_read * 1e6 == pytest.approx(0.25 * 0.2 + 0.75 * 0.4)
    night = expected_rates(NIGHT)
    assert (night.input * 1e6, night.output * 1e6) == pytest.approx((1.75, 7))
    assert night.batch_input * 1e6 == 1
    mixed = expected_rates(BATCHED)
    assert [each * 1e6 for each in mixed] == pytest.approx([2, 8, 0.2, 2.5, 1, 3, 0.1, 1.25])


def test_images_and_audio_are_charged_over_text_as_their_prices_are() -> None:
    row = replace(PLAIN, image_input=4.0)
    assert input_kinds(row, InputMix(0.25, 0.25)) == (
        ("input token", 0.5, 1.0), ("image token", 0.25, 2.0), ("audio token", 0.25, 1.0),
    )  # fmt: skip
    assert expected_rates(row, mix=InputMix(0.25, 0.25)).input * 1e6 == pytest.approx(2 * (0.5 + 0.5 + 0.25))
    assert expected_rates(row, mix=InputMix(0.25, 0.25)).batch_input * 1e6 == pytest.approx(2.5)
    assert input_kinds(replace(row, input=0.0), InputMix(1.0))[1] == ("image token", 1.0, 1.0)


def test_the_newest_row_that_has_begun_is_in_force_until_it_ends() -> None:
    newer = replace(PLAIN, since=date(2026, 6, 1), input=3.0)
    later = replace(PLAIN, since=date(2026, 11, 22), input=4.0, checked=DAY)
    unread = replace(PLAIN, since=date(2026, 12, 1), checked=date(2026, 11, 22))
    inside = replace(PLAIN, region="eu", until=DAY)
    rows = (newer, PLAIN, later, unread, inside)
    assert rows_in_force(rows, DAY) == (newer,)
    assert rows_in_force(rows, date(2026, 11, 20)) == (newer, inside)
    assert rows_in_force(rows, date(2026, 11, 22))[0] == later
    assert rows_in_force([PLAIN, replace(PLAIN, input=9.0)], DAY)[0].input == 9.0  # of one day the last that is listed
    assert announced_changes(rows, newer, DAY) == (later,)
    assert announced_changes(rows, newer, date(2026, 11, 22)) == (unread,)
    assert announced_changes([replace(later, tier="flex")], newer, DAY) == ()


def test_a_scaled_row_moves_every_price_of_its_kind_and_nothing_else() -> None:
    step = PriceStep(100, 4.0, 12.0, cache_read=0.4, batch_input=2.0, batch_output=6.0)
    row = replace(
        BATCHED, image_input=4.0, audio_input=6.0, image_output=30.0, reasoning_output=9.0, batch_cache_read=0.1,
        context=1000, steps=(step,), off_peak=OffPeak(0.25, 1.0, 4.0, cache_read=0.1),
    )  # fmt: skip
    found = scaled(row, 2.0, 3.0)
    assert (found.input, found.cache_read, found.cache_write, found.batch_input) == (4, 0.4, 5, 2)
    assert (found.batch_cache_read, found.image_input, found.audio_input) == (0.2, 8, 12)
    assert (found.output, found.batch_output, found.image_output, found.reasoning_output) == (24, 9, 90, 27)
    assert (found.context, found.provider) == (1000, "maker")
    assert found.steps[0] == replace(step, input=8.0, output=36.0, cache_read=0.8, batch_input=4.0, batch_output=18.0)
    assert found.off_peak == OffPeak(0.25, 2.0, 12.0, cache_read=0.2)
    assert scaled(PLAIN, 1.0, 1.0) == PLAIN


def test_a_price_of_one_s_own_keeps_what_it_does_not_say_in_proportion() -> None:
    listed = replace(BATCHED, region="eu")
    mine = own_price(listed, as_of=DAY, input_usd=1.0)
    assert mine is not None
    assert (mine.input, mine.output, mine.cache_read, mine.cache_write) == (1, 8, 0.1, 1.25)
    assert (mine.batch_input, mine.batch_output) == (0.5, 3)
    assert (mine.provider, mine.region, mine.since, mine.source) == ("maker", "eu", DAY, "answers")
    other = own_price(listed, as_of=DAY, provider="reseller", output_usd=4.0, cached_usd=0.3)
    assert other is not None
    assert (other.provider, other.input, other.output, other.cache_read, other.batch_output) == (
        "reseller",
        2,
        4,
        0.3,
        1.5,
    )
    bare = own_price(None, as_of=DAY, input_usd=1.0, output_usd=2.0)
    assert bare is not None
    assert (bare.provider, bare.input, bare.output, bare.cache_read, bare.batch_input) == ("", 1, 2, 0, 0)
    assert own_price(None, as_of=DAY, input_usd=1.0) is None
    assert own_price(None, as_of=DAY, output_usd=1.0) is None


def test_a_list_of_prices_is_ordered_by_cost_and_read_between_its_rows() -> None:
    rows = [replace(PLAIN, provider=name, input=usd) for name, usd in (("b", 4.0), ("a", 2.0), ("c", 8.0))]
    found = price_list([*rows, replace(PLAIN, provider="d", tier="flex"), replace(PLAIN, region="eu")], DAY)
    assert found is not None
    assert [row.provider for row in found.rows] == ["a", "b", "c"]
    at = [found.rates(place).input * 1e6 for place in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert at == pytest.approx([2, 3, 4, 6, 8])
    assert PriceList((PLAIN,)).rates(0.9).input == 2e-6
    assert price_list([replace(PLAIN, tier="flex")], DAY) is None


def test_a_month_s_bill_is_each_kind_of_token_at_its_rate() -> None:
    """1,000 in, half cached and a tenth of that written; 100 out; a fifth can wait; a quarter off."""
    rates = Rates(2, 8, 0.2, 2.5, 1, 3, 0.1, 1.25)
    moved = Traffic(1000.0, 100.0, 0.5, 0.2, 3.0)
    now = 500 * 2 + 450 * 0.2 + 50 * 2.5 + 100 * 8
    later = 500 * 1 + 450 * 0.1 + 50 * 1.25 + 100 * 3
    assert token_bill(moved, rates, 0.1, 0.25) == pytest.approx((0.8 * now + 0.2 * later) * 0.75)
    assert moved.total == 1100
    assert moved.peak_share() == pytest.approx(0.2 + 0.8 * 3)
    assert moved.scaled(0.5) == Traffic(500.0, 50.0, 0.5, 0.2, 3.0)
    mean = Rates.mean([rates, Rates(4, 4, 1, 1, 1, 1, 1, 1)], [0.75, 0.25])
    assert (mean.input, mean.output, mean.cache_read, mean.batch_output) == (2.5, 7, 0.4, 2.5)


@pytest.mark.parametrize("months", [1, 12, 18, 36])
def test_the_mean_over_a_horizon_is_that_of_its_months(months: int) -> None:
    """A month of year y and place p has (1 + r)^y · (1 + r · p ÷ 12)."""
    by_hand = [1.2 ** (month // 12) * (1 + 0.2 * (month % 12) / 12) for month in range(months)]
    assert month_factors(0.2, months)[:, 0] == pytest.approx(by_hand)
    assert mean_factor(0.2, months) == pytest.approx(sum(by_hand) / months)
    prices = [0.9 ** (month // 12) * (1 - 0.1 * (month % 12) / 12) for month in range(months)]
    together = sum(one * other for one, other in zip(by_hand, prices, strict=True)) / months
    assert mean_factor(0.2, months, -0.1) == pytest.approx(together)

"""Which row is charged: the tier asked for, the region of the data, what was announced, and how old it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from advisor.cost.offers import ModelTerms, OfferNeeds
from advisor.cost.prices import DataNeeds
from advisor.cost.quotes import (
    EXACT,
    PriceTerms,
    SoldModel,
    _announced,
    _ended,
    _far_below,
    _first,
    _following,
    _mean_rates,
    _of_region,
    _of_tier,
    _spread,
    _tuned,
    _with_media,
    _without_priority,
)
from advisor.knowledge.catalog import TokenPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import InputMix
from tests.contract.asking import knowledge

DAY = date(2026, 11, 21)
TERMS = PriceTerms(DAY, Range.exactly(1.0), 100.0, 0.2, Range(0.8, 1.5, 1.1), 365.0, 10.0, days_ahead=100.0)
ROW = TokenPrice("seller", date(2026, 11, 1), 2.0, 8.0, "list", "reported", cache_read=0.2, cache_write=2.5,
                 batch_input=1.0, batch_output=4.0)  # fmt: skip
SELLER = replace(next(iter(knowledge().catalog.providers.values())), title="Seller", kind="vendor")


def model(*prices: TokenPrice, open_weights: bool = False, tuned: float = 0.0) -> SoldModel:
    return SoldModel("m", ModelTerms("Model", 0, ("text",), "mid", None, tuned_factor=tuned), open_weights, prices)


def test_a_tier_is_charged_as_it_lists_and_otherwise_in_proportion_to_the_standard_one() -> None:
    """Flex at half the input's price: the cache at half of its price too, batches as the standard row has them."""
    flex = TokenPrice("seller", date(2026, 11, 1), 1.0, 4.0, "list", "reported", tier="flex")
    asked = replace(TERMS, tier="flex")
    found = _of_tier(ROW, [ROW, flex], asked)
    assert (found.input, found.output, found.cache_read, found.cache_write) == (1, 4, 0.1, 1.25)
    assert (found.batch_input, found.batch_output, found.batch_cache_read, found.batch_cache_write) == (1, 4, 0.1, 1.25)
    listed = replace(flex, cache_read=0.3, cache_write=3.0, batch_input=0.5, batch_output=2.0, batch_cache_read=0.07,
                     batch_cache_write=0.9)  # fmt: skip
    assert _of_tier(ROW, [ROW, listed], asked) == listed
    own_batch = replace(ROW, batch_cache_read=0.15, batch_cache_write=2.0)
    kept = _of_tier(own_batch, [own_batch, flex], asked)
    assert (kept.batch_cache_read, kept.batch_cache_write) == (0.15, 2.0)
    for prices, terms, row in (
        ([ROW, flex], TERMS, ROW),
        ([ROW], asked, ROW),
        ([ROW, replace(flex, region="eu")], asked, ROW),
        ([ROW, replace(flex, since=date(2026, 11, 22))], asked, ROW),
        ([ROW, flex], asked, replace(ROW, source="answers")),
        ([ROW, flex], asked, replace(ROW, until=DAY)),
    ):
        assert _of_tier(row, prices, terms) is row


def test_the_row_of_the_region_where_the_data_must_stay_comes_before_the_general_one() -> None:
    seller = replace(SELLER, regions=("eu", "us-gov"), authorized_regions=())
    eu, gov = replace(ROW, region="eu"), replace(ROW, region="us-gov")
    rows = [eu, gov, ROW]
    assert list(_of_region(rows, seller, OfferNeeds())) == [ROW]
    assert list(_of_region([gov, eu], seller, OfferNeeds())) == [eu]
    assert list(_of_region(rows, seller, OfferNeeds(data=DataNeeds("eu")))) == [eu]
    assert list(_of_region(rows, seller, OfferNeeds(data=DataNeeds("uk")))) == [ROW]
    assert list(_of_region(rows, seller, OfferNeeds(authorizations=("il5",)))) == [gov]
    assert list(_of_region([eu, ROW], seller, OfferNeeds(authorizations=("il5",)))) == [ROW]
    assert (_first([eu, ROW]), _first([eu, gov]), _first([])) == (ROW, eu, None)


@pytest.mark.parametrize(
    ("since", "checked", "elsewhere", "spread"),
    [
        (date(2026, 8, 13), None, False, EXACT),  # 100 days ago
        (date(2025, 11, 21), None, False, Range(0.8, 1.2, 1.0)),
        (date(2025, 11, 21), date(2026, 11, 1), False, EXACT),
        (date(2026, 11, 1), None, True, Range(0.8, 1.5, 1.1)),
        (date(2025, 11, 21), None, True, Range(0.64, 1.8, 1.1)),
        (date(2016, 11, 23), None, False, Range(0.0, 3.0, 1.0)),
    ],
)
def test_an_old_row_or_one_of_another_region_may_lie_beside_the_price(
    since: date, checked: date | None, elsewhere: bool, spread: Range
) -> None:
    found = _spread(replace(ROW, since=since, checked=checked), TERMS, elsewhere=elsewhere)
    assert (found.low, found.high) == pytest.approx((spread.low, spread.high), abs=1e-9)
    assert found.point == spread.point


def test_what_was_announced_counts_for_the_days_of_the_horizon_that_it_holds() -> None:
    later = replace(ROW, since=date(2026, 12, 11), input=4.0, output=16.0, checked=DAY)
    far = replace(later, since=date(2027, 3, 1))
    assert _announced(ROW, [ROW, later, far], TERMS) == (later,)
    at_the_end = replace(later, since=date(2027, 3, 1))
    assert (at_the_end.since - DAY).days == 100
    assert _announced(replace(ROW, source="answers"), [ROW, later], TERMS) == ()
    rates = _mean_rates((ROW, later), TERMS)  # 20 days of 100 at today's price
    assert (rates.input * 1e6, rates.output * 1e6) == pytest.approx((0.2 * 2 + 0.8 * 4, 0.2 * 8 + 0.8 * 16))
    assert _mean_rates((ROW,), TERMS).input == 2e-6


def test_a_rise_that_another_seller_announced_is_taken_to_follow_in_proportion() -> None:
    other = replace(ROW, provider="other", input=4.0, output=10.0)
    rise = replace(other, since=date(2026, 12, 11), input=6.0, output=10.0, checked=DAY)
    found = _following(ROW, model(ROW, other, rise), TERMS)
    assert found is not None
    assert (found.input, found.output, found.since) == (3, 8, rise.since)
    assert found.cache_read == pytest.approx(0.3)
    higher = replace(rise, input=4.0, output=15.0)
    found = _following(ROW, model(ROW, other, higher), TERMS)
    assert found is not None
    assert (found.input, found.output) == (2, 12)
    fall, own = replace(rise, input=3.0), replace(ROW, since=date(2026, 12, 1), input=2.5, checked=DAY)
    for sold, row in (
        (model(ROW, other, rise, open_weights=True), ROW),
        (model(ROW, other, fall), ROW),
        (model(ROW, other, rise, own), ROW),
        (model(ROW, other), ROW),
        (model(ROW, other, rise), replace(ROW, source="answers")),
    ):
        assert _following(row, sold, TERMS) is None


def test_a_tuned_model_is_charged_as_its_vendor_lists_it_and_nobody_else() -> None:
    tuning, sold = OfferNeeds(tuning=True), model(ROW, tuned=1.5)
    assert _tuned(ROW, SELLER, sold, tuning).input == 3.0
    assert _tuned(ROW, SELLER, sold, tuning).output == 12.0
    cases: list[tuple[TokenPrice, Any, SoldModel, OfferNeeds]] = [
        (ROW, SELLER, sold, OfferNeeds()), (ROW, SELLER, model(ROW), tuning), (ROW, None, sold, tuning),
        (ROW, replace(SELLER, kind="cloud"), sold, tuning), (replace(ROW, source="answers"), SELLER, sold, tuning),
    ]  # fmt: skip
    for row, seller, of, needs in cases:
        assert _tuned(row, seller, of, needs) is row


def test_an_ended_row_says_when() -> None:
    assert _ended(ROW, TERMS) is None
    assert _ended(replace(ROW, until=date(2026, 11, 22)), TERMS) is None
    ended = _ended(replace(ROW, until=DAY), TERMS)
    assert ended is not None
    assert (ended.requirement, ended.because) == ("ended", "the offer ended on 2026-11-21")


def test_a_price_far_below_all_others_and_a_tier_without_a_price_are_to_be_confirmed() -> None:
    cheap = replace(ROW, provider="cheap", input=0.2)
    others = [replace(ROW, provider=name, input=usd) for name, usd in (("a", 1.0), ("b", 2.0), ("c", 9.0))]
    assert list(_far_below(cheap, SELLER, model(cheap, *others), TERMS)) == [
        "Seller sells Model at $0.20 a million input tokens, where others ask $2.00"
    ]
    near = replace(cheap, input=0.201)
    assert list(_far_below(near, SELLER, model(near, *others), TERMS)) == []
    assert list(_far_below(cheap, SELLER, model(*others), TERMS)) == []
    words = replace(cheap, input=2.0, output=0.8)
    assert list(_far_below(words, SELLER, model(words, *others), TERMS)) == [
        "Seller sells Model at $0.80 a million output tokens, where others ask $8.00"
    ]
    urgent = replace(TERMS, tier="priority")
    assert list(_without_priority(ROW, SELLER, model(ROW), urgent)) == [
        "Seller sells Model with priority, at a price that is not listed"
    ]
    assert list(_without_priority(ROW, SELLER, model(ROW), TERMS)) == []
    assert list(_without_priority(replace(ROW, tier="priority"), SELLER, model(ROW), urgent)) == []


def test_images_that_only_others_price_above_text_are_charged_in_their_proportion() -> None:
    mixed = replace(TERMS, mix=InputMix(0.2, 0.1))
    costly = replace(ROW, provider="other", image_input=6.0, audio_input=10.0)
    row, doubts = _with_media(ROW, SELLER, model(ROW, costly), mixed)
    assert (row.image_input, row.audio_input) == (6, 10)
    assert doubts == tuple(
        f"Seller charges for {kind} in Model in the proportion to text that others ask" for kind in ("image", "audio")
    )
    assert _with_media(ROW, SELLER, model(ROW, costly), TERMS) == (ROW, ())
    assert _with_media(ROW, SELLER, model(ROW, replace(costly, image_input=2.0, audio_input=0.0)), mixed) == (ROW, ())
    listed = replace(ROW, image_input=3.0, audio_input=3.0)
    assert _with_media(listed, SELLER, model(listed, costly), mixed) == (listed, ())

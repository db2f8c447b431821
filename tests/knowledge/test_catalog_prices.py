"""Token prices are those of the price lists, by provider, region and day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import median

import pytest

from advisor.knowledge.catalog import ManagedModel, TokenPrice
from advisor.knowledge.load_pack import load_knowledge

CATALOG = load_knowledge().catalog
NOVEMBER = date(2026, 11, 21)
# input, cached read, cache write, output, batch input, batch output; dollars per million tokens
VENDORS = {
    ("claude-opus-4.8", "anthropic"): (5.00, 0.50, 6.25, 25.00, 2.50, 12.50),
    ("claude-sonnet-4.6", "anthropic"): (3.00, 0.30, 3.75, 15.00, 1.50, 7.50),
    ("gpt-5.5", "openai"): (5.00, 0.50, 0, 30.00, 2.50, 15.00),
    ("gpt-5.4", "openai"): (2.50, 0.25, 0, 15.00, 1.25, 7.50),
    ("gpt-5.4-mini", "openai"): (0.75, 0.075, 0, 4.50, 0.375, 2.25),
    ("deepseek-v4-flash", "deepseek"): (0.30, 0.006, 0, 1.20, 0, 0),
}
# low, median, high of input and of output over the providers, as counted independently from the same list
MANAGED = {
    "llama-3.3-70b": ((0.10, 0.64, 1.04), (0.20, 0.71, 1.50)),
    "llama-3.1-8b": ((0.02, 0.10, 0.22), (0.03, 0.10, 0.45)),
    "llama-4-scout": ((0.05, 0.17, 0.25), (0.10, 0.59, 0.78)),
    "llama-4-maverick": ((0.05, 0.25, 0.63), (0.10, 0.97, 1.80)),
    "qwen3-32b": ((0.05, 0.10, 0.90), (0.10, 0.30, 0.90)),
    "qwen3-235b-a22b": ((0.09, 0.22, 3.00), (0.55, 0.88, 3.00)),
    "qwen3-30b-a3b": ((0.09, 0.10, 0.15), (0.30, 0.45, 0.60)),
    "qwen2.5-coder-32b": ((0.05, 0.12, 0.87), (0.10, 0.30, 0.87)),
    "gpt-oss-120b": ((0.03, 0.15, 0.80), (0.17, 0.60, 0.80)),
    "gpt-oss-20b": ((0.03, 0.06, 0.08), (0.13, 0.25, 0.36)),
    "mistral-small-3": ((0.05, 0.10, 0.90), (0.08, 0.30, 0.90)),
    "gemma-3-27b": ((0.08, 0.12, 0.90), (0.16, 0.30, 0.90)),
    "gemma-4-31b": ((0.09, 0.14, 0.99), (0.34, 0.40, 1.49)),
}
# the count above mixes in other models here: Hermes tunes, an 8B distillate of R1, Command A Plus, Kimi K2 Thinking
COUNTED_OTHERWISE = {"llama-3.1-405b", "deepseek-v3", "deepseek-r1", "command-a", "kimi-k2", "devstral-2"}


def _in_force(model: str, provider: str, day: date) -> TokenPrice:
    rows = [row for row in CATALOG.api[model].prices if row.provider == provider and not row.region]
    return [row for row in rows if row.since <= day][-1]


@pytest.mark.parametrize(("model", "provider"), VENDORS)
def test_a_vendor_asks_its_list_price(model: str, provider: str) -> None:
    row = _in_force(model, provider, NOVEMBER)
    asked = (row.input, row.cache_read, row.cache_write, row.output, row.batch_input, row.batch_output)
    assert asked == VENDORS[model, provider]


@pytest.mark.parametrize(
    ("day", "price"),
    [(date(2026, 7, 1), (0.10, 0.20)), (date(2026, 9, 1), (0.14, 0.28)), (NOVEMBER, (0.30, 1.20))],
)
def test_a_price_that_drifted_is_kept_by_day(day: date, price: tuple[float, float]) -> None:
    row = _in_force("deepseek-v4-flash", "deepseek", day)
    assert (row.input, row.output) == price


def test_long_contexts_cost_more_where_the_vendor_says_so() -> None:
    row = _in_force("gpt-5.4", "openai", NOVEMBER)
    assert [(step.above, step.input, step.output) for step in row.steps] == [(272_000, 5.00, 22.50)]


def test_government_regions_add_a_fifth() -> None:
    model = CATALOG.api["claude-opus-4.8"]
    plain = _in_force("claude-opus-4.8", "bedrock", NOVEMBER)
    government = next(row for row in model.prices if row.region == "us-gov")
    assert Decimal(str(government.input)) / Decimal(str(plain.input)) == Decimal("1.2")
    assert Decimal(str(government.output)) / Decimal(str(plain.output)) == Decimal("1.2")


@pytest.mark.parametrize("model", MANAGED)
def test_managed_prices_spread_as_counted(model: str) -> None:
    rows = [row for row in CATALOG.managed[model].prices if not row.region]
    for prices, (low, middle, high) in zip(
        ([row.input for row in rows], [row.output for row in rows]), MANAGED[model], strict=True
    ):
        assert min(prices) == pytest.approx(low, rel=0.001)
        assert median(prices) == pytest.approx(middle, rel=0.20)
        assert max(prices) == pytest.approx(high, rel=0.15)


@pytest.mark.parametrize(
    ("model", "provider", "price"),
    [
        ("llama-3.1-405b", "vertex", (5.00, 16.00)), ("deepseek-v3", "together", (1.25, 1.25)),
        ("deepseek-r1", "deepseek", (0.55, 2.19)), ("command-a", "cohere", (2.50, 10.00)),
        ("kimi-k2", "fireworks", (0.60, 2.50)), ("devstral-2", "mistral", (0.40, 2.00)),
    ],
)  # fmt: skip
def test_the_other_managed_models_ask_what_the_list_says(model: str, provider: str, price: tuple[float, float]) -> None:
    assert model in COUNTED_OTHERWISE
    row = next(row for row in CATALOG.managed[model].prices if row.provider == provider)
    assert (row.input, row.output) == price


def test_no_managed_model_goes_unchecked() -> None:
    assert set(CATALOG.managed) == set(MANAGED) | COUNTED_OTHERWISE


@pytest.mark.parametrize("model", CATALOG.managed.values(), ids=lambda model: model.id)
def test_a_provider_is_counted_once_per_region(model: ManagedModel) -> None:
    places = [(row.provider, row.region, row.since) for row in model.prices]
    assert len(places) == len(set(places))


def test_discounts_never_raise_a_price() -> None:
    for table in (CATALOG.api, CATALOG.managed):
        for row in (row for model in table.values() for row in model.prices):
            assert row.input > 0
            assert row.output > 0
            assert row.cache_read <= row.input
            assert row.batch_input <= row.input
            assert row.batch_output <= row.output
            assert all(step.input >= row.input for step in row.steps)


def test_rows_of_one_provider_follow_their_dates() -> None:
    for model in CATALOG.api.values():
        for provider in {row.provider for row in model.prices}:
            days = [row.since for row in model.prices if row.provider == provider and not row.region]
            assert days == sorted(days)

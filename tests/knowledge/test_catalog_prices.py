"""Token prices are those of the price lists, by provider, region and day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import median

import pytest

from advisor.cost.prices import rows_in_force
from advisor.knowledge.catalog import ManagedModel, TokenPrice
from advisor.knowledge.load_pack import load_knowledge

CATALOG = load_knowledge().catalog
NOVEMBER = date(2026, 11, 21)
TODAY = date(2026, 11, 28)
# input, cached read, cache write, output, batch input, batch output; dollars per million tokens
VENDORS = {
    ("claude-opus-4.8", "anthropic"): (5.00, 0.50, 6.25, 25.00, 2.50, 12.50),
    ("claude-sonnet-4.6", "anthropic"): (3.00, 0.30, 3.75, 15.00, 1.50, 7.50),
    ("gpt-5.5", "openai"): (5.00, 0.50, 0, 30.00, 2.50, 15.00),
    ("gpt-5.4", "openai"): (2.50, 0.25, 0, 15.00, 1.25, 7.50),
    ("gpt-5.4-mini", "openai"): (0.75, 0.075, 0, 4.50, 0.375, 2.25),
    ("deepseek-v4-flash", "deepseek"): (0.30, 0.006, 0, 1.20, 0, 0),
}
# low, median, high of input and of output over the providers, as counted independently from the list of 2026-11-01
MANAGED = {
    "llama-4-maverick": ((0.05, 0.25, 0.63), (0.10, 0.97, 1.80)),
    "qwen2.5-coder-32b": ((0.05, 0.12, 0.87), (0.10, 0.30, 0.87)),
    "mistral-small-3": ((0.05, 0.10, 0.90), (0.08, 0.30, 0.90)),
}
# median input and output over all listings of 2026-11-26, gateways included, as counted independently
LISTED = {
    "glm-5.3": (1.4, 4.4),
    "glm-5.3-flash": (0.15, 0.5),
    "kimi-k3": (3.0, 15.0),
    "kimi-k2.7-code": (0.95, 4.0),
    "deepseek-v4.1-flash": (0.3, 1.2),
    "deepseek-v4-pro": (1.32, 3.96),
    "qwen3.8-27b": (0.4, 3.0),
    "qwen3.6-35b-a3b": (0.2, 1.5),
    "qwen3.5-397b-a17b": (0.6, 3.6),
    "qwen3-next-80b-a3b": (0.15, 1.2),
    "minimax-m3": (0.3, 1.2),
    "gemma-4-26b-a4b": (0.13, 0.4),
}
# vendors' models of November 2026: input, cached read, output
CURRENT = {
    ("gpt-6-astra", "openai"): (10, 1, 50),
    ("gpt-6.1-sol", "openai"): (2, 0.1, 10),
    ("gpt-6.1-terra", "openai"): (1, 0.05, 5),
    ("gpt-6-luna", "openai"): (0.1, 0.01, 0.5),
    ("claude-fable-5.1", "anthropic"): (10, 0.25, 50),
    ("claude-opus-5.5", "anthropic"): (4, 0.2, 20),
    ("claude-sonnet-5.5", "anthropic"): (2, 0.1, 10),
    ("claude-haiku-5.5", "anthropic"): (0.1, 0.01, 0.5),
    ("gemini-4-argon", "google"): (2, 0.1, 10),
    ("gemini-3.8-flash", "google"): (0.75, 0.075, 3.75),
    ("grok-4.7", "xai"): (2, 0.5, 6),
    ("mistral-large-4", "mistral"): (0.7, 0.07, 2.1),
    ("qwen3.8-max", "alibaba"): (2, 0.25, 6),
    ("kimi-k3.1-pro", "moonshot"): (2, 0.2, 10),
    ("glm-5.3", "zai"): (1.4, 0.26, 4.4),
    ("minimax-m3", "minimax"): (0.3, 0.06, 1.2),
    ("deepseek-v4-pro", "deepseek"): (1.32, 0.044, 3.96),
}


def _in_force(model: str, provider: str, day: date) -> TokenPrice:
    rows = [row for row in CATALOG.api[model].prices if row.key == (provider, "", "standard")]
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


def _counted(row: TokenPrice) -> bool:
    """Whether a row stood in the list as it was counted: by the sellers known then, Databricks apart."""
    seen = row.source == "litellm-prices-2026-11" and row.provider not in (
        "databricks",
        "oci",
        "snowflake",
        "gmi",
        "groq",
    )
    return seen and not row.region and row.tier == "standard"


@pytest.mark.parametrize("model", MANAGED)
def test_managed_prices_spread_as_counted(model: str) -> None:
    rows = [row for row in CATALOG.managed[model].prices if _counted(row)]
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
    row = next(row for row in CATALOG.managed[model].prices if row.provider == provider)
    assert (row.input, row.output) == price


@pytest.mark.parametrize("model", LISTED)
def test_open_models_ask_what_most_listings_do(model: str) -> None:
    prices = (*CATALOG.managed[model].prices, *(CATALOG.api[model].prices if model in CATALOG.api else ()))
    rows = [row for row in rows_in_force(prices, TODAY) if row.tier == "standard" and not row.region]
    assert median(row.input for row in rows) == pytest.approx(LISTED[model][0], rel=0.2)
    assert median(row.output for row in rows) == pytest.approx(LISTED[model][1], rel=0.2)


@pytest.mark.parametrize(("model", "provider"), CURRENT)
def test_the_current_models_of_vendors_ask_their_list_price(model: str, provider: str) -> None:
    rows = rows_in_force(CATALOG.api[model].prices, TODAY)
    row = next(row for row in rows if row.key == (provider, "", "standard"))
    assert (row.input, row.cache_read, row.output) == CURRENT[model, provider]


def test_a_peak_price_is_not_the_price() -> None:
    row = _in_force("deepseek-v4-flash", "deepseek", NOVEMBER)
    assert row.off_peak is not None
    assert (row.off_peak.input, row.off_peak.output, row.off_peak.cache_read) == (0.15, 0.6, 0.003)
    assert row.off_peak.share == pytest.approx(133 / 168)


def test_every_vendor_has_its_classes() -> None:
    classes: dict[str, set[str]] = {}
    for model in CATALOG.api.values():
        classes.setdefault(model.vendor, set()).add(model.capability)
    assert len(classes) >= 12
    for vendor in ("OpenAI", "Anthropic", "Google"):
        assert classes[vendor] == {"small", "mid", "large", "frontier"}, vendor


@pytest.mark.parametrize("model", CATALOG.managed.values(), ids=lambda model: model.id)
def test_a_provider_is_counted_once_per_region(model: ManagedModel) -> None:
    places = [(*row.key, row.since) for row in model.prices]
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
        for key in {row.key for row in model.prices}:
            days = [row.since for row in model.prices if row.key == key]
            assert days == sorted(days)

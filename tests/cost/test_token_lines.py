"""With every answer a plain number the token lines reproduce by hand, in decimal arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.cost.pointed import lines_at_point

D = Decimal
MILLION = D(10**6)
# Dollars per million tokens as the vendors list them: input, read from cache, output, read from cache in a batch; other
# batch prices are half.
GPT_5_4 = (D("2.50"), D("0.25"), D("15"), D("0.125"))
OPUS_4_8 = (D("5.00"), D("0.50"), D("25"), D("0.25"))
Prices = tuple[Decimal, Decimal, Decimal, Decimal]
DEVSTRAL_2 = (D("0.40"), D("2.00"))
EXACT: dict[str, Any] = {
    "economics.api_model": "gpt-5.4",
    "economics.open_model": "devstral-2",
    "economics.discount": 0,
    "economics.token_multiplier": 1,
    "economics.horizon_months": 12,
    "volume.input_tokens": "400M",
    "volume.output_tokens": "200M",
    "volume.input_per_request": 2000,
    "volume.output_per_request": 1000,
    "volume.cached_share": 0,
    "volume.batch_share": 0,
    "volume.annual_growth": 0,
}


def line(name: str, option: str, changes: Mapping[str, Any]) -> float:
    return lines_at_point({**EXACT, **changes}, option)[name]


def bill(changes: Mapping[str, Any], prices: Prices = GPT_5_4) -> Decimal:
    """Fresh and cached input and output; a share of all of it at batch prices; a discount on the sum."""
    values = {key: D(str(value)) for key, value in changes.items()}
    fresh_price, cached_price, output_price, cached_later = prices
    cached = values["volume.input_tokens"] * values["volume.cached_share"]
    fresh = values["volume.input_tokens"] - cached
    full = fresh * fresh_price + cached * cached_price + values["volume.output_tokens"] * output_price
    later = (fresh * fresh_price + values["volume.output_tokens"] * output_price) / 2 + cached * cached_later
    batch = values["volume.batch_share"]
    return ((1 - batch) * full + batch * later) * (1 - values["economics.discount"]) / MILLION


@pytest.mark.parametrize(
    ("input_tokens", "output_tokens", "dollars"),
    [("400M", "200M", "4000"), ("40M", "20M", "400"), ("4B", "2B", "40000")],
)
def test_the_articles_api_bills(input_tokens: str, output_tokens: str, dollars: str) -> None:
    """20M, 200M and 2B output tokens at two input tokens each, uncached, are $400, $4,000 and $40,000."""
    assert D(2) * GPT_5_4[0] + GPT_5_4[2] == D(20)
    volumes = {"volume.input_tokens": input_tokens, "volume.output_tokens": output_tokens}
    assert line("tokens", "hosted-api", volumes) == pytest.approx(float(dollars), rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "dollars"),
    [
        ({"volume.batch_share": 1}, "2000"),
        ({"volume.batch_share": 0.25}, "3500"),
        ({"volume.cached_share": 1}, "3100"),  # 400 × 0.25 + 200 × 15
        ({"volume.cached_share": 0.5}, "3550"),
        ({"volume.cached_share": 0.5, "volume.batch_share": 1}, "1775"),  # 200 × 1.25 + 200 × 0.125 + 200 × 7.5
        ({"economics.discount": 0.15}, "3400"),
        ({"economics.discount": 1, "quality.frontier_share": 0.2}, "0"),  # nothing left to divide by
        ({"economics.pricing": "committed", "economics.discount": 0.15}, "3400"),
        ({"economics.pricing": "committed", "economics.discount": "unknown"}, "3600"),  # a tenth, seldom published
        ({"economics.api_model": "claude-opus-4.8"}, "7000"),
        ({"economics.api_model": "claude-opus-4.8", "volume.cached_share": 1}, "5200"),
    ],
    ids=str,
)
def test_caching_batch_and_discount(changes: dict[str, Any], dollars: str) -> None:
    """Caching lowers input alone, batch lowers its share of everything, a discount all of it."""
    assert line("tokens", "hosted-api", changes) == pytest.approx(float(dollars), rel=1e-12)


@pytest.mark.parametrize(("multiplier", "dollars"), [(1, "560"), (1.25, "700"), (0.8, "448")])
def test_an_open_model_counts_its_own_tokens(multiplier: float, dollars: str) -> None:
    """400M × $0.40 + 200M × $2.00, times the open model's tokens per API token; the vendor's bill stays."""
    assert 400 * DEVSTRAL_2[0] + 200 * DEVSTRAL_2[1] == D(560)
    changes = {"economics.token_multiplier": multiplier}
    assert line("tokens", "managed-open", changes) == pytest.approx(float(dollars), rel=1e-12)
    assert line("tokens", "hosted-api", changes) == pytest.approx(4000, rel=1e-12)


def test_a_cloud_asks_its_own_price() -> None:
    """A frontier need keeps the vendor's model, at the price that the cloud's own row states: $2.50 and $15."""
    assert line("tokens", "managed-cloud", {"quality.frontier_required": True}) == pytest.approx(4000, rel=1e-12)


def test_a_range_counts_at_its_mode_and_without_one_at_its_middle() -> None:
    assert line("tokens", "hosted-api", {"volume.output_tokens": "100M..200M..900M"}) == pytest.approx(4000)
    assert line("tokens", "hosted-api", {"volume.output_tokens": "100M..300M"}) == pytest.approx(4000)


def test_developers_times_their_use_are_split_by_the_output_share() -> None:
    """100 developers × 6M = 600M tokens, a quarter of them written."""
    people = {
        "volume.input_tokens": "unknown",
        "volume.output_tokens": "unknown",
        "workload.developers": 100,
        "volume.tokens_per_developer": "6M",
        "volume.output_share": 0.25,
    }
    by_hand = (D(450) * GPT_5_4[0] + D(150) * GPT_5_4[2]).normalize()
    assert line("tokens", "hosted-api", people) == pytest.approx(float(by_hand), rel=1e-12)


def test_growth_is_averaged_over_the_horizon() -> None:
    """Twelve months that rise by a twelfth of the yearly rate each: 1, 1 + r/12, … 1 + 11r/12."""
    rate = D("0.6")
    mean = sum(1 + rate * month / 12 for month in range(12)) / 12
    grown = line("tokens", "hosted-api", {"volume.annual_growth": "60%"})
    assert grown == pytest.approx(float(4000 * mean), rel=1e-12)


@pytest.mark.parametrize("months", [1, 5, 12, 18, 36])
def test_growth_compounds_from_year_to_year(months: int) -> None:
    rate = D("0.5")
    factors = [(1 + rate) ** (month // 12) * (1 + rate * (month % 12) / 12) for month in range(months)]
    changes = {"volume.annual_growth": 0.5, "economics.horizon_months": months}
    assert line("tokens", "hosted-api", changes) == pytest.approx(float(4000 * sum(factors) / months), rel=1e-12)


def test_failures_are_tasks_times_failure_rate_times_cost() -> None:
    """600M tokens at 6,000 a task are 100,000 tasks; 3% of them fail at $2: $6,000. The open model fails 8%."""
    evidence = {
        "quality.tokens_per_task": 6000,
        "quality.failure_cost_usd": 2,
        "quality.api_success_rate": 0.97,
        "quality.open_success_rate": 0.92,
    }
    assert line("failures", "hosted-api", evidence) == pytest.approx(6000, rel=1e-9)
    assert line("failures", "managed-open", evidence) == pytest.approx(16000, rel=1e-9)


shares = st.integers(0, 1000).map(lambda part: part / 1000)
SHORT: dict[str, Any] = {
    "volume.requests": 10**8,
    "volume.input_per_request": "unknown",
    "volume.output_per_request": "unknown",
}
"""So many requests that no prompt reaches a long-context price."""
exact_answers = st.fixed_dictionaries(
    {
        "volume.input_tokens": st.integers(0, 10**13),
        "volume.output_tokens": st.integers(1, 10**12),
        "volume.cached_share": shares,
        "volume.batch_share": shares,
        "economics.discount": shares,
    }
)


@given(exact_answers, st.sampled_from([("gpt-5.4", GPT_5_4), ("claude-opus-4.8", OPUS_4_8)]))
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_bill_reproduces_by_hand(changes: dict[str, Any], model: tuple[str, Prices]) -> None:
    name, prices = model
    computed = line("tokens", "hosted-api", {**changes, **SHORT, "economics.api_model": name})
    assert computed == pytest.approx(float(bill(changes, prices)), rel=1e-9, abs=1e-9)

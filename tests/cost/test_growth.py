"""Rates that compound by the year and move linearly within it, checked in decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cost.traffic import mean_factor, month_factors

D = Decimal
rates = st.integers(-90, 300).map(lambda percent: percent / 100)
months = st.integers(1, 60)


def factor(annual: float, month: int) -> Decimal:
    rate = D(str(annual))
    return (1 + rate) ** (month // 12) * (1 + rate * (month % 12) / 12)


@given(rates, months)
def test_each_month_has_its_factor(annual: float, count: int) -> None:
    expected = [float(factor(annual, month)) for month in range(count)]
    assert list(month_factors(annual, count)[:, 0]) == pytest.approx(expected, rel=1e-12)


@given(rates, rates, months)
def test_the_mean_of_two_rates_is_the_mean_of_their_months(annual: float, other: float, count: int) -> None:
    each = [factor(annual, month) * factor(other, month) for month in range(count)]
    assert mean_factor(annual, count, other) == pytest.approx(float(sum(each) / count), rel=1e-11, abs=1e-12)


def test_a_year_later_the_whole_rate_has_come() -> None:
    assert list(month_factors(0.5, 25)[::12, 0]) == [1.0, 1.5, 2.25]

"""The horizon month by month: how traffic grows over it, and averages over its months."""

from __future__ import annotations

import numpy as np

from advisor.cost.draws import Array, Figure

MONTHS_PER_YEAR = 12


def growth_factors(annual: Figure, months: int) -> Array:
    """Traffic of each month relative to today's, shape (months, 1) or (months, draws).

    Grows linearly within a year and compounds from year to year, so that no power is taken: (1+g)^years · (1 + g·part).
    """
    rate = np.atleast_1d(np.asarray(annual, dtype=np.float64))
    factors = np.empty((months, rate.size))
    base = np.ones_like(rate)
    for month in range(months):
        part = month % MONTHS_PER_YEAR
        if month and not part:
            base = base * (1.0 + rate)
        factors[month] = base * (1.0 + rate * (part / MONTHS_PER_YEAR))
    return factors


def mean_over_months(values: Array) -> Figure:
    """Average a (months, draws) array over its months; a single column becomes a plain figure.

    Added month by month in order, so that every machine rounds alike.
    """
    total = values[0].copy()
    for row in values[1:]:
        total += row
    mean: Array = total / values.shape[0]
    return float(mean[0]) if mean.size == 1 else mean

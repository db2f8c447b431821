"""The horizon: how traffic and prices move from month to month, and what they average over it.

A yearly rate r moves a figure linearly within a year and compounds from year to year, so that no power is taken:
month m = 12y + p has the factor (1+r)^y · (1 + r·p/12). Means over whole years are closed forms of that.
"""

from __future__ import annotations

import numpy as np

from advisor.cost.draws import Array, Figure

MONTHS_PER_YEAR = 12


def month_factors(annual: Figure, months: int) -> Array:
    """The factor of each month, the first being 1: shape (months, draws), or (months, 1) where the rate is exact."""
    rate = np.atleast_1d(annual)
    within = 1.0 + rate * (np.arange(MONTHS_PER_YEAR)[:, np.newaxis] / MONTHS_PER_YEAR)
    years, base = [within], np.ones_like(rate)
    for _ in range(MONTHS_PER_YEAR, months, MONTHS_PER_YEAR):
        base = base * (1.0 + rate)
        years.append(base * within)
    return np.concatenate(years)[:months]


def mean_factor(annual: Figure, months: int, other: Figure = 0.0) -> Figure:
    """The mean over the horizon of the factor of one yearly rate times that of another.

    Within a year Σ (1 + a·p/12)(1 + b·p/12) = n + (a+b)·Σp/12 + a·b·Σp²/144 over the months p it has.
    """
    total: Figure = 0.0
    base: Figure = 1.0
    growth = (1.0 + annual) * (1.0 + other)
    for start in range(0, months, MONTHS_PER_YEAR):
        parts = range(min(MONTHS_PER_YEAR, months - start))
        linear = sum(parts) / MONTHS_PER_YEAR
        square = sum(part * part for part in parts) / MONTHS_PER_YEAR**2
        total = total + base * (len(parts) + linear * (annual + other) + square * (annual * other))
        base = base * growth
    return total / months

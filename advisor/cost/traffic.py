"""Tokens a month by kind, today and over the horizon, and the bill for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from operator import mul
from typing import NamedTuple, TypeAlias

import numpy as np

from advisor.cost.draws import Array, Figure, Sample
from advisor.knowledge.parameters import Range
from advisor.workload.identities import INPUT, OUTPUT, Step, needed, solve, solve_ranges

# Tokens a month by kind, today: input and output, read from cache, able to wait, at the peak.


Basis: TypeAlias = tuple[Step, ...]
"""The steps that compute the volumes from what was answered; none where both were."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Tokens per month; shares of 1. `peak` is the busiest hour's rate over the mean one."""

    input: Figure
    output: Figure
    cached_share: Figure
    batch_share: Figure
    peak: Figure

    @property
    def total(self) -> Figure:
        """Input and output tokens per month."""
        return self.input + self.output

    def scaled(self, factor: Figure) -> Traffic:
        """The same traffic, more or less of it."""
        return Traffic(self.input * factor, self.output * factor, self.cached_share, self.batch_share, self.peak)

    def peak_share(self) -> Figure:
        """Rate that capacity must carry over the mean rate: what can wait is spread out, the rest comes at its peak."""
        return self.batch_share + (1.0 - self.batch_share) * self.peak


def traffic(sample: Sample, basis: Basis) -> Traffic:
    """Today's traffic: the volumes that the workload's steps compute, at a point or in every draw."""
    volumes = solve(needed((INPUT, OUTPUT), basis), sample)
    return Traffic(
        input=volumes[INPUT] if INPUT in volumes else sample(INPUT),
        output=volumes[OUTPUT] if OUTPUT in volumes else sample(OUTPUT),
        cached_share=sample("volume.cached_share"),
        batch_share=sample("volume.batch_share"),
        peak=sample("volume.peak_to_average"),
    )


def least_output(ranges: Mapping[str, Range], basis: Basis) -> float:
    """The low end of output tokens per month: 0 where developers' use may be all input."""
    computed = solve_ranges(needed((OUTPUT,), basis), ranges.__getitem__)
    return (computed[OUTPUT] if computed else ranges[OUTPUT]).low


# The horizon: how traffic and prices move from month to month, and what they average over it.
#
# A yearly rate r moves a figure linearly within a year and compounds from year to year, so that no power is taken:
# month m = 12y + p has the factor (1+r)^y · (1 + r·p/12). Means over whole years are closed forms of that.


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
        linear = fsum(parts) / MONTHS_PER_YEAR
        square = fsum(part * part for part in parts) / MONTHS_PER_YEAR**2
        total = total + base * (len(parts) + linear * (annual + other) + square * (annual * other))
        base = base * growth
    return total / months


# The bill for tokens: fresh and cached input, cache writes, output, the share that can wait at batch prices.


class Rates(NamedTuple):
    """Expected dollars per token of one model at one provider, now and for traffic that can wait.

    Where caching or batch is not offered, its rate equals the plain one.
    """

    input: float
    output: float
    cache_read: float
    cache_write: float
    batch_input: float
    batch_output: float
    batch_cache_read: float
    batch_cache_write: float

    @classmethod
    def mean(cls, rates: Sequence[Rates], shares: Sequence[float]) -> Rates:
        """The mean of rates that each hold for a share of the time; the shares add up to 1."""
        return cls(*(fsum(map(mul, shares, figures)) for figures in zip(*rates, strict=True)))


def token_bill(traffic: Traffic, rates: Rates, writes: Figure, discount: Figure) -> Figure:
    """Dollars a month for a month's traffic.

    Caching lowers input only; batch lowers its share only; a cached token in a batch is lowered by both, as vendors
    combine them. `writes` is the share of cached tokens written again; `discount` is negotiated, on everything.
    """
    cached = traffic.input * traffic.cached_share
    written = cached * writes
    read, fresh = cached - written, traffic.input - cached
    now = fresh * rates.input + read * rates.cache_read + written * rates.cache_write + traffic.output * rates.output
    later = (
        fresh * rates.batch_input
        + read * rates.batch_cache_read
        + written * rates.batch_cache_write
        + traffic.output * rates.batch_output
    )
    share = traffic.batch_share
    return ((1.0 - share) * now + share * later) * (1.0 - discount)

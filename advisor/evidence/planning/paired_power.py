"""How many prompts two candidates must both answer for McNemar's exact test to find a difference of a given size."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, lgamma, log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from advisor.cost.draws import Array

MOST_PROMPTS = 20_000
"""Beyond this nobody evaluates by hand or by a judge: the difference is then said to be too small to find."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Success rates of two candidates; where each fails is taken as independent of where the other does.

    Candidates usually fail on the same hard prompts, so that fewer pairs differ than here and the test finds more.
    """

    first: float
    second: float

    @property
    def only_first(self) -> float:
        """Share of prompts that the first alone passes."""
        return self.first * (1.0 - self.second)

    @property
    def only_second(self) -> float:
        """Share of prompts that the second alone passes."""
        return self.second * (1.0 - self.first)


def power(prompts: int, expected: PairedDifference, level: float) -> float:
    """The chance that McNemar's exact two-sided test of that level finds the difference.

    Over the number of pairs that differ, which is binomial, and, among them, those that only the first passes.
    """
    differing = expected.only_first + expected.only_second
    if differing <= 0.0:
        return 0.0
    pairs = _binomial(prompts, differing)
    part = expected.only_first / differing
    found = 0.0
    for count in np.flatnonzero(pairs > 1e-12):
        critical = _critical(int(count), level)
        if critical < 0:
            continue
        first = _binomial(int(count), part)
        found += float(pairs[count]) * float(first[: critical + 1].sum() + first[count - critical :].sum())
    return found


def prompts_needed(expected: PairedDifference, level: float, wanted: float) -> int | None:
    """The fewest prompts from which on the test has the power wanted; None beyond MOST_PROMPTS or without a difference.

    The search begins at Connor's approximation (Biometrics 43, 1987), which the exact test always exceeds a little.
    """
    start = connor(expected, level, wanted)
    if start is None or start > MOST_PROMPTS:
        return None
    prompts, step = start, max(1, start // 50)
    while power(prompts, expected, level) < wanted:
        prompts += step
    while step > 1:
        step = (step + 1) // 2
        if prompts > step and power(prompts - step, expected, level) >= wanted:
            prompts -= step
    return prompts


def connor(expected: PairedDifference, level: float, wanted: float) -> int | None:
    """Prompts by the normal approximation: [z(1−α/2)·√ψ + z(power)·√(ψ−δ²)]² ÷ δ², ψ the share of pairs that differ."""
    differing, apart = expected.only_first + expected.only_second, expected.first - expected.second
    if apart == 0.0:
        return None
    normal = NormalDist()
    needed: float = normal.inv_cdf(1.0 - level / 2.0) * differing**0.5
    needed += normal.inv_cdf(wanted) * (differing - apart * apart) ** 0.5
    return max(1, ceil((needed / apart) ** 2))


def _critical(count: int, level: float) -> int:
    """The largest number of one kind among the differing pairs at which the test rejects; -1 where it never does."""
    tail = 2.0 * np.cumsum(_binomial(count, 0.5)[: count // 2 + 1])
    return int(np.searchsorted(tail, level, side="right")) - 1


def _binomial(count: int, share: float) -> Array:
    """The probabilities of 0 to `count` successes."""
    if share >= 1.0:
        return np.concatenate((np.zeros(count), np.ones(1)))
    places: NDArray[np.int64] = np.arange(count + 1)
    logs = _log_factorials(count)
    probabilities: Array = np.exp(
        logs[-1] - logs - logs[::-1] + places * log(share) + (count - places) * log(1.0 - share)
    )
    return probabilities


def _log_factorials(count: int) -> Array:
    return np.array([lgamma(each + 1.0) for each in range(count + 1)])

"""How sure a success rate is, and whether two candidates differ on the same prompts: computed exactly, no sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, erfc, lcm, sqrt

import numpy as np

Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""
_MOST_STEPS = 50_000_000
"""Additions up to which the sign-flip test is computed exactly (some 0.1 s)."""
_MOST_SUMS = 1_000_000
"""Different sums up to which their distribution is held in memory (8 MB)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Passed of tried, as a share, with the Wilson interval at 95%.

    `passed` is the sum of the tasks' mean success: not whole where tasks were run several times.
    """

    passed: float
    tried: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Passed over tried."""
        return self.passed / self.tried


@dataclass(frozen=True, slots=True)
class Paired:
    """Two candidates on the same tasks: on how many each did better, and the two-sided p-value of no difference."""

    tasks: int
    first_better: int
    second_better: int
    p_value: float
    test: str


def rate_of_tasks(success: Mapping[str, Fraction]) -> Rate:
    """The mean of the tasks' mean success (each between 0 and 1), with Wilson's interval on the number of tasks.

    Runs of one task are not independent. Kish's design effect (Survey Sampling, 1965), 1 + (m - 1) r for m runs a task
    with correlation r, leaves n m / (1 + (m - 1) r) effective trials of n tasks: n at r = 1, which is taken here. So
    repeated runs never narrow the interval: it is exact for r = 1 and too wide, never too narrow, below.
    """
    passed = sum(success.values(), Fraction())
    return wilson(int(passed) if passed.denominator == 1 else float(passed), len(success))


def wilson(passed: float, tried: int, z: float = Z_95) -> Rate:
    """Wilson's score interval (1927); raises ValueError without a trial."""
    if tried <= 0 or not 0 <= passed <= tried:
        raise ValueError(f"{passed} of {tried} is not a rate")
    share, spread = passed / tried, z * z / tried
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / tried + spread / (4 * tried)) / (1 + spread)
    low = 0.0 if passed == 0 else middle - half  # exactly the ends, which rounding would miss
    return Rate(passed, tried, low, 1.0 if passed == tried else middle + half)


def mcnemar(both: int, only_first: int, only_second: int, neither: int) -> Paired:
    """Compare two candidates on the same prompts by McNemar's exact test: binomial with one half."""
    discordant, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(discordant, k) for k in range(fewer + 1)) / 2**discordant
    return Paired(both + neither + discordant, only_first, only_second, min(1.0, 2 * tail), "McNemar")


def compare_tasks(first: Mapping[str, Fraction], second: Mapping[str, Fraction]) -> Paired:
    """Compare two candidates by their mean success on each task that both did; raises ValueError without one.

    One run a task gives McNemar's exact test; several runs the sign-flip test of the differences between the means.
    """
    differences = [first[task] - second[task] for task in sorted(first.keys() & second.keys())]
    if not differences:
        raise ValueError("no task was done by both")
    better, worse = sum(each > 0 for each in differences), sum(each < 0 for each in differences)
    if all(each.denominator == 1 for each in differences):
        return mcnemar(differences.count(Fraction(0)), better, worse, 0)
    return Paired(len(differences), better, worse, sign_flip(differences), "sign-flip test")


def sign_flip(differences: Sequence[Fraction]) -> float:
    """The two-sided p-value of a mean difference of zero when each difference could as well have the other sign.

    Fisher's randomization test of paired differences (The Design of Experiments, 1935, section 21), by the exact
    distribution of the sum; with differences of 0 and ±1 it is McNemar's exact test. Beyond what is quickly added up,
    the sum is taken as normal with variance Σd².
    """
    scale = lcm(*(each.denominator for each in differences))
    steps = [int(abs(each) * scale) for each in differences if each]
    observed, total = abs(int(sum(differences, Fraction()) * scale)), sum(steps)
    if total > _MOST_SUMS or total * len(steps) > _MOST_STEPS:
        return erfc(observed / sqrt(2 * sum(step * step for step in steps)))
    chance = np.zeros(total + 1)  # of each sum of the differences that came out positive
    chance[0] = 1.0
    for step in steps:
        flipped = chance / 2
        flipped[step:] += chance[:-step] / 2
        chance = flipped
    sums = 2 * np.arange(total + 1) - total
    return min(1.0, float(chance[np.abs(sums) >= observed].sum()))


def prompts_for(margin: float, share: float, z: float = Z_95) -> int:
    """Prompts for which the half-width of the interval around `share` is at most `margin` (normal approximation)."""
    if not 0 < margin < 1:
        raise ValueError("a margin lies between 0 and 1")
    return -int(-(z * z * share * (1 - share) / (margin * margin)) // 1)

"""How sure a success rate is, and whether two candidates differ on the same prompts: closed forms, no sampling."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Passed of tried, as a share, with the Wilson interval at 95 %."""

    passed: int
    tried: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Passed over tried."""
        return self.passed / self.tried


@dataclass(frozen=True, slots=True)
class Paired:
    """Two candidates on the same prompts: those only one of them passed, and McNemar's exact two-sided p-value."""

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float


def wilson(passed: int, tried: int, z: float = Z_95) -> Rate:
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
    return Paired(both, only_first, only_second, neither, min(1.0, 2 * tail))


def prompts_for(margin: float, share: float, z: float = Z_95) -> int:
    """Prompts for which the half-width of the interval around `share` is at most `margin` (normal approximation)."""
    if not 0 < margin < 1:
        raise ValueError("a margin lies between 0 and 1")
    return -int(-(z * z * share * (1 - share) / (margin * margin)) // 1)

"""How many prompts, and how many of their tokens, fall between the limits of a price that has steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from advisor.knowledge.ranges import Range


@dataclass(frozen=True, slots=True)
class Bands:
    """Shares of the requests and of the prompt tokens below the first limit, between each two, and above the last."""

    requests: tuple[float, ...]
    tokens: tuple[float, ...]


def bands(lengths: Range, limits: Sequence[int]) -> Bands:
    """Split prompts whose lengths spread over a range (evenly, or as a triangle about its mode) at ascending limits.

    A prompt exactly as long as a limit is not above it. Longer prompts hold more of the tokens, so that their share of
    tokens exceeds their share of requests.
    """
    if lengths.is_exact or lengths.high <= 0.0:
        above = sum(lengths.high > limit for limit in limits)
        one = tuple(1.0 if step == above else 0.0 for step in range(len(limits) + 1))
        return Bands(one, one)
    below = [_below(lengths, min(max(float(limit), lengths.low), lengths.high)) for limit in limits]
    mean = _below(lengths, lengths.high)[1]
    requests = [0.0, *(part[0] for part in below), 1.0]
    tokens = [0.0, *(part[1] / mean for part in below), 1.0]
    return Bands(_differences(requests), _differences(tokens))


def _differences(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(after - before for before, after in pairwise(values))


def _below(lengths: Range, limit: float) -> tuple[float, float]:
    """Share of the lengths up to a limit, and their part of the mean; measured from the low end, to keep digits."""
    width, reach = lengths.high - lengths.low, limit - lengths.low
    if lengths.mode is None:
        share = reach / width
        return share, share * (lengths.low + reach / 2)
    rise = lengths.mode - lengths.low
    if reach <= rise and rise > 0.0:  # the density rises as the distance from the low end
        share = reach**2 / (width * rise)
        return share, share * (lengths.low + reach * 2 / 3)
    left, fall = width - reach, width - rise  # and falls towards the high end
    beyond = left**2 / (width * fall) if fall > 0.0 else 0.0
    mean = lengths.low + (width + rise) / 3
    return 1.0 - beyond, mean - beyond * (lengths.high - left * 2 / 3)

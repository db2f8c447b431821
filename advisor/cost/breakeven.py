"""Where self-hosting costs the same as the API: cost against volume, and the crossings of the two curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Array, Figure, draws, points
from advisor.cost.routes import (
    Lines,
    Pricing,
    hosted_api,
    self_host,
    standing_lines,
    total,
    volume_lines,
)
from advisor.cost.scenario import Scenario

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0)
_DECADES = range(5, 14)
NEVER = float("inf")
_VOLUMES = {
    "stated": ("volume.output_tokens",),
    "output": ("volume.output_tokens",),
    "input": ("volume.input_tokens",),
    "developers": ("workload.developers", "volume.tokens_per_developer", "volume.output_share"),
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two costs are the same; infinite ends mean never.

    `all_at_point` holds every crossing of the point estimate: whole GPUs make several.
    """

    p10: float
    p50: float
    p90: float
    never_share: float
    all_at_point: tuple[float, ...]


def volumes(first: int = _DECADES.start, last: int = _DECADES.stop) -> Array:
    """Output tokens a month at which curves are computed, six to the decade."""
    return np.array([step * float(f"1e{decade}") for decade in range(first, last) for step in _STEPS])


def break_even(scenario: Scenario, seed: int, count: int) -> Crossing | None:
    """The first volume above which self-hosting is the cheaper of the two; None without an API price or traffic."""
    if scenario.offers.hosted is None or not has_traffic(scenario):
        return None
    at = volumes()
    drawn = gaps(Pricing(scenario, draws(scenario.ranges, seed, count)), at)
    at_point = gaps(Pricing(scenario, points(scenario.ranges)), at)[:, 0]
    return crossing_of(first_crossings(at, drawn), crossings(at, at_point))


def crossing_of(found: Array, all_at_point: tuple[float, ...]) -> Crossing:
    """Percentiles of crossings of which some are infinite, so that none is interpolated between never and a number."""
    first = np.sort(np.atleast_1d(found))
    low, middle, high = (float(first[int(share * (len(first) - 1))]) for share in (0.1, 0.5, 0.9))
    return Crossing(low, middle, high, float(np.mean(np.isinf(first))), all_at_point)


def has_traffic(scenario: Scenario) -> bool:
    """Whether the volumes are above zero in every draw, so that they can be scaled to others."""
    return all(scenario.ranges[key].low > 0 for key in _VOLUMES[scenario.basis])


def gaps(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost less the API's at each volume, shape (volumes, draws)."""
    shares = shares_at(pricing, at)
    own, api = self_host_curve(pricing, shares), hosted_curve(pricing, shares)
    return stacked([one - other for one, other in zip(own, api, strict=True)])


def stacked(rows: Sequence[Figure]) -> Array:
    """Figures as rows of one table, plain ones in every column."""
    return np.stack(np.broadcast_arrays(*(np.atleast_1d(row) for row in rows)))


def shares_at(pricing: Pricing, at: Array) -> list[Figure]:
    """Volumes (output tokens a month, means over the horizon) as multiples of the traffic as answered."""
    today = pricing.today.output * pricing.growth
    return [float(volume) / today for volume in at]


def self_host_curve(pricing: Pricing, shares: Sequence[Figure]) -> list[Figure]:
    """Self-hosting's cost at multiples of the traffic as answered: what stands still is priced once."""
    if pricing.scenario.evidence:
        return [total(self_host(pricing, share)) for share in shares]
    still = total(standing_lines(pricing))
    return [sum(volume_lines(pricing, share).values(), start=still) for share in shares]


def hosted_curve(pricing: Pricing, shares: Sequence[Figure]) -> list[Figure]:
    """The vendor's API at multiples of the traffic as answered."""
    return proportional(hosted_api(pricing), shares)


def proportional(lines: Lines, shares: Sequence[Figure]) -> list[Figure]:
    """All of a token-priced route is proportional but for the compliance work."""
    fixed = lines["compliance"]
    moving = total(lines) - fixed
    return [fixed + moving * share for share in shares]


def first_crossings(at: Array, gap: Array) -> Array:
    """Per draw the volume where the gap first turns from positive to not; infinite where it never does."""
    below = gap <= 0.0
    place = np.argmax(below, axis=0)
    never = ~below.any(axis=0)
    upper = np.where(place > 0, place, 1)
    column = np.arange(gap.shape[1])
    left, right = gap[upper - 1, column], gap[upper, column]
    step = np.where(left != right, left / np.where(left != right, left - right, 1.0), 0.0)
    found = at[upper - 1] + (at[upper] - at[upper - 1]) * np.clip(step, 0.0, 1.0)
    return np.where(never, NEVER, np.where(place > 0, found, at[0]))


def crossings(at: Array, gap: Array) -> tuple[float, ...]:
    """Every volume where the gap changes its sign, interpolated linearly."""
    found = []
    for place in range(1, len(at)):
        left, right = float(gap[place - 1]), float(gap[place])
        if (left > 0.0) != (right > 0.0):
            found.append(float(at[place - 1]) + float(at[place] - at[place - 1]) * left / (left - right))
    return tuple(found)

"""At which volume self-hosting costs the same as the API: per draw, so that the answer is a band, or "never"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Array, draws, points
from advisor.cost.growth import mean_over_months
from advisor.cost.routes import Pricing, hosted_api, self_host, total
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
    """Output tokens a month where the curves cross; infinite ends mean never.

    `all_at_point` holds every crossing of the point estimate: whole GPUs make several.
    """

    p10: float
    p50: float
    p90: float
    never_share: float
    all_at_point: tuple[float, ...]


def volumes() -> Array:
    """Output tokens a month at which both curves are computed, six to the decade."""
    return np.array([step * float(f"1e{decade}") for decade in _DECADES for step in _STEPS])


def break_even(scenario: Scenario, seed: int, count: int) -> Crossing | None:
    """The first volume above which self-hosting is the cheaper of the two; None where there is no API price or no traffic."""
    ranges = scenario.ranges
    if scenario.offers.hosted is None or not all(ranges[key].low > 0 for key in _VOLUMES[scenario.basis]):
        return None
    first = np.sort(first_crossings(volumes(), gaps(Pricing(scenario, draws(scenario.ranges, seed, count)))))
    at_point = gaps(Pricing(scenario, points(scenario.ranges)))[:, 0]
    low, middle, high = (float(first[int(share * (len(first) - 1))]) for share in (0.1, 0.5, 0.9))
    return Crossing(low, middle, high, float(np.mean(np.isinf(first))), crossings(volumes(), at_point))


def gaps(pricing: Pricing) -> Array:
    """Self-hosting's cost less the API's at each volume, shape (volumes, draws); volumes are means over the horizon."""
    today = np.atleast_1d(pricing.today.output) * np.atleast_1d(mean_over_months(pricing.growth))
    rows = []
    for volume in volumes():
        share = volume / today
        rows.append(np.atleast_1d(total(self_host(pricing, share)) - total(hosted_api(pricing, share))))
    return np.stack(np.broadcast_arrays(*rows))


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

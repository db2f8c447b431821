"""Where self-hosting costs the same as the API: cost against volume, and the crossings of the two curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Array, Figure, draws, points
from advisor.cost.routes import Pricing, hosted_api, managed_open, self_host, standing_lines, total, volume_lines
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


def volumes(first: int = _DECADES.start, last: int = _DECADES.stop) -> Array:
    """Output tokens a month at which curves are computed, six to the decade."""
    return np.array([step * float(f"1e{decade}") for decade in range(first, last) for step in _STEPS])


def break_even(scenario: Scenario, seed: int, count: int) -> Crossing | None:
    """The first volume above which self-hosting is the cheaper of the two; None without an API price or traffic."""
    if scenario.offers.hosted is None or not has_traffic(scenario):
        return None
    at = volumes()
    first = np.sort(first_crossings(at, gaps(Pricing(scenario, draws(scenario.ranges, seed, count)), at)))
    at_point = gaps(Pricing(scenario, points(scenario.ranges)), at)[:, 0]
    low, middle, high = (float(first[int(share * (len(first) - 1))]) for share in (0.1, 0.5, 0.9))
    return Crossing(low, middle, high, float(np.mean(np.isinf(first))), crossings(at, at_point))


def has_traffic(scenario: Scenario) -> bool:
    """Whether the volumes are above zero in every draw, so that they can be scaled to others."""
    return all(scenario.ranges[key].low > 0 for key in _VOLUMES[scenario.basis])


def gaps(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost less the API's at each volume, shape (volumes, draws)."""
    own, api = self_host_curve(pricing, at), api_curve(pricing, at)
    return np.stack(np.broadcast_arrays(*(np.atleast_1d(one - other) for one, other in zip(own, api, strict=True))))


def self_host_curve(pricing: Pricing, at: Array) -> list[Figure]:
    """Self-hosting's cost at each volume (means over the horizon): what stands still is priced once."""
    if pricing.scenario.evidence:
        return [total(self_host(pricing, share)) for share in _shares(pricing, at)]
    still = total(standing_lines(pricing))
    curve = []
    for share in _shares(pricing, at):
        cost = still
        for line in volume_lines(pricing, share).values():
            cost = cost + line
        curve.append(cost)
    return curve


def api_curve(pricing: Pricing, at: Array, route: str = "hosted-api") -> list[Figure]:
    """A token-priced route's cost at each volume: all of it is proportional but for the compliance work."""
    lines = (hosted_api if route == "hosted-api" else managed_open)(pricing)
    fixed = lines["compliance"]
    moving = total(lines) - fixed
    return [fixed + moving * share for share in _shares(pricing, at)]


def _shares(pricing: Pricing, at: Array) -> list[Figure]:
    today = pricing.today.output * pricing.growth
    return [float(volume) / today for volume in at]


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

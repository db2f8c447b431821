"""Where self-hosting costs the same as the API: cost against volume, and the crossings of the two curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import CHUNK, Array, Figure, points
from advisor.cost.offers import Lines
from advisor.cost.routes import (
    LINES,
    PROPORTIONAL,
    Pricing,
    hosted_api,
    provider_lines_at,
    self_host,
    standing_lines,
    total,
    volume_lines,
)
from advisor.cost.scenario import Scenario
from advisor.cost.traffic import least_output

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0)
_DECADES = range(5, 14)
NEVER = float("inf")


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


def break_even(drawn: Pricing) -> Crossing | None:
    """The first volume above which self-hosting is the cheaper of the two; None without an API price or traffic."""
    scenario, at = drawn.scenario, volumes()
    if scenario.offers.hosted is None or not has_traffic(scenario):
        return None
    at_point = gaps(Pricing(scenario, points(scenario.ranges)), at)[:, 0]
    return crossing_of(first_crossings(at, gaps(drawn, at)), crossings(at, at_point))


def crossing_of(found: Array, all_at_point: tuple[float, ...]) -> Crossing:
    """Percentiles of crossings of which some are infinite, so that none is interpolated between never and a number."""
    first = np.sort(np.atleast_1d(found))
    low, middle, high = (float(first[int(share * (len(first) - 1))]) for share in (0.1, 0.5, 0.9))
    return Crossing(low, middle, high, float(np.mean(np.isinf(first))), all_at_point)


def has_traffic(scenario: Scenario) -> bool:
    """Whether the volumes are above zero in every draw, so that they can be scaled to others."""
    return least_output(scenario.ranges, scenario.basis) > 0


def gaps(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost less the API's at each volume, shape (volumes, draws)."""
    return np.asarray(self_host_at(pricing, at) - hosted_curve(pricing, shares_at(pricing, at)))


def shares_at(pricing: Pricing, at: Array) -> Array:
    """Volumes (output tokens a month, means over the horizon) as multiples of the traffic as answered.

    Of shape (volumes, draws), or (volumes, 1) where the traffic is exact.
    """
    today = np.atleast_1d(pricing.today.output * pricing.growth)
    return np.asarray(at[:, np.newaxis] / today)


def self_host_at(pricing: Pricing, at: Array) -> Array:
    """Self-hosting's cost at volumes, shape (volumes, draws): worked out once, when first asked for."""
    key = tuple(at.tolist())
    if key not in pricing.curves:
        pricing.curves[key] = self_host_curve(pricing, shares_at(pricing, at))
    return pricing.curves[key]


def self_host_curve(pricing: Pricing, shares: Array) -> Array:
    """Self-hosting at multiples of the traffic as answered, shape (shares, draws): fixed costs are priced once."""
    still = total(standing_lines(pricing))

    def costs(some: Array) -> Figure:
        if pricing.scenario.evidence:
            return total(self_host(pricing, some))
        return sum(volume_lines(pricing, some).values(), start=still)

    return row_by_row(costs, shares, np.size(still))


def row_by_row(costs: Callable[[Array], Figure], rows: Array, width: int) -> Array:
    """Costs of rows of one figure each or of one a draw: as many rows at a time as make up a chunk of draws."""
    step = max(1, CHUNK // max(rows.shape[1], width))
    pieces = [rows[start : start + step] for start in range(0, len(rows), step)]
    priced = [(np.asarray(costs(piece)), piece.shape) for piece in pieces]
    return np.concatenate([np.broadcast_to(cost, np.broadcast_shapes(cost.shape, shape)) for cost, shape in priced])


def hosted_curve(pricing: Pricing, shares: Array) -> Array:
    """The vendor's API at multiples of the traffic as answered."""
    return by_token_at(pricing, hosted_api(pricing), shares)


def by_token_at(pricing: Pricing, lines: Lines, shares: Array) -> Array:
    """A token-priced route at multiples of the traffic: tokens in proportion, the work around it by its size."""
    moving = sum((lines[line] for line in PROPORTIONAL), start=0.0)

    def costs(some: Array) -> Figure:
        around = provider_lines_at(pricing, some)
        return sum((around[line] for line in LINES), start=moving * some)

    return row_by_row(costs, shares, np.size(total(lines)))


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

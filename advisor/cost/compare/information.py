"""Which uncertain inputs make two routes differ, and what knowing them would be worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np

from advisor.cost.compare.comparison import Alternatives, lines_of
from advisor.cost.draws import Array, Figure, Sample, draws, uniforms
from advisor.cost.routes import Pricing, total
from advisor.cost.scenario import Scenario
from advisor.knowledge.parameters import Range

# What to measure next: how much each uncertain input moves the choice, and what knowing it would be worth.


BINS = 20
_NOTHING = tuple(f"an input that nothing depends on, {number}" for number in range(8))
"""Their apparent swing is chance alone; what does not clearly exceed its mean is not reported."""
_CLEARLY_MORE = 1.75
"""Of sixty inputs without influence, the largest seldom swings as far."""


@dataclass(frozen=True, slots=True)
class Information:
    """One input: `worth`, the expected saving from knowing it before choosing, and `swing`, both USD a month.

    The swing is how far the difference between the two best routes moves from the input's lowest to highest bin; where
    one route is left, how far its cost moves.
    """

    name: str
    worth: float
    swing: float


def information(
    totals: Mapping[str, Figure], ranges: Mapping[str, Range], names: Collection[str], seed: int, count: int
) -> tuple[Information, ...]:
    """Expected value of partial perfect information per input that clearly matters, the most valuable first.

    Inputs are independent and draws rise with their uniforms, so equal bins of the uniform are equal bins of the input:
    EVPPI = min over routes of E[cost] − E over bins of min over routes of E[cost | bin].
    """
    table = np.stack(np.broadcast_arrays(*(np.atleast_1d(cost) for cost in totals.values())))
    if table.shape[1] != count:
        return ()
    noise = [_information(name, table, uniforms(seed, name, count)) for name in _NOTHING]
    chance = _CLEARLY_MORE * fsum(each.swing for each in noise) / len(noise)
    known = [name for name in names if name in ranges and not ranges[name].is_exact]
    found = [_information(name, table, uniforms(seed, name, count)) for name in known]
    telling = [each for each in found if each.swing > chance]
    return tuple(sorted(telling, key=lambda each: (-round(each.worth, 2), -each.swing)))


def _information(name: str, table: Array, uniform: Array) -> Information:
    best, *others = np.argsort(table.mean(axis=1))
    means, shares = _bins(table, uniform)
    gap = means[best] - (means[others[0]] if others else 0.0)
    worth = float(table.mean(axis=1).min()) - fsum(means.min(axis=0) * shares)
    return Information(name, max(0.0, worth), float(np.ptp(gap)))


def _bins(table: Array, uniform: Array) -> tuple[Array, Array]:
    """Mean cost per route and bin, shape (routes, bins), and the share of draws in each bin."""
    place = (uniform * BINS).astype(np.int64)
    count = np.bincount(place, minlength=BINS)
    size = np.maximum(count, 1)
    means = np.stack([np.bincount(place, weights=row, minlength=BINS) / size for row in table])
    return means, count / len(uniform)


def perfect_information(totals: Mapping[str, Figure]) -> float:
    """Dollars a month that knowing every input before choosing would save: min of means less mean of minima."""
    table = np.stack(np.broadcast_arrays(*(np.atleast_1d(cost) for cost in totals.values())))
    return max(0.0, float(table.mean(axis=1).min()) - float(table.min(axis=0).mean()))


def total_order(
    scenario: Scenario, settled: Alternatives, pair: tuple[str, str], seed: int, count: int
) -> dict[str, float]:
    """Share of the variance of the difference of two routes that an input has a part in, alone or with others.

    Jansen's estimator: mean of (f(A) − f(A with input i of B))² ÷ 2·variance of f(A). A is the first `count` draws of
    every input's stream, B the next ones. Empty where the difference does not vary.
    """
    first, second = (draws(scenario.ranges, seed, count, start) for start in (0, count))
    base = _difference(Pricing(scenario, first), settled, pair)
    variance = float(np.var(base))
    if variance == 0.0:
        return {}
    inputs = [name for name, known in scenario.ranges.items() if not known.is_exact]
    moved = {name: _difference(Pricing(scenario, _exchanged(first, second, name)), settled, pair) for name in inputs}
    return {name: float(np.mean((base - other) ** 2)) / (2.0 * variance) for name, other in moved.items()}


def _exchanged(one: Sample, other: Sample, name: str) -> Sample:
    return lambda key: other(key) if key == name else one(key)


def _difference(pricing: Pricing, settled: Alternatives, pair: tuple[str, str]) -> Array:
    one, other = (total(lines_of(pricing, route, settled)) for route in pair)
    return np.atleast_1d(np.asarray(one - other))

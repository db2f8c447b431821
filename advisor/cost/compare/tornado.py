"""Which inputs make two routes differ: what perfect knowledge would be worth, and Sobol's total-order indices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from advisor.cost.compare.comparison import Alternatives, lines_of
from advisor.cost.draws import Array, Figure, Sample, draws
from advisor.cost.routes import Pricing, total
from advisor.cost.scenario import Scenario


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

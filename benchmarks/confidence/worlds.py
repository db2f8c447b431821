"""Worlds that are not the model's own draws: what the true figures could be, had the model been wrong in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from advisor.cost.comparison import Alternatives, parts_of
from advisor.cost.draws import Array, Figure, Sample, inverse, uniforms
from advisor.cost.routes import Pricing
from advisor.cost.scenario import Scenario
from advisor.knowledge.parameters import Range

WORLD_SEED = 9001
"""Away from every seed that assessments use."""
CORRELATION = 0.6
TAIL_SHARE, TAIL = 0.2, 2.0
PRICE_FACTORS = Range(0.67, 1.5, 1.0)
_SHARES = ("share", "success_rate", "accuracy", "discount", "position", "utilization")
_BANDS = ("fleet.speed_band", "endpoint.speed_band")
_SELLER = {
    "hosted": "vendor", "cloud_frontier": "vendor", "frontier_hosted": "vendor", "frontier_cloud": "vendor",
    "managed": "open", "cloud_open": "open", "fleet": "open", "gpu": "gpu",
}  # fmt: skip
"""Whose list price a place follows: one model's price moves wherever it is sold."""
_GPU_LINES = ("gpu", "hardware", "failover")


@dataclass(frozen=True)
class World:
    """True figures by name, and a factor on each route's token prices and on the price of GPUs."""

    sample: Sample
    price: Callable[[str], Figure]


Make = Callable[[Mapping[str, Range], int], World]


def totals(scenario: Scenario, settled: Alternatives, world: World) -> dict[str, Array]:
    """What each route truly costs in each draw of a world."""
    pricing = Pricing(scenario, world.sample)
    found = {}
    for route in settled.routes:
        cost: Figure = 0.0
        for part in parts_of(pricing, route, settled):
            factors = dict.fromkeys(_GPU_LINES, world.price("gpu")) | {"tokens": world.price(part.offer)}
            for line, figure in part.lines.items():
                cost = cost + figure * factors.get(line, 1.0)
        found[route] = np.atleast_1d(cost)
    return found


def own(ranges: Mapping[str, Range], count: int) -> World:
    """The model's own distributions, drawn with another seed: what cannot be beaten."""
    return World(_drawn(ranges, lambda name: uniforms(WORLD_SEED, name, count)), _as_listed)


def shifted_prices(ranges: Mapping[str, Range], count: int) -> World:
    """Every vendor, provider and GPU market has moved by a factor of its own since the catalog was written."""
    return World(own(ranges, count).sample, lambda whose: _moved(_SELLER[whose], count))


def parted_prices(ranges: Mapping[str, Range], count: int) -> World:
    """One model's price has moved apart on the routes that sell it."""
    return World(own(ranges, count).sample, lambda whose: _moved(whose, count))


def fat_tails(ranges: Mapping[str, Range], count: int) -> World:
    """A fifth of the true figures lies twice as far from the middle as the range allows; shares stay shares."""
    inner = own(ranges, count)

    def sample(name: str) -> Figure:
        drawn, point = inner.sample(name), ranges[name].point
        wild = uniforms(WORLD_SEED, f"tail {name}", count) < TAIL_SHARE
        far = np.where(wild, point + TAIL * (drawn - point), drawn)
        return np.clip(far, 0.0, 1.0) if any(part in name for part in _SHARES) else np.maximum(far, 0.1 * point)

    return World(sample, _as_listed)


def correlated(ranges: Mapping[str, Range], count: int) -> World:
    """Errors share a cause: figures that are wrong are wrong the same way (a Gaussian copula)."""
    common = _normals("common cause", count)

    def uniform(name: str) -> Array:
        mixed = sqrt(CORRELATION) * common + sqrt(1.0 - CORRELATION) * _normals(name, count)
        return np.array([0.5 * (1.0 + erf(each / sqrt(2.0))) for each in mixed])

    return World(_drawn(ranges, uniform), _as_listed)


def held_out_speeds(ratios: Array) -> Make:
    """The fleet runs as fast as published rows that no fit has seen ran against their prediction."""

    def make(ranges: Mapping[str, Range], count: int) -> World:
        inner = own(ranges, count)
        assert _BANDS[0] in ranges
        place = (uniforms(WORLD_SEED, "published row", count) * len(ratios)).astype(np.int64)
        return World(lambda name: ratios[place] if name in _BANDS else inner.sample(name), _as_listed)

    return make


def _drawn(ranges: Mapping[str, Range], uniform: Callable[[str], Array]) -> Sample:
    return lambda name: ranges[name].low if ranges[name].is_exact else inverse(ranges[name], uniform(name))


def _moved(whose: str, count: int) -> Array:
    return inverse(PRICE_FACTORS, uniforms(WORLD_SEED, f"moved {whose}", count))


def _as_listed(_: str) -> Figure:
    return 1.0


def _normals(name: str, count: int) -> Array:
    """Standard normals by the polar form of two uniform streams."""
    one, other = uniforms(WORLD_SEED, name, count), uniforms(WORLD_SEED, f"{name} angle", count)
    return np.asarray(np.sqrt(-2.0 * np.log1p(-one)) * np.cos(2.0 * np.pi * other))

"""Ranges to figures: one point estimate, or many draws that every route shares.

Each input has a random stream of its own, keyed by its name, so that adding an input moves no other one's draws.
Draws come from `Generator.random` by inverse distribution functions in + − × ÷ √ only: the same bits under every
numpy build, processor and architecture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.knowledge.ranges import Range

Array: TypeAlias = NDArray[np.float64]
Figure: TypeAlias = float | Array
Sample: TypeAlias = Callable[[str], Figure]
BIT_GENERATOR = "PCG64"


def points(ranges: Mapping[str, Range]) -> Sample:
    """A sample in which every range is its mode, or its midpoint where it has none."""
    return lambda name: ranges[name].point


def draws(ranges: Mapping[str, Range], seed: int, count: int) -> Sample:
    """A sample in which every range is an array of `count` draws; an exact number stays a plain float."""
    drawn: dict[str, Figure] = {}

    def sample(name: str) -> Figure:
        if name not in drawn:
            known = ranges[name]
            drawn[name] = known.low if known.is_exact else _kept(known, seed, name, count)
        return drawn[name]

    return sample


@lru_cache(maxsize=1024)
def _kept(known: Range, seed: int, name: str, count: int) -> Array:
    """The draws of one input, read-only, kept for the what-ifs that share it."""
    values = inverse(known, uniforms(seed, name, count))
    values.flags.writeable = False
    return values


def inverse(known: Range, uniform: Array) -> Array:
    """The inverse distribution function of a range at uniforms in [0, 1): linear, or triangular around a mode."""
    width = known.high - known.low
    if known.mode is None:
        return known.low + width * uniform
    share = (known.mode - known.low) / width
    rising = uniform < share
    root = np.where(
        rising, uniform * (width * (known.mode - known.low)), (1.0 - uniform) * (width * (known.high - known.mode))
    )
    np.sqrt(root, out=root)
    return np.where(rising, known.low + root, known.high - root)


@lru_cache(maxsize=512)
def uniforms(seed: int, name: str, count: int) -> Array:
    """The stream of one input: `count` uniforms in [0, 1), read-only, kept for the next assessment in the process."""
    key = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
    stream = np.random.Generator(np.random.PCG64([seed, key])).random(count)
    stream.flags.writeable = False
    return stream


def stream_digest(seed: int, count: int) -> str:
    """A digest of the generator's own stream, so that an auditor can tell whether draws can be made again here."""
    raw = np.random.PCG64([seed, 0]).random_raw(min(count, 1000))
    return "sha256:" + sha256(raw.astype("<u8").tobytes()).hexdigest()


def spread(values: Figure) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile."""
    if not isinstance(values, np.ndarray):
        return (float(values),) * 3
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)

"""Numbers known only between bounds, draw by draw: the cost core computes with them as with plain ones.

Every operation rounds monotonically and is done in the order the cost core does it, so the bounds hold to the last
bit for whatever number between them is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.cost.draws import Figure


@dataclass(frozen=True, slots=True)
class Interval:
    """Two figures of one shape, `low` ≤ `high` in every draw."""

    low: Figure
    high: Figure

    @property
    def is_exact(self) -> bool:
        """Whether both bounds are the same in every draw."""
        return bool(np.array_equal(self.low, self.high))

    def __add__(self, other: Any) -> Interval:
        """Add the bounds."""
        it = interval(other)
        return Interval(self.low + it.low, self.high + it.high)

    def __sub__(self, other: Any) -> Interval:
        """Subtract the opposite bounds."""
        it = interval(other)
        return Interval(self.low - it.high, self.high - it.low)

    def __rsub__(self, other: Any) -> Interval:
        """Subtract from a figure."""
        return interval(other) - self

    def __mul__(self, other: Any) -> Interval:
        """Take the extremes of all products of bounds."""
        it = interval(other)
        return _extremes(self.low * it.low, self.low * it.high, self.high * it.low, self.high * it.high)

    def __truediv__(self, other: Any) -> Interval:
        """Divide by bounds that do not enclose zero."""
        it = interval(other)
        return _extremes(self.low / it.low, self.low / it.high, self.high / it.low, self.high / it.high)

    def __rtruediv__(self, other: Any) -> Interval:
        """Divide a figure."""
        return interval(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        """Arithmetic with arrays, and what rises with every argument: maximum, minimum, ceiling."""
        if method != "__call__" or named:
            return NotImplemented
        if ufunc in _ARITHMETIC:
            one, other = map(interval, inputs)
            return _ARITHMETIC[ufunc](one, other)
        if ufunc not in (np.maximum, np.minimum, np.ceil):
            return NotImplemented
        known = [interval(each) for each in inputs]
        rising: Callable[..., Figure] = ufunc
        return Interval(rising(*(each.low for each in known)), rising(*(each.high for each in known)))


_ARITHMETIC = {
    np.add: Interval.__add__,
    np.subtract: Interval.__sub__,
    np.multiply: Interval.__mul__,
    np.divide: Interval.__truediv__,
}


def interval(figure: Any) -> Interval:
    """A figure as its own bounds."""
    return figure if isinstance(figure, Interval) else Interval(figure, figure)


def hull(*parts: Interval) -> Interval:
    """The narrowest bounds around several."""
    result = parts[0]
    for part in parts[1:]:
        result = Interval(np.minimum(result.low, part.low), np.maximum(result.high, part.high))
    return result


def _extremes(*products: Figure) -> Interval:
    low, high = products[0], products[0]
    for each in products[1:]:
        low, high = np.minimum(low, each), np.maximum(high, each)
    return Interval(low, high)

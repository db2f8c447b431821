"""One number: the median of a route's draws, and the lines that explain it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from advisor.cost.draws import Figure

Places = NDArray[np.intp]
"""Numbers of some of the draws."""
NEAR = 0.05
"""Share of the draws that lie nearest the median; what the lines of the verdict are averaged over (the contract's)."""


def near_median(total: Figure) -> Places | None:
    """Places of the draws whose totals lie nearest the median; None where the total is one number."""
    if not isinstance(total, np.ndarray):
        return None
    count = max(1, round(NEAR * total.size))
    return np.argpartition(np.abs(total - np.median(total)), count - 1)[:count]


def average(figure: Figure, places: Places | None) -> float:
    """The mean over some of the draws; an exact figure stays what it is."""
    if not isinstance(figure, np.ndarray) or places is None:
        return float(np.median(figure))
    return float(figure[places].mean())


def explained(lines: Mapping[str, Figure], total: Figure, p50: float | None = None) -> dict[str, float]:
    """Each line averaged near the median; the remainder falls on the most uncertain one, so that the sum is the P50.

    `p50` is the median of all draws where `total` holds only the first of them.
    """
    middle = float(np.median(total)) if p50 is None else p50
    places = near_median(total)
    found = {name: average(figure, places) for name, figure in lines.items()}
    widest = max(lines, key=lambda name: float(np.std(lines[name])))
    rest = middle - sum(found.values())
    if isinstance(lines[widest], np.ndarray):
        found[widest] += rest
    return found

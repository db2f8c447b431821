"""Ranges of dollars as bars on one logarithmic scale, and shares as bars. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Band, Spread

BAR, TIED_BAR = "━", "▒"
"""What the range of a route is drawn with, and that of a route in a near tie."""
_LEAST_USD = 1.0
"""Where a logarithmic scale of dollars begins at the lowest."""


def log_ends(ranges: Sequence[Spread | Band]) -> tuple[float, float]:
    """The round figures, 1, 2 or 5 of a decade, between which all ranges lie."""
    low = max(min((one.p10 for one in ranges), default=_LEAST_USD), _LEAST_USD)
    high = max(max((one.p90 for one in ranges), default=_LEAST_USD), low)
    return _round_down(low), _round_up(high)


def range_bar(low: float, middle: float, high: float, ends: tuple[float, float], columns: int, fill: str = BAR) -> str:
    """Draw p10 to p90 as a bar of `fill` between the ends of the scale, with the median marked."""
    if columns <= 0 or high <= 0:
        return ""
    start, mark, end = (_place(value, ends, columns) for value in (low, middle, high))
    cells = [" "] * start + [fill] * (end - start + 1)
    cells[mark] = "•"
    return "".join(cells)


def share_bar(share: float, columns: int) -> str:
    """Draw a share of 1 as a bar; a share above zero shows at least one mark."""
    filled = round(min(max(share, 0.0), 1.0) * columns)
    return "█" * (max(filled, 1) if share > 0 else 0)


def _place(value: float, ends: tuple[float, float], columns: int) -> int:
    low, high = map(math.log10, ends)
    share = (math.log10(max(value, ends[0])) - low) / (high - low) if high > low else 0.0
    return min(max(round(share * (columns - 1)), 0), columns - 1)


def _round_down(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return max(step * decade for step in (1, 2, 5) if step * decade <= value)


def _round_up(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return min(step * decade for step in (1, 2, 5, 10) if step * decade >= value)

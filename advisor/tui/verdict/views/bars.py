"""Ranges as bars of characters, always beside their numbers. Pure, and legible in ASCII."""

from __future__ import annotations


def range_bar(low: float, middle: float, high: float, most: float, columns: int) -> str:
    """Draw p10 to p90 as a bar on a scale from 0 to `most`, with the median marked."""
    if most <= 0 or columns <= 0:
        return ""
    start, mark, end = (_place(value, most, columns) for value in (low, middle, high))
    cells = [" "] * columns
    for place in range(start, end + 1):
        cells[place] = "━"
    cells[mark] = "•"
    return "".join(cells).rstrip()


def share_bar(share: float, columns: int) -> str:
    """Draw a share of 1 as a bar; a share above zero shows at least one mark."""
    filled = round(min(max(share, 0.0), 1.0) * columns)
    return "█" * (max(filled, 1) if share > 0 else 0)


def _place(value: float, most: float, columns: int) -> int:
    return min(max(round(value / most * (columns - 1)), 0), columns - 1)

"""Curves on logarithmic axes as rows of characters, each cell with the curve it belongs to. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from advisor.interview.wording.answer_format import figure

MARKS = "•×+o#@"
"""Marks of curves; spelled in ASCII they stay unlike each other."""
SHADE = "░"
TENFOLD = (1,)
ROUND = (1, 2, 5)
"""Round figures of a decade."""
_NEAR = 1e-9


class Cell(NamedTuple):
    """What stands in a place of a chart, and the number of the curve it belongs to."""

    mark: str
    curve: int


class LogScale:
    """A logarithmic scale over a number of steps from cell to cell; it begins and ends at round figures.

    `steps` are the figures of a decade that count as round: 1 alone, or 1, 2 and 5.
    """

    def __init__(self, low: float, high: float, cells: int, steps: Sequence[int] = TENFOLD) -> None:
        marks = [
            step * 10.0**power
            for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 2)
            for step in steps
        ]
        first = max(at for at, mark in enumerate(marks) if mark <= low * (1 + _NEAR))
        last = next(at for at, mark in enumerate(marks) if mark >= high * (1 - _NEAR))
        self._ticks = marks[first : max(last, first + 1) + 1]
        self.low = math.log10(self._ticks[0])
        self.decades = math.log10(self._ticks[-1]) - self.low
        self.cells = cells

    def place(self, value: float) -> int:
        """Find the cell of a value, kept within the scale."""
        share = (math.log10(value) - self.low) / self.decades
        return min(max(round(share * self.cells), 0), self.cells)

    def ticks(self) -> list[float]:
        """The round figures from end to end."""
        return list(self._ticks)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale."""
        return value > 0 and self.low <= math.log10(value) <= self.low + self.decades


def line_cells(
    points: Iterable[tuple[float, ...]], across: LogScale, up: LogScale, mark: str, curve: int
) -> dict[tuple[int, int], Cell]:
    """Cells by row and column of lines from point to point, straight on the logarithmic axes."""
    found: dict[tuple[int, int], Cell] = {}
    for pair in pairwise(points):
        one, other = sorted(pair)
        start, end = across.place(one[0]), across.place(other[0])
        for column in range(start, end + 1):
            share = (column - start) / (end - start) if end > start else 0.0
            heights = [up.place(low * (high / low) ** share) for low, high in zip(one[1:], other[1:], strict=True)]
            for row in range(min(heights), max(heights) + 1):
                found.setdefault((row, column), Cell(mark, curve))
    return found


def axis_texts(across: LogScale) -> tuple[str, str]:
    """The axis below a chart with a mark at each round figure, and those figures that have room under it."""
    rule, text = ["─"] * (across.cells + 1), [" "] * (across.cells + 1)
    end = 0
    for tick in across.ticks():
        rule[across.place(tick)] = "┴"
        label = figure(tick)
        start = max(min(across.place(tick) - len(label) // 2, across.cells + 1 - len(label)), 0)
        if start >= end:
            text[start : start + len(label)] = label
            end = start + len(label) + 2
    return "".join(rule), "".join(text)

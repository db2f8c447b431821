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
_ACROSS, _UP = 2, 4
_BRAILLE = 0x2800
_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""Bits of a braille cell by column and by row, the lowest first."""


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
        return round(self.position(value))

    def position(self, value: float) -> float:
        """Find where a value lies, in cells from the middle of the first one, kept within the scale."""
        share = (math.log10(value) - self.low) / self.decades
        return min(max(share * self.cells, 0.0), float(self.cells))

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


def dotted_cells(
    points: Iterable[tuple[float, float]], across: LogScale, up: LogScale, curve: int
) -> dict[tuple[int, int], Cell]:
    """Cells by row and column of a line of braille dots, two across and four up in a cell: a slope without steps."""
    dots: dict[tuple[int, int], int] = {}
    for pair in pairwise(points):
        one, other = sorted(pair)
        start, end = _dot(across.position(one[0]), _ACROSS), _dot(across.position(other[0]), _ACROSS)
        low, high = up.position(one[1]), up.position(other[1])
        before = _dot(low, _UP)
        for column in range(start, end + 1):
            share = (column - start) / (end - start) if end > start else 1.0
            here = _dot(low + (high - low) * share, _UP)
            first = before + (here > before) - (here < before)
            for row in range(min(first, here), max(first, here) + 1):
                place = row // _UP, column // _ACROSS
                dots[place] = dots.get(place, 0) | _DOTS[column % _ACROSS][row % _UP]
            before = here
    return {place: Cell(chr(_BRAILLE + mask), curve) for place, mask in dots.items()}


def _dot(position: float, per_cell: int) -> int:
    """The dot at a position that is counted in cells from the middle of the first one."""
    return math.floor((position + 0.5) * per_cell)


def both_dots(one: Cell, other: Cell | None) -> Cell:
    """Two lines in one cell: the dots of both, in the color of the first."""
    if other is None or min(ord(one.mark), ord(other.mark)) < _BRAILLE:
        return one
    return one._replace(mark=chr(ord(one.mark) | ord(other.mark)))


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

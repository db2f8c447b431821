"""Curves on logarithmic axes as rows of characters, and the rate of an accelerator drawn so. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import log10
from typing import NamedTuple

from advisor.interview.answer_format import figure
from advisor.knowledge.labels import route_name
from advisor.sizing.placement import layout_words
from advisor.sizing.sizing_report import RatePoint
from advisor.text import wrap

# Curves on logarithmic axes as rows of characters, each cell with the curve it belongs to. Pure.


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


# Where the curves of two routes meet, numbered alike in the terminal and on the page.


MOST_CROSSINGS = 4


class RouteCrossing(NamedTuple):
    """Where one route becomes cheaper than another as volume grows."""

    volume: float
    dollars: float
    cheaper: str
    costlier: str


def crossings(curves: Mapping[str, Sequence[tuple[float, ...]]]) -> list[RouteCrossing]:
    """Where self-hosting crosses another route, and where the cheapest route changes, at most a few, by volume.

    Points are volume and median; between them both are straight on logarithmic axes.
    """
    found = [
        crossing
        for (one, first), (other, second) in combinations(curves.items(), 2)
        for crossing in _between(one, dict(_medians(first)), other, dict(_medians(second)))
    ]
    telling = [each for each in found if "self-host" in (each.cheaper, each.costlier) or _is_cheapest(each, curves)]
    return sorted(telling)[:MOST_CROSSINGS]


def _medians(points: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
    return [(point[0], point[1]) for point in points]


def _between(one: str, first: dict[float, float], other: str, second: dict[float, float]) -> Iterator[RouteCrossing]:
    shared = sorted(first.keys() & second.keys())
    for left, right in pairwise(shared):
        before, after = log10(first[left] / second[left]), log10(first[right] / second[right])
        if before * after >= 0:
            continue
        share = before / (before - after)
        volume = left * (right / left) ** share
        price = first[left] * (first[right] / first[left]) ** share
        yield RouteCrossing(volume, price, *((one, other) if after < 0 else (other, one)))


def _is_cheapest(crossing: RouteCrossing, curves: Mapping[str, Sequence[tuple[float, ...]]]) -> bool:
    """Whether no third route is cheaper where two meet."""
    others = (points for route, points in curves.items() if route not in (crossing.cheaper, crossing.costlier))
    nearest = (min(points, key=lambda point: abs(log10(point[0] / crossing.volume))) for points in others if points)
    return all(point[1] >= crossing.dollars for point in nearest)


def crossing_sentences(found: Sequence[RouteCrossing]) -> list[str]:
    """What becomes cheaper at each number."""
    return [
        f"{number} from {figure(one.volume)} {route_name(one.cheaper)} costs less than {route_name(one.costlier)}"
        for number, one in enumerate(found, 1)
    ]


# Rate of one accelerator against time per token as a chart of characters: one mark for each layout.


_ROWS, _LABEL = 10, 8
_LEAST = 20
"""Cells below which nothing can be read off a chart."""


def sizing_chart(curve: Sequence[RatePoint], columns: int, here: float | None = None) -> list[str]:
    """Draw a curve on logarithmic axes; each point has the mark of its layout, the cheapest at that load.

    `here` is the time per token that a fleet is planned at, in ms. Nothing where all points are one.
    """
    cells = columns - _LABEL - 3
    points = [(each.inter_token_ms, each.tokens_per_second_per_gpu) for each in curve]
    times, rates = [time for time, _ in points], [rate for _, rate in points]
    if cells < _LEAST or not points or min(times) == max(times):
        return []
    across = LogScale(min(times), max(times), cells - 1, ROUND)
    up = LogScale(min(rates), max(rates), _ROWS, ROUND)
    layouts = list(dict.fromkeys(each.layout for each in curve))
    drawn = dotted_cells(points, across, up, 0)
    for each, (time, rate) in zip(curve, points, strict=True):
        number = layouts.index(each.layout)
        drawn[up.place(rate), across.place(time)] = Cell(MARKS[number % len(MARKS)], number)
    legend = "  ".join(f"{MARKS[at % len(MARKS)]} {layout_words(layout)}" for at, layout in enumerate(layouts))
    labels = {up.place(tick): figure(tick) for tick in up.ticks()}
    rows = [_row(drawn, row, labels.get(row, ""), cells) for row in range(up.cells, -1, -1)]
    rule, figures = axis_texts(across)
    below = [f"{'':{_LABEL}} └{rule}", f"{'':{_LABEL}}  {figures.rstrip()}", f"{'':{_LABEL}}  ms per token"]
    if here is not None and across.holds(here):
        below.append(_pointer(across, here))
    return [*wrap(f"tokens/s of one accelerator   {legend}", columns), *rows, *below]


def _row(cells: dict[tuple[int, int], Cell], row: int, label: str, width: int) -> str:
    found = (cells.get((row, column)) for column in range(width))
    text = "".join(" " if cell is None else cell.mark for cell in found)
    return f"{label:>{_LABEL}} {'┤' if label else '│'}{text}".rstrip()


def _pointer(across: LogScale, here: float) -> str:
    place, said = across.place(here), f"planned at {here:,.1f} ms"
    fits = place + len(said) + 2 <= across.cells
    start, text = (place, f"▲ {said}") if fits else (max(place - len(said) - 1, 0), f"{said} ▲")
    return f"{'':{_LABEL + 2 + start}}{text}"

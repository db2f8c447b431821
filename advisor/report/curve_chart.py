"""Cost against volume on log–log paper as lines of text, with its scales and the volumes to point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

from advisor.interview.wording import quantity
from advisor.knowledge.ranges import Range
from advisor.report.charts import UNICODE, Charset


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve over volumes, with its band."""

    name: str
    at: Sequence[float]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A volume to point at below the chart, such as where curves cross; `low` and `high` where it is a range."""

    name: str
    at: float
    low: float | None = None
    high: float | None = None


def cost_curves(
    series: Sequence[Series], marks: Sequence[Mark], width: int, height: int = 12, charset: Charset = UNICODE
) -> list[str]:
    """Cost a month against volume, both by decades: the first curve with its band, every mark pointed at below."""
    grid = Grid.around(series, width, height)
    if grid is None:
        return []
    cells = [[" "] * grid.columns for _ in range(grid.rows)]
    _shade(cells, series[0], grid, charset.band)
    for one, stroke in reversed(list(zip(series, charset.lines, strict=False))):
        _draw(cells, one, grid, stroke)
    legend = "   ".join(f"{stroke * 3} {one.name}" for one, stroke in zip(series, charset.lines, strict=False))
    lines = [f"{'dollars a month':<{max(width - len(legend), 17)}}{legend}"]
    lines += [f"{_level(row, grid, charset)}{''.join(line)}".rstrip() for row, line in enumerate(cells)]
    return [*lines, *_axis(grid, charset), *_pointers(marks, grid, charset)]


_MARGIN = 8


@dataclass(frozen=True, slots=True)
class Grid:
    """Decades of volume over columns, decades of dollars over rows."""

    columns: int
    rows: int
    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def around(cls, series: Sequence[Series], width: int, height: int) -> Grid | None:
        """The decades that hold all of the curves; None where there is nothing to draw."""
        volumes = [log10(at) for one in series for at in one.at if at > 0]
        costs = [log10(cost) for one in series for cost in (*one.p50, *series[0].p90) if cost > 0]
        if not volumes or not costs or min(volumes) == max(volumes):
            return None
        bottom = floor(min(costs))
        return cls(width - _MARGIN, height, min(volumes), max(volumes), bottom, max(*costs, bottom + 1.0))

    def column(self, volume: float) -> int:
        """The column of a volume, kept within the chart."""
        share = (log10(volume) - self.left) / (self.right - self.left)
        return min(max(round(share * (self.columns - 1)), 0), self.columns - 1)

    def row(self, cost: float) -> int:
        """The row of a cost, counted from the top, kept within the chart."""
        share = (log10(cost) - self.bottom) / (self.top - self.bottom) if cost > 0 else 0.0
        return min(max(round((1 - share) * (self.rows - 1)), 0), self.rows - 1)

    def volume(self, column: int) -> float:
        """The volume in the middle of a column."""
        share = column / max(self.columns - 1, 1)
        return float(10 ** (self.left + share * (self.right - self.left)))


def _shade(cells: list[list[str]], one: Series, grid: Grid, mark: str) -> None:
    for column in range(grid.columns):
        at = grid.volume(column)
        for row in range(grid.row(read(one.at, one.p90, at)), grid.row(read(one.at, one.p10, at)) + 1):
            cells[row][column] = mark


def _draw(cells: list[list[str]], one: Series, grid: Grid, stroke: str) -> None:
    for column in range(grid.columns):
        cells[grid.row(read(one.at, one.p50, grid.volume(column)))][column] = stroke


def read(at: Sequence[float], costs: Sequence[float], volume: float) -> float:
    """The cost at a volume, between two given ones by a straight line on log–log paper; the ends hold beyond them."""
    after = next((place for place, known in enumerate(at) if known >= volume), len(at) - 1)
    before = max(after - 1, 0)
    if before == after or volume >= at[after] or costs[before] <= 0 or costs[after] <= 0:
        return float(costs[after])
    share = log10(volume / at[before]) / log10(at[after] / at[before])
    return float(10 ** (log10(costs[before]) + share * log10(costs[after] / costs[before])))


def _level(row: int, grid: Grid, charset: Charset) -> str:
    """The scale at the left: the decade that falls into this row, if one does."""
    for power in range(int(grid.bottom), floor(grid.top) + 1):
        if grid.row(10.0**power) == row:
            return f"{'$' + decade(power):>{_MARGIN - 2}} {charset.level}"
    return f"{'':>{_MARGIN - 2}} {charset.axis}"


def _axis(grid: Grid, charset: Charset) -> list[str]:
    """The scale below: a tick and a label at each decade that has room."""
    rule = [charset.rule] * grid.columns
    labels = [" "] * (grid.columns + _MARGIN)
    free = 0
    for power in range(floor(grid.left), floor(grid.right) + 1):
        if 10.0**power < grid.volume(0) * 0.999:
            continue
        column, text = grid.column(10.0**power), decade(power)
        rule[column] = charset.tick
        start = min(column, grid.columns - len(text))
        if start >= free:
            labels[_MARGIN + start : _MARGIN + start + len(text)] = text
            free = start + len(text) + 2
    corner = f"{'':>{_MARGIN - 2}} {charset.corner}"
    return [corner + "".join(rule), "".join(labels).rstrip(), f"{'':>{_MARGIN}}output tokens a month"]


def _pointers(marks: Sequence[Mark], grid: Grid, charset: Charset) -> list[str]:
    """One line for each mark, its pointer in the column of its volume."""
    lines = []
    for mark in marks:
        if not (isfinite(mark.at) and mark.at > 0):
            continue
        column, text = grid.column(mark.at), _pointed(mark, charset)
        fits = column + len(text) + 2 <= grid.columns
        line = f"{'':>{column}}{charset.pointer} {text}" if fits else f"{text + ' ' + charset.pointer:>{column + 1}}"
        lines.append(f"{'':>{_MARGIN}}{line}")
    return lines


def _pointed(mark: Mark, charset: Charset) -> str:
    if mark.low is None or mark.high is None:
        return f"{mark.name} {volume_text(mark.at)}"
    ends = f"{volume_text(mark.low)}{charset.dash}{volume_text(mark.high)}"
    return f"{mark.name} {volume_text(mark.at)}, {ends}"


def volume_text(tokens: float) -> str:
    """Tokens in three digits: 815M, 1.06B; "never" where there is no such volume."""
    if not isfinite(tokens):
        return "never"
    return quantity(Range.exactly(tokens), "tokens-per-month").removesuffix(" tokens a month")


def decade(power: int) -> str:
    """A power of ten in as few letters as an axis has room for: 10, 1k, 100M, 0.01."""
    letters = ("", "k", "M", "B", "T", "P")
    step = min(power // 3, len(letters) - 1)
    return f"{10.0**power:g}" if power < 0 else f"{10 ** (power - 3 * step)}{letters[step]}"

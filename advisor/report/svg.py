"""Charts as inline SVG: colors come from the page's style sheet, texts are escaped, and each says what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import floor, isfinite, log10

from advisor.report.curve_chart import Grid, Mark, Series, decade, volume_text

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 16, 16, 56
_BAR_WIDTH, _BAR_HEIGHT = 240, 14


def range_bar(low: float, middle: float, high: float, most: float) -> str:
    """A bar from P10 to P90 on a scale from zero to `most`, the median marked."""
    start, mark, end = (round(value / most * _BAR_WIDTH, 1) if most > 0 else 0.0 for value in (low, middle, high))
    middle_y = _BAR_HEIGHT / 2
    return (
        f'<svg class="bar" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" '
        f'aria-hidden="true"><rect x="{start}" y="3" width="{max(end - start, 1.5):.1f}" height="8" rx="2"/>'
        f'<circle cx="{mark}" cy="{middle_y:g}" r="4"/></svg>'
    )


def cost_chart(series: Sequence[Series], marks: Sequence[Mark]) -> str:
    """Cost a month against volume, both by decades, with the band of the first curve; empty without curves."""
    grid = Grid.around(series)
    if grid is None:
        return ""
    names = ", ".join(one.name for one in series)
    parts = [*_scales(grid), _band(series[0], grid), *_curves(series, grid), *_marks(marks, grid)]
    label = escape(f"Dollars a month against output tokens a month: {names}")
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(parts)}</svg>"
    )


def _x(volume: float, grid: Grid) -> float:
    share = (log10(volume) - grid.left) / (grid.right - grid.left)
    return round(_LEFT + min(max(share, 0.0), 1.0) * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(cost: float, grid: Grid) -> float:
    share = (log10(cost) - grid.bottom) / (grid.top - grid.bottom) if cost > 0 else 0.0
    return round(_HEIGHT - _BOTTOM - min(max(share, 0.0), 1.0) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _scales(grid: Grid) -> Iterator[str]:
    """A thin line and a label for every decade of dollars and of tokens."""
    for power in range(int(grid.bottom), floor(grid.top) + 1):
        y = _y(10.0**power, grid)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="scale" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">${decade(power)}</text>'
    for power in range(floor(grid.left), floor(grid.right) + 1):
        x = _x(10.0**power, grid)
        yield f'<text class="scale" x="{x}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{decade(power)}</text>'


def _points(series: Series, costs: Sequence[float], grid: Grid) -> list[str]:
    return [f"{_x(at, grid)},{_y(cost, grid)}" for at, cost in zip(series.at, costs, strict=True)]


def _band(series: Series, grid: Grid) -> str:
    around = [*_points(series, series.p90, grid), *reversed(_points(series, series.p10, grid))]
    return f'<polygon class="band" points="{" ".join(around)}"/>'


def _curves(series: Sequence[Series], grid: Grid) -> Iterator[str]:
    for place, one in enumerate(series):
        yield f'<polyline class="curve curve{place}" points="{" ".join(_points(one, one.p50, grid))}"/>'


def _marks(marks: Sequence[Mark], grid: Grid) -> Iterator[str]:
    """A dotted line up from the scale for each volume, its name below; the second mark one line lower."""
    shown = [mark for mark in marks if isfinite(mark.at) and mark.at > 0]
    for place, mark in enumerate(shown):
        x, y = _x(mark.at, grid), _HEIGHT - _BOTTOM + 34 + 14 * place
        anchor = "end" if x > _WIDTH * 0.8 else "start" if x < _WIDTH * 0.2 else "middle"
        yield f'<line class="mark" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        text = escape(f"{mark.name} {volume_text(mark.at)}")
        yield f'<text class="name" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'

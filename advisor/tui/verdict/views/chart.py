"""Costs against volume on logarithmic axes, as lines of characters with their numbers. Pure."""

from __future__ import annotations

import math
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, TypeGuard

from advisor.interview.wording.answer_format import dollars, figure, quantity
from advisor.knowledge.labels import route_name
from advisor.knowledge.ranges import Range
from advisor.tui.verdict.views.entry import headed
from advisor.tui.widgets.styled_text import BLANK, Line, Span, fitted, line, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment, Band
    from advisor.cost.compare.projection import Curve


_UNIT = "tokens-per-month"


def crossing_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Say where self-hosting and the API meet, and draw every route's cost over the volume."""
    even = assessment.break_even
    lines = headed("Where self-hosting meets the API", f"against {even.against}", columns)
    band = even.output_tokens_per_month
    if not meets(band):
        some = f" in {even.never_share:.0%} of the draws" if 0 < even.never_share < 1 else ""
        lines += wrapped(f"The lines do not cross{some}, at any volume that was looked at.", columns, "   ")
    else:
        ends = quantity(Range(band.p10, band.p90), _UNIT) if isfinite(band.p90) else _open_ended(band.p10)
        lines += wrapped(f"{ends} of output, {figure(band.p50)} at the median", columns, "   ")
        if even.never_share > 0:
            lines += wrapped(f"In {even.never_share:.0%} of the draws they never meet.", columns, "   ", "muted")
    chart = crossing_chart(assessment, columns)
    return [*lines, *([BLANK] if chart else []), *chart]


def crossing_chart(assessment: Assessment, columns: int, *, low: bool = False) -> list[Line]:
    """Every route's cost over the volume; `low` leaves room for other lines on a page of 24 rows."""
    band = assessment.break_even.output_tokens_per_month
    meeting = band.p50 if meets(band) else None
    rows = LOW_ROWS if low else MOST_ROWS
    return chart_lines(assessment.outlook.curves, _volume(assessment), columns, meeting, rows)


def meets(band: Band | None) -> TypeGuard[Band]:
    """Whether the two meet at the median: an infinite volume means never."""
    return band is not None and isfinite(band.p50)


def _open_ended(low: float) -> str:
    return f"{quantity(Range.exactly(low), _UNIT)} to never"


def _volume(assessment: Assessment) -> float | None:
    """Find the volume these answers mean, in output tokens a month."""
    volume = assessment.facts.get("volume.output_tokens")
    return volume.point if isinstance(volume, Range) else None


MARKS = "•×+*o"
SHADE = "░"
AXIS = 8
REACH = 300
"""How many times more and less than the user's own volume is shown, at least."""
MOST_ROWS, LOW_ROWS, LEAST_A_DECADE, MOST_A_DECADE = 10, 8, 1, 5
"""Rows of the chart, of one that shares its page, and of each tenfold step of its dollars: 80 × 24 shows it whole."""
LEAST_WIDTH = 20


def chart_lines(
    curves: Sequence[Curve], here: float | None, columns: int, meeting: float | None = None, most_rows: int = MOST_ROWS
) -> list[Line]:
    """Draw each route's median over volume in output tokens a month, p10 to p90 shaded, on tenfold steps.

    `here` marks the user's own volume, `meeting` the one at which self-hosting costs what the API costs.
    """
    drawn = [_near(curve, here) for curve in curves]
    points = [point for curve in drawn for point in curve]
    cells = columns - AXIS - 5
    if not points or cells < LEAST_WIDTH:
        return []
    across = _Decades(min(point[0] for point in points), max(point[0] for point in points), cells - 1)
    low, high = min(min(point[1:]) for point in points), max(max(point[1:]) for point in points)
    steps = _Decades(low, high, 1).count
    up = _Decades(low, high, min(max(most_rows // steps, LEAST_A_DECADE), MOST_A_DECADE) * steps)
    marks = _marks(drawn, across, up)
    lines = [*_legend(curves, columns)]
    for row in range(up.cells, -1, -1):
        label = next((dollars(tick) for tick in up.ticks() if up.place(tick) == row), "")
        lines.append(line("   ", (f"{label:>{AXIS}} {'┤' if label else '│'}", "muted"), *_row(marks, row, cells)))
    return [*lines, *_across(across), *_pointers(across, here, meeting)]


class _Decades:
    """A logarithmic scale between powers of ten over a number of steps from cell to cell."""

    def __init__(self, low: float, high: float, cells: int) -> None:
        self.low = math.floor(math.log10(low))
        self.count = max(math.ceil(math.log10(high)) - self.low, 1)
        self.cells = cells

    def place(self, value: float) -> int:
        """Find the cell of a value, kept within the scale."""
        share = (math.log10(value) - self.low) / self.count
        return min(max(round(share * self.cells), 0), self.cells)

    def ticks(self) -> list[float]:
        """The powers of ten from end to end."""
        return [10.0 ** (self.low + step) for step in range(self.count + 1)]

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale."""
        return value > 0 and self.low <= math.log10(value) <= self.low + self.count


def _near(curve: Curve, here: float | None) -> list[tuple[float, float, float, float]]:
    """Volume, median, p10 and p90 where a logarithmic axis can show them, within reach of the user's own volume."""
    points = zip(curve.volumes, curve.p50, curve.p10, curve.p90, strict=True)
    shown = [(x, y, max(low, 0.0) or y, high or y) for x, y, low, high in points if x > 0 and y > 0]
    if not here:
        return shown
    reach = _Decades(here / REACH, here * REACH, 1)
    return [point for point in shown if reach.holds(point[0])]


def _marks(
    curves: Sequence[Sequence[tuple[float, float, float, float]]], across: _Decades, up: _Decades
) -> dict[tuple[int, int], tuple[str, int]]:
    """What stands in each cell and whose it is: medians, straight on the logarithmic axes, before shades."""
    medians: dict[tuple[int, int], tuple[str, int]] = {}
    shades: dict[tuple[int, int], tuple[str, int]] = {}
    for number, points in enumerate(curves):
        for one, other in pairwise(points):
            start, end = across.place(one[0]), across.place(other[0])
            for column in range(start, end + 1):
                share = (column - start) / (end - start) if end > start else 0.0
                middle, low, high = (
                    up.place(first * (second / first) ** share)
                    for first, second in zip(one[1:], other[1:], strict=True)
                )
                medians.setdefault((middle, column), (MARKS[number % len(MARKS)], number))
                for row in range(low, high + 1):
                    shades.setdefault((row, column), (SHADE, number))
    return shades | medians


def _row(marks: dict[tuple[int, int], tuple[str, int]], row: int, width: int) -> list[tuple[str, str]]:
    found = (marks.get((row, column)) for column in range(width))
    return [(" ", "plain") if mark is None else (mark[0], _role(mark[1])) for mark in found]


def _legend(curves: Sequence[Curve], columns: int) -> list[Line]:
    parts = [Span(f"  {MARKS[n % len(MARKS)]} {route_name(curve.route)}", _role(n)) for n, curve in enumerate(curves)]
    band = Span(f"  {SHADE} p10 to p90", "muted")
    whole = (Span("   $ a month", "muted"), *parts, band)
    return [whole] if width(whole) <= columns else [fitted(whole[:-1], columns)]


def _across(across: _Decades) -> list[Line]:
    """The axis of volumes, with a mark and its figure at each power of ten."""
    rule, text = ["─"] * (across.cells + 1), [" "] * (across.cells + 1)
    end = 0
    for tick in across.ticks():
        rule[across.place(tick)] = "┴"
        label = figure(tick)
        start = max(min(across.place(tick) - len(label) // 2, across.cells + 1 - len(label)), 0)
        if start >= end:
            _write(text, start, label)
            end = start + len(label) + 2
    indent = " " * (AXIS + 2)
    return [
        line("   ", (" " * AXIS + " └" + "".join(rule), "muted")),
        line("   ", (indent + "".join(text), "muted")),
    ]


def _pointers(across: _Decades, here: float | None, meeting: float | None) -> list[Line]:
    """Point at the user's own volume and at where two lines meet, each in a row, where they lie on the axis."""
    told = ((here, "you"), (meeting, "they meet at"))
    return [_pointer(across, volume, words) for volume, words in told if volume is not None and across.holds(volume)]


def _pointer(across: _Decades, volume: float, words: str) -> Line:
    said, place = f"{words} {figure(volume)}", across.place(volume)
    fits = place + len(said) + 2 <= across.cells
    text = f"▲ {said}" if fits else f"{said} ▲"
    start = place if fits else max(place + 1 - len(text), 0)
    return line("   ", (" " * (AXIS + 2 + start) + text, "accent" if words == "you" else "muted"))


def _write(text: list[str], place: int, words: str) -> None:
    for offset, character in enumerate(words):
        if place + offset < len(text):
            text[place + offset] = character


def _role(number: int) -> str:
    return ("accent", "plain", "muted", "warn", "good")[number % 5]

"""Costs against volume on logarithmic axes, as lines of characters with their numbers beside them. Pure."""

from __future__ import annotations

import math
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, TypeGuard

from advisor.interview.answer_format import dollars, figure, quantity
from advisor.knowledge.ranges import Range
from advisor.tui.verdict.views.entry import headed
from advisor.tui.widgets.styled_text import BLANK, Line, Span, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment, Band
    from advisor.assessment.outlook import Curve


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
    chart = chart_lines(assessment.outlook.curves, _volume(assessment), columns, band.p50 if meets(band) else None)
    return [*lines, *([BLANK] if chart else []), *chart]


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
AXIS = 8
ROWS = 9
REACH = 300
"""How many times more and less than the user's own volume is shown."""


def chart_lines(curves: Sequence[Curve], here: float | None, columns: int, meeting: float | None = None) -> list[Line]:
    """Draw the median of each route over volume, in output tokens a month.

    `here` marks the user's own volume, `meeting` the one at which self-hosting costs what the API costs.
    """
    drawn = [_near(curve, here) for curve in curves]
    points = [point for curve in drawn for point in curve]
    width = columns - AXIS - 5
    if not points or width < ROWS:
        return []
    across = _Scale(min(x for x, _ in points), max(x for x, _ in points), width)
    up = _Scale(min(y for _, y in points), max(y for _, y in points), ROWS)
    cells = _cells(drawn, across, up)
    lines = [_legend(curves)]
    for row in range(ROWS - 1, -1, -1):
        label = dollars(up.value(row)) if row % 2 == 0 else ""
        lines.append(line("   ", (f"{label:>{AXIS}} │", "muted"), *_row(cells, row, width)))
    return [*lines, _rule(across), _labels(across, here), *_meeting(across, meeting)]


class _Scale:
    """A logarithmic scale over a number of cells."""

    def __init__(self, low: float, high: float, cells: int) -> None:
        self.low, self.high = math.log10(low), math.log10(high)
        self.cells = cells

    def place(self, value: float) -> int:
        """Find the cell of a value, kept within the scale."""
        span = self.high - self.low
        share = (math.log10(value) - self.low) / span if span else 0.0
        return min(max(round(share * (self.cells - 1)), 0), self.cells - 1)

    def value(self, cell: int) -> float:
        """Find the value at a cell, in two digits."""
        exact = 10 ** (self.low + (self.high - self.low) * cell / max(self.cells - 1, 1))
        return float(f"{exact:.2g}")


def _near(curve: Curve, here: float | None) -> list[tuple[float, float]]:
    """Take the points of a curve that a logarithmic axis can show, within reach of the user's own volume."""
    pairs = [(x, y) for x, y in zip(curve.volumes, curve.p50, strict=True) if x > 0 and y > 0]
    return [(x, y) for x, y in pairs if not here or here / REACH <= x <= here * REACH]


def _cells(curves: Sequence[Sequence[tuple[float, float]]], across: _Scale, up: _Scale) -> dict[tuple[int, int], int]:
    """Mark every column of each curve, between its points by straight lines on the logarithmic axes."""
    cells: dict[tuple[int, int], int] = {}
    for number, pairs in enumerate(curves):
        for (x0, y0), (x1, y1) in pairwise(pairs):
            start, end = across.place(x0), across.place(x1)
            for column in range(start, end + 1):
                share = (column - start) / (end - start) if end > start else 0.0
                cells.setdefault((up.place(y0 * (y1 / y0) ** share), column), number)
    return cells


def _row(cells: dict[tuple[int, int], int], row: int, width: int) -> list[tuple[str, str]]:
    found = ((cells.get((row, column)), column) for column in range(width))
    return [(" ", "plain") if number is None else (MARKS[number % len(MARKS)], _role(number)) for number, _ in found]


def _legend(curves: Sequence[Curve]) -> Line:
    parts = [Span(f"   {MARKS[n % len(MARKS)]} {curve.route}", _role(n)) for n, curve in enumerate(curves)]
    return (Span("   $ a month", "muted"), *parts)


def _rule(across: _Scale) -> Line:
    return line("   ", (" " * AXIS + " └" + "─" * across.cells, "muted"))


def _labels(across: _Scale, here: float | None) -> Line:
    """Name volumes along the axis; the user's own stands where it belongs, and wins its place."""
    text = [" "] * (across.cells + 12)
    step = max(across.cells // 4, 1)
    for cell in range(0, across.cells, step):
        label = figure(across.value(cell))
        if cell + len(label) <= across.cells:
            _write(text, cell, label)
    if here is not None and here > 0:
        mark = f" ▲ you {figure(here)} "
        _write(text, max(across.place(here) - 1, 0), mark)
    return line("   ", (" " * (AXIS + 2) + "".join(text).rstrip(), "muted"))


def _meeting(across: _Scale, volume: float | None) -> list[Line]:
    """Mark where two lines meet, if that is on the axis; the words stand where there is room for them."""
    if volume is None or not 10**across.low <= volume <= 10**across.high:
        return []
    words = f"they meet at {figure(volume)}"
    place = across.place(volume)
    fits = place + len(words) + 2 <= across.cells
    text = f"▲ {words}" if fits else f"{words} ▲"
    start = place if fits else max(place + 1 - len(text), 0)
    return [line("   ", (" " * (AXIS + 2 + start) + text, "muted"))]


def _write(text: list[str], place: int, words: str) -> None:
    for offset, character in enumerate(words):
        if place + offset < len(text):
            text[place + offset] = character


def _role(number: int) -> str:
    return ("accent", "plain", "muted", "warn", "good")[number % 5]

"""Costs against volume on logarithmic axes, as lines of characters with their numbers. Pure."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, TypeGuard

from advisor.interview.wording.answer_format import dollars, figure, quantity
from advisor.knowledge.labels import route_name
from advisor.knowledge.ranges import Range
from advisor.report.log_chart import MARKS, SHADE, Cell, LogScale, axis_texts, line_cells
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
    across = LogScale(min(point[0] for point in points), max(point[0] for point in points), cells - 1)
    low, high = min(min(point[1:]) for point in points), max(max(point[1:]) for point in points)
    steps = round(LogScale(low, high, 1).decades)
    up = LogScale(low, high, min(max(most_rows // steps, LEAST_A_DECADE), MOST_A_DECADE) * steps)
    marks = _cells(drawn, across, up)
    lines = [*_legend(curves, columns)]
    for row in range(up.cells, -1, -1):
        label = next((dollars(tick) for tick in up.ticks() if up.place(tick) == row), "")
        lines.append(line("   ", (f"{label:>{AXIS}} {'┤' if label else '│'}", "muted"), *_row(marks, row, cells)))
    return [*lines, *_across(across), *_pointers(across, here, meeting)]


def _near(curve: Curve, here: float | None) -> list[tuple[float, float, float, float]]:
    """Volume, median, p10 and p90 where a logarithmic axis can show them, within reach of the user's own volume."""
    points = zip(curve.volumes, curve.p50, curve.p10, curve.p90, strict=True)
    shown = [(x, y, max(low, 0.0) or y, high or y) for x, y, low, high in points if x > 0 and y > 0]
    if not here:
        return shown
    reach = LogScale(here / REACH, here * REACH, 1)
    return [point for point in shown if reach.holds(point[0])]


def _cells(
    curves: Sequence[Sequence[tuple[float, float, float, float]]], across: LogScale, up: LogScale
) -> dict[tuple[int, int], Cell]:
    """What stands in each cell and whose it is: medians before shades, and the first route before the others."""
    medians: dict[tuple[int, int], Cell] = {}
    shades: dict[tuple[int, int], Cell] = {}
    for number, points in enumerate(curves):
        middle = [(volume, median) for volume, median, _, _ in points]
        ends = [(volume, low, high) for volume, _, low, high in points]
        medians = line_cells(middle, across, up, MARKS[number % len(MARKS)], number) | medians
        shades = line_cells(ends, across, up, SHADE, number) | shades
    return shades | medians


def _row(cells: dict[tuple[int, int], Cell], row: int, width: int) -> list[tuple[str, str]]:
    found = (cells.get((row, column)) for column in range(width))
    return [(" ", "plain") if cell is None else (cell.mark, _role(cell.curve)) for cell in found]


def _legend(curves: Sequence[Curve], columns: int) -> list[Line]:
    parts = [Span(f"  {MARKS[n % len(MARKS)]} {route_name(curve.route)}", _role(n)) for n, curve in enumerate(curves)]
    band = Span(f"  {SHADE} p10 to p90", "muted")
    whole = (Span("   $ a month", "muted"), *parts, band)
    return [whole] if width(whole) <= columns else [fitted(whole[:-1], columns)]


def _across(across: LogScale) -> list[Line]:
    """The axis of volumes, with a mark and its figure at each power of ten."""
    rule, figures = axis_texts(across)
    return [
        line("   ", (f"{'':{AXIS}} └{rule}", "muted")),
        line("   ", (f"{'':{AXIS}}  {figures}", "muted")),
    ]


def _pointers(across: LogScale, here: float | None, meeting: float | None) -> list[Line]:
    """Point at the user's own volume and at where two lines meet, each in a row, where they lie on the axis."""
    labels = ((here, "you"), (meeting, "they meet at"))
    return [_pointer(across, volume, words) for volume, words in labels if volume is not None and across.holds(volume)]


def _pointer(across: LogScale, volume: float, words: str) -> Line:
    label, place = f"{words} {figure(volume)}", across.place(volume)
    fits = place + len(label) + 2 <= across.cells
    text = f"▲ {label}" if fits else f"{label} ▲"
    start = place if fits else max(place + 1 - len(text), 0)
    return line("   ", (" " * (AXIS + 2 + start) + text, "accent" if words == "you" else "muted"))


def _role(number: int) -> str:
    return ("accent", "plain", "muted", "warn", "good")[number % 5]

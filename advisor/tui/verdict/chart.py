"""Costs against volume on logarithmic axes, ranges and shares as bars, as lines of characters. Pure."""

from __future__ import annotations

from math import isfinite, log10
from typing import TYPE_CHECKING, TypeGuard

from advisor.interview.answer_format import dollars, figure, quantity
from advisor.knowledge.labels import catalog_label, route_name
from advisor.knowledge.parameters import Range
from advisor.report.log_chart import (
    MARKS,
    ROUND,
    SHADE,
    Cell,
    LogScale,
    RouteCrossing,
    axis_texts,
    both_dots,
    crossing_sentences,
    crossings,
    dotted_cells,
    line_cells,
)
from advisor.tui.widgets.styled_text import BLANK, Line, Span, fitted, headed, line, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from advisor.assessment.model import Assessment, Band, Spread
    from advisor.cost.breakeven import Curve


BAR, TIED_BAR = "━", "▒"
"""What the range of a route is drawn with, and that of a route in a near tie."""
_LEAST_USD = 1.0
"""Where a logarithmic scale of dollars begins at the lowest."""


def log_ends(ranges: Sequence[Spread | Band]) -> tuple[float, float]:
    """The round figures, 1, 2 or 5 of a decade, between which all ranges lie."""
    low = max(min((one.p10 for one in ranges), default=_LEAST_USD), _LEAST_USD)
    high = max(max((one.p90 for one in ranges), default=_LEAST_USD), low)
    ticks = LogScale(low, high, 1, ROUND).ticks()
    return ticks[0], ticks[-1]


def range_bar(low: float, middle: float, high: float, ends: tuple[float, float], columns: int, fill: str = BAR) -> str:
    """Draw p10 to p90 as a bar of `fill` between the ends of the scale, with the median marked."""
    if columns <= 0 or high <= 0:
        return ""
    scale = LogScale(*ends, columns - 1, ROUND)
    start, mark, end = (scale.place(max(value, ends[0])) for value in (low, middle, high))
    cells = [" "] * start + [fill] * (end - start + 1)
    cells[mark] = "•"
    return "".join(cells)


def share_bar(share: float, columns: int) -> str:
    """Draw a share of 1 as a bar; a share above zero shows at least one mark."""
    filled = round(min(max(share, 0.0), 1.0) * columns)
    return "█" * (max(filled, 1) if share > 0 else 0)


_UNIT = "tokens-per-month"


def crossing_lines(assessment: Assessment, columns: int, rows: int = 0) -> list[Line]:
    """Say where self-hosting and the API meet, and draw every route's cost over the volume, in `rows` if given."""
    even = assessment.break_even
    lines = headed("Where self-hosting meets the API", f"against {catalog_label(even.against)}", columns)
    band = even.output_tokens_per_month
    if not meets(band):
        some = f" in {even.never_share:.0%} of the draws" if 0 < even.never_share < 1 else ""
        lines += wrapped(f"The lines do not cross{some}, at any volume that was looked at.", columns, "   ")
    else:
        ends = quantity(Range(band.p10, band.p90), _UNIT) if isfinite(band.p90) else _open_ended(band.p10)
        lines += wrapped(f"{ends} of output, {figure(band.p50)} at the median", columns, "   ")
        if even.never_share > 0:
            lines += wrapped(f"In {even.never_share:.0%} of the draws they never meet.", columns, "   ", "muted")
    chart = crossing_chart(assessment, columns, rows=rows - len(lines) - 1 if rows else 0)
    return [*lines, *([BLANK] if chart else []), *chart]


def crossing_chart(assessment: Assessment, columns: int, *, low: bool = False, rows: int = 0) -> list[Line]:
    """Every route's cost over the volume, in so many rows with its axis and legend, if given.

    `low` leaves room for other lines on a page of 24 rows.
    """
    band = assessment.break_even.output_tokens_per_month
    meeting = band.p50 if meets(band) else None
    usual = LOW_ROWS if low else WIDE_ROWS if columns >= WIDE else MOST_ROWS
    most = max(rows - AROUND, LOW_ROWS) if rows else usual
    return chart_lines(assessment.outlook.curves, _volume(assessment), columns, meeting, most)


def meets(band: Band | None) -> TypeGuard[Band]:
    """Whether the two meet at the median: an infinite volume means never."""
    return band is not None and isfinite(band.p50)


def _open_ended(low: float) -> str:
    return f"{quantity(Range.exactly(low), _UNIT)} to never"


def _volume(assessment: Assessment) -> float | None:
    """Find the volume these answers mean, stated or derived, in output tokens a month."""
    volume = assessment.facts.get("volume.output_tokens")
    resolved = assessment.workload_resolved.get("output_tokens")
    if isinstance(volume, Range):
        return volume.point
    return float(resolved) if isinstance(resolved, int | float) and resolved > 0 else None


AXIS = 8
STRONG = -1
"""In place of the number of a curve: what belongs to none, and stands out."""
DECADES = 5
"""Tenfold steps of volume that are drawn, the user's own in their middle."""
MOST_ROWS, WIDE_ROWS, LOW_ROWS, LEAST_A_DECADE, MOST_A_DECADE = 10, 20, 8, 1, 5
"""Rows of the chart, of a wide one, of one that shares its page, and of each tenfold step of its dollars."""
LEAST_WIDTH, WIDE = 20, 84
AROUND = 9
"""Rows of the legend, the axis, the pointers and the crossings."""
MARK_EVERY = 14
"""Columns from one mark of a line to the next."""


def chart_lines(
    curves: Sequence[Curve], here: float | None, columns: int, meeting: float | None = None, most_rows: int = MOST_ROWS
) -> list[Line]:
    """Draw each route's median over volume in output tokens a month, p10 to p90 shaded, on tenfold steps.

    `here` marks the user's own volume, `meeting` the one at which self-hosting costs what the API costs. Where medians
    cross stands a number, which a line below explains.
    """
    drawn = [_near(curve, here) for curve in curves]
    points = [point for curve in drawn for point in curve]
    cells = columns - AXIS - 5
    if not points or cells < LEAST_WIDTH:
        return []
    across = LogScale(*_window(points, here), cells - 1)
    low, high = min(min(point[1:]) for point in points), max(max(point[1:]) for point in points)
    steps = round(LogScale(low, high, 1).decades)
    up = LogScale(low, high, min(max(most_rows // steps, LEAST_A_DECADE), MOST_A_DECADE) * steps)
    found = crossings({one.route: points for one, points in zip(curves, drawn, strict=True)})
    marks = _cells(drawn, across, up)
    for number, one in enumerate(found, 1):
        marks[up.place(one.dollars), across.place(one.volume)] = Cell(str(number), STRONG)
    lines = [*_legend(curves, columns)]
    for row in range(up.cells, -1, -1):
        label = next((dollars(tick) for tick in up.ticks() if up.place(tick) == row), "")
        lines.append(line("   ", (f"{label:>{AXIS}} {'┤' if label else '│'}", "muted"), *_row(marks, row, cells)))
    return [*lines, *_across(across), *_told(found, columns, most_rows), *_pointers(across, here, meeting)]


def _window(points: Sequence[tuple[float, ...]], here: float | None) -> tuple[float, float]:
    """Whole tenfold steps with the user's own volume in their middle, or else all that is known."""
    if not here:
        return min(point[0] for point in points), max(point[0] for point in points)
    first = round(log10(here) - DECADES / 2)
    return 10.0**first, 10.0 ** (first + DECADES)


def _near(curve: Curve, here: float | None) -> list[tuple[float, float, float, float]]:
    """Volume, median, p10 and p90 where a logarithmic axis can show them, within the window around the user."""
    points = zip(curve.volumes, curve.p50, curve.p10, curve.p90, strict=True)
    shown = [(x, y, max(low, 0.0) or y, high or y) for x, y, low, high in points if x > 0 and y > 0]
    if not here or not shown:
        return shown
    low, high = _window(shown, here)
    return [point for point in shown if low * (1 - EDGE) <= point[0] <= high * (1 + EDGE)]


EDGE = 1e-9


def _told(found: Sequence[RouteCrossing], columns: int, most_rows: int) -> list[Line]:
    """What becomes cheaper at each number; one line where the chart shares its page."""
    crossing_texts = crossing_sentences(found)
    if not crossing_texts:
        return []
    if most_rows <= LOW_ROWS:
        return [fitted(line("   ", ("  ".join(crossing_texts), "muted")), columns)]
    return [fitted(line("   ", (f"{'':{AXIS}}  {text}", "muted")), columns) for text in crossing_texts]


def _cells(
    curves: Sequence[Sequence[tuple[float, float, float, float]]], across: LogScale, up: LogScale
) -> dict[tuple[int, int], Cell]:
    """What stands in each cell and whose it is: marks, then medians, then shades; the first route before the others."""
    medians: dict[tuple[int, int], Cell] = {}
    shades: dict[tuple[int, int], Cell] = {}
    marks: dict[tuple[int, int], Cell] = {}
    for number, points in enumerate(curves):
        dots = dotted_cells([(volume, median) for volume, median, _, _ in points], across, up, number)
        marks = _marks(dots, number, len(curves)) | marks
        medians = medians | {place: both_dots(medians.get(place, cell), cell) for place, cell in dots.items()}
        ends = [(volume, low, high) for volume, _, low, high in points]
        shades = line_cells(ends, across, up, SHADE, number) | shades
    return shades | medians | marks


def _marks(dots: Mapping[tuple[int, int], Cell], number: int, of: int) -> dict[tuple[int, int], Cell]:
    """A route's mark on its line at even distances, beside those of the other routes where lines run together."""
    offset = (2 * number + 1) * MARK_EVERY // (2 * of)
    mark = MARKS[number % len(MARKS)]
    columns = {column: row for row, column in sorted(dots) if column % MARK_EVERY == offset}
    return {(row, column): Cell(mark, number) for column, row in columns.items()}


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
    return [line("   ", (f"{'':{AXIS}} └{rule}", "muted")), line("   ", (f"{'':{AXIS}}  {figures}", "muted"))]


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
    return "strong" if number == STRONG else ("accent", "plain", "muted", "warn", "good")[number % 5]

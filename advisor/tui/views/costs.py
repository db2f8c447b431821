"""What each route costs a month: its range, its lines, its price per success, where the lines cross, what moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.assessment import LINES
from advisor.interview.wording import dollar_span, dollars, figure, quantity
from advisor.knowledge.ranges import Range
from advisor.tui.spans import BLANK, Line, fitted, line, wrapped
from advisor.tui.views.bars import range_bar, share_bar
from advisor.tui.views.chart import chart_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment import Assessment, Option

NAME = 15
FIGURE = 12


def costs_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the whole view."""
    options = [option for option in assessment.options if option.monthly_usd.p90 > 0]
    blocks = (
        _ranges(options, columns),
        _table(options, columns),
        _crossing(assessment, columns),
        _months(assessment, columns),
        _successes(options, columns),
        _movers(assessment, columns),
    )
    return [part for block in blocks if block for part in (*block, BLANK)]


def _head(text: str, about: str) -> list[Line]:
    return [line("   ", (text, "accent"), (f"  {about}", "muted"))]


def _ranges(options: Sequence[Option], columns: int) -> list[Line]:
    most = max((option.monthly_usd.p90 for option in options), default=0.0)
    room = max(columns - 3 - NAME - 19, 10)
    lines = _head("A month", f"p10 to p90, the median marked, from 0 to {dollars(most)}") if options else []
    for option in options:
        cost = option.monthly_usd
        bar = range_bar(cost.p10, cost.p50, cost.p90, most, room)
        role = _role(option)
        figures = f"{dollar_span(cost.p10, cost.p90):>16}"
        lines.append(
            fitted(line("   ", (f"{option.option:<{NAME}}", role), (f"{figures}  ", role), (bar, role)), columns)
        )
    return lines


def _table(options: Sequence[Option], columns: int) -> list[Line]:
    """One row a line of cost, one column a route, at the point estimate; lines that are zero are left out."""
    used = [name for name in LINES if any(option.lines.get(name) for option in options)]
    if not used:
        return []
    lines = _head("Line by line", "dollars a month at the point estimate")
    lines += _names([option.option for option in options], columns)
    for name in used:
        lines.append(_row(name, [dollars(option.lines.get(name, 0.0)) for option in options], "plain", columns))
    lines.append(_row("together", [dollars(option.monthly_usd.point) for option in options], "strong", columns))
    priced = [f"{option.option}: {option.priced}" for option in options if option.priced]
    return [*lines, *(part for text in priced for part in wrapped(text, columns, "   ", "muted"))]


def _names(routes: Sequence[str], columns: int) -> list[Line]:
    """The routes over their columns; on two rows, parted at the hyphen, where one would run into the next."""
    if max(map(len, routes)) < _cell(len(routes), columns):
        return [_row("", routes, "muted", columns)]
    parts = [route.rpartition("-") for route in routes]
    above, below = [head + hyphen for head, hyphen, _ in parts], [tail for *_, tail in parts]
    return [_row("", names, "muted", columns) for names in (above, below)]


def _cell(count: int, columns: int) -> int:
    return min(max((columns - 3 - NAME) // max(count, 1), 1), FIGURE + 2)


def _row(name: str, figures: Sequence[str], role: str, columns: int) -> Line:
    cell = _cell(len(figures), columns)
    return fitted(
        line("   ", (f"{name:<{NAME}}", "muted"), ("".join(f"{text:>{cell}}" for text in figures), role)), columns
    )


def _crossing(assessment: Assessment, columns: int) -> list[Line]:
    """Say where self-hosting and the API meet, and draw every route's cost over the volume."""
    even = assessment.break_even
    lines = _head("Where self-hosting and the API meet", f"against {even.against}")
    band = even.output_tokens_per_month
    if band is None:
        lines += wrapped("The lines do not cross at any volume that was looked at.", columns, "   ")
    else:
        said = quantity(Range(band.p10, band.p90), "tokens-per-month")
        lines += wrapped(f"{said} of output, {figure(band.p50)} at the median", columns, "   ")
    if band is not None and even.never_share > 0:
        lines += wrapped(f"In {even.never_share:.0%} of the draws they never meet.", columns, "   ", "muted")
    chart = chart_lines(assessment.outlook.curves, _volume(assessment), columns)
    return [*lines, *([BLANK] if chart else []), *chart]


def _volume(assessment: Assessment) -> float | None:
    """Find the volume these answers mean, in output tokens a month."""
    volume = assessment.facts.get("volume.output_tokens")
    return volume.point if isinstance(volume, Range) else None


def _months(assessment: Assessment, columns: int) -> list[Line]:
    """What each route has cost by the end of some months, and when one has paid for itself against another."""
    horizon = assessment.outlook.horizon
    if horizon is None:
        return []
    months = sorted({1, horizon.months // 3, horizon.months * 2 // 3, horizon.months} - {0})
    lines = _head("In all, by month", "dollars spent, the plain median")
    lines.append(_row("", [str(month) for month in months], "muted", columns))
    for route in horizon.routes:
        lines.append(_row(route.route, [dollars(route.spent_usd[month - 1]) for month in months], "plain", columns))
    for back in horizon.pay_backs:
        never = f"; never in {back.never_share:.0%} of the draws" if back.never_share else ""
        when = _after(back.month.p50)
        lines += wrapped(f"{back.route} pays back against {back.against} {when}{never}", columns, "   ", "muted")
    return lines


def _after(months: float | None) -> str:
    if months is None:
        return "not within the horizon"
    return f"after {months:.0f} month{'s' * (f'{months:.0f}' != '1')}"


def _successes(options: Sequence[Option], columns: int) -> list[Line]:
    counted = [(option, option.usd_per_success) for option in options if option.usd_per_success is not None]
    lines = _head("One task done right", "p10, p50, p90") if counted else []
    for option, band in counted:
        figures = "".join(f"{dollars(value):>{FIGURE}}" for value in (band.p10, band.p50, band.p90))
        lines.append(line("   ", (f"{option.option:<{NAME}}", _role(option)), (figures, _role(option))))
    return [fitted(part, columns) for part in lines]


def _movers(assessment: Assessment, columns: int) -> list[Line]:
    """What moves the difference most, as a tornado: the widest first."""
    moved = sorted(assessment.measure_next, key=lambda item: -item.swing_usd)
    if not moved or moved[0].swing_usd <= 0:
        return []
    widest = moved[0].swing_usd
    room = max(columns - 3 - 32 - 12, 8)
    lines = _head("What moves it most", "dollars a month between the low and the high end of the answer")
    for item in moved:
        bar = share_bar(item.swing_usd / widest, room)
        lines.append(
            fitted(line("   ", f"{item.key:<30}", f"{dollars(item.swing_usd):>10}  ", (bar, "muted")), columns)
        )
    return lines


def _role(option: Option) -> str:
    return {"chosen": "accent", "excluded": "muted"}.get(option.state, "plain")

"""Costs in columns: by line and by month, one column a route or a month; a cost that is zero is a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.cost.routes import LINES
from advisor.interview.answer_format import dollars
from advisor.tui.verdict.views.entry import headed
from advisor.tui.widgets.styled_text import Line, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Option
    from advisor.assessment.outlook import Horizon

NAME = 15
FIGURE = 12


def by_line(options: Sequence[Option], columns: int) -> list[Line]:
    """One row a line of cost, one column a route, at the point estimate; lines that no route has are left out."""
    used = [name for name in LINES if any(option.lines.get(name) for option in options)]
    if not used:
        return []
    lines = headed("Line by line", "dollars a month at the point estimate", columns)
    lines += _names([option.option for option in options], columns)
    for name in used:
        lines.append(_row(name, [amount(option.lines.get(name, 0.0)) for option in options], "plain", columns))
    lines.append(_row("together", [amount(option.monthly_usd.point) for option in options], "strong", columns))
    priced = [f"{option.option}: {option.priced}" for option in options if option.priced]
    return [*lines, *(part for text in priced for part in wrapped(text, columns, "   ", "muted"))]


def by_month(horizon: Horizon | None, columns: int) -> list[Line]:
    """What each route has cost by the end of some months, and when one has paid for itself against another."""
    if horizon is None:
        return []
    months = sorted({1, horizon.months // 3, horizon.months * 2 // 3, horizon.months} - {0})
    lines = headed("In all, by month", "dollars spent, the plain median", columns)
    lines.append(_row("", [str(month) for month in months], "muted", columns))
    for route in horizon.routes:
        lines.append(_row(route.route, [amount(route.spent_usd[month - 1]) for month in months], "plain", columns))
    for back in horizon.pay_backs:
        never = f"; never in {back.never_share:.0%} of the draws" if back.never_share else ""
        when = _after(back.month.p50)
        lines += wrapped(f"{back.route} pays back against {back.against} {when}{never}", columns, "   ", "muted")
    return lines


def amount(value: float) -> str:
    """Dollars in a cell; a dash where there is nothing to pay."""
    return dollars(value) if value else "–"


def role_of(option: Option) -> str:
    """Set the chosen route off, and let the excluded ones step back."""
    return {"chosen": "accent", "excluded": "muted"}.get(option.state, "plain")


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


def _after(months: float | None) -> str:
    if months is None:
        return "not within the horizon"
    return f"after {months:.0f} month{'s' * (f'{months:.0f}' != '1')}"

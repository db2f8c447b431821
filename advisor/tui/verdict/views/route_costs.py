"""One route by itself: what it costs a month, which lines make it up, and what it comes to over time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.cost.routes import LINES
from advisor.interview.answer_format import dollar_span, dollars
from advisor.tui.verdict.views.bars import share_bar
from advisor.tui.verdict.views.cost_table import FIGURE, NAME, amount, role_of
from advisor.tui.verdict.views.entry import Entry, headed
from advisor.tui.verdict.views.overview import labeled
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, line, spread, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Option

GROUP = "Each route by itself"


def route_entries(assessment: Assessment) -> list[Entry]:
    """One entry a route, with its median; a dash where nobody has a price."""
    return [
        Entry(option.option, _side(option), partial(_route, assessment, option), GROUP) for option in assessment.options
    ]


def _side(option: Option) -> str:
    return dollars(option.monthly_usd.p50) if option.monthly_usd.p90 > 0 else "–"


def _route(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    lines = [spread(line("   ", (option.option, "strong")), line((option.state, "muted")), columns)]
    lines += wrapped(option.priced, columns, "   ", "muted")
    if option.monthly_usd.p90 <= 0:
        return [*lines, BLANK, *wrapped("No provider that may be used has a price for it.", columns, "   ")]
    return [*lines, BLANK, *_figures(assessment, option, columns), BLANK, *_shares(option, columns)]


def _figures(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    cost, success = option.monthly_usd, option.usd_per_success
    rows = [("a month", f"{dollars(cost.p50)}, {dollar_span(cost.p10, cost.p90)} from p10 to p90")]
    rows += [("a success", f"{dollars(success.p50)}, {dollar_span(success.p10, success.p90)}")] if success else []
    horizon = assessment.outlook.horizon
    spent = [one.spent_usd for one in horizon.routes if one.route == option.option] if horizon else []
    rows += [("in all", f"{dollars(months[-1])} in {len(months)} months, the plain median") for months in spent]
    if option.state != "excluded":
        rows.append(("cheapest", f"in {option.probability_cheapest:.0%} of the draws"))
    return [part for label, text in rows for part in labeled(label, [text], columns)]


def _shares(option: Option, columns: int) -> list[Line]:
    """Each line of the cost as a bar, its share of the whole beside it."""
    whole = option.monthly_usd.point
    room = max(columns - 3 - NAME - FIGURE - 8, 8)
    lines = headed("Line by line", "dollars a month at the point estimate", columns)
    for name in LINES:
        cost = option.lines.get(name, 0.0)
        if cost and whole:
            share = cost / whole
            figures = f"{amount(cost):>{FIGURE}}{share:>6.0%}  "
            lines.append(line("   ", (f"{name:<{NAME}}", "muted"), figures, (share_bar(share, room), role_of(option))))
    lines.append(line("   ", (f"{'together':<{NAME}}", "muted"), (f"{amount(whole):>{FIGURE}}", "strong")))
    return [fitted(part, columns) for part in lines]

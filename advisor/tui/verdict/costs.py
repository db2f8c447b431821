"""What each route costs a month: its range, its lines, its price per success, where the lines cross, what moves it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from advisor.cost.routes import LINES
from advisor.interview.answer_format import dollar_span, dollars, figure
from advisor.knowledge.labels import catalog_words, label, route_name
from advisor.report.phrases import hybrid, would_pay
from advisor.tui.verdict.chart import crossing_chart, crossing_lines, log_ends, meets, range_bar, share_bar
from advisor.tui.verdict.overview import role_of
from advisor.tui.verdict.reading_page import ViewEntry
from advisor.tui.verdict.reasons import is_searched
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, fitted, headed, labeled_rows, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.assessment.model import Assessment, Option
    from advisor.cost.breakeven import Horizon


GROUP = "Each route by itself"


def route_entries(assessment: Assessment) -> list[ViewEntry]:
    """One entry a route, with its median; a dash where nobody has a price."""
    return [
        ViewEntry(route_name(option.option), _side(option), partial(_route, assessment, option), GROUP)
        for option in assessment.options
    ]


def _side(option: Option) -> str:
    return dollars(option.monthly_usd.p50) if option.monthly_usd.p90 > 0 else "–"


def _route(assessment: Assessment, option: Option, columns: int) -> list[Line]:
    lines = [spread(line("   ", (route_name(option.option), "strong")), line((option.state, "muted")), columns)]
    lines += wrapped(catalog_words(option.priced), columns, "   ", "muted")
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
    return labeled_rows(rows, columns)


def _shares(option: Option, columns: int) -> list[Line]:
    """Each line of the cost as a bar, with its share of the whole."""
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


NAME = 15
QUESTION = 38
FIGURE = 12


def by_line(options: Sequence[Option], columns: int) -> list[Line]:
    """One row a line of cost, one column a route, at the point estimate; lines that no route has are left out."""
    used = [name for name in LINES if any(option.lines.get(name) for option in options)]
    if not used:
        return []
    lines = headed("Line by line", "dollars a month at the point estimate", columns)
    lines += _names([route_name(option.option) for option in options], columns)
    for name in used:
        lines.append(_row(name, [amount(option.lines.get(name, 0.0)) for option in options], "plain", columns))
    lines.append(_row("together", [amount(option.monthly_usd.point) for option in options], "strong", columns))
    priced = [f"{route_name(option.option)}: {catalog_words(option.priced)}" for option in options if option.priced]
    return [*lines, *(part for text in priced for part in wrapped(text, columns, "   ", "muted"))]


def by_month(horizon: Horizon | None, columns: int) -> list[Line]:
    """What each route has cost by the end of some months, and when one has paid for itself against another."""
    if horizon is None:
        return []
    months = sorted({1, horizon.months // 3, horizon.months * 2 // 3, horizon.months} - {0})
    lines = headed("In all, by month", "dollars spent, the plain median", columns)
    lines.append(_row("", [str(month) for month in months], "muted", columns))
    for route in horizon.routes:
        spent = [amount(route.spent_usd[month - 1]) for month in months]
        lines.append(_row(route_name(route.route), spent, "plain", columns))
    for back in horizon.pay_backs:
        never = f"; never in {back.never_share:.0%} of the draws" if back.never_share else ""
        when = _after(back.month.p50)
        pays = f"{route_name(back.route)} pays back against {route_name(back.against)} {when}{never}"
        lines += wrapped(pays, columns, "   ", "muted")
    return lines


def amount(value: float) -> str:
    """Dollars in a cell; a dash where there is nothing to pay."""
    return dollars(value) if value else "–"


def _names(routes: Sequence[str], columns: int) -> list[Line]:
    """The routes over their columns; on two rows, parted at the last space, where one would run into the next."""
    if max(map(len, routes)) < _cell(len(routes), columns):
        return [_row("", routes, "muted", columns)]
    parts = [route.rpartition(" ") for route in routes]
    above, below = [head for head, *_ in parts], [tail for *_, tail in parts]
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


TOGETHER = "The routes side by side"
CROSSING = "Where self-hosting meets the API"
NARROW = 58


def costs_entries(assessment: Assessment) -> list[ViewEntry]:
    """The routes side by side, one entry a question about them; then each route by itself."""
    names = _sides(assessment)
    drawn = [ViewEntry(name, names[name], draw, TOGETHER) for name, draw in _blocks(assessment).items() if draw(NARROW)]
    overview = partial(_overview, assessment)
    tall = {drawn[0].title: overview, CROSSING: partial(crossing_lines, assessment)} if drawn else {}
    shown = [one._replace(detail=overview) if place == 0 else one for place, one in enumerate(drawn)]
    return [*(one._replace(tall=tall.get(one.title)) for one in shown), *route_entries(assessment)]


def costs_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the whole view: the routes side by side, every figure once."""
    blocks = (draw(columns) for draw in _blocks(assessment).values())
    return [part for block in blocks if block for part in (*block, BLANK)]


def _blocks(assessment: Assessment) -> dict[str, Callable[[int], list[Line]]]:
    options = [option for option in assessment.options if option.monthly_usd.p90 > 0]
    return {
        "A month": partial(_ranges, options),
        "Line by line": partial(by_line, options),
        CROSSING: partial(crossing_lines, assessment),
        "In all, by month": partial(by_month, assessment.outlook.horizon),
        "One task done right": partial(_successes, options),
        "What moves it most": partial(_movers, assessment),
        "What would make self-hosting pay": partial(_would_pay, assessment),
        "Split over two routes": partial(_split, assessment),
    }


def _sides(assessment: Assessment) -> dict[str, str]:
    """The one figure of each block that its row in the list shows."""
    chosen, band = assessment.option(assessment.verdict.option), assessment.break_even.output_tokens_per_month
    success = chosen.usd_per_success if chosen is not None else None
    horizon, split = assessment.outlook.horizon, assessment.outlook.hybrid
    most = max(assessment.measure_next, key=lambda item: item.swing_usd, default=None)
    return {
        "A month": dollars(chosen.monthly_usd.p50) if chosen is not None and chosen.monthly_usd.p90 else "",
        "Line by line": count_of(sum(map(bool, chosen.lines.values())), "line") if chosen is not None else "",
        CROSSING: figure(band.p50) if meets(band) else "never",
        "In all, by month": f"{horizon.months} months" if horizon is not None else "",
        "One task done right": dollars(success.p50) if success is not None else "",
        "What moves it most": "" if most is None else dollars(most.swing_usd),
        "What would make self-hosting pay": count_of(len(list(would_pay(assessment.outlook))), "way"),
        "Split over two routes": "" if split is None or split.frontier_share is None else f"{split.frontier_share:.0%}",
    }


def _overview(assessment: Assessment, columns: int, rows: int = 0) -> list[Line]:
    """What is looked at first: the ranges, and under them the chart."""
    blocks = _blocks(assessment)
    chart = crossing_chart(
        assessment, columns, low=True, rows=rows - len(blocks["A month"](columns)) - 1 if rows else 0
    )
    if not chart and not is_searched(assessment):
        chart = wrapped("Cost against volume is drawn here as soon as it is computed.", columns, "   ", "muted")
    return [*blocks["A month"](columns), BLANK, *chart]


def _ranges(options: Sequence[Option], columns: int) -> list[Line]:
    """Draw each route's range as a bar beside its figures."""
    ends = log_ends([option.monthly_usd for option in options])
    room = max(columns - 3 - NAME - 19, 10)
    scale = f"p10 to p90, the median marked, {dollars(ends[0])} to {dollars(ends[1])} on a logarithmic scale"
    lines = headed("A month", scale, columns) if options else []
    for option in options:
        cost, role, name = option.monthly_usd, role_of(option), route_name(option.option)
        bar = range_bar(cost.p10, cost.p50, cost.p90, ends, room)
        figures = f"{dollar_span(cost.p10, cost.p90):>16}"
        lines.append(fitted(line("   ", (f"{name:<{NAME}}", role), (f"{figures}  ", role), (bar, role)), columns))
    return lines


def _would_pay(assessment: Assessment, columns: int) -> list[Line]:
    """Values of other inputs at which self-hosting costs what the API costs."""
    conditions = [part for words in would_pay(assessment.outlook) for part in wrapped(words, columns, "   ")]
    return (
        [*headed("What would make self-hosting pay", "the median, p10 to p90", columns), *conditions]
        if conditions
        else []
    )


def _split(assessment: Assessment, columns: int) -> list[Line]:
    """The best share for a frontier model, what it saves, and what articles say it does."""
    sentence = hybrid(assessment.outlook.hybrid)
    return [*headed("Split over two routes", "", columns), *wrapped(sentence, columns, "   ")] if sentence else []


def _successes(options: Sequence[Option], columns: int) -> list[Line]:
    counted = [(option, option.usd_per_success) for option in options if option.usd_per_success is not None]
    lines = headed("One task done right", "p10, p50, p90", columns) if counted else []
    for option, band in counted:
        figures = "".join(f"{dollars(value):>{FIGURE}}" for value in (band.p10, band.p50, band.p90))
        lines.append(line("   ", (f"{route_name(option.option):<{NAME}}", role_of(option)), (figures, role_of(option))))
    return [fitted(part, columns) for part in lines]


def _movers(assessment: Assessment, columns: int) -> list[Line]:
    """What moves the difference most, as a tornado: the widest first."""
    moved = sorted(assessment.measure_next, key=lambda item: -item.swing_usd)
    if not moved or moved[0].swing_usd <= 0:
        return []
    widest = moved[0].swing_usd
    room = max(columns - 3 - 32 - 12, 8)
    lines = headed("What moves it most", "dollars a month between the low and the high end of the answer", columns)
    for item in moved:
        bar = share_bar(item.swing_usd / widest, room)
        lines.append(
            fitted(
                line(
                    "   ",
                    f"{set_cell_size(label(item.key), QUESTION)}",
                    f"{dollars(item.swing_usd):>10}  ",
                    (bar, "muted"),
                ),
                columns,
            )
        )
    return [fitted(part, columns) for part in lines]

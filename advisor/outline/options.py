"""Every listed route: its state, what excludes it, what it costs a month and for each success."""

from __future__ import annotations

import numpy as np

from advisor.assessment import (
    Band,
    Option,
    Spread,
    State,
)
from advisor.cost.draws import Figure
from advisor.cost.outcomes import SuccessRates
from advisor.cost.routes import LINES
from advisor.judging.judge import Judged
from advisor.knowledge.rules import ROUTES
from advisor.outline.success_margin import serves_open_model
from advisor.outline.wording import priced_with


def options(judged: Judged) -> tuple[Option, ...]:
    """Every listed route with its state and costs; a route no eligible provider serves has no price."""
    listed = [route for route in ROUTES if route in judged.findings.standing.excluded_by]
    return tuple(_option(route, judged) for route in listed)


def _option(route: str, judged: Judged) -> Option:
    costs, standing = judged.costs, judged.findings.standing
    excluded = () if route in standing.after_can else standing.excluded_by[route]
    state: State = "viable" if route in standing.after_can else "excluded"
    if route == judged.choice.option:
        state = "chosen"
    lines = costs.point_lines.get(route, dict.fromkeys(LINES, 0.0))
    point = sum(lines[line] for line in LINES)
    drawn = costs.totals.get(route, 0.0)
    return Option(
        option=route,
        state=state,
        excluded_by=excluded,
        probability_cheapest=judged.choice.cheapest_share.get(route, 0.0),
        monthly_usd=Spread(point, *_percentiles(drawn)),
        usd_per_success=_per_success(route, judged),
        lines=lines,
        priced=priced_with(route, judged) if route in costs.point_lines else "",
    )


def _per_success(route: str, judged: Judged) -> Band | None:
    """Dollars per task that succeeds: the route's total, over tasks times its success rate."""
    if route not in judged.costs.totals:
        return None
    drawn = judged.costs.drawn
    succeeding = drawn.tasks() * _success(route, judged)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.asarray(judged.costs.totals[route] / np.asarray(succeeding))
    finite = each[np.isfinite(each)] if each.ndim else each
    return Band(*_percentiles(finite if finite.ndim else float(finite))) if np.size(finite) else None


def _success(route: str, judged: Judged) -> Figure:
    rates: SuccessRates = judged.costs.drawn.rates
    if route == "hybrid":
        share = judged.costs.drawn.sample("quality.frontier_share")
        return share * rates.api + (1.0 - share) * rates.routine
    return rates.open if serves_open_model(route, judged) else rates.api


def _percentiles(values: Figure) -> tuple[float, float, float]:
    low, middle, high = np.quantile(np.atleast_1d(values), (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)

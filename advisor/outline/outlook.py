"""What was judged, followed further: months ahead, crossings by other inputs, the best split, the price of failing."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from advisor import projection as said
from advisor.cost.breakeven import volumes
from advisor.cost.comparison import median, parts_of
from advisor.cost.crossover import Crossover, crossovers
from advisor.cost.curves import Curve, curves
from advisor.cost.draws import Array, spread
from advisor.cost.horizon import Horizon, RouteMonths, horizon
from advisor.cost.operations import breach_exposure
from advisor.cost.routes import Pricing
from advisor.cost.split import split
from advisor.judging.judge import Judged
from advisor.knowledge.parameters import Parameters
from advisor.outline.success_margin import margin_points

_PUBLISHED = "hybrid.published_saving"


def outlook(judged: Judged, closer: Pricing) -> said.Outlook:
    """Everything beyond the verdict, on the first of the verdict's own draws, as many as `closer` has."""
    found = crossovers(closer)
    at = curves(closer, volumes())
    return said.Outlook(
        horizon=_horizon(judged, closer),
        break_evens=tuple(_crossover(each) for each in found),
        hybrid=_hybrid(judged, closer),
        quality=_quality(judged),
        insurance=_insurance(judged),
        curves=tuple(_curve(each) for each in at),
    )


def _horizon(judged: Judged, closer: Pricing) -> said.Horizon:
    """Months of every priced route; pay-back of self-hosting against the API, and of the choice against its rival."""
    settled = judged.costs.settled
    months = max(judged.scenario.months, round(_parameters(judged).number("horizon.months_shown")))
    parts = {route: parts_of(closer, route, settled) for route in settled.routes}
    return _months(horizon(closer, parts, tuple(dict.fromkeys(_pairs(judged))), months))


def _pairs(judged: Judged) -> Iterator[tuple[str, str]]:
    totals, chosen = judged.costs.totals, judged.choice.option
    if "hosted-api" in totals:
        yield "self-host", "hosted-api"
    rivals = [route for route in judged.findings.standing.after_can if route != chosen and route in totals]
    if chosen in totals and rivals:
        yield chosen, min(rivals, key=lambda route: median(totals[route]))


def _months(found: Horizon) -> said.Horizon:
    pay_backs = tuple(
        said.PayBack(each.route, each.against, _ends(each.p10, each.p50, each.p90), each.never_share)
        for each in found.pay_backs
    )
    return said.Horizon(found.months, tuple(_route_months(each) for each in found.routes), pay_backs)


def _route_months(found: RouteMonths) -> said.RouteMonths:
    spent, p10, p50, p90 = (_plain(each) for each in (found.spent, found.p10, found.p50, found.p90))
    return said.RouteMonths(found.route, spent, p10, p50, p90)


def _crossover(found: Crossover) -> said.Crossover:
    at = found.at
    ends = _ends(at.p10, at.p50, at.p90)
    return said.Crossover(found.key, found.unit, found.pays, found.today, ends, at.all_at_point, at.never_share)


def _hybrid(judged: Judged, closer: Pricing) -> said.HybridSplit | None:
    standing, parameters = judged.findings.standing, _parameters(judged)
    halves = (standing.routine_halves, standing.frontier_halves)
    found = split(closer, halves, parameters.number("gate.hybrid_margin"))
    if found is None:
        return None
    quotes = parameters.dated(_PUBLISHED).quotes
    published = tuple(said.PublishedSaving(quote.source, quote.low, quote.high) for quote in quotes)
    saving = None if found.saving is None else _ends(*found.saving)
    return said.HybridSplit(found.routine, found.frontier, found.best, saving, found.largest, published)


def _quality(judged: Judged) -> said.QualityMargin | None:
    """None where gates left only one kind of model: then no success rate changes the route."""
    points = margin_points(judged)
    if points is None:
        return None
    cost = median(judged.costs.drawn.sample("quality.failure_cost_usd"))
    return said.QualityMargin(points, cost, not judged.findings.prepared.known.given("quality.failure_cost_usd"))


def _insurance(judged: Judged) -> tuple[said.Insurance, ...]:
    sample, routes = judged.costs.drawn.sample, judged.costs.settled.routes
    exposed = {home: _ends(*spread(breach_exposure(sample, at_home=home))) for home in (True, False)}
    return tuple(said.Insurance(route, exposed[route == "self-host"]) for route in routes)


def _curve(found: Curve) -> said.Curve:
    return said.Curve(found.route, _plain(found.at), _plain(found.p10), _plain(found.p50), _plain(found.p90))


def _ends(*figures: float) -> said.Ends:
    return said.Ends(*(figure if isfinite(figure) else None for figure in figures))


def _plain(figures: Array) -> tuple[float, ...]:
    return tuple(float(figure) for figure in np.atleast_1d(figures))


def _parameters(judged: Judged) -> Parameters:
    return judged.findings.prepared.known.parameters

"""What lies beyond the verdict: months ahead, crossings by other inputs, the best split, the price of failures."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from advisor.assessment import outlook as projection
from advisor.assessment.success_margin import margin_points
from advisor.cost.compare.breakeven import volumes
from advisor.cost.compare.comparison import median, parts_of
from advisor.cost.compare.crossover import Crossover, crossovers
from advisor.cost.compare.curves import Curve, curves
from advisor.cost.compare.horizon import Horizon, RouteMonths, horizon
from advisor.cost.draws import Array, spread
from advisor.cost.fleets.operations import breach_exposure
from advisor.cost.hybrid_split import split
from advisor.cost.routes import Pricing
from advisor.decision.evaluate import Evaluation
from advisor.knowledge.parameters import Parameters

_PUBLISHED = "hybrid.published_saving"


def outlook(evaluation: Evaluation, closer: Pricing) -> projection.Outlook:
    """Everything beyond the verdict, on the first of the verdict's own draws, as many as `closer` has."""
    found = crossovers(closer)
    at = curves(closer, volumes())
    return projection.Outlook(
        horizon=_horizon(evaluation, closer),
        break_evens=tuple(_crossover(each) for each in found),
        hybrid=_hybrid(evaluation, closer),
        quality=_quality(evaluation),
        insurance=_insurance(evaluation),
        curves=tuple(_curve(each) for each in at),
    )


def _horizon(evaluation: Evaluation, closer: Pricing) -> projection.Horizon:
    """Months of every priced route; pay-back of self-hosting against the API, and of the choice against its rival."""
    settled = evaluation.costs.settled
    months = max(evaluation.scenario.months, round(_parameters(evaluation).number("horizon.months_shown")))
    parts = {route: parts_of(closer, route, settled) for route in settled.routes}
    return _months(horizon(closer, parts, tuple(dict.fromkeys(_pairs(evaluation))), months))


def _pairs(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    totals, chosen = evaluation.costs.totals, evaluation.choice.option
    if "hosted-api" in totals:
        yield "self-host", "hosted-api"
    rivals = [route for route in evaluation.findings.standing.after_can if route != chosen and route in totals]
    if chosen in totals and rivals:
        yield chosen, min(rivals, key=lambda route: median(totals[route]))


def _months(found: Horizon) -> projection.Horizon:
    pay_backs = tuple(
        projection.PayBack(each.route, each.against, _ends(each.p10, each.p50, each.p90), each.never_share)
        for each in found.pay_backs
    )
    return projection.Horizon(found.months, tuple(_route_months(each) for each in found.routes), pay_backs)


def _route_months(found: RouteMonths) -> projection.RouteMonths:
    spent, p10, p50, p90 = (_plain(each) for each in (found.spent, found.p10, found.p50, found.p90))
    return projection.RouteMonths(found.route, spent, p10, p50, p90)


def _crossover(found: Crossover) -> projection.Crossover:
    at = found.at
    ends = _ends(at.p10, at.p50, at.p90)
    return projection.Crossover(found.key, found.unit, found.pays, found.today, ends, at.all_at_point, at.never_share)


def _hybrid(evaluation: Evaluation, closer: Pricing) -> projection.HybridSplit | None:
    standing, parameters = evaluation.findings.standing, _parameters(evaluation)
    halves = (standing.routine_halves, standing.frontier_halves)
    found = split(closer, halves, parameters.number("gate.hybrid_margin"))
    if found is None:
        return None
    quotes = parameters.dated(_PUBLISHED).quotes
    published = tuple(projection.PublishedSaving(quote.source, quote.low, quote.high) for quote in quotes)
    saving = None if found.saving is None else _ends(*found.saving)
    return projection.HybridSplit(found.routine, found.frontier, found.best, saving, found.largest, published)


def _quality(evaluation: Evaluation) -> projection.QualityMargin | None:
    """None where gates left only one kind of model: then no success rate changes the route."""
    points = margin_points(evaluation)
    if points is None:
        return None
    cost = median(evaluation.costs.drawn.sample("quality.failure_cost_usd"))
    return projection.QualityMargin(
        points, cost, not evaluation.findings.prepared.known.given("quality.failure_cost_usd")
    )


def _insurance(evaluation: Evaluation) -> tuple[projection.Insurance, ...]:
    sample, routes = evaluation.costs.drawn.sample, evaluation.costs.settled.routes
    exposed = {home: _ends(*spread(breach_exposure(sample, at_home=home))) for home in (True, False)}
    return tuple(projection.Insurance(route, exposed[route == "self-host"]) for route in routes)


def _curve(found: Curve) -> projection.Curve:
    return projection.Curve(found.route, _plain(found.at), _plain(found.p10), _plain(found.p50), _plain(found.p90))


def _ends(*figures: float) -> projection.Ends:
    return projection.Ends(*(figure if isfinite(figure) else None for figure in figures))


def _plain(figures: Array) -> tuple[float, ...]:
    return tuple(float(figure) for figure in np.atleast_1d(figures))


def _parameters(evaluation: Evaluation) -> Parameters:
    return evaluation.findings.prepared.known.parameters

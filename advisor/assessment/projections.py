"""Results beyond the verdict: months ahead, crossovers by other inputs, the best split, the price of failures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from advisor.assessment.model import Insurance, Outlook, QualityMargin
from advisor.assessment.success_margin import margin_points
from advisor.cost.compare.breakeven import volumes
from advisor.cost.compare.comparison import median, parts_of
from advisor.cost.compare.crossover import crossovers
from advisor.cost.compare.curves import curves
from advisor.cost.compare.horizon import horizon
from advisor.cost.compare.projection import Ends, Horizon, HybridSplit, PublishedSaving
from advisor.cost.draws import spread
from advisor.cost.fleets.operations import breach_exposure
from advisor.cost.hybrid_split import split
from advisor.cost.routes import Pricing
from advisor.decision.evaluate import Evaluation
from advisor.knowledge.parameters import Parameters

_PUBLISHED = "hybrid.published_saving"


def outlook(evaluation: Evaluation, closer: Pricing) -> Outlook:
    """Everything beyond the verdict, on the first of the verdict's own draws, as many as `closer` has."""
    return Outlook(
        horizon=_horizon(evaluation, closer),
        break_evens=crossovers(closer),
        hybrid=_hybrid(evaluation, closer),
        quality=_quality(evaluation),
        insurance=_insurance(evaluation),
        curves=curves(closer, volumes()),
    )


def _horizon(evaluation: Evaluation, closer: Pricing) -> Horizon:
    """Months of every priced route; pay-back of self-hosting against the API, and of the choice against its rival."""
    settled = evaluation.costs.settled
    months = max(evaluation.scenario.months, round(_parameters(evaluation).number("horizon.months_shown")))
    parts = {route: parts_of(closer, route, settled) for route in settled.routes}
    return horizon(closer, parts, tuple(dict.fromkeys(_pairs(evaluation))), months)


def _pairs(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    totals, chosen = evaluation.costs.totals, evaluation.choice.option
    if "hosted-api" in totals:
        yield "self-host", "hosted-api"
    rivals = [route for route in evaluation.findings.standing.after_can if route != chosen and route in totals]
    if chosen in totals and rivals:
        yield chosen, min(rivals, key=lambda route: median(totals[route]))


def _hybrid(evaluation: Evaluation, closer: Pricing) -> HybridSplit | None:
    standing, parameters = evaluation.findings.standing, _parameters(evaluation)
    halves = (standing.routine_halves, standing.frontier_halves)
    found = split(closer, halves, parameters.number("gate.hybrid_margin"))
    if found is None:
        return None
    quotes = parameters.dated(_PUBLISHED).quotes
    return replace(found, published=tuple(PublishedSaving(quote.source, quote.low, quote.high) for quote in quotes))


def _quality(evaluation: Evaluation) -> QualityMargin | None:
    """None where gates left only one kind of model: then no success rate changes the route."""
    points = margin_points(evaluation)
    if points is None:
        return None
    cost = median(evaluation.costs.drawn.sample("quality.failure_cost_usd"))
    return QualityMargin(points, cost, not evaluation.findings.prepared.known.given("quality.failure_cost_usd"))


def _insurance(evaluation: Evaluation) -> tuple[Insurance, ...]:
    sample, routes = evaluation.costs.drawn.sample, evaluation.costs.settled.routes
    exposed = {home: Ends.of(*spread(breach_exposure(sample, at_home=home))) for home in (True, False)}
    return tuple(Insurance(route, exposed[route == "self-host"]) for route in routes)


def _parameters(evaluation: Evaluation) -> Parameters:
    return evaluation.findings.prepared.known.parameters

"""Results beyond the verdict: margin of success, the fleet, published comparisons, months ahead, crossovers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import fsum

import numpy as np

from advisor.assessment.model import Band, BreakEven, FleetReport, Insurance, Outlook, QualityMargin
from advisor.cost.breakeven import Crossing, Horizon, crossovers, curves, horizon, volumes
from advisor.cost.comparison import HybridSplit, PublishedSaving, parts_of, split
from advisor.cost.draws import Ends, Figure, median, points, spread
from advisor.cost.fleet import FleetRequest, gpus_for, group_speed, mean_rate
from advisor.cost.operations import breach_exposure
from advisor.cost.routes import LINES, Pricing, cloud_frontier, self_host, total
from advisor.cost.scenario_builder import calibration_of
from advisor.decision.evaluate import Evaluation, serves_open_model
from advisor.knowledge.parameters import Parameters
from advisor.published.method_conditions import PanelFigures
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import group_models
from advisor.sizing.placement import Placement
from advisor.sizing.sizing_report import RatePoint, curve_of

# How far the open model's success may fall before the choice changes: what to measure when nobody has.


def success_margin(evaluation: Evaluation) -> float | None:
    """Points of success, 0–100 or more, by which the open model may trail the vendor's before the route changes.

    At the median draw: dollars saved over the cheapest standing vendor's model, per task done by the open model and
    per dollar of a failure. None where failures were compared already, or either kind of model is not in question.
    """
    if evaluation.scenario.evidence or not serves_open_model(evaluation.choice.option, evaluation):
        return None
    return margin_points(evaluation)


def margin_points(evaluation: Evaluation) -> float | None:
    """The same for whichever standing route serves an open model, the chosen one first, whatever was compared.

    Below zero it is by how much the open model would have to do better. None where either kind is not in question.
    """
    chosen, drawn, totals = evaluation.choice.option, evaluation.costs.drawn, evaluation.costs.totals
    opens = [route for route in evaluation.findings.standing.after_can if serves_open_model(route, evaluation)]
    vendor = vendor_totals(evaluation)
    if not opens or not vendor:
        return None
    route = chosen if chosen in opens else min(opens, key=lambda route: median(totals[route]))
    share = 1.0 - drawn.sample("quality.frontier_share") if route == "hybrid" else 1.0
    stake = median(drawn.tasks(share) * drawn.sample("quality.failure_cost_usd"))
    saved = min(median(np.asarray(one - totals[route])) for one in vendor.values())
    return 100.0 * saved / stake if stake > 0.0 else None


def changes_route(evaluation: Evaluation) -> bool:
    """Whether the vendor's model that a failing open one would give way to belongs to another route.

    A cloud may run either model: it may change the model and stay the route.
    """
    vendor = vendor_totals(evaluation)
    return min(vendor, key=lambda route: median(vendor[route])) != evaluation.choice.option


def vendor_totals(evaluation: Evaluation) -> dict[str, Figure]:
    """What the standing routes cost with the vendor's own model, dollars a month."""
    standing, found = evaluation.findings.standing.after_can, dict[str, Figure]()
    if "hosted-api" in standing:
        found["hosted-api"] = evaluation.costs.totals["hosted-api"]
    if "managed-cloud" in standing and evaluation.scenario.offers.cloud_frontier is not None:
        found["managed-cloud"] = total(cloud_frontier(evaluation.costs.drawn))
    return found


# The fleet that self-hosting would take, and where it overtakes the API.


def fleet_report(evaluation: Evaluation) -> FleetReport:
    """The fleet that self-hosting all of the traffic buys for the first month, at the point estimate."""
    scenario = evaluation.scenario
    plan, speed = scenario.fleet, scenario.fleet.speed
    pricing = Pricing(scenario, points(scenario.ranges))
    gpus = gpus_for(plan, scenario.shortlist.demand)
    replicas = max(1, round(gpus / plan.group_gpus))
    total = speed.tokens_per_second * replicas
    demand = float(mean_rate(pricing.open_traffic(), pricing.sample))
    return FleetReport(
        model=plan.request.model.id,
        precision=plan.request.precision,
        gpu=plan.request.gpu.id,
        gpus=gpus,
        replicas=replicas,
        fits=plan.fits,
        tokens_per_second=Band(total * speed.band_low, total, total * speed.band_high),
        utilization=demand / float(group_speed(plan, pricing.sample) * replicas) if plan.fits else 0.0,
        first_token_ms=speed.first_token_p50_ms,
        reason=speed.reason,
        first_token_p95_ms=speed.first_token_p95_ms,
        inter_token_ms=speed.inter_token_ms,
        curve=_curve(plan.request, speed.gpus, calibration_of(evaluation.findings.prepared.known.parameters)),
    )


def _curve(request: FleetRequest, gpus: int, calibration: Calibration) -> tuple[RatePoint, ...]:
    """Rate against time per token of one group of the fleet; empty where it does not fit."""
    placement = Placement(request.model, request.gpu, gpus, request.precision)
    models, _ = group_models(placement, request.shape, calibration)
    fitting = [model for model in models if model.memory.fits]
    return tuple(point.rate for point in curve_of(fitting, request.shape)) if fitting else ()


def break_even_report(evaluation: Evaluation, crossing: Crossing | None) -> BreakEven:
    """Where self-hosting overtakes the API; an end of the band is None where the curves never cross."""
    hosted = evaluation.scenario.offers.hosted
    against = evaluation.findings.prepared.api_model if hosted is None else hosted.model.id
    if crossing is None or np.isinf(crossing.p10):
        return BreakEven(against, None, never_share=1.0 if crossing is None else crossing.never_share)
    band = Band(crossing.p10, crossing.p50, crossing.p90)
    return BreakEven(against, band, crossing.all_at_point, crossing.never_share)


# What published methods compare, taken from our own comparison at the point estimate.


_MILLION = 1e6
_HARDLY_ANY = 1e-9
"""A share of the traffic that asks for the smallest fleet and nothing more."""


def panel_figures(evaluation: Evaluation) -> PanelFigures:
    """What published methods compare, at the point estimate: each route's cost, volumes, V*'s two parts."""
    pricing = Pricing(evaluation.scenario, points(evaluation.scenario.ranges))
    costs = {route: fsum(lines[line] for line in LINES) for route, lines in evaluation.costs.point_lines.items()}
    moved = [float(volume * pricing.growth) for volume in (pricing.today.input, pricing.today.output)]
    tokens = evaluation.costs.point_lines.get("hosted-api", {}).get("tokens")
    return PanelFigures(
        api_monthly_usd=tokens,
        managed_monthly_usd=costs.get("managed-open"),
        self_host_monthly_usd=costs.get("self-host"),
        input_tokens=moved[0],
        output_tokens=moved[1],
        fixed_usd=float(total(self_host(pricing, _HARDLY_ANY))),
        avoided_usd_per_million=tokens / fsum(moved) * _MILLION if tokens and fsum(moved) else 0.0,
    )


# Results beyond the verdict: months ahead, crossovers by other inputs, the best split, the price of failures.


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

"""The fleet that self-hosting would take, and where it overtakes the API."""

from __future__ import annotations

import numpy as np

from advisor.assessment.model import (
    Band,
    BreakEven,
    FleetReport,
)
from advisor.cost.compare.breakeven import Crossing
from advisor.cost.draws import points
from advisor.cost.fleets.fleet import FleetRequest, gpus_for, group_speed, mean_rate
from advisor.cost.routes import Pricing
from advisor.cost.scenario_builder import calibration_of
from advisor.decision.evaluate import Evaluation
from advisor.sizing.calibration import Calibration
from advisor.sizing.group_model import group_models
from advisor.sizing.placement import Placement
from advisor.sizing.rate_curve import RatePoint, rate_points
from advisor.sizing.sizing_report import curve_of


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
    return rate_points(curve_of(fitting, request.shape), gpus) if fitting else ()


def break_even_report(evaluation: Evaluation, crossing: Crossing | None) -> BreakEven:
    """Where self-hosting overtakes the API; an end of the band is None where the curves never cross."""
    hosted = evaluation.scenario.offers.hosted
    against = evaluation.findings.prepared.api_model if hosted is None else hosted.model.id
    if crossing is None or np.isinf(crossing.p10):
        return BreakEven(against, None, never_share=1.0 if crossing is None else crossing.never_share)
    band = Band(crossing.p10, crossing.p50, crossing.p90)
    return BreakEven(against, band, crossing.all_at_point, crossing.never_share)

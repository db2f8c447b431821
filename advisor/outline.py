"""What was judged, laid out for reading: options with their costs, fleet, findings, unknowns, what to measure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from advisor.assessment import (
    Band,
    BreakEven,
    FiredRule,
    FleetReport,
    Flip,
    LicenseReport,
    Measure,
    Option,
    Spread,
    State,
    Unknown,
    Verdict,
)
from advisor.cost.breakeven import Crossing
from advisor.cost.draws import Figure, points
from advisor.cost.fleet import group_speed, mean_rate
from advisor.cost.information import information
from advisor.cost.outcomes import SuccessRates
from advisor.cost.ranges_of import ANSWER_KEYS, WITHOUT_DEFAULT
from advisor.cost.routes import LINES, Pricing, capacity, self_host, total
from advisor.engine.engine import Firing
from advisor.interview.answers import write_value
from advisor.judge import Judged, concerned_routes
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.ranges import Range
from advisor.knowledge.rules import OPEN_ROUTES, ROUTES
from advisor.panel.facts import PanelFigures
from advisor.success_margin import serves_open_model
from advisor.wording import condition_text, money, priced_with, summary

_MOST_MEASURES = 8
_MILLION = 1e6
_HARDLY_ANY = 1e-9
"""A share of the traffic that asks for the smallest fleet and nothing more."""


def verdict(judged: Judged, licenses: Sequence[LicenseReport]) -> Verdict:
    """The choice in words, with what must come true and what remains to be done."""
    choice, findings = judged.choice, judged.findings
    route = choice.option
    conditions = tuple(condition_text(rule) for rule in judged.conditions.get(route, ()))
    concerned = {route, *concerned_routes(route, judged.costs)}
    tasks = [rule.title for rule in findings.fired if rule.effect == "task" and concerned & set(rule.options)]
    if concerned & set(OPEN_ROUTES):
        tasks += [duty for report in licenses if report.model == findings.prepared.open_model for duty in report.duties]
    if route == "none":
        tasks = []
    return Verdict(
        route, choice.decided_by, choice.status, choice.confidence, summary(judged), conditions, tuple(tasks)
    )


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


def fleet_report(judged: Judged) -> FleetReport:
    """The fleet that self-hosting all of the traffic would take, at the point estimate."""
    scenario = judged.scenario
    plan, speed = scenario.fleet, scenario.fleet.speed
    pricing = Pricing(scenario, points(scenario.ranges))
    gpus = capacity(pricing, "self-host", 1.0).all
    replicas = max(1, round(float(gpus) / plan.group_gpus))
    total = speed.tokens_per_second * replicas
    demand = float(mean_rate(pricing.open_traffic(), pricing.sample) * pricing.growth)
    return FleetReport(
        model=plan.request.model.id,
        precision=plan.request.precision,
        gpu=plan.request.gpu.id,
        gpus=round(float(gpus)),
        replicas=replicas,
        fits=plan.fits,
        tokens_per_second=Band(total * speed.band_low, total, total * speed.band_high),
        utilization=demand / float(group_speed(plan, pricing.sample) * replicas) if plan.fits else 0.0,
        first_token_ms=speed.first_token_ms,
        reason=speed.reason,
    )


def break_even_report(judged: Judged, crossing: Crossing | None) -> BreakEven:
    """Where self-hosting overtakes the API; an end of the band is None where the curves never cross."""
    against = judged.findings.prepared.api_model
    if crossing is None or np.isinf(crossing.p10):
        return BreakEven(against, None, never_share=1.0 if crossing is None else crossing.never_share)
    band = Band(crossing.p10, crossing.p50, crossing.p90)
    return BreakEven(against, band, crossing.all_at_point, crossing.never_share)


def fired_rules(judged: Judged, knowledge: Knowledge) -> tuple[FiredRule, ...]:
    """Every rule that fired, once for each route it bears on, license conditions first."""
    licenses = {knowledge.catalog.models[model].license for model in candidates(judged)}
    postures = [firing for firing in judged.findings.licenses.firings if firing.rule.license in licenses]
    firings = (*postures, *judged.findings.gates.firings)
    return tuple(_fired(firing, option, knowledge) for firing in firings for option in _bearing(firing))


def _bearing(firing: Firing) -> tuple[str, ...]:
    rule = firing.rule
    if rule.effect == "choose":
        return tuple(route for route in ROUTES if route not in rule.options)
    return rule.options or (OPEN_ROUTES if rule.effect == "posture" else ("self-host",))


_SHOWN_EFFECT = {"derive": "inform", "posture": "inform", "choose": "exclude"}
_SHOWN_GATE = {"posture": "must", "derive": "can"}


def _fired(firing: Firing, option: str, knowledge: Knowledge) -> FiredRule:
    rule = firing.rule
    return FiredRule(
        rule=rule.id,
        gate=rule.gate if rule.gate != "derive" else _SHOWN_GATE[rule.effect],
        effect=_SHOWN_EFFECT.get(rule.effect, rule.effect),
        option=option,
        because=rule.because,
        matched={key: _written(key, value, knowledge) for key, value in firing.matched.items()},
        sources=rule.sources,
        grade=rule.grade,
        title=rule.title,
        file=rule.file,
    )


def _written(key: str, value: Any, knowledge: Knowledge) -> Any:
    """A matched value as it would stand in an answers file."""
    if key in knowledge.questions and value is not None:
        return write_value(value, knowledge.questions[key])
    if isinstance(value, Range):
        return value.low if value.is_exact else f"{value.low:g}..{value.high:g}"
    return list(value) if isinstance(value, tuple) else value


def panel_figures(judged: Judged) -> PanelFigures:
    """What published methods compare, at the point estimate: each route's cost, volumes, V*'s two parts."""
    pricing = Pricing(judged.scenario, points(judged.scenario.ranges))
    costs = {route: sum(lines[line] for line in LINES) for route, lines in judged.costs.point_lines.items()}
    moved = [float(volume * pricing.growth) for volume in (pricing.today.input, pricing.today.output)]
    tokens = judged.costs.point_lines.get("hosted-api", {}).get("tokens")
    return PanelFigures(
        api_monthly_usd=tokens,
        managed_monthly_usd=costs.get("managed-open"),
        self_host_monthly_usd=costs.get("self-host"),
        input_tokens=moved[0],
        output_tokens=moved[1],
        fixed_usd=float(total(self_host(pricing, _HARDLY_ANY))),
        avoided_usd_per_million=tokens / sum(moved) * _MILLION if tokens and sum(moved) else 0.0,
    )


def candidates(judged: Judged) -> tuple[str, ...]:
    """The open models whose licenses matter here: those named, and the one that is priced."""
    named = judged.findings.prepared.known.answers.several("license.models")
    return tuple(dict.fromkeys([*named, judged.findings.prepared.open_model]))


def unknowns(judged: Judged, knowledge: Knowledge, flips: Collection[Flip]) -> tuple[Unknown, ...]:
    """Every open question with what was assumed; it could change the verdict where some answer to it would."""
    known, flipping = judged.findings.prepared.known, {flip.key for flip in flips}
    found = []
    for key in knowledge.questions:
        if not known.given(key):
            default = known.default(key)
            source, grade = (default.source, default.grade) if default else ("", "")
            found.append(Unknown(key, known.shown(key) or "nothing", key in flipping, source, grade))
    return tuple(found)


def measures(judged: Judged, seed: int, count: int) -> tuple[Measure, ...]:
    """The open inputs whose exact value would be worth most, dollars a month."""
    standing = {route: judged.costs.totals[route] for route in judged.findings.standing.after_can}
    names = (*ANSWER_KEYS, *WITHOUT_DEFAULT)
    worth = information(standing, judged.scenario.ranges, names, seed, count) if standing else ()
    telling = [each for each in worth if each.worth > 0 or each.swing > 0]
    return tuple(Measure(each.name, each.worth, each.swing) for each in telling[:_MOST_MEASURES])


def notes(judged: Judged) -> tuple[str, ...]:
    """What a reader must be told beside the verdict: contradictions in the answers, and what one verdict cannot see."""
    every = (_spend_note(judged), _volume_note(judged), _fleet_note(judged), _currency_note(judged))
    return tuple(note for note in every if note)


def _currency_note(judged: Judged) -> str:
    """The chosen route's median in the user's own currency: shown, never computed with."""
    rate = judged.findings.prepared.known.answers.range("economics.currency_rate")
    cost = judged.costs.totals.get(judged.choice.option)
    if rate is None or cost is None:
        return ""
    local = float(np.median(cost)) * rate.point
    return f"At {rate.point:g} of your currency per dollar, {judged.choice.option} comes to {local:,.0f} a month"


def _spend_note(judged: Judged) -> str:
    stated = judged.findings.prepared.known.answers.range("economics.monthly_api_spend_usd")
    lines = judged.costs.point_lines.get("hosted-api")
    if stated is None or lines is None or not lines["tokens"] or not stated.point:
        return ""
    ratio = stated.point / lines["tokens"]
    limit = judged.findings.prepared.known.parameters.number("gate.spend_contradiction")
    if 1 / limit <= ratio <= limit:
        return ""
    return (
        f"You spend {money(stated.point)} a month by your answer, and the volumes come to {money(lines['tokens'])}; "
        "the computed bill is used, so check the volumes"
    )


def _volume_note(judged: Judged) -> str:
    known = judged.findings.prepared.known
    per_head, heads = known.answers.range("volume.tokens_per_developer"), known.answers.range("workload.developers")
    if per_head is None or heads is None or judged.scenario.basis == "developers":
        return ""
    team, stated = per_head.point * heads.point, float(np.median(judged.costs.drawn.today.total))
    if abs(team - stated) <= 0.01 * max(team, stated):
        return ""
    return f"Developers times their use makes {team:,.0f} tokens a month; the stated volumes, {stated:,.0f}, are used"


def _fleet_note(judged: Judged) -> str:
    if judged.choice.option == "self-host" or "self-host" not in judged.findings.standing.after_can:
        return ""
    return (
        "Workloads that would share one fleet and team share their fixed cost; "
        "this verdict charges it to one workload alone"
    )

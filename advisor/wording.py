"""The sentences of a verdict: short, with units, and the same on every surface."""

from __future__ import annotations

import numpy as np

from advisor.cost.comparison import median
from advisor.judge import Judged
from advisor.knowledge.rules import OPEN_ROUTES, Rule

TITLES = {
    "hosted-api": "a vendor's API",
    "managed-cloud": "a model in a cloud's compliance packaging",
    "managed-open": "an open model at a provider",
    "self-host": "open weights on your own infrastructure",
    "hybrid": "open for the routine, frontier for the rest",
}


def money(dollars: float) -> str:
    """Dollars in as few digits as a decision needs: $410, $3.1k, $46k, $1.2M."""
    size = abs(dollars)
    for limit, scale, letter in ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e3, 1e3, "k")):
        if size >= limit * 0.9995:
            return f"${_digits(dollars / scale)}{letter}"
    return f"${dollars:,.0f}" if size >= 10 or dollars == 0 else f"${dollars:.2g}"


def tokens(count: float) -> str:
    """Tokens in as few digits as a decision needs: 900k, 1.5M, 2.1B."""
    return money(count).removeprefix("$")


def _digits(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.3g}"


def summary(judged: Judged) -> str:
    """One sentence: what decides for the route."""
    choice = judged.choice
    if choice.option == "none":
        rules = {rule.title for rule in judged.findings.fired if rule.gate == "must" and rule.effect == "exclude"}
        return "No route is left: " + "; ".join(sorted(rules))
    if choice.decided_by in ("must", "can"):
        return _by_exclusion(judged)
    p50 = {route: median(judged.costs.totals[route]) for route in judged.findings.standing.after_can}
    price = f"{money(p50[choice.option])} a month"
    if choice.decided_by == "prefer" and choice.broken_by is not None:
        rivals = " and ".join(route for route in choice.tied if route != choice.option)
        return f"{price}, as good as tied with {rivals}; what decides: {_lower(choice.broken_by.title)}"
    others = [route for route in p50 if route != choice.option]
    next_best = min(others, key=lambda route: p50[route])
    share = f"cheapest in {choice.confidence:.0%} of draws"
    return f"{price} against {money(p50[next_best])} for {next_best}, {share}{_quality_margin(judged, next_best)}"


def condition_text(rule: Rule) -> str:
    """A condition in words: what to secure, or what stands against the route and was set aside."""
    return rule.title if rule.effect == "require" else f"Unmet: {_lower(rule.title)}"


def priced_with(route: str, judged: Judged) -> str:
    """The model and terms behind a route's figures."""
    prepared, scenario = judged.findings.prepared, judged.scenario
    plan = scenario.fleet
    offers = scenario.offers
    if route == "self-host":
        gpus = f"{plan.request.gpu.id}, {scenario.acquisition}"
        return f"{plan.request.model.id}, {plan.request.precision}, {gpus}"
    if route == "managed-open":
        terms = "dedicated endpoint" if scenario.pricing == "dedicated-endpoint" else "per token"
        count = len(offers.managed.rows) if offers.managed else 0
        return f"{prepared.open_model}, {terms}, {count} provider{'s' if count != 1 else ''}"
    if route == "hybrid" and judged.costs.halves is not None:
        return " + ".join(judged.costs.halves)
    if route == "managed-cloud" and scenario.cloud_open_eligible and offers.cloud_open is not None:
        return f"{prepared.api_model} or {prepared.open_model}, the cheaper"
    return prepared.api_model


def _by_exclusion(judged: Judged) -> str:
    """The rules that left one route: those of the deciding gate and of law before it."""
    standing = judged.findings.standing
    deciding = {
        rule for route, rules in standing.excluded_by.items() if route not in standing.after_can for rule in rules
    }
    return "; ".join(rule.title for rule in judged.findings.fired if rule.id in deciding)


def _quality_margin(judged: Judged, other: str) -> str:
    """How far the open model's success may fall before the choice changes, where failures are not in the comparison."""
    chosen = judged.choice.option
    if judged.scenario.evidence or chosen not in OPEN_ROUTES or other in OPEN_ROUTES:
        return ""
    drawn, cost = judged.costs.drawn, judged.scenario.ranges["quality.failure_cost_usd"].point
    saving = median(np.asarray(judged.costs.totals[other] - judged.costs.totals[chosen]))
    tasks = median(np.asarray(drawn.tasks())) * cost / max(saving, 1e-9)
    if tasks < 1:
        return ""
    assumed = "" if judged.findings.prepared.known.given("quality.failure_cost_usd") else ", assumed"
    return (
        f". Failed tasks are not compared yet: at {money(cost)} each{assumed}, one more in {_round(tasks)} "
        "by the open model would outweigh the saving"
    )


def _round(count: float) -> str:
    """A count in two digits: 14, 140, 14,000."""
    return f"{float(f'{count:.2g}'):,.0f}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

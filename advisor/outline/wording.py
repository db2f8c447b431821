"""The sentences of a verdict: short, with units, and the same on every surface."""

from __future__ import annotations

from advisor.cost.comparison import median
from advisor.judging.judge import Judged
from advisor.knowledge.rules import Rule
from advisor.outline.success_margin import changes_route, success_margin
from advisor.reasoning.conflicts import conflicts

TITLES = {
    "hosted-api": "a vendor's API",
    "managed-cloud": "a model in a cloud's compliance packaging",
    "managed-open": "an open model at a provider",
    "self-host": "open weights on your own infrastructure",
    "hybrid": "open for the routine, frontier for the rest",
}


def money(dollars: float) -> str:
    """Dollars in as few digits as a decision needs: $410, $3.1k, $46k, $1.2M; powers of ten where no word is left."""
    size = abs(dollars)
    if size >= 1e15:
        return f"${dollars:.1e}"
    for scale, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= scale * 0.9995:
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
        return _no_route(judged)
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
    return f"{_quality_first(judged)}{price} against {money(p50[next_best])} for {next_best}, {share}"


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
    if route == "managed-cloud" and judged.costs.open_in_cloud:
        return prepared.open_model
    return prepared.api_model


def _no_route(judged: Judged) -> str:
    """The smallest set of laws that rules every route out, and how many other sets do."""
    first, *others = conflicts(judged.findings.fired, judged.findings.workload)
    more = f" (and {len(others)} other set{'s' * (len(others) > 1)} of rules)" if others else ""
    return "No route is left: " + "; ".join(rule.title for rule in first) + more


def _by_exclusion(judged: Judged) -> str:
    """The rules that left one route: those of the deciding gate and of law before it."""
    standing = judged.findings.standing
    deciding = {
        rule for route, rules in standing.excluded_by.items() if route not in standing.after_can for rule in rules
    }
    return "; ".join(rule.title for rule in judged.findings.fired if rule.id in deciding)


def _quality_first(judged: Judged) -> str:
    """What the ranking leaves out comes first: how far the open model's success may fall before the route changes."""
    points = success_margin(judged)
    if points is None or points < 0:
        return ""
    if points >= 100:
        return "No rate of success of the open model would change the route at the assumed cost of a failure; "
    what = "route" if changes_route(judged) else "model, not the route,"
    return f"The {what} changes where the open model's success lies {points:.2g} percentage points below the vendor's; "


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

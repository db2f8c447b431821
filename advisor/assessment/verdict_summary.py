"""The sentences of a verdict: short, with units, and the same on every surface."""

from __future__ import annotations

from advisor.analysis.conflicts import conflicts
from advisor.assessment.success_margin import changes_route, success_margin
from advisor.cost.compare.comparison import median
from advisor.cost.offers import WAYS_OF_PAYING
from advisor.cost.routes import frontier_slot, quote_in
from advisor.decision.evaluate import Evaluation
from advisor.interview.wording.answer_format import dollars, figure
from advisor.knowledge.rules import Rule

TITLES = {
    "hosted-api": "a vendor's API",
    "managed-cloud": "a model on a cloud platform",
    "managed-open": "an open model at a provider",
    "self-host": "open weights on your own infrastructure",
    "hybrid": "open for the routine, frontier for the rest",
}


def summary(evaluation: Evaluation) -> str:
    """One sentence: what decides for the route."""
    choice = evaluation.choice
    if choice.option == "none":
        return _no_route(evaluation)
    if choice.decided_by in ("must", "can"):
        return _by_exclusion(evaluation)
    p50 = {route: median(evaluation.costs.totals[route]) for route in evaluation.findings.standing.after_can}
    price = f"{dollars(p50[choice.option])} a month"
    if choice.decided_by == "prefer" and choice.broken_by is not None:
        rivals = " and ".join(route for route in choice.tied if route != choice.option)
        return f"{price}, as good as tied with {rivals}; what decides: {_lower(choice.broken_by.title)}"
    others = [route for route in p50 if route != choice.option]
    next_best = min(others, key=lambda route: p50[route])
    return f"{_on_cost_alone(evaluation)}{price} against {dollars(p50[next_best])} for {next_best}"


def condition_text(rule: Rule) -> str:
    """A condition in words: what to secure, or an exclusion that was set aside."""
    return rule.title if rule.effect == "require" else f"Unmet: {_lower(rule.title)}"


def priced_with(route: str, evaluation: Evaluation) -> str:
    """The model and terms behind a route's figures."""
    scenario = evaluation.scenario
    plan = scenario.fleet
    if route == "self-host":
        gpus = f"{plan.request.gpu.id}, {scenario.acquisition}"
        return f"{plan.request.model.id}, {plan.request.precision}, {gpus}"
    if route == "hybrid" and evaluation.costs.halves is not None:
        return _halves_bought(*evaluation.costs.halves, evaluation)
    bought = evaluation.costs.offers[route].bought
    if bought is None:
        return ""
    if scenario.endpoint is not None and route == "managed-open":
        return f"{bought.offer.model}, dedicated endpoint, {bought.offer.gpu}"
    way = WAYS_OF_PAYING.get(bought.offer.pricing, "per token")
    return f"{bought.offer.model}, {way}, {_seller(bought.offer.provider, evaluation)}"


def _halves_bought(routine: str, frontier: str, evaluation: Evaluation) -> str:
    """Both models of hybrid, each with who sells or runs it and its share of the traffic."""
    share = evaluation.scenario.ranges["quality.frontier_share"]
    bought = evaluation.costs.offers[routine].bought
    assert bought is not None
    where = f"at {_seller(bought.offer.provider, evaluation)}" if bought.offer.provider else "on own hardware"
    hard = quote_in(evaluation.scenario, frontier_slot(evaluation.scenario, frontier))
    return (
        f"{_shares(1.0 - share.high, 1.0 - share.low)} on {bought.offer.model} {where}, "
        f"{_shares(share.low, share.high)} on {hard.model.id} at {_seller(hard.row.provider, evaluation)}"
    )


def _seller(name: str, evaluation: Evaluation) -> str:
    provider = evaluation.findings.prepared.catalog.providers.get(name)
    return provider.title if provider else name


def _shares(low: float, high: float) -> str:
    one, other = (f"{100 * each:.3g}" for each in (low, high))
    return f"{one}%" if one == other else f"{one}–{other}%"


def _no_route(evaluation: Evaluation) -> str:
    """The smallest set of rules that excludes every route, and how many other sets do."""
    first, *others = conflicts(evaluation.findings.fired, evaluation.findings.workload)
    more = f" (and {len(others)} other set{'s' * (len(others) > 1)} of rules)" if others else ""
    return "No route is left: " + "; ".join(rule.title for rule in first) + more


def _by_exclusion(evaluation: Evaluation) -> str:
    """The rules that left one route: those of the deciding gate and of law before it."""
    standing = evaluation.findings.standing
    deciding = {
        rule for route, rules in standing.excluded_by.items() if route not in standing.after_can for rule in rules
    }
    return "; ".join(rule.title for rule in evaluation.findings.fired if rule.id in deciding)


def _on_cost_alone(evaluation: Evaluation) -> str:
    """What the ranking leaves out comes first, however firm it is: how far the open model's success may fall."""
    points = success_margin(evaluation)
    if points is None or points < 0:
        return ""
    if points >= 100:
        return "On cost alone; at the assumed cost of a failure, no success rate of the open model would change that: "
    limit = "and only if the open model" if changes_route(evaluation) else "and with the open model only if it"
    failures = figure(float(f"{points:.2g}"))
    return f"On cost alone, {limit} fails at most {failures} more tasks in 100 than the vendor's: "


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

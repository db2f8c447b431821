"""The choice in words: its sentences, what must come true, and what remains to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np

from advisor.analysis.firmness import Firmness, ToFindOut
from advisor.assessment.findings import bought_open_models, duty_tasks
from advisor.assessment.model import Band, Option, RunnerUp, Spread, State, Verdict
from advisor.assessment.notes import against_today
from advisor.assessment.projections import changes_route, success_margin
from advisor.cost.draws import Figure, median
from advisor.cost.offers import REQUIREMENTS, WAYS_OF_PAYING, Offer, RejectedOffer
from advisor.cost.prices import MILLION
from advisor.cost.routes import LINES, frontier_slot, quote_in
from advisor.decision.derived_facts import OFFER_FACTS, UNCONFIRMED, OfferState, offer_states
from advisor.decision.evaluate import Evaluation, concerned_routes, success_of
from advisor.decision.gates import conflicts
from advisor.decision.license_reports import LicenseReport
from advisor.engine.facts import tests_of
from advisor.interview.answer_format import dollars, figure, quantity
from advisor.interview.answers import Value, answer_words
from advisor.knowledge.labels import catalog_label, region_name, with_route_names
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Question
from advisor.knowledge.rules import ROUTES, Rule
from advisor.workload.resolve import Contradiction

# The sentences of a verdict: short, with units, and the same on every surface.


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
    among, of = ("a million", MILLION / 100) if round(points, 2) == 0 else ("100", 1.0)
    failures = figure(float(f"{points * of:.2g}"))
    return f"On cost alone, {limit} fails at most {failures} more tasks in {among} than the vendor's: "


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def verdict(
    evaluation: Evaluation,
    licenses: Sequence[LicenseReport],
    firm: Firmness,
    clashes: Sequence[Contradiction],
    knowledge: Knowledge,
) -> Verdict:
    """The choice in words; contradictions among the answers come first among what must be settled."""
    choice, findings = evaluation.choice, evaluation.findings
    route = choice.option
    concerned = {route, *concerned_routes(route, evaluation.costs)}
    tasks = duty_tasks(route, evaluation, knowledge)
    tasks += [rule.title for rule in findings.fired if rule.effect == "task" and concerned & set(rule.options)]
    bought = bought_open_models(evaluation, concerned & set(evaluation.costs.offers))
    tasks += [duty for report in licenses if report.model in bought for duty in report.duties]
    clashing = [] if route == "none" else [f"Settle what contradicts itself: {one.because}" for one in clashes]
    return Verdict(
        option=route,
        decided_by=choice.decided_by,
        status=firm.status,
        confidence=choice.confidence,
        summary=summary(evaluation),
        conditions=(*clashing, *(_condition(rule, evaluation) for rule in evaluation.conditions.get(route, ()))),
        tasks=() if route == "none" else tuple(dict.fromkeys(tasks)),
        confidence_with_quality=firm.confidence_with_quality,
        find_out_first=tuple(_to_find_out(one, knowledge) for one in firm.find_out_first),
        against_today=against_today(evaluation),
    )


def _condition(rule: Rule, evaluation: Evaluation) -> str:
    """A condition, with the numbers of the offer where it rests on one."""
    facts = {test.key for test in tests_of(rule)}
    states = offer_states(evaluation.findings.prepared)
    reasons = [_reason(route, states[route], evaluation) for route, fact in OFFER_FACTS.items() if fact in facts]
    return ": ".join([condition_text(rule), *filter(None, reasons)])


def _reason(route: str, state: OfferState, evaluation: Evaluation) -> str:
    """What is to be confirmed of the offer that is bought, else why nothing better can be."""
    offers = evaluation.costs.offers.get(route)
    if state.state == UNCONFIRMED and offers is not None and offers.to_confirm:
        return "; ".join((*offers.to_confirm, *_beyond_doubt(route, evaluation)))
    return state.because


def _beyond_doubt(route: str, evaluation: Evaluation) -> Iterator[str]:
    """The cheapest other offer that asks for no confirmation, for who would rather pay than ask."""
    choice, found = evaluation.choice, evaluation.costs.offers
    if route != choice.option or route not in choice.p50:
        return
    sure = [
        name
        for name in choice.p50
        if name != route and name in found and found[name].bought is not None and not found[name].to_confirm
    ]
    if sure:
        other = min(sure, key=lambda name: choice.p50[name])
        bought = found[other].bought
        assert bought is not None  # filtered above
        more = choice.p50[other] - choice.p50[route]
        than = "more" if more > 0 else "less"
        yield f"{with_route_names(other)} asks for no confirmation and costs {dollars(abs(more))} a month {than}"


def _to_find_out(one: ToFindOut, knowledge: Knowledge) -> str:
    """What to find out, in the words of the question, and what an answer would lead to."""
    question = knowledge.questions[one.key]
    asked = question.text.rstrip("?.")
    if one.value is None:
        return f"{asked}: success and failures decide, and nobody measured them"
    leads = "leave no route" if one.option == "none" else f"lead to {one.option}"
    joint = ", with the others named," if one.is_joint else ""
    return f"{asked}: {_said(one.value, question)}{joint} would {leads}"


def _said(value: Value, question: Question) -> str:
    words = {choice.id: choice.text for choice in question.choices}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Range):
        return quantity(value, question.kind)
    return ", ".join(words.get(each, catalog_label(each)) for each in ((value,) if isinstance(value, str) else value))


# What a route would buy, in the names it is sold under, for the record, reports and lists.


def offer_words(offer: Offer) -> str:
    """The model and who sells it, or the model and the GPUs it runs on, with the terms."""
    if offer.frontier is not None:
        return f"{offer_words(replace(offer, frontier=None))} and {offer_words(offer.frontier)}"
    model = catalog_label(offer.model)
    if offer.gpus and not offer.provider:
        copies = f" in {offer.replicas} replicas" if offer.replicas > 1 else ""
        acquired = answer_words("economics.acquisition", offer.acquisition).lower() if offer.acquisition else ""
        terms = ", ".join(filter(None, (offer.precision, acquired)))
        return f"{model} on {offer.gpus} × {catalog_label(offer.gpu)}{copies}{f', {terms}' if terms else ''}"
    seller = f" at {catalog_label(offer.provider)}" if offer.provider else ""
    region = f" in {region_name(offer.region)}" if offer.region else ""
    return f"{model}{seller}{region}, {WAYS_OF_PAYING.get(offer.pricing, 'per token')}"


_MOST_RUNNERS_UP = 3
_CENT = 0.01


def options(evaluation: Evaluation) -> tuple[Option, ...]:
    """Every listed route with its state and costs; a route no eligible provider serves has no price."""
    listed = [route for route in ROUTES if route in evaluation.findings.standing.excluded_by]
    return tuple(_option(route, evaluation) for route in listed)


def _option(route: str, evaluation: Evaluation) -> Option:
    costs, standing = evaluation.costs, evaluation.findings.standing
    excluded = () if route in standing.after_can else standing.excluded_by[route]
    state: State = "viable" if route in standing.after_can else "excluded"
    if route == evaluation.choice.option:
        state = "chosen"
    lines = costs.point_lines.get(route, dict.fromkeys(LINES, 0.0))
    point = fsum(lines[line] for line in LINES)
    drawn = costs.totals.get(route, 0.0)
    return Option(
        option=route,
        state=state,
        excluded_by=excluded,
        probability_cheapest=evaluation.choice.cheapest_share.get(route, 0.0),
        monthly_usd=Spread(point, *_percentiles(drawn), mean=float(np.mean(drawn))),
        usd_per_success=_per_success(route, evaluation),
        lines=lines,
        priced=priced_with(route, evaluation) if route in costs.point_lines else "",
        **_bought(route, evaluation),
    )


def _bought(route: str, evaluation: Evaluation) -> dict[str, Any]:
    """What the route would buy, the positions of its bill, and the next offers with why each lost."""
    found = evaluation.costs.offers.get(route)
    if found is None:
        return {}
    bought = found.bought
    if bought is None:
        return {"runners_up": tuple(map(_rejected, nearest_first(found.rejected, "")[:_MOST_RUNNERS_UP]))}
    others = [each for each in found.feasible if each is not bought]
    beaten = [RunnerUp(each.offer, each.p50, _dearer(each.p50 - bought.p50)) for each in others]
    named = [found.replaced] if found.replaced else []
    failed = [_rejected(each) for each in (*named, *nearest_first(found.rejected, bought.offer.model))]
    kept = beaten[: _MOST_RUNNERS_UP - 1] if failed else beaten
    return {
        "offer": bought.offer,
        "line_items": tuple(bought.items),
        "runners_up": tuple([*kept, *failed][:_MOST_RUNNERS_UP]),
    }


def nearest_first(rejected: Sequence[RejectedOffer], model: str) -> list[RejectedOffer]:
    """Rejected offers as a buyer asks about them: those of the model that is bought, then what failed the last need.

    An offer that has ended comes after all that can still be bought.
    """

    def place(each: RejectedOffer) -> tuple[bool, bool, int]:
        return each.requirement == "ended", each.offer.model != model, -REQUIREMENTS.index(each.requirement)

    return sorted(rejected, key=place)


def _dearer(more_usd: float) -> str:
    if more_usd <= -_CENT:
        return f"{dollars(-more_usd)} a month less, with more to confirm"
    return f"{dollars(more_usd)} a month more" if more_usd >= _CENT else "costs as much"


def _rejected(found: RejectedOffer) -> RunnerUp:
    return RunnerUp(found.offer, None, f"{found.requirement}: {found.because}")


def _per_success(route: str, evaluation: Evaluation) -> Band | None:
    """Dollars per task that succeeds: the route's total, over tasks times its success rate."""
    if route not in evaluation.costs.totals:
        return None
    drawn = evaluation.costs.drawn
    succeeding = drawn.tasks() * success_of(route, evaluation)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.asarray(evaluation.costs.totals[route] / np.asarray(succeeding))
    finite = each[np.isfinite(each)] if each.ndim else each
    return Band(*_percentiles(finite if finite.ndim else float(finite))) if np.size(finite) else None


def _percentiles(values: Figure) -> tuple[float, float, float]:
    low, middle, high = np.quantile(np.atleast_1d(values), (0.1, 0.5, 0.9))
    return float(low), float(middle), float(high)

"""What is noted with the verdict: faults of the fleet, facts that cannot hold together, what was left open."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from math import fsum
from typing import Any, Literal

import numpy as np

from advisor.assessment.model import RESOLVED, AgainstToday, Measure, Unknown
from advisor.cost.comparison import information
from advisor.cost.draws import median, points
from advisor.cost.fleet import MILLISECONDS, mean_rate
from advisor.cost.prices import expected_rates
from advisor.cost.quotes import TIERS, Quote
from advisor.cost.routes import Pricing
from advisor.cost.scenario import ANSWER_KEYS, WITHOUT_DEFAULT
from advisor.cost.scenario_builder import prompt_lengths, request_shape, too_small
from advisor.cost.traffic import traffic
from advisor.decision.evaluate import Evaluation, concerned_routes
from advisor.interview.answer_format import dollars
from advisor.interview.quantities import canonical, largest
from advisor.knowledge.labels import catalog_label
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import Contradiction, Quantity, Workload, resolve_workload, spend_contradiction

# Notes shown with the verdict: faults of the chosen fleet, and what one verdict cannot show.


def notes(evaluation: Evaluation) -> tuple[str, ...]:
    """The notes shown with the verdict, in the order they are printed."""
    every = (
        _measured_note, _pace_note, _fleet_note, _spare_note, _frontier_note, _currency_note, _paying_note, _batch_note,
    )  # fmt: skip
    found = (note for note in (one(evaluation) for one in every) if note)
    return (*found, *_dates_ahead(evaluation), *_price_steps(evaluation))


def _measured_note(evaluation: Evaluation) -> str:
    plan, serving = evaluation.scenario.fleet, evaluation.findings.standing.after_can
    if plan.speed.own is None or not {"self-host", "hybrid"} & set(serving):
        return ""
    request = plan.request
    card = f"{plan.group_gpus}× {request.gpu.title}"
    return f"The fleet of {request.model.title} in {request.precision} on {card}: {plan.speed.own.sentence}"


def _pace_note(evaluation: Evaluation) -> str:
    """No gate asks for the time between tokens, so a fleet that misses the target must be named here."""
    plan, serving = evaluation.scenario.fleet, concerned_routes(evaluation.choice.option, evaluation.costs)
    target = plan.request.targets.inter_token_ms
    if "self-host" not in serving or target is None or plan.speed.inter_token_ms <= target:
        return ""
    return (
        f"The fleet is computed to take {plan.speed.inter_token_ms:.1f} ms between tokens, over your {target:g} ms: "
        "a smaller model or faster GPUs would be needed"
    )


def _fleet_note(evaluation: Evaluation) -> str:
    if evaluation.choice.option == "self-host" or "self-host" not in evaluation.findings.standing.after_can:
        return ""
    return (
        "Workloads that would share one fleet and team share their fixed cost; "
        "this verdict charges it to one workload alone"
    )


def _spare_note(evaluation: Evaluation) -> str:
    """What the tier alone adds to a fleet: whole groups of GPUs in addition to those that the peak needs."""
    plan, serving = evaluation.scenario.fleet, concerned_routes(evaluation.choice.option, evaluation.costs)
    bought = evaluation.costs.offers["self-host"].bought if "self-host" in serving else None
    if bought is None or not plan.spares or not bought.offer.gpus:
        return ""
    share = plan.spares * plan.group_gpus / bought.offer.gpus
    lines = evaluation.costs.point_lines[evaluation.choice.option]
    usd = share * fsum(lines[name] for name in ("gpu", "hardware", "power", "storage"))
    groups = f"{plan.spares} spare group{'s' * (plan.spares > 1)} of {plan.group_gpus} × {plan.request.gpu.title}"
    return (
        f"{evaluation.findings.tier.capitalize()} keeps {groups} in addition to what the peak needs, about "
        f"{dollars(usd)} a month, which an internal service does not"
    )


def _frontier_note(evaluation: Evaluation) -> str:
    """A vendor's model that was named does the part of the work that needs the frontier, whatever its class."""
    prepared = evaluation.findings.prepared
    share = prepared.known.answers.range("quality.frontier_share")
    named = prepared.known.answers.text("economics.api_model")
    if not named or share is None or share.low <= 0.0 or too_small(prepared.known, prepared.catalog):
        return ""
    model = prepared.catalog.api[named]
    if model.frontier:
        return ""
    return (
        f"{model.title} was named, so it stands for the frontier model that part of the work needs; the catalog holds "
        f"it to be of class {model.capability}"
    )


def _currency_note(evaluation: Evaluation) -> str:
    """The chosen route's median in the user's own currency: shown, never computed with."""
    rate = evaluation.findings.prepared.known.answers.range("economics.currency_rate")
    cost = evaluation.costs.totals.get(evaluation.choice.option)
    if rate is None or cost is None:
        return ""
    local = float(np.median(cost)) * rate.point
    return f"At {rate.point:g} of your currency per dollar, the route comes to {local:,.0f} a month"


def _paying_note(evaluation: Evaluation) -> str:
    """What the way of paying that was asked for is priced with where no list has a price of it."""
    known, scenario = evaluation.findings.prepared.known, evaluation.scenario
    route, asked = evaluation.choice.option, scenario.pricing
    bought = evaluation.costs.offers[route].bought if route in evaluation.costs.offers else None
    if bought is None or not known.given("economics.pricing"):
        return ""
    ways = {
        "committed": ("" if known.given("economics.discount") else "prices.committed_discount", _COMMITTED),
        "provisioned": ("prices.provisioned_utilization", _PROVISIONED),
        "dedicated-endpoint": ("prices.dedicated_gpu_factor", _DEDICATED),
    }
    name, sentence = ways.get(asked, ("", ""))
    if name and bought.offer.pricing == asked:
        figures = known.parameters.range(name)
        return sentence.format(low=figures.low, high=figures.high)
    if asked in TIERS and bought.offer.provider and bought.offer.pricing != asked:
        return (
            f"No {asked} price of {catalog_label(bought.offer.model)} is listed at "
            f"{catalog_label(bought.offer.provider)}: the standard one is paid"
        )
    return ""


_COMMITTED = "No discount for a commitment is published: {low:.0%} to {high:.0%} is taken until one is negotiated"
_PROVISIONED = (
    "No price of provisioned throughput is listed: the bill by the token is divided by the share of the throughput "
    "that is used, {low:.0%} to {high:.0%}"
)
_DEDICATED = "No price of dedicated endpoints is listed: the rent of the GPUs is taken {low:g} to {high:g} times"


def _batch_note(evaluation: Evaluation) -> str:
    """How the share that can wait is paid for, where it was stated."""
    known, quote = evaluation.findings.prepared.known, _bought_quote(evaluation)
    share = known.answers.range("volume.batch_share")
    if quote is None or share is None or share.high == 0.0 or evaluation.scenario.endpoint is not None:
        return ""
    if quote.row.batch_input:
        lowered = 1.0 - quote.row.batch_input / quote.row.input
        sentence = f"What can wait is billed in batches, {lowered:.0%} below the price of input that cannot"
        return sentence if lowered > 0.0 else ""
    if quote.row.off_peak is not None:
        return "What can wait is billed at the price of the off-peak hours; no batch price is listed"
    at = f"{catalog_label(quote.model.id)} is listed at {catalog_label(quote.row.provider)}"
    return f"No batch price of {at}: what can wait pays the plain price"


def _bought_quote(evaluation: Evaluation) -> Quote | None:
    """The row by the token that the chosen route buys; None for a fleet, and for two halves."""
    offers, option = evaluation.scenario.offers, evaluation.choice.option
    places = {
        "hosted-api": (offers.hosted,),
        "managed-open": (offers.managed,),
        "managed-cloud": (offers.cloud_frontier, offers.cloud_open),
    }
    bought = evaluation.costs.offers[option].bought if option in places else None
    return next((one for one in places.get(option, ()) if one and bought and one.model.id == bought.offer.model), None)


def _dates_ahead(evaluation: Evaluation) -> Iterator[str]:
    """What is known to change within the horizon of the row that is bought: its price, or that it ends."""
    quote, prepared = _bought_quote(evaluation), evaluation.findings.prepared
    if quote is None or evaluation.scenario.endpoint is not None:
        return
    row, title = quote.row, quote.model.terms.title
    seller = prepared.catalog.providers[row.provider].title if row.provider in prepared.catalog.providers else "seller"
    for then in quote.listed_ahead:
        yield (
            f"From {then.since} {title} costs ${then.input:,.2f} in and ${then.output:,.2f} out a million tokens at "
            f"{seller}, now ${row.input:,.2f} and ${row.output:,.2f}: the cost is the mean over the horizon"
        )
    days = evaluation.scenario.months * prepared.known.parameters.number("time.days_per_month")
    if row.until is not None and not quote.announced and (row.until - prepared.as_of).days < days:
        yield (
            f"{seller} sells {title} until {row.until} by its price list, within your horizon: plan the move to its "
            "successor, whose price is not known"
        )


def _price_steps(evaluation: Evaluation) -> Iterator[str]:
    """The step of a price list that decides what a route buys: one token more of the prompt moves the whole bill.

    Named of the offer that would be a route's cheapest at the price of short prompts, whether it is bought or not.
    """
    prepared, named = evaluation.findings.prepared, set[str]()
    lengths = prompt_lengths(prepared.known, request_shape(prepared.known))
    moved = traffic(points(evaluation.scenario.ranges), evaluation.scenario.basis)
    for listed in (*prepared.market.quotes.values(), *prepared.market.frontier.values()):
        flat = [replace(quote, rates=expected_rates(quote.row, mix=quote.mix)) for quote in listed.standing]
        for quote in replace(listed, standing=tuple(flat)).cheapest(moved, 0.0, 1):
            passed = [step for step in quote.row.steps if lengths.high > step.above]
            if not passed or quote.model.id in named:
                continue
            named.add(quote.model.id)
            step, row, title = max(passed, key=lambda one: one.above), quote.row, quote.model.terms.title
            yield (
                f"Prompts of more than {step.above:,} tokens cost ${step.input:,.2f} in and ${step.output:,.2f} out a "
                f"million with {title}, shorter ones ${row.input:,.2f} and ${row.output:,.2f}: a shorter prompt may "
                "change what is bought"
            )


# Stated facts that cannot hold together, and what a route costs against the bill that was stated.


SPEND = "economics.monthly_api_spend_usd"


def contradictions(evaluation: Evaluation) -> tuple[Contradiction, ...]:
    """Contradictions of the workload, of the model with the class of work, and of the stated bill with the computed."""
    return (*workload_of(evaluation).contradictions, *_named_too_small(evaluation), *_spend(evaluation))


def workload_of(evaluation: Evaluation) -> Workload:
    """The workload as one object, by answers and defaults."""
    return resolve_workload(evaluation.findings.prepared.known)


def workload_resolved(evaluation: Evaluation) -> dict[str, Any]:
    """Point estimates of the first month by name, and under `from` what each came from.

    They multiply out: tokens a month decide the bill and are kept; requests are kept where they were stated, and else
    follow from the output of each; tokens per request follow from both. Requests at once at the peak follow from the
    speed of what is bought; None, and why under `from`, where no speed of it is known.
    """
    workload = workload_of(evaluation)
    found: dict[str, Quantity | None] = {name: getattr(workload, name) for name in RESOLVED}
    figures: dict[str, Any] = {name: None if each is None else each.value.point for name, each in found.items()}
    requests, each_output = figures["requests"], figures["output_per_request"]
    if found["requests"] is not None and found["requests"].origin != "answer" and each_output:
        requests = figures["requests"] = figures["output_tokens"] / each_output
    for tokens, each_one in (("input_tokens", "input_per_request"), ("output_tokens", "output_per_request")):
        if requests and figures[tokens] is not None:
            figures[each_one] = figures[tokens] / requests
    origins: dict[str, str] = {name: each.origin for name, each in found.items() if each is not None}
    if found["peak_concurrency"] is None:
        figures["peak_concurrency"] = at_once = requests_at_once(evaluation)
        origins["peak_concurrency"] = "no-speed-listed" if at_once is None else "derived"
    return {**figures, "from": origins}


def requests_at_once(evaluation: Evaluation) -> float | None:
    """Requests in flight in the busiest hour, by Little's law: requests a second · seconds each takes (point estimate).

    A request takes its first token and the time between tokens for the rest, as the group of GPUs behind the chosen
    route is computed to serve it at the load it is sized for; None where that route buys tokens, whose sellers' speeds
    the catalog does not hold.
    """
    scenario, option = evaluation.scenario, evaluation.choice.option
    plan = {"self-host": scenario.fleet, "managed-open": scenario.endpoint}.get(option)
    if plan is None or not plan.fits:
        return None
    sample, speed = points(scenario.ranges), plan.speed
    moved = Pricing(scenario, sample).open_traffic()
    written = plan.request.shape.output_tokens * sample("economics.token_multiplier")
    a_second = mean_rate(moved, sample) * moved.peak_share() / written
    seconds = (speed.first_token_p50_ms + (written - 1.0) * speed.inter_token_ms) / MILLISECONDS
    return float(a_second * max(seconds, 0.0))


def against_today(evaluation: Evaluation) -> AgainstToday | None:
    """The chosen route's P50 less what is paid today; None where no bill was stated, or no route is left.

    Today costs the stated bill and, as any route does, the work that goes with an API: everything that hosted-api costs
    but its tokens, and its integration, which is done. Where no vendor's API can be bought for the work, nothing but
    the bill is known of today, and the route's failed tasks are left out as today's are.
    """
    stated = evaluation.findings.prepared.known.answers.range(SPEND)
    cost = evaluation.costs.totals.get(evaluation.choice.option)
    if stated is None or cost is None:
        return None
    lines = evaluation.costs.point_lines.get("hosted-api")
    if lines is None:
        work = evaluation.costs.point_lines[evaluation.choice.option]["failures"]
    else:
        work = fsum(usd for line, usd in lines.items() if line not in ("tokens", "integration"))
    monthly = median(cost) - (stated.point + work)
    return AgainstToday(monthly, monthly * evaluation.findings.prepared.known.parameters.number("time.months_per_year"))


def _named_too_small(evaluation: Evaluation) -> Iterator[Contradiction]:
    """A vendor's model that was named for work whose stated class it does not reach: others are offered."""
    prepared = evaluation.findings.prepared
    found = too_small(prepared.known, prepared.catalog)
    if found is not None:
        model, least = found
        answered = prepared.known.answers.text("quality.capability") == least
        required = prepared.known.flag("quality.frontier_required")
        need = "frontier_required" if required else "capability" if answered else "frontier_share"
        yield Contradiction(
            ("economics.api_model", f"quality.{need}"),
            f"{model.title} was named, which the catalog holds to be of class {model.capability}; the work is stated "
            f"to take class {least}. Models of that class are priced instead.",
        )


def _spend(evaluation: Evaluation) -> Iterator[Contradiction]:
    known = evaluation.findings.prepared.known
    stated, lines = known.answers.range(SPEND), evaluation.costs.point_lines.get("hosted-api")
    if stated is not None and lines is not None and lines["tokens"] and stated.point:
        found = spend_contradiction(stated, lines["tokens"], known)
        if found is not None:
            yield found


# What was left open, what was assumed for it, and what is worth measuring next.


_MOST_MEASURES = 8


def unknowns(evaluation: Evaluation, knowledge: Knowledge, telling: Collection[str]) -> tuple[Unknown, ...]:
    """Every open question with what was assumed; `telling` are those that could change the verdict."""
    known = evaluation.findings.prepared.known
    computed = dict(_computed_volumes(evaluation))
    found = []
    for key in knowledge.questions:
        if not known.given(key):
            default = None if key in computed else known.assumed(key)
            source, grade = (default.source, default.grade) if default else ("", "")
            assumed = computed.get(key) or known.shown(key) or "nothing"
            found.append(Unknown(key, assumed, key in telling, source, grade))
    return tuple(found)


def _computed_volumes(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Volumes that follow from other figures, to three digits as an answers file writes them: no default is taken."""
    known, workload = evaluation.findings.prepared.known, workload_of(evaluation)
    computed = {step.target for step in workload.steps}
    for name in RESOLVED:
        key, figure = f"volume.{name}", getattr(workload, name)
        if key in computed and figure is not None:
            low, high, point = (
                float(f"{end:.3g}") for end in (figure.value.low, figure.value.high, figure.value.point)
            )
            value, kind = Range(low, high, None if low == high else point), known.questions[key].kind
            readable = max(low, high) <= largest(kind)  # beyond it, an answers file would not be read
            yield key, canonical(value, kind) if readable else known.in_words(value, kind)


def measures(evaluation: Evaluation, seed: int, count: int) -> tuple[Measure, ...]:
    """The open inputs whose exact value would be worth most, dollars a month."""
    standing = {route: evaluation.costs.totals[route] for route in evaluation.findings.standing.after_can}
    names = (*ANSWER_KEYS, *WITHOUT_DEFAULT)
    worth = information(standing, evaluation.scenario.ranges, names, seed, count) if standing else ()
    telling = [each for each in worth if each.worth > 0 or each.swing > 0]
    moves: Literal["gap", "cost"] = "gap" if len(standing) > 1 else "cost"
    return tuple(Measure(each.name, each.worth, each.swing, moves) for each in telling[:_MOST_MEASURES])

"""Stated facts that cannot hold together, and what a route costs against the bill that was stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.assessment.model import RESOLVED, AgainstToday
from advisor.cost.compare.comparison import median
from advisor.cost.draws import points
from advisor.cost.fleets.fleet import MILLISECONDS, mean_rate
from advisor.cost.routes import Pricing
from advisor.cost.scenario_builder import too_small
from advisor.decision.evaluate import Evaluation
from advisor.workload.contradictions import spend_contradiction
from advisor.workload.resolve import resolve_workload
from advisor.workload.resolved_workload import Contradiction, Quantity, Workload

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
    but its tokens, and its integration, which is done.
    """
    stated = evaluation.findings.prepared.known.answers.range(SPEND)
    cost = evaluation.costs.totals.get(evaluation.choice.option)
    if stated is None or cost is None:
        return None
    lines = evaluation.costs.point_lines.get("hosted-api", {})
    work = sum(usd for line, usd in lines.items() if line not in ("tokens", "integration"))
    monthly = median(cost) - (stated.point + work)
    return AgainstToday(monthly, monthly * evaluation.findings.prepared.known.parameters.number("time.months_per_year"))


def _named_too_small(evaluation: Evaluation) -> Iterator[Contradiction]:
    """A vendor's model that was named for work whose stated class it does not reach: others are offered."""
    prepared = evaluation.findings.prepared
    found = too_small(prepared.known, prepared.catalog)
    if found is not None:
        model, least = found
        need = "quality.frontier_required" if least == "frontier" else "quality.capability"
        yield Contradiction(
            ("economics.api_model", need),
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

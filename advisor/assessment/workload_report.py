"""Stated facts that cannot hold together, and what a route costs against the bill that was stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.assessment.model import RESOLVED, AgainstToday
from advisor.cost.compare.comparison import median
from advisor.decision.evaluate import Evaluation
from advisor.workload.contradictions import spend_contradiction
from advisor.workload.resolve import resolve_workload
from advisor.workload.resolved_workload import Contradiction, Quantity, Workload

SPEND = "economics.monthly_api_spend_usd"


def contradictions(evaluation: Evaluation) -> tuple[Contradiction, ...]:
    """Contradictions of the workload, and of the stated bill with the computed one."""
    return (*workload_of(evaluation).contradictions, *_spend(evaluation))


def workload_of(evaluation: Evaluation) -> Workload:
    """The workload as one object, by answers and defaults."""
    return resolve_workload(evaluation.findings.prepared.known)


def workload_resolved(evaluation: Evaluation) -> dict[str, Any]:
    """Point estimates of the first month by name, and under `from` what each came from."""
    workload = workload_of(evaluation)
    found: dict[str, Quantity | None] = {name: getattr(workload, name) for name in RESOLVED}
    figures: dict[str, Any] = {name: None if each is None else each.value.point for name, each in found.items()}
    return {**figures, "from": {name: each.origin for name, each in found.items() if each is not None}}


def against_today(evaluation: Evaluation) -> AgainstToday | None:
    """The chosen route's P50 less the stated bill; None where no bill was stated, or no route is left."""
    stated = evaluation.findings.prepared.known.answers.range(SPEND)
    cost = evaluation.costs.totals.get(evaluation.choice.option)
    if stated is None or cost is None:
        return None
    monthly = median(cost) - stated.point
    return AgainstToday(monthly, monthly * evaluation.findings.prepared.known.parameters.number("time.months_per_year"))


def _spend(evaluation: Evaluation) -> Iterator[Contradiction]:
    known = evaluation.findings.prepared.known
    stated, lines = known.answers.range(SPEND), evaluation.costs.point_lines.get("hosted-api")
    if stated is not None and lines is not None and lines["tokens"] and stated.point:
        found = spend_contradiction(stated, lines["tokens"], known)
        if found is not None:
            yield found

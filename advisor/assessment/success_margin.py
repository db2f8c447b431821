"""How far the open model's success may fall before the choice changes: what to measure when nobody has."""

from __future__ import annotations

import numpy as np

from advisor.cost.compare.comparison import median
from advisor.cost.draws import Figure
from advisor.cost.routes import cloud_frontier, total
from advisor.decision.confidence import serves_open_model
from advisor.decision.evaluate import Evaluation


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
        found["managed-cloud"] = _cloud_with_vendor_model(evaluation)
    return found


def _cloud_with_vendor_model(evaluation: Evaluation) -> Figure:
    return total(cloud_frontier(evaluation.costs.drawn))

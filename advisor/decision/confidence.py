"""How sure a choice is once success and failures are drawn too, though nobody measured them."""

from __future__ import annotations

from advisor.cost.compare.task_success import failures
from advisor.cost.draws import Figure
from advisor.decision.evaluate import Evaluation
from advisor.decision.ranking import cheapest_shares
from advisor.knowledge.rules import OPEN_ROUTES


def confidence_with_quality(evaluation: Evaluation) -> float:
    """The share of draws in which the chosen route is the cheapest with failed tasks charged, 0–1.

    Each draw takes a success rate and a cost of failure from the answers, or from the default ranges where nothing was
    answered. It is the plain confidence where failures were charged already, where one route is left, or none.
    """
    left, choice = evaluation.findings.standing.after_can, evaluation.choice
    if evaluation.scenario.evidence or len(left) < 2:
        return choice.confidence
    drawn, totals = evaluation.costs.drawn, evaluation.costs.totals
    charged = {
        route: totals[route] + failures(drawn.tasks(), success_of(route, evaluation), drawn.sample) for route in left
    }
    return cheapest_shares(charged)[choice.option]


def success_of(route: str, evaluation: Evaluation) -> Figure:
    """The share of tasks that succeed on a route: hybrid's is the mean of its halves, weighted by traffic."""
    drawn = evaluation.costs.drawn
    if route == "hybrid":
        share = drawn.sample("quality.frontier_share")
        return share * drawn.rates.api + (1.0 - share) * drawn.rates.routine
    return drawn.rates.open if serves_open_model(route, evaluation) else drawn.rates.api


def serves_open_model(route: str, evaluation: Evaluation) -> bool:
    """Whether a route's price is an open model's, at least in part: the cloud takes the cheaper of two."""
    return evaluation.costs.open_in_cloud if route == "managed-cloud" else route in (*OPEN_ROUTES, "hybrid")

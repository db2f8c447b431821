"""A route's lines with every range at its point estimate: what a bill comes to by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from advisor.cost.comparison import lines_of
from advisor.cost.draws import points
from advisor.cost.routes import Pricing
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from tests.contract.asking import DAY, answers, knowledge


def evaluated(given: Mapping[str, Any], draws: int = 100, day: date = DAY) -> Evaluation:
    """The evaluation of answers, by the reference evaluator."""
    return evaluate(answers(dict(given)), compiled_knowledge(knowledge(), day), 1, draws)


def lines_at_point(given: Mapping[str, Any], route: str, day: date = DAY) -> dict[str, float]:
    """Dollars a month by line."""
    evaluation = evaluated(given, day=day)
    pricing = Pricing(evaluation.scenario, points(evaluation.scenario.ranges))
    lines = lines_of(pricing, route, evaluation.costs.settled)
    return {name: float(figure) for name, figure in lines.items()}

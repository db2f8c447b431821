"""What the choice between the two best routes hangs on: every uncertain input, not only those a user was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.cost.compare.comparison import median
from advisor.cost.compare.information import information
from advisor.cost.compare.tornado import perfect_information, total_order
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Answers
from advisor.knowledge.packs.pack import Knowledge


@dataclass(frozen=True, slots=True)
class Influence:
    """One input: dollars a month it moves the difference by, what knowing it is worth, its total-order Sobol index.

    `asked` tells an input the user can answer from a figure of the knowledge base; an index not asked for is None.
    """

    key: str
    asked: bool
    swing_usd: float
    worth_usd: float
    total_order: float | None = None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The two best standing routes, what knowing everything would save a month, and the inputs, strongest first."""

    workload: str
    routes: tuple[str, ...]
    perfect_information_usd: float
    inputs: tuple[Influence, ...]


def sensitivity(
    answers: Answers, knowledge: Knowledge, as_of: date, seed: int, draws: int, *, sobol: bool = False
) -> Sensitivity:
    """Measure every input's part in the difference of the two best routes; no inputs where fewer than two are left."""
    evaluation = evaluate(answers, compiled_knowledge(knowledge, as_of), seed, draws)
    name = answers.text("workload.name") or "unnamed"
    totals = {route: evaluation.costs.totals[route] for route in evaluation.findings.standing.after_can}
    ranked = sorted(totals, key=lambda route: median(totals[route]))
    if len(ranked) < 2:
        return Sensitivity(name, tuple(ranked), 0.0, ())
    pair = (ranked[0], ranked[1])
    ranges = evaluation.scenario.ranges
    found = {
        each.name: each
        for each in information({route: totals[route] for route in pair}, ranges, tuple(ranges), seed, draws)
    }
    indices = _indices(evaluation, pair, seed, draws) if sobol else {}
    inputs = (
        Influence(key, key in knowledge.questions, each.swing, each.worth, indices.get(key))
        for key, each in found.items()
    )
    return Sensitivity(name, pair, perfect_information(totals), tuple(sorted(inputs, key=lambda each: -each.swing_usd)))


def _indices(evaluation: Evaluation, pair: tuple[str, str], seed: int, draws: int) -> dict[str, float]:
    return total_order(evaluation.costs.drawn.scenario, evaluation.costs.settled, pair, seed, draws)

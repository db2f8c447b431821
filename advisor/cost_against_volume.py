"""Cost against volume for one set of answers: computed when a chart is asked for, not with every verdict."""

from __future__ import annotations

from datetime import date

from advisor.cost.breakeven import volumes
from advisor.cost.curves import Curve, curves
from advisor.cost.draws import draws
from advisor.cost.routes import Pricing
from advisor.interview.answers import Answers
from advisor.judging.bench import bench
from advisor.judging.judge import sweep
from advisor.knowledge.pack import Knowledge

_FIRST, _LAST = 6, 12
_FEW = 100


def cost_against_volume(answers: Answers, knowledge: Knowledge, as_of: date, seed: int) -> tuple[Curve, ...]:
    """The band of each priced route from a million to a trillion output tokens a month; empty without traffic."""
    at = bench(knowledge, as_of)
    scenario = sweep(answers, at, seed, _FEW).scenario
    count = round(at.parameters.number("break_even.draws"))
    return curves(Pricing(scenario, draws(scenario.ranges, seed, count)), volumes(_FIRST, _LAST))

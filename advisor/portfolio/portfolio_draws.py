"""How sure a portfolio's answer is: its cost and its saving over the draws that all offers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Figure, spread
from advisor.portfolio.candidate import Candidate
from advisor.portfolio.shared_costs import Portfolio


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """P10, P50 and P90 of dollars a month, together and of what is saved; the share of draws in which it is saved."""

    usd: tuple[float, float, float]
    saved_usd: tuple[float, float, float]
    share_saving: float


def drawn_answer(portfolio: Portfolio, alone: Sequence[Candidate], chosen: Sequence[Candidate]) -> DrawnAnswer:
    """The choices over the draws.

    What is shared is taken off every draw in the proportion it is taken off the means: fleets, people, discounts and
    tools each by a factor of their own. An input of the same name is drawn alike in every workload.
    """
    cost = portfolio.cost(chosen)
    fleets = sum(each.gpu_usd * each.gpus_alone for each in chosen)
    above = sum((each.gpu_usd - portfolio.card_rates[each.cards]) * each.gpus_alone for each in chosen if each.pool)
    people = sum(portfolio.team.usd(each.team) for each in chosen if each.team is not None)
    tokens = sum(each.tokens_usd for each in chosen)
    single_tools = sum(portfolio.tools.usd(member.tier_start, member.tokens) for member in portfolio.members)
    together: Figure = portfolio.tools_usd() - single_tools
    for each in chosen:
        drawn = each.drawn
        together = together + drawn.total - drawn.fleet * (1.0 - _part(cost.fleet + above, fleets))
        if each.team is not None:
            together = together - drawn.labor * (1.0 - _part(cost.labor, people))
        together = together - drawn.tokens * (1.0 - _part(cost.tokens, tokens))
    apart: Figure = 0.0
    for each in alone:
        apart = apart + each.drawn.total
    saved = apart - together
    return DrawnAnswer(spread(together), spread(saved), float(np.mean(np.asarray(saved) > 0.0)))


def _part(shared: float, single: float) -> float:
    return shared / single if single > 0.0 else 1.0

"""What one workload of a portfolio may choose, and what the portfolio pays once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from advisor.cost.draws import Figure
from advisor.cost.offers import Offer
from advisor.portfolio.team_labor import TeamLoad

HOURS = 24
LEAST_LOAD = 1e-3
"""Replicas that a workload without traffic to speak of keeps busy: rounded up, they are one."""


@dataclass(frozen=True, slots=True)
class DrawnCost:
    """A candidate's dollars a month over the draws: in all, and of them its fleet's, its people's and its tokens'."""

    total: Figure = 0.0
    fleet: Figure = 0.0
    labor: Figure = 0.0
    tokens: Figure = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer a workload may take; dollars are a month, at the mean of the draws.

    `own_usd` is paid whoever else takes what. `tokens_usd` goes to `seller`, whose volume discounts may lower it.
    `pool` names what several workloads can share, the same model on the same `cards` ("" where nothing is): of it the
    workload keeps `replicas` busy at its peak, whole or not, of `gpus` GPUs each, with `spares` whole ones beside, at
    `gpu_usd` for each GPU; of a card that is cut into `parts` a replica takes one. `team` is the load on the people who
    run it, its GPUs those of the whole replicas.
    """

    route: str
    offer: str
    own_usd: float
    tokens_usd: float = 0.0
    seller: str = ""
    pool: str = ""
    cards: str = ""
    replicas: float = 0.0
    spares: int = 0
    gpus: int = 0
    gpu_usd: float = 0.0
    team: TeamLoad | None = None
    model: str = ""
    parts: int = 1
    drawn: DrawnCost = field(default=DrawnCost(), compare=False, repr=False)
    bought: Offer | None = field(default=None, compare=False, repr=False)

    @property
    def size(self) -> float:
        """GPUs that one replica takes; a fraction where cards are cut into parts."""
        return self.gpus / self.parts

    @property
    def gpus_alone(self) -> int:
        """Whole GPUs where nothing is shared."""
        return whole(self.size * (whole(self.replicas) + self.spares))


@dataclass(frozen=True, slots=True)
class Member:
    """One workload: what it may choose, and the share of its own peak it needs in each hour of the day (0–1).

    `tier_start` is what `operations.service_size` starts from in its tier, `tokens` a month its traffic: they say what
    it takes of the gateway and of the tools that watch requests. `stage` is the published stage of maturity it is in.
    """

    name: str
    candidates: tuple[Candidate, ...]
    hours: tuple[float, ...] = (1.0,) * HOURS
    tier_start: float = 0.0
    tokens: float = 0.0
    stage: str = ""


@dataclass(frozen=True, slots=True)
class DiscountStep:
    """From this bill for tokens at one seller on, a month and before the discount, a share is taken off all of it.

    With `committed` the step has to be agreed to: at least `from_usd` less the share is then paid, used or not.
    """

    seller: str
    from_usd: float
    share: float
    committed: bool = False


def whole(load: float) -> int:
    """Replicas rounded up; what arithmetic leaves over a whole number is not one more."""
    return max(0, -int((1e-6 - load) // 1))


def busiest(members: Sequence[Member], chosen: Sequence[Candidate]) -> dict[str, list[float]]:
    """Replicas of each pool that are busy in each hour of the day, not rounded."""
    loads: dict[str, list[float]] = {}
    for member, each in zip(members, chosen, strict=True):
        if each.pool:
            load = loads.setdefault(each.pool, [0.0] * HOURS)
            for hour, share in enumerate(member.hours):
                load[hour] += each.replicas * share
    return loads

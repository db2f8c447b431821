"""What one workload of a portfolio may choose, and what a portfolio shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

HOURS = 24
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer a workload may take.

    `own_usd` is what it costs a month whoever else takes what; `paid_once` are lines that the portfolio pays once, at
    the largest amount any of its members needs. `pool` names what can serve several workloads, the same model on the
    same cards ("" where nothing is shared); `replicas` are its whole replicas at the peak, `gpus` those of one replica,
    and `replica_usd` what one costs a month.
    """

    route: str
    offer: str
    own_usd: float
    paid_once: Mapping[str, float] = field(default_factory=dict)
    pool: str = ""
    replicas: int = 0
    gpus: int = 0
    replica_usd: float = 0.0

    @property
    def alone_usd(self) -> float:
        """Dollars a month where no other workload shares anything."""
        return self.own_usd + sum(self.paid_once.values()) + self.replicas * self.replica_usd


@dataclass(frozen=True, slots=True)
class Member:
    """One workload: what it may choose, and the share of its own peak it needs in each hour of the day (0–1)."""

    name: str
    candidates: tuple[Candidate, ...]
    hours: tuple[float, ...] = (1.0,) * HOURS

    @property
    def alone(self) -> Candidate:
        """The offer it would choose alone."""
        return min(self.candidates, key=lambda each: each.alone_usd)


def pool_rates(members: Sequence[Member]) -> dict[str, float]:
    """Dollars a month of one replica of each pool: the lowest that a member pays for the same cards and terms."""
    rates: dict[str, float] = {}
    for member in members:
        for each in member.candidates:
            if each.pool:
                rates[each.pool] = min(rates.get(each.pool, each.replica_usd), each.replica_usd)
    return rates


def fleets_of(members: Sequence[Member], chosen: Sequence[Candidate]) -> dict[str, int]:
    """Whole replicas of each pool that carry the busiest hour of the members that chose it."""
    loads: dict[str, list[float]] = {}
    for member, each in zip(members, chosen, strict=True):
        if each.pool:
            load = loads.setdefault(each.pool, [0.0] * HOURS)
            for hour, share in enumerate(member.hours):
                load[hour] += each.replicas * share
    return {pool: _whole(max(load)) for pool, load in loads.items()}


def _whole(load: float) -> int:
    return int(-((ROUNDING - load) // 1)) if load > ROUNDING else 0


def joint_usd(members: Sequence[Member], chosen: Sequence[Candidate]) -> float:
    """Dollars a month of these choices together."""
    rates = pool_rates(members)
    once: dict[str, float] = {}
    for each in chosen:
        for line, usd in each.paid_once.items():
            once[line] = max(once.get(line, 0.0), usd)
    fleets = fleets_of(members, chosen)
    return (
        sum(each.own_usd for each in chosen) + sum(once.values()) + sum(n * rates[pool] for pool, n in fleets.items())
    )


def gpus_of(members: Sequence[Member], chosen: Sequence[Candidate]) -> int:
    """GPUs of all fleets together."""
    sizes = {each.pool: each.gpus for each in chosen if each.pool}
    return sum(count * sizes[pool] for pool, count in fleets_of(members, chosen).items())


def every_choice(members: Sequence[Member]) -> product[tuple[Candidate, ...]]:
    """Every combination of choices, for portfolios small enough to try them all."""
    return product(*(member.candidates for member in members))

"""What one team costs that runs the fleets of many workloads: people needed by the load of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.cost.draws import Figure, Sample
from advisor.cost.fleets.people import FULL_TEAM, SMALLEST_TEAM, Tier

TEAM_TIERS: tuple[Tier, ...] = ("internal-endpoint", "production", "high-availability")
"""Tiers that take sustained people, the least demanding first."""
MONTHS = "time.months_per_year"


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """What a team runs: its most demanding tier (a place in TEAM_TIERS, -1 for nothing), whole GPUs, and the rest.

    `rest` is tokens over `people.team_tokens` and developers over `people.team_users`, added up.
    """

    tier: int = -1
    gpus: float = 0.0
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class TeamRates:
    """The figures of `people.people_needed` at their means; `start` and `full` in FTE, by the order of TEAM_TIERS."""

    start: tuple[float, ...] = (0.0, 0.0, 0.0)
    full: tuple[float, ...] = (0.0, 0.0, 0.0)
    fte_usd: float = 0.0
    half_gpus: float = 1.0
    base_gpus: float = 1.0
    growth: float = 0.0
    on_call_usd: float = 0.0
    spare_fte: float = 0.0
    spare_share: float = 1.0

    def fte(self, load: TeamLoad) -> float:
        """Sustained people a load needs: the cost core's rule, with the load of all in the place of one workload's."""
        if load.tier < 0:
            return 0.0
        start, full = self.start[load.tier], self.full[load.tier]
        square = (load.gpus / self.half_gpus + load.rest) ** 2
        need = start + max(0.0, full - start) * (square / (1.0 + square))
        return need * (1.0 + self.growth * max(0.0, load.gpus / self.base_gpus - 1.0))

    def usd(self, load: TeamLoad) -> float:
        """Dollars a month for them, a team's spare time at its marginal cost; the on-call rota of two regions once."""
        need = self.fte(load)
        paid = need - min(need, self.spare_fte) * (1.0 - self.spare_share)
        return paid * self.fte_usd + (self.on_call_usd if load.tier == len(TEAM_TIERS) - 1 else 0.0)


def team_rates(sample: Sample) -> TeamRates:
    """The means of the figures that price a team; they are drawn apart, so that the mean of their product is exact."""

    def mean(name: str) -> float:
        return mean_of(sample(name))

    return TeamRates(
        start=tuple(mean(SMALLEST_TEAM[tier]) for tier in TEAM_TIERS),
        full=tuple(mean(FULL_TEAM[tier]) for tier in TEAM_TIERS),
        fte_usd=mean("staffing.loaded_cost_usd") / mean(MONTHS),
        half_gpus=mean("people.team_gpus"),
        base_gpus=mean("people.fleet_base_gpus"),
        growth=mean("people.fleet_growth"),
        on_call_usd=mean("people.on_call_usd_per_month"),
        spare_fte=mean("economics.team_spare_fte"),
        spare_share=mean("people.spare_marginal_share"),
    )


def load_of(loads: Sequence[TeamLoad], gpus: float | None = None) -> TeamLoad:
    """The loads of several workloads together; `gpus` where they share fewer than each would have alone."""
    return TeamLoad(
        max((load.tier for load in loads), default=-1),
        sum(load.gpus for load in loads) if gpus is None else gpus,
        sum(load.rest for load in loads),
    )


def mean_of(figure: Figure) -> float:
    """The mean over the draws."""
    return float(np.mean(figure))

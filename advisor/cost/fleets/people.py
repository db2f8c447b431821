"""What the people cost who keep a self-hosted service running: by service tier, growing smoothly with the service."""

from __future__ import annotations

from typing import Literal

import numpy as np

from advisor.cost.draws import Figure, Sample

Tier = Literal["workstation", "internal-endpoint", "production", "high-availability"]
TIERS: tuple[Tier, ...] = ("high-availability", "workstation", "production", "internal-endpoint")
SMALLEST_TEAM = {
    "internal-endpoint": "tier.internal-endpoint.fte",
    "production": "tier.internal-endpoint.fte",
    "high-availability": "tier.high-availability.start_fte",
}
"""The parameter of the people that the smallest service of a tier takes: no more of them because it is public."""
FULL_TEAM = {
    "internal-endpoint": "tier.production.fte",
    "production": "tier.production.fte",
    "high-availability": "tier.high-availability.fte",
}
"""The parameter of the people that the largest takes, apart from those added by the size of its fleet."""


def labor(tier: Tier, gpus: Figure, tokens: Figure, users: Figure, sample: Sample) -> Figure:
    """Dollars a month for what the service needs, less the team's spare time at its marginal cost.

    One person's workstation takes hours a month; every other tier sustained people. What several developers share nears
    an internal service's people, as their number nears what one workstation serves. High availability adds the rota.
    """
    if tier == "workstation":
        alone = sample("tier.workstation.hours_per_month") * sample("people.engineer_hour_usd")
        service = _sustained("internal-endpoint", gpus, tokens, users, sample)
        return alone + shared_by(users, sample) * np.maximum(0.0, service - alone)
    return _sustained(tier, gpus, tokens, users, sample)


def shared_by(users: Figure, sample: Sample) -> Figure:
    """How far a workstation is a service for others, 0–1: its developers beyond the first over what one serves."""
    return np.minimum(1.0, np.maximum(0.0, users - 1.0) / sample("gate.workstation_developers"))


def _sustained(tier: Tier, gpus: Figure, tokens: Figure, users: Figure, sample: Sample) -> Figure:
    need = people_needed(tier, gpus, tokens, users, sample)
    spare = np.minimum(need, sample("economics.team_spare_fte"))
    paid = need - spare * (1.0 - sample("people.spare_marginal_share"))
    monthly = sample("staffing.loaded_cost_usd") / sample("time.months_per_year")
    on_call = sample("people.on_call_usd_per_month") if tier == "high-availability" else 0.0
    return paid * monthly + on_call


def people_needed(tier: Tier, gpus: Figure, tokens: Figure, users: Figure, sample: Sample) -> Figure:
    """Sustained people in FTE for a fleet, its tokens a month and its developers (0: not known).

    start + (full − start) · s² / (1 + s²), where s adds up GPUs, tokens and developers over what makes half of a full
    team of each; and beyond what that team's base of GPUs covers, a share of it for every further base.
    """
    start, full = sample(SMALLEST_TEAM[tier]), sample(FULL_TEAM[tier])
    size = (
        gpus / sample("people.team_gpus") + tokens / sample("people.team_tokens") + users / sample("people.team_users")
    )
    square = size * size
    need = start + np.maximum(0.0, full - start) * (square / (1.0 + square))
    beyond = np.maximum(0.0, gpus / sample("people.fleet_base_gpus") - 1.0)
    return need * (1.0 + sample("people.fleet_growth") * beyond)


def published_team(tier: Tier, sample: Sample) -> Figure:
    """Dollars a month for the people that the published figure of a tier names, whatever the fleet."""
    if tier == "workstation":
        return sample("tier.workstation.hours_per_month") * sample("people.engineer_hour_usd")
    return sample(f"tier.{tier}.fte") * sample("staffing.loaded_cost_usd") / sample("time.months_per_year")

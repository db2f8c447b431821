"""What the people cost who keep a self-hosted service running: by service tier, growing smoothly with the fleet."""

from __future__ import annotations

from typing import Literal

import numpy as np

from advisor.cost.draws import Figure, Sample

Tier = Literal["workstation", "internal-endpoint", "production", "high-availability"]
TIERS: tuple[Tier, ...] = ("high-availability", "workstation", "production", "internal-endpoint")


def labor(tier: Tier, gpus: Figure, sample: Sample) -> Figure:
    """Dollars a month for what the tier needs, less the team's spare time at its marginal cost.

    A workstation takes hours a month; every other tier sustained people, more of them as the fleet outgrows what the
    tier's base covers: FTE = tier · (1 + growth · max(0, GPUs ÷ base − 1)). High availability adds the on-call rota.
    """
    if tier == "workstation":
        return sample("tier.workstation.hours_per_month") * sample("people.engineer_hour_usd")
    beyond = np.maximum(0.0, gpus / sample("people.fleet_base_gpus") - 1.0)
    need = sample(f"tier.{tier}.fte") * (1.0 + sample("people.fleet_growth") * beyond)
    spare = np.minimum(need, sample("economics.team_spare_fte"))
    paid = need - spare * (1.0 - sample("people.spare_marginal_share"))
    monthly = sample("staffing.loaded_cost_usd") / sample("time.months_per_year")
    on_call = sample("people.on_call_usd_per_month") if tier == "high-availability" else 0.0
    return paid * monthly + on_call

"""What a service costs besides machines: people, operations, and the work on tasks that fail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from advisor.cost.draws import Figure, Sample

# What the people cost who keep a self-hosted service running: by service tier, growing smoothly with the service.


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


# The rest of running a service: building and testing it, watching it, upgrading models, moving bytes, incidents.
#
# What an API and a fleet of one's own have in common is charged to both alike, by the size of the service: a smallest
# one of its tier, and what volume v adds to it, v / (v + the volume that makes half of it).


BYTES_PER_GB = 1e9


WORK: tuple[tuple[str, Tier], ...] = (
    ("high-availability", "high-availability"),
    ("personal-use", "workstation"),
    ("answers-to-others", "production"),
)
"""Findings of what a service is for, the first that holds, and the tier whose smallest service takes as much work."""


def work_around(derived: Collection[str]) -> Tier:
    """The tier by what a service is for, whatever it runs on: an API's work does not follow from one's own GPUs."""
    return next((tier for finding, tier in WORK if finding in derived), "internal-endpoint")


def service_size(tier: Tier, tokens: Figure, users: Figure, sample: Sample) -> Figure:
    """Work around a service over that of a full production one, 0–1, at a volume in tokens a month.

    `users` are its developers, 0 where that is not known: a workstation that several share is more work than one's own.
    """
    start = sample(f"service.start.{tier}")
    if tier == "workstation":
        service = sample("service.start.internal-endpoint")
        start = start + shared_by(users, sample) * np.maximum(0.0, service - start)
    return start + (1.0 - start) * (tokens / (tokens + sample("service.full_tokens")))


def integration(size: Figure, sample: Sample) -> Figure:
    """Dollars a month for what wraps the requests, written off over its life."""
    return size * sample("operations.integration_usd") / sample("operations.integration_life_months")


def evaluation(size: Figure, sample: Sample) -> Figure:
    """Dollars a month for keeping an evaluation and running it with every change."""
    return size * sample("operations.evaluation_hours_per_month") * sample("people.engineer_hour_usd")


def gateway(size: Figure, sample: Sample) -> Figure:
    """Dollars a month for keys, limits and routing."""
    return size * sample("operations.gateway_usd_per_month")


def observability(size: Figure, gpus: Figure, tokens: Figure, sample: Sample) -> Figure:
    """Dollars a month for the tools that watch requests, the text they keep, and the GPUs of one's own beside."""
    watched = gpus * sample("operations.observability_gpu_usd_per_month")
    return size * sample("operations.observability_tools_usd_per_month") + kept_text(tokens, sample) + watched


def kept_text(tokens: Figure, sample: Sample) -> Figure:
    """Dollars a month for the sampled prompts and answers that are kept to be looked at: tokens · share · bytes."""
    kept = tokens * sample("operations.observability_kept_share") * sample("operations.bytes_per_token") / BYTES_PER_GB
    return kept * sample("operations.observability_usd_per_gb")


def retirements(size: Figure, sample: Sample) -> Figure:
    """Dollars a month for moving to the successor of a model that its vendor or provider ends."""
    hours = sample("operations.retirements_per_year") * sample("operations.retirement_hours")
    return size * hours * sample("people.engineer_hour_usd") / sample("time.months_per_year")


def upgrades(size: Figure, sample: Sample) -> Figure:
    """Dollars a month for moving a fleet to new releases of model and engine: how many a year × hours each."""
    hours = sample("operations.upgrades_per_year") * sample("operations.upgrade_hours")
    return size * hours * sample("people.engineer_hour_usd") / sample("time.months_per_year")


def incidents(tier: Tier, size: Figure, sample: Sample) -> Figure:
    """Dollars a month for outages: how many a year × hours each; a workstation's fall under its monthly hours."""
    return 0.0 if tier == "workstation" else size * published_incidents(sample)


def published_incidents(sample: Sample) -> Figure:
    """Dollars a month for the outages of a full production service."""
    hours = sample("operations.incidents_per_year") * sample("operations.incident_hours")
    return hours * sample("people.engineer_hour_usd") / sample("time.months_per_year")


def egress(tokens: Figure, sample: Sample) -> Figure:
    """Dollars a month for the bytes of prompts and answers between application and serving cluster."""
    size = tokens * sample("operations.bytes_per_token") / BYTES_PER_GB
    return size * sample("operations.egress_usd_per_gb")


def storage(rent: Figure, weights_gb: float, groups: Figure, sample: Sample, *, own_disks: bool) -> Figure:
    """Dollars a month for disks, load balancing, traffic between zones and idle staging.

    Of rented GPUs it is a share of their rent; of machines of one's own the disks that hold the weights.
    """
    if own_disks:
        copies = groups * sample("operations.weight_copies")
        return copies * weights_gb * sample("operations.storage_usd_per_gb_month")
    return rent * sample("operations.cloud_overhead_share")


def compliance(regulated: bool, sample: Sample) -> Figure:
    """Dollars a month of security and legal work that moves to whoever runs the service, where data is regulated."""
    return sample("operations.compliance_usd_per_year") / sample("time.months_per_year") if regulated else 0.0


def provider_compliance(regulated: bool, sample: Sample) -> Figure:
    """Dollars a month of agreements and review of a provider, where data is regulated."""
    yearly = sample("operations.compliance_provider_usd_per_year")
    return yearly / sample("time.months_per_year") if regulated else 0.0


def breach_exposure(sample: Sample, *, at_home: bool) -> Figure:
    """Dollars a month that insuring against a breach would be worth: its cost × its chance in a year ÷ 12.

    Data that stays on own infrastructure is spared the breaches that come through a third party. Not part of the bill.
    """
    yearly = sample("operations.breach_cost_usd") * sample("operations.breach_probability_per_year")
    remaining = 1.0 - sample("operations.breach_third_party_share") if at_home else 1.0
    return yearly * remaining / sample("time.months_per_year")


def published_observability(tokens: float, sample: Sample) -> Figure:
    """Dollars a month as the articles have it: a small deployment's, or from a volume on a whole platform's."""
    if tokens < sample("operations.observability_full_volume"):
        return sample("operations.observability_small_usd_per_month")
    return sample("operations.observability_usd_per_year") / sample("time.months_per_year")


# Cost per successful outcome: what failed tasks cost, and how many succeed.


@dataclass(frozen=True, slots=True)
class SuccessRates:
    """Share of tasks that succeed, 0–1, by the kind of model that does them."""

    api: Figure
    open: Figure
    routine: Figure


def success_rates(sample: Sample, *, open_given: bool, routine_given: bool) -> SuccessRates:
    """Rates from answers or defaults: the open rate is API rate × open-model accuracy unless it was given itself.

    The routine share's rate, where unknown, lies between the open and the API rate.
    """
    api = sample("quality.api_success_rate")
    open_rate = sample("quality.open_success_rate") if open_given else api * sample("quality.open_model_accuracy")
    between = open_rate + (api - open_rate) * sample("quality.routine_position")
    return SuccessRates(api, open_rate, sample("quality.routine_success_rate") if routine_given else between)


def tasks_per_month(tokens: Figure, sample: Sample) -> Figure:
    """Tasks a month: all tokens over tokens per task."""
    return tokens / np.maximum(1.0, sample("quality.tokens_per_task"))


def failures(tasks: Figure, success: Figure, sample: Sample) -> Figure:
    """Dollars a month lost to failed tasks: tasks × failure rate × cost of one failure."""
    return tasks * (1.0 - success) * sample("quality.failure_cost_usd")


def wilson(share: float, prompts: float, z: float) -> tuple[float, float]:
    """Both ends of the Wilson score interval of a share observed on a number of prompts (Wilson 1927)."""
    spread = z * z / prompts
    center = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / prompts + spread / (4 * prompts)) / (1 + spread)
    return max(0.0, center - half), min(1.0, center + half)

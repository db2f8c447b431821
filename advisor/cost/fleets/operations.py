"""The rest of running a service: building and testing it, watching it, upgrading models, moving bytes, incidents.

What an API and a fleet of one's own have in common is charged to both alike, by the size of the service: a smallest one
of its tier, and what volume v adds to it, v / (v + the volume that makes half of it).
"""

from __future__ import annotations

import numpy as np

from advisor.cost.draws import Figure, Sample
from advisor.cost.fleets.people import Tier, shared_by

BYTES_PER_GB = 1e9


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


def observability(size: Figure, gpus: Figure, sample: Sample) -> Figure:
    """Dollars a month for the tools that watch requests, and the GPUs of one's own beside."""
    watched = gpus * sample("operations.observability_gpu_usd_per_month")
    return size * sample("operations.observability_tools_usd_per_month") + watched


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

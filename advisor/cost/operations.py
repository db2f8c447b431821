"""The rest of running a service: watching it, upgrading models, moving bytes, compliance work, incidents."""

from __future__ import annotations

import numpy as np

from advisor.cost.draws import Figure, Sample
from advisor.cost.people import Tier

BYTES_PER_GB = 1e9


def observability(tokens: Figure, sample: Sample) -> Figure:
    """Dollars a month: a small service's tooling, rising linearly with volume to the full platform's at 1B tokens."""
    small = sample("operations.observability_small_usd_per_month")
    full = sample("operations.observability_usd_per_year") / sample("time.months_per_year")
    part = np.minimum(1.0, tokens / sample("operations.observability_full_volume"))
    return small + np.maximum(0.0, full - small) * part


def upgrades(tier: Tier, sample: Sample) -> Figure:
    """Dollars a month for moving to new model releases: how many a year × hours each; a workstation just downloads."""
    if tier == "workstation":
        return 0.0
    hours = sample("operations.upgrades_per_year") * sample("operations.upgrade_hours")
    return hours * sample("people.engineer_hour_usd") / sample("time.months_per_year")


def egress(tokens: Figure, sample: Sample) -> Figure:
    """Dollars a month for the bytes of prompts and answers between application and serving cluster."""
    size = tokens * sample("operations.bytes_per_token") / BYTES_PER_GB
    return size * sample("operations.egress_usd_per_gb")


def compliance(regulated: bool, sample: Sample) -> Figure:
    """Dollars a month of security and legal work that moves to whoever runs the service, where data is regulated."""
    return sample("operations.compliance_usd_per_year") / sample("time.months_per_year") if regulated else 0.0


def breach_exposure(sample: Sample, *, at_home: bool) -> Figure:
    """Dollars a month that insuring against a breach would be worth: its cost × its chance in a year ÷ 12.

    Data that stays at home is spared the share of breaches that come through a third party. It is no line of the bill.
    """
    yearly = sample("operations.breach_cost_usd") * sample("operations.breach_probability_per_year")
    remaining = 1.0 - sample("operations.breach_third_party_share") if at_home else 1.0
    return yearly * remaining / sample("time.months_per_year")


def incidents(tier: Tier, sample: Sample) -> Figure:
    """Dollars a month for outages: how many a year × hours each; a workstation's fall under its monthly hours."""
    if tier == "workstation":
        return 0.0
    hours = sample("operations.incidents_per_year") * sample("operations.incident_hours")
    return hours * sample("people.engineer_hour_usd") / sample("time.months_per_year")

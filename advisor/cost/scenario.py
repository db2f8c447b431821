"""Everything the cost core needs to price the five routes: ranges by name, and the choices that are not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.cost.fleet import FleetPlan
from advisor.cost.people import Tier
from advisor.cost.prices import PriceList
from advisor.cost.traffic import Basis
from advisor.knowledge.catalog import Acquisition
from advisor.knowledge.ranges import Range


@dataclass(frozen=True, slots=True)
class Offers:
    """The prices each route may pay; None where no provider offers what the data needs."""

    hosted: PriceList | None
    managed: PriceList | None
    cloud_frontier: PriceList | None
    cloud_open: PriceList | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One workload, ready to be priced.

    `ranges` holds every uncertain figure under its contract key or parameter id. `frontier_share` tells whether hybrid
    is listed; `evidence` whether failures enter the comparison; `cloud_open_eligible` whether the cloud may be priced
    with an open model.
    """

    ranges: Mapping[str, Range]
    basis: Basis
    months: int
    tier: Tier
    acquisition: Acquisition
    pricing: str
    second_region: bool
    regulated: bool
    fleet: FleetPlan
    offers: Offers
    frontier_share: bool
    evidence: bool
    open_success_given: bool
    routine_success_given: bool
    cloud_open_eligible: bool

"""Everything the cost core needs to price the five routes: ranges by name, and the choices that are not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from advisor.cost.fleets.fleet import FleetPlan
from advisor.cost.fleets.people import Tier
from advisor.cost.offers import RejectedOffer
from advisor.cost.tokens.quotes import Quote
from advisor.cost.traffic import Basis
from advisor.knowledge.catalog import Acquisition
from advisor.knowledge.ranges import Range

Slot = Literal["hosted", "managed", "cloud_frontier", "cloud_open", "frontier_hosted", "frontier_cloud"]
SLOTS: tuple[Slot, ...] = (
    "hosted", "managed", "cloud_frontier", "cloud_open", "frontier_hosted", "frontier_cloud",
)  # fmt: skip


OPEN_SLOTS: tuple[Slot, ...] = ("managed", "cloud_open")
"""Places that sell open models."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The token offer that is bought in each place; None where none is left.

    `cloud_frontier` is a vendor's model in a cloud, `cloud_open` an open one; the last two carry hybrid's frontier
    share, and are of that class whatever the rest of the work takes.
    """

    hosted: Quote | None = None
    managed: Quote | None = None
    cloud_frontier: Quote | None = None
    cloud_open: Quote | None = None
    frontier_hosted: Quote | None = None
    frontier_cloud: Quote | None = None


@dataclass(frozen=True, slots=True)
class FleetChoice:
    """A fleet with the ranges of its hardware, dollars per hour and per GPU, and where its price is from."""

    plan: FleetPlan
    ranges: Mapping[str, Range]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What is still to be chosen between, by P50 on the draws: a few offers in each place, a few fleets.

    `feasible` tells whether the fleets meet every requirement; `replaced` is a stated fleet that cannot carry the load.
    `doubts` are what is to be confirmed of open models, by id. `demand` is in output tokens per second, at the point.
    """

    quotes: Mapping[Slot, tuple[Quote, ...]]
    fleets: tuple[FleetChoice, ...]
    endpoints: tuple[FleetChoice, ...]
    feasible: bool = True
    rejected: Mapping[str, tuple[RejectedOffer, ...]] = field(default_factory=dict)
    replaced: RejectedOffer | None = None
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    demand: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One workload, ready to be priced.

    `ranges` holds every uncertain figure under its contract key or parameter id. `frontier_share` tells whether hybrid
    is listed; `evidence` whether failures enter the comparison; `cloud_open_eligible` whether the cloud may be priced
    with an open model; `endpoint` is the fleet behind a dedicated endpoint, None where that is not how one pays.
    """

    ranges: Mapping[str, Range]
    basis: Basis
    months: int
    tier: Tier
    pricing: str
    discounted: str
    second_region: bool
    regulated: bool
    users_known: bool
    move_known: bool
    fleet: FleetPlan
    endpoint: FleetPlan | None
    offers: Offers
    shortlist: Shortlist
    frontier_share: bool
    evidence: bool
    open_success_given: bool
    routine_success_given: bool
    cloud_open_eligible: bool

    @property
    def acquisition(self) -> Acquisition:
        """How the fleet's GPUs are paid for."""
        return self.fleet.acquisition

    def with_quote(self, slot: Slot, quote: Quote | None) -> Scenario:
        """The scenario buying another token offer in one place."""
        spread = {} if quote is None else {f"price.{slot}.spread": quote.spread}
        offers = replace(self.offers, **{slot: quote})
        return replace(self, offers=offers, ranges=self.ranges if not spread else {**self.ranges, **spread})

    def with_fleet(self, choice: FleetChoice) -> Scenario:
        """The scenario on another fleet."""
        return replace(self, fleet=choice.plan, ranges={**self.ranges, **choice.ranges})

    def with_endpoint(self, choice: FleetChoice) -> Scenario:
        """The scenario behind another dedicated endpoint."""
        return replace(self, endpoint=choice.plan, ranges={**self.ranges, **choice.ranges})

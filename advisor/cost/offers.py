"""What a route would buy: named offers with their price, those that were rejected and why, what is to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from advisor.cost.draws import Figure

Lines = dict[str, Figure]
SHOWN = 4
"""Offers named of each route: the one that is bought and up to three runners-up."""
Requirement = Literal[
    "context", "modality", "capability", "license", "region", "agreement", "ended", "memory", "capacity", "latency",
    "tuning", "layout",
]  # fmt: skip
WAYS_OF_PAYING = {
    "per-token": "per token",
    "flex": "flex tier",
    "priority": "priority tier",
    "committed": "committed spend",
    "provisioned": "provisioned throughput",
    "dedicated-endpoint": "dedicated endpoint",
}
"""How tokens are paid for, in words."""
REQUIREMENTS: tuple[Requirement, ...] = get_args(Requirement)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is bought; an empty text or 0 where it does not apply. `gpus` is the whole fleet, in all of its replicas.

    Hybrid's offer is that of its routine half; `frontier` is what the rest of the traffic buys.
    """

    route: str
    model: str
    provider: str = ""
    region: str = ""
    pricing: str = "per-token"
    gpu: str = ""
    gpus: int = 0
    replicas: int = 0
    precision: str = ""
    acquisition: str = ""
    layout: str = ""
    frontier: Offer | None = None


@dataclass(frozen=True, slots=True)
class RejectedOffer:
    """An offer that fails a requirement, with the numbers that say so."""

    offer: Offer
    requirement: Requirement
    because: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """One position of the bill: a quantity a month times a unit price in dollars, and where the price is from."""

    line: str
    quantity: float
    unit: str
    unit_usd: float
    usd: float
    source: str


@dataclass(frozen=True)
class PricedOffer:
    """An offer with its dollars a month by line and in all, over the draws; `items` explain the median."""

    offer: Offer
    lines: Mapping[str, Figure]
    total: Figure
    p50: float
    items: tuple[LineItem, ...] = ()


@dataclass(frozen=True)
class RouteOffers:
    """One route's offers, cheapest P50 first.

    `to_confirm` are conditions: what the catalog does not know of the offer that is bought. `replaced` is a choice that
    was named and cannot do the work, where a feasible offer is priced in its place. `nearest` is what is priced where
    nothing is feasible: an offer that fails a requirement which may be set aside, such as a latency target.
    """

    route: str
    feasible: tuple[PricedOffer, ...] = ()
    rejected: tuple[RejectedOffer, ...] = ()
    to_confirm: tuple[str, ...] = ()
    replaced: RejectedOffer | None = None
    nearest: PricedOffer | None = None

    @property
    def bought(self) -> PricedOffer | None:
        """The offer that the route's figures are of."""
        return self.feasible[0] if self.feasible else self.nearest

"""What each route can buy for this work: an offer that meets every need, one to confirm, or the need that none meets.

A region or a term that the catalog does not hold leaves the route standing, with a condition to confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.cost.scenario_builder import Preparation

FEASIBLE = "feasible"
UNCONFIRMED = "unconfirmed"
BUYING = ("hosted-api", "managed-cloud", "managed-open", "self-host")
"""Routes that buy one thing; hybrid buys what its halves do."""


@dataclass(frozen=True, slots=True)
class OfferState:
    """`state` is `feasible`, `unconfirmed`, or the requirement that failed; the reason names models and numbers."""

    state: str
    because: str = ""


def offer_states(prepared: Preparation) -> Mapping[str, OfferState]:
    """The state of each route that buys one thing."""
    return {route: _state(prepared, route) for route in BUYING}


def _state(prepared: Preparation, route: str) -> OfferState:
    failed = prepared.failure(route)
    if failed is not None:
        nearest = prepared.nearest(route, failed.requirement)
        return OfferState(failed.requirement, f"{failed.because}; {nearest}" if nearest else failed.because)
    doubts = prepared.doubts(route)
    return OfferState(UNCONFIRMED, "; ".join(doubts)) if doubts else OfferState(FEASIBLE)

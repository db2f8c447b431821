"""What each route can buy for this work: an offer that meets every need, one to confirm, or the need that none meets.

A region or a term that the catalog does not hold leaves the route standing, with a condition to confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.cost.scenario_builder import Preparation, hybrid_listed
from advisor.decision.gates import FRONTIER_ROUTES, GateInputs
from advisor.engine.rule_check import tests_of
from advisor.knowledge.rules import Rule

FEASIBLE = "feasible"
UNCONFIRMED = "unconfirmed"
BUYING = ("hosted-api", "managed-cloud", "managed-open", "self-host")
"""Routes that buy one thing; hybrid buys what its halves do."""
SELLERS = BUYING[:3]
"""Those on which somebody else sells it: where nobody does, there is no price."""
OFFER_FACTS = {
    "hosted-api": "derived.hosted_api_offer",
    "managed-cloud": "derived.managed_cloud_offer",
    "managed-open": "derived.managed_open_offer",
    "self-host": "derived.self_host_offer",
}
"""The fact that tells what each route can buy."""


@dataclass(frozen=True, slots=True)
class OfferState:
    """`state` is `feasible`, `unconfirmed`, or the requirement that failed; the reason names models and numbers."""

    state: str
    because: str = ""


def is_of_offers(rule: Rule) -> bool:
    """Whether a rule rests on what one route can buy, which says nothing of another route."""
    return any(test.key in OFFER_FACTS.values() for test in tests_of(rule))


def offer_states(prepared: Preparation) -> Mapping[str, OfferState]:
    """The state of each route that buys one thing."""
    return {route: _state(prepared, route) for route in BUYING}


def cloud_sells_vendor_model(prepared: Preparation) -> bool:
    """Whether a vendor's own model can be bought from a cloud for this work."""
    return any(not quote.model.open_weights for quote in prepared.market.quotes["managed-cloud"].standing)


def gate_inputs(prepared: Preparation) -> GateInputs:
    """What the gates ask of a workload besides its rules."""
    known = prepared.known
    given = known.given("quality.routine_success_rate")
    unsold = tuple(route for route in SELLERS if prepared.failure(route) is not None)
    no_frontier = tuple(route for route in FRONTIER_ROUTES if not _sells_frontier(prepared, route))
    return GateInputs(hybrid_listed(known), given, cloud_sells_vendor_model(prepared), unsold, no_frontier)


def _sells_frontier(prepared: Preparation, route: str) -> bool:
    """Whether hybrid's frontier share can be bought on a route."""
    frontier = prepared.market.frontier.get(route)
    if frontier is not None and frontier.standing:
        return True
    return any(not quote.model.open_weights for quote in prepared.market.quotes[route].standing)


def _state(prepared: Preparation, route: str) -> OfferState:
    failed = prepared.failure(route)
    if failed is not None:
        nearest = prepared.nearest(route, failed.requirement)
        return OfferState(failed.requirement, f"{failed.because}; {nearest}" if nearest else failed.because)
    doubts = prepared.doubts(route)
    return OfferState(UNCONFIRMED, "; ".join(doubts)) if doubts else OfferState(FEASIBLE)

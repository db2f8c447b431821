"""Facts computed from answers, offers and the prepared fleet, which rules test like answers (`rules/facts.toml`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum

from advisor.cost.operations import wilson
from advisor.cost.quotes import QuoteList, first_failure
from advisor.cost.scenario_builder import Preparation, TokenOffers, hybrid_listed
from advisor.decision.gates import FRONTIER_ROUTES, GateInputs
from advisor.engine.facts import FactValue, tests_of
from advisor.interview.answers import Answers
from advisor.interview.defaults import CompletedAnswers
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.rules import Rule

# What each route can buy for this work: an offer that meets every need, one to confirm, or the need that none meets.
#
# A region or a term that the catalog does not hold leaves the route standing, with a condition to confirm it.


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
    return _sells_vendor_model(prepared.market.quotes["managed-cloud"])


def gate_inputs(prepared: Preparation) -> GateInputs:
    """What the gates ask of a workload besides its rules."""
    unsold = tuple(route for route in SELLERS if prepared.failure(route) is not None)
    return _gate_inputs(prepared.known, prepared.market.quotes, prepared.market.frontier, unsold)


def token_gate_inputs(offers: TokenOffers) -> GateInputs:
    """The same where no fleet stands behind what is sold."""
    unsold = tuple(route for route in SELLERS if not offers.quotes[route].standing)
    return _gate_inputs(offers.known, offers.quotes, offers.frontier, unsold)


def _gate_inputs(
    known: CompletedAnswers, quotes: Mapping[str, QuoteList], frontier: Mapping[str, QuoteList], unsold: tuple[str, ...]
) -> GateInputs:
    given, vendor = known.given("quality.routine_success_rate"), _sells_vendor_model(quotes["managed-cloud"])
    no_frontier = tuple(
        route
        for route in FRONTIER_ROUTES
        if not (route in frontier and frontier[route].standing) and not _sells_vendor_model(quotes[route])
    )
    return GateInputs(hybrid_listed(known), given, vendor, unsold, no_frontier)


def _sells_vendor_model(quotes: QuoteList) -> bool:
    return any(not quote.model.open_weights for quote in quotes.standing)


def _state(prepared: Preparation, route: str) -> OfferState:
    failed = prepared.failure(route)
    if failed is not None:
        nearest = prepared.nearest(route, failed.requirement)
        return OfferState(failed.requirement, f"{failed.because}; {nearest}" if nearest else failed.because)
    doubts = prepared.doubts(route)
    return OfferState(UNCONFIRMED, "; ".join(doubts)) if doubts else OfferState(FEASIBLE)


FLEET_FACTS = frozenset({
    "derived.fte_for_fleet", "derived.fleet_gpus", "derived.first_token", "derived.fits", "derived.fits_workstation",
    OFFER_FACTS["self-host"],
})  # fmt: skip
"""Facts that take a search through fleets, where what sellers offer has none behind it."""

_STAFF = ("staffing.ml_infra_fte", "staffing.platform_fte", "staffing.evaluation_fte")
_SIZE = ("volume.output_tokens", "volume.input_tokens", "volume.tokens_per_developer", "workload.developers")
MOST_GPUS = 1e8
"""Beyond every threshold of a rule; engines compare larger numbers no longer exactly."""
_MANY_PEOPLE = 1e6
"""Stands for an open upper end: no threshold lies beyond it."""


def derived_facts(prepared: Preparation, blocked: Collection[str]) -> dict[str, FactValue]:
    """All computed facts; a fact that nothing is known of is left out, and counts as unknown."""
    answers = prepared.known.answers
    facts: dict[str, FactValue | None] = {
        "derived.sustained_fte": sustained_fte(answers),
        "derived.fte_for_fleet": _fte_for_fleet(prepared),
        "derived.fleet_gpus": Range.exactly(min(float(prepared.gpus), MOST_GPUS)) if volume_given(answers) else None,
        "derived.first_token": _first_token(prepared),
        "derived.fits": prepared.fleet.fits,
        "derived.fits_workstation": prepared.workstation is not None,
        "derived.candidates_blocked": candidates_blocked(answers, blocked),
        **{OFFER_FACTS[route]: each.state for route, each in offer_states(prepared).items()},
        **_accuracy(answers, prepared.known.parameters),
    }
    return {key: value for key, value in facts.items() if value is not None}


def token_facts(offers: TokenOffers, blocked: Collection[str]) -> dict[str, FactValue]:
    """The computed facts that hold whatever fleet is found, where none stands behind what is sold by the token.

    What is known of the fleet itself (`FLEET_FACTS`) is left out, except where no open model may be hosted at all.
    """
    answers = offers.known.answers
    facts: dict[str, FactValue | None] = {
        "derived.sustained_fte": sustained_fte(answers),
        "derived.candidates_blocked": candidates_blocked(answers, blocked),
        **{OFFER_FACTS[route]: _sold_state(offers.quotes[route]) for route in SELLERS},
        **_accuracy(answers, offers.known.parameters),
    }
    if not offers.hosted.models:
        failed = first_failure(offers.hosted.rejected)
        facts[OFFER_FACTS["self-host"]] = None if failed is None else failed.requirement
    return {key: value for key, value in facts.items() if value is not None}


def _sold_state(quotes: QuoteList) -> str:
    """The state that `offer_states` gives a route that is sold by the token."""
    if not quotes.standing:
        failed = first_failure(quotes.rejected)
        return "ended" if failed is None else failed.requirement
    return UNCONFIRMED if all(quote.doubts for quote in quotes.standing) else FEASIBLE


def sustained_fte(answers: Answers) -> Range | None:
    """People who keep the service running: the sum of three answers, open at the top while one of them is unknown."""
    given = [part for part in (answers.range(key) for key in _STAFF) if part is not None]
    if not given:
        return None
    low, high = fsum(part.low for part in given), fsum(part.high for part in given)
    return Range(low, high if len(given) == len(_STAFF) else _MANY_PEOPLE)


def volume_given(answers: Answers) -> bool:
    """Whether anything was said of how much is used: a gate excludes only on an answer that was given."""
    return answers.get("economics.gpus") is not None or any(answers.get(key) is not None for key in _SIZE)


def _fte_for_fleet(prepared: Preparation) -> Range | None:
    """People per fleet of the tier's base size: the factor is the one by which labor grows with the fleet."""
    people, number = sustained_fte(prepared.known.answers), prepared.known.parameters.number
    if people is None or not volume_given(prepared.known.answers):
        return people
    beyond = max(0.0, prepared.gpus / number("people.fleet_base_gpus") - 1.0)
    return people.scaled(1.0 / (1.0 + number("people.fleet_growth") * beyond))


def candidates_blocked(answers: Answers, blocked: Collection[str]) -> bool | None:
    """Whether every open model the user named is blocked by its license; unknown where none was named."""
    named = answers.text("economics.open_model")
    candidates = answers.several("license.models") or ((named,) if named else ())
    return all(model in blocked for model in candidates) if candidates else None


def _accuracy(answers: Answers, parameters: Parameters) -> Mapping[str, Range]:
    accuracy, prompts = answers.range("quality.open_model_accuracy"), answers.range("quality.eval_prompts")
    if accuracy is None:
        return {}
    if prompts is None or prompts.low < 1:
        return {"derived.accuracy_lower": accuracy, "derived.accuracy_upper": accuracy}
    z = parameters.number("quality.interval_z")
    ends = [wilson(share, count, z) for share in (accuracy.low, accuracy.high) for count in (prompts.low, prompts.high)]
    lower, upper = zip(*ends, strict=True)
    return {
        "derived.accuracy_lower": Range(min(lower), max(lower)),
        "derived.accuracy_upper": Range(min(upper), max(upper)),
    }


def _first_token(prepared: Preparation) -> str | None:
    """The fleet's first token, with the model's error band, against the target that was given."""
    target = prepared.known.answers.range("latency.p50_ms")
    if target is None or not prepared.fleet.fits:
        return None
    speed = prepared.fleet.speed
    fastest, slowest = speed.first_token_p50_ms / speed.band_high, speed.first_token_p50_ms / speed.band_low
    if slowest <= target.low:
        return "meets"
    return "misses" if fastest > target.high else "straddles"

"""A workload's candidates: the feasible offers of the routes that its own gates left."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.cost.compare.explained import explained
from advisor.cost.offers import Offer, PricedOffer
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation, evaluate
from advisor.interview.answers import Answers
from advisor.portfolio.candidate import Candidate

_FLEET_LINES = ("gpu", "hardware", "power", "storage")
_PAID_ONCE = ("labor", "observability", "gateway")
_SELF_HOST = "self-host"


def standing_candidates(answers: Answers, at: CompiledKnowledge, seed: int, draws: int) -> tuple[Candidate, ...]:
    """Every feasible offer of every route that *must* and *can* left, priced at its P50 (USD a month)."""
    return tuple(_candidates(evaluate(answers, at, seed, draws)))


def _candidates(evaluation: Evaluation) -> Iterator[Candidate]:
    costs = evaluation.costs
    for route in evaluation.findings.standing.after_can:
        found = costs.offers.get(route)
        if found is not None and found.feasible:
            for each in found.feasible:
                yield _candidate(route, each)
        elif route in costs.point_lines:
            yield Candidate(route, "a routine and a frontier share", sum(costs.point_lines[route].values()))


def _candidate(route: str, priced: PricedOffer) -> Candidate:
    offer, lines = priced.offer, explained(priced.lines, priced.total, priced.p50)
    if route != _SELF_HOST or not offer.replicas:
        return Candidate(route, offer_label(offer), priced.p50)
    once = {line: lines[line] for line in _PAID_ONCE if lines.get(line, 0.0) > 0.0}
    fleet = sum(lines.get(line, 0.0) for line in _FLEET_LINES)
    own = priced.p50 - sum(once.values()) - fleet
    size = offer.gpus // offer.replicas
    return Candidate(
        route, offer_label(offer), own, once, _pool(offer, size), offer.replicas, size, fleet / offer.replicas
    )


def _pool(offer: Offer, size: int) -> str:
    """What must be the same for two workloads to share replicas."""
    kept = (offer.model, offer.gpu, str(size), offer.precision, offer.acquisition, offer.layout, offer.provider)
    return " | ".join((*kept, offer.region))


def offer_label(offer: Offer) -> str:
    """The offer in a few words."""
    if offer.gpus:
        return f"{offer.model} on {offer.gpus}×{offer.gpu} {offer.precision} {offer.acquisition}".rstrip()
    return " ".join(part for part in (offer.model, offer.provider, offer.region, offer.pricing) if part)

"""Costs and signals to a verdict among the routes that law and people leave; never by a weighted score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from advisor.decision.gates import RemainingRoutes
from advisor.knowledge.rules import Rule

DecidedBy = Literal["must", "can", "worth", "prefer"]
Status = Literal["none", "conditional", "near-tie", "provisional", "firm"]
_CENTS = 2
"""Decimal places of a dollar that are paid."""


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The chosen route, how it was decided, and in which share of draws each standing route is cheapest.

    `status` is at best `provisional`: what makes a verdict firm is evidence that costs and rules do not hold.
    `lowest` is the route of the lowest P50 among those that compete, `p50` each standing route's; `pairwise` is the
    share of draws in which a rival is the cheaper of it and `lowest`; `hybrid_earns` tells whether hybrid competes.
    """

    option: str
    decided_by: DecidedBy
    status: Status
    confidence: float
    tied: tuple[str, ...] = ()
    broken_by: Rule | None = None
    cheapest_share: Mapping[str, float] = field(default_factory=dict)
    lowest: str = ""
    p50: Mapping[str, float] = field(default_factory=dict)
    pairwise: Mapping[str, float] = field(default_factory=dict)
    hybrid_earns: bool | None = None


def choose(
    standing: RemainingRoutes,
    totals: Mapping[str, float | np.ndarray],
    fired: Sequence[Rule],
    *,
    tie_share: float,
    hybrid_margin: float,
    conditional: frozenset[str],
) -> RouteChoice:
    """Apply *worth* and *prefer* to the remaining routes; `conditional` are those with an unmet condition."""
    if not standing.after_must:
        return RouteChoice("none", "must", "none", 0.0)
    left = standing.after_can
    medians = {route: float(np.median(totals[route])) for route in left}
    ranked = _ranked(left, medians, hybrid_margin)
    cheapest = min(ranked, key=lambda route: medians[route])
    pairwise = {route: beats(totals[route], totals[cheapest]) for route in ranked if route != cheapest}
    tied = tuple(route for route in ranked if route == cheapest or pairwise[route] >= tie_share)
    signal = _signal(fired, tied) if len(tied) > 1 else None
    chosen = cheapest if signal is None else _named(signal, fired, tied, medians)
    shares = cheapest_shares({route: totals[route] for route in left})
    if chosen in conditional:
        status: Status = "conditional"
    else:
        status = "near-tie" if len(tied) > 1 else "provisional"
    by = _decided_by(standing, signal)
    confidence = 1.0 if len(left) == 1 else shares[chosen]
    return RouteChoice(
        chosen,
        by,
        status,
        confidence,
        tied if len(tied) > 1 else (),
        signal,
        shares,
        cheapest,
        medians,
        pairwise,
        "hybrid" in ranked if "hybrid" in left else None,
    )


def _ranked(left: Sequence[str], medians: Mapping[str, float], margin: float) -> list[str]:
    """Hybrid competes only where it is clearly cheaper than every other route: two systems must earn their keep."""
    others = [route for route in left if route != "hybrid"]
    earns = all(medians["hybrid"] <= (1.0 - margin) * medians[route] for route in others) if "hybrid" in left else False
    return [*others, "hybrid"] if earns else others


def beats(one: float | np.ndarray, other: float | np.ndarray) -> float:
    """The share of draws in which one is the cheaper; a draw in which both cost the same counts half for either.

    A bill is in whole cents: what differs by less is the same, as at two sellers of one price.
    """
    first, second = np.round(one, _CENTS), np.round(other, _CENTS)
    return float(np.mean(first < second) + np.mean(first == second) / 2)


def _signal(fired: Sequence[Rule], tied: Sequence[str]) -> Rule | None:
    signals = sorted((rule for rule in fired if rule.effect == "prefer"), key=lambda rule: rule.order)
    return next((rule for rule in signals if set(rule.options) & set(tied)), None)


def _named(signal: Rule, fired: Sequence[Rule], tied: Sequence[str], medians: Mapping[str, float]) -> str:
    """The cheapest of the tied routes that signals of this rank name."""
    same = [rule for rule in fired if rule.effect == "prefer" and rule.order == signal.order]
    named = {option for rule in same for option in rule.options}
    return min((route for route in tied if route in named), key=lambda route: medians[route])


def cheapest_shares(totals: Mapping[str, float | np.ndarray]) -> dict[str, float]:
    """In which share of the draws each route is the cheapest of all; together 1.

    Routes that cost the same to the cent share a draw equally, as `beats` has it among two.
    """
    routes = list(totals)
    table = np.round(np.stack(np.broadcast_arrays(*(np.atleast_1d(totals[route]) for route in routes))), _CENTS)
    cheapest = table == table.min(axis=0)
    shares = np.mean(cheapest / cheapest.sum(axis=0), axis=1)
    return {route: float(share) for route, share in zip(routes, shares, strict=True)}


def _decided_by(standing: RemainingRoutes, signal: Rule | None) -> DecidedBy:
    if len(standing.after_must) == 1:
        return "must"
    if len(standing.after_can) == 1:
        return "can"
    return "prefer" if signal is not None else "worth"

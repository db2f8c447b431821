"""Findings and costs to a verdict, by four gates in order; never by a weighted score.

`stand` applies *must* and *can*; `choose` applies *worth* and *prefer*. Every exclusion keeps the rule that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from advisor.assessment import DecidedBy, Status
from advisor.knowledge.rules import OPEN_ROUTES, ROUTES, Rule

BASE_ROUTES = tuple(route for route in ROUTES if route != "hybrid")
FRONTIER_ROUTES = ("hosted-api", "managed-cloud")
_CAN_ORDER = ("physics", "staffing", "frontier", "accuracy", "tuning")


@dataclass(frozen=True, slots=True)
class Workload:
    """What the gates need to know of the workload beside the rules that fired."""

    hybrid_listed: bool
    routine_rate_given: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is left after *must* and after *can*, what excluded the others, what had to be set aside to leave anyone."""

    after_must: tuple[str, ...]
    after_can: tuple[str, ...]
    excluded_by: Mapping[str, tuple[str, ...]]
    set_aside: tuple[Rule, ...]
    routine_halves: tuple[str, ...]
    frontier_halves: tuple[str, ...]
    cloud_open_eligible: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen route, how it was decided, and in which share of draws each standing route is cheapest."""

    option: str
    decided_by: DecidedBy
    status: Status
    confidence: float
    tied: tuple[str, ...] = ()
    broken_by: Rule | None = None
    cheapest_share: Mapping[str, float] = field(default_factory=dict)


def stand(fired: Sequence[Rule], workload: Workload) -> Standing:
    """Apply the must gate, then the can gate; a lower gate never empties the set."""
    law = [rule for rule in fired if rule.gate == "must" and rule.effect == "exclude"]
    law += _choices(fired, law)
    after_must = _left(law, workload)
    kept, aside = list(law), []
    for rule in _can_exclusions(fired):
        if after_must and not _left([*kept, rule], workload):
            aside.append(rule)
        else:
            kept.append(rule)
    listed = ROUTES if workload.hybrid_listed else BASE_ROUTES
    open_barred = {"law", "frontier", "accuracy"}
    return Standing(
        after_must=after_must,
        after_can=_left(kept, workload),
        excluded_by={route: _excluding(route, kept, workload) for route in listed},
        set_aside=tuple(aside),
        routine_halves=_routine_halves(kept, workload),
        frontier_halves=_frontier_halves(kept),
        cloud_open_eligible=not any(
            rule.kind in open_barred and set(OPEN_ROUTES) <= set(rule.options) and "managed-cloud" not in rule.options
            for rule in kept
        ),
    )


def choose(
    standing: Standing,
    totals: Mapping[str, float | np.ndarray],
    fired: Sequence[Rule],
    *,
    tie_share: float,
    hybrid_margin: float,
    conditional: frozenset[str],
) -> Choice:
    """Apply *worth* and *prefer* to what stands; `conditional` names the routes that carry an unmet condition."""
    if not standing.after_must:
        return Choice("none", "must", "none", 0.0)
    left = standing.after_can
    medians = {route: float(np.median(totals[route])) for route in left}
    cheapest = min(_ranked(left, medians, hybrid_margin), key=lambda route: medians[route])
    tied = tuple(
        route
        for route in _ranked(left, medians, hybrid_margin)
        if route == cheapest or _beats(totals[route], totals[cheapest]) >= tie_share
    )
    signal = _signal(fired, tied) if len(tied) > 1 else None
    chosen = cheapest if signal is None else _named(signal, fired, tied, medians)
    shares = _cheapest_shares({route: totals[route] for route in left})
    if chosen in conditional:
        status: Status = "conditional"
    else:
        status = "near-tie" if len(tied) > 1 else "firm"
    by = _decided_by(standing, signal)
    confidence = 1.0 if len(left) == 1 else shares[chosen]
    return Choice(chosen, by, status, confidence, tied if len(tied) > 1 else (), signal, shares)


def _choices(fired: Sequence[Rule], law: Sequence[Rule]) -> list[Rule]:
    """A rule that chooses a route counts only while that route stands."""
    gone = {option for rule in law for option in rule.options}
    return [rule for rule in fired if rule.effect == "choose" and rule.gate == "must" and not gone & set(rule.options)]


def _can_exclusions(fired: Sequence[Rule]) -> list[Rule]:
    rules = [rule for rule in fired if rule.gate == "can" and rule.effect == "exclude"]
    return sorted(rules, key=lambda rule: _CAN_ORDER.index(rule.kind))


def _bars(rule: Rule, route: str) -> bool:
    if rule.effect == "choose":
        return route not in rule.options
    return route in rule.options


def _left(rules: Sequence[Rule], workload: Workload) -> tuple[str, ...]:
    listed = ROUTES if workload.hybrid_listed else BASE_ROUTES
    return tuple(route for route in listed if not _excluding(route, rules, workload))


def _excluding(route: str, rules: Sequence[Rule], workload: Workload) -> tuple[str, ...]:
    if route != "hybrid":
        return tuple(rule.id for rule in rules if _bars(rule, route))
    chosen = tuple(rule.id for rule in rules if rule.effect == "choose")
    lost: list[str] = list(chosen)
    if not _routine_halves(rules, workload):
        lost += [rule.id for rule in rules if _bars_routine(rule, workload)]
    if not _frontier_halves(rules):
        lost += [rule.id for rule in rules if _bars_frontier(rule)]
    return tuple(dict.fromkeys(lost))


def _routine_halves(rules: Sequence[Rule], workload: Workload) -> tuple[str, ...]:
    """Open routes that may carry the routine share: the need for a frontier concerns the other half."""
    concerned = [rule for rule in rules if _bars_routine(rule, workload)]
    return tuple(route for route in OPEN_ROUTES if not any(_bars(rule, route) for rule in concerned))


def _bars_routine(rule: Rule, workload: Workload) -> bool:
    if rule.kind == "frontier" or (rule.kind == "accuracy" and workload.routine_rate_given):
        return False
    return any(_bars(rule, route) for route in OPEN_ROUTES)


def _frontier_halves(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Routes that may carry the frontier share: a tuned model concerns the other half."""
    concerned = [rule for rule in rules if _bars_frontier(rule)]
    return tuple(route for route in FRONTIER_ROUTES if not any(_bars(rule, route) for rule in concerned))


def _bars_frontier(rule: Rule) -> bool:
    return rule.kind != "tuning" and any(_bars(rule, route) for route in FRONTIER_ROUTES)


def _ranked(left: Sequence[str], medians: Mapping[str, float], margin: float) -> list[str]:
    """Hybrid competes only where it is clearly cheaper than every other route: two systems must earn their keep."""
    others = [route for route in left if route != "hybrid"]
    earns = all(medians["hybrid"] <= (1.0 - margin) * medians[route] for route in others) if "hybrid" in left else False
    return [*others, "hybrid"] if earns else others


def _beats(one: float | np.ndarray, other: float | np.ndarray) -> float:
    """The share of draws in which one is the cheaper; a draw in which both cost the same counts half for either."""
    first, second = np.asarray(one), np.asarray(other)
    return float(np.mean(first < second) + np.mean(first == second) / 2)


def _signal(fired: Sequence[Rule], tied: Sequence[str]) -> Rule | None:
    signals = sorted((rule for rule in fired if rule.effect == "prefer"), key=lambda rule: rule.order)
    return next((rule for rule in signals if set(rule.options) & set(tied)), None)


def _named(signal: Rule, fired: Sequence[Rule], tied: Sequence[str], medians: Mapping[str, float]) -> str:
    """The cheapest of the tied routes that signals of this rank name."""
    same = [rule for rule in fired if rule.effect == "prefer" and rule.order == signal.order]
    named = {option for rule in same for option in rule.options}
    return min((route for route in tied if route in named), key=lambda route: medians[route])


def _cheapest_shares(totals: Mapping[str, float | np.ndarray]) -> dict[str, float]:
    routes = list(totals)
    table = np.stack(np.broadcast_arrays(*(np.atleast_1d(totals[route]) for route in routes)))
    winners = np.argmin(table, axis=0)
    return {route: float(np.mean(winners == place)) for place, route in enumerate(routes)}


def _decided_by(standing: Standing, signal: Rule | None) -> DecidedBy:
    if len(standing.after_must) == 1:
        return "must"
    if len(standing.after_can) == 1:
        return "can"
    return "prefer" if signal is not None else "worth"

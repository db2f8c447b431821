"""The four gates: which routes law and people leave, what excluded the others, which one cost and signals take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from advisor.knowledge.rules import OPEN_ROUTES, ROUTES, Rule

# Every exclusion keeps the rule that made it. Hybrid stands as long as each of its two halves has a route.


BASE_ROUTES = tuple(route for route in ROUTES if route != "hybrid")
FRONTIER_ROUTES = ("hosted-api", "managed-cloud")
_CAN_ORDER = ("physics", "staffing", "frontier", "accuracy", "tuning")
_OPEN_BARRED = frozenset(("law", "frontier", "accuracy"))
_NONE: frozenset[str] = frozenset()
_CLOUD = frozenset({"managed-cloud"})


@dataclass(frozen=True, slots=True)
class GateInputs:
    """What the gates need to know of the workload besides the rules that fired.

    Where a cloud sells no vendor's model for this work, what keeps open models out leaves it nothing to sell. A route
    that nobody sells anything on (`unsold`) never stands, and no rule that says so is set aside; `unsold_frontier` are
    those that sell nothing of the frontier class for hybrid's share.
    """

    hybrid_listed: bool
    routine_rate_given: bool
    cloud_sells_vendor_model: bool = True
    unsold: tuple[str, ...] = ()
    unsold_frontier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemainingRoutes:
    """Who is left after *must* and after *can*, what excluded the others, what had to be set aside to leave anyone."""

    after_must: tuple[str, ...]
    after_can: tuple[str, ...]
    excluded_by: Mapping[str, tuple[str, ...]]
    set_aside: tuple[Rule, ...]
    routine_halves: tuple[str, ...]
    frontier_halves: tuple[str, ...]
    cloud_open_eligible: bool


def priced_alone(standing: RemainingRoutes, priced: Collection[str]) -> RemainingRoutes:
    """What is left of the routes that have something to buy: setting an exclusion aside puts nothing on sale."""
    left = tuple(route for route in standing.after_can if route in priced)
    return standing if left == standing.after_can else replace(standing, after_can=left or ("self-host",))


class _Bar(NamedTuple):
    """The routes that one rule bars: on their own, for hybrid's routine share, and for its frontier share."""

    rule: Rule
    routes: frozenset[str]
    routine: frozenset[str]
    frontier: frozenset[str]


class GateState(NamedTuple):
    """What the rules applied so far leave, without who excluded what: the routes barred, and those barred to halves.

    Many sets of rules lead to one state, which is what makes all of them together countable.
    """

    barred: frozenset[str]
    routine_barred: frozenset[str]
    frontier_barred: frozenset[str]
    chosen_by_law: bool = False
    open_models_out: bool = False
    after_must: tuple[str, ...] = ()

    def after(self, rule: Rule, inputs: GateInputs) -> GateState:
        """The state once a rule of the can gate is applied; a rule that would leave nothing is set aside."""
        state = self._with(_bar(rule, inputs))
        return self if self.after_must and not state.left(inputs) else state

    def left(self, inputs: GateInputs) -> tuple[str, ...]:
        """The routes that remain."""
        base = tuple(route for route in BASE_ROUTES if route not in self.barred)
        hybrid = inputs.hybrid_listed and not self.chosen_by_law and self._halves(OPEN_ROUTES, self.routine_barred)
        return (*base, "hybrid") if hybrid and self._halves(FRONTIER_ROUTES, self.frontier_barred) else base

    def remaining(self, inputs: GateInputs) -> RemainingRoutes:
        """The same as `apply_gates` gives, but for the rules that excluded or were set aside."""
        return RemainingRoutes(
            self.after_must, self.left(inputs), {}, (), self._halves(OPEN_ROUTES, self.routine_barred),
            self._halves(FRONTIER_ROUTES, self.frontier_barred), not self.open_models_out,
        )  # fmt: skip

    def within(self, start: GateInputs, inputs: GateInputs) -> GateState:
        """The state after the law where besides nothing is sold on some routes."""
        state = self._replace(
            barred=self.barred | frozenset(start.unsold),
            routine_barred=self.routine_barred | frozenset(start.unsold),
            frontier_barred=self.frontier_barred | frozenset(start.unsold_frontier),
        )
        return state._replace(after_must=state.left(inputs))

    def _with(self, bar: _Bar) -> GateState:
        return GateState(
            self.barred | bar.routes,
            self.routine_barred | bar.routine,
            self.frontier_barred | bar.frontier,
            self.chosen_by_law or bar.rule.effect == "choose",
            self.open_models_out or _keeps_open_models_out(bar.rule),
            self.after_must,
        )

    @staticmethod
    def _halves(routes: Sequence[str], barred: frozenset[str]) -> tuple[str, ...]:
        return tuple(route for route in routes if route not in barred)


def after_law(fired: Sequence[Rule], inputs: GateInputs) -> GateState:
    """The state once the must gate is applied."""
    state = GateState(frozenset(inputs.unsold), frozenset(inputs.unsold), frozenset(inputs.unsold_frontier))
    for rule in _law(fired):
        state = state._with(_bar(rule, inputs))
    return state._replace(after_must=state.left(inputs))


def in_can_order(rules: Sequence[Rule]) -> list[Rule]:
    """Exclusions of the can gate in the order in which they are applied; rules of one kind keep theirs."""
    exclusions = [rule for rule in rules if rule.gate == "can" and rule.effect == "exclude"]
    return sorted(exclusions, key=lambda rule: _CAN_ORDER.index(rule.kind))


def apply_gates(fired: Sequence[Rule], workload: GateInputs) -> RemainingRoutes:
    """Apply the must gate, then the can gate; a lower gate never empties the set."""
    state, kept = after_law(fired, workload), _law(fired)
    aside: list[Rule] = []
    for rule in in_can_order(fired):
        before, state = state, state.after(rule, workload)
        (aside if state is before else kept).append(rule)
    bars = [_bar(rule, workload) for rule in kept]
    listed = ROUTES if workload.hybrid_listed else BASE_ROUTES
    excluded_by: dict[str, tuple[str, ...]] = {route: _excluding(route, bars) for route in listed}
    return replace(state.remaining(workload), excluded_by=excluded_by, set_aside=tuple(aside))


def _law(fired: Sequence[Rule]) -> list[Rule]:
    """Exclusions by law; a rule that chooses a route counts only while that route stands."""
    law = [rule for rule in fired if rule.gate == "must" and rule.effect == "exclude"]
    gone = {option for rule in law for option in rule.options}
    choices = [rule for rule in fired if rule.effect == "choose" and rule.gate == "must"]
    return law + [rule for rule in choices if not gone & set(rule.options)]


def _bar(rule: Rule, workload: GateInputs) -> _Bar:
    routes, routine, frontier = _barred(rule.effect, rule.kind, rule.options, workload.routine_rate_given)
    if not workload.cloud_sells_vendor_model and _keeps_open_models_out(rule):
        routes = routes | _CLOUD
    return _Bar(rule, routes, routine, frontier)


@lru_cache(maxsize=1024)
def _barred(effect: str, kind: str, options: tuple[str, ...], routine_rate_given: bool) -> tuple[frozenset[str], ...]:
    """The need for a frontier concerns hybrid's frontier half alone, a tuned model its routine half alone."""
    barred = frozenset(BASE_ROUTES) - set(options) if effect == "choose" else frozenset(options)
    spares_routine = kind == "frontier" or (kind == "accuracy" and routine_rate_given)
    routine = _NONE if spares_routine else barred & set(OPEN_ROUTES)
    frontier = _NONE if kind == "tuning" else barred & set(FRONTIER_ROUTES)
    return barred, routine, frontier


def _excluding(route: str, bars: Sequence[_Bar]) -> tuple[str, ...]:
    """The rules that exclude a route; of hybrid, a choice of another one, and those that leave a half without any."""
    if route != "hybrid":
        return tuple(bar.rule.id for bar in bars if route in bar.routes)
    lost = [bar.rule.id for bar in bars if bar.rule.effect == "choose"]
    if _NONE.union(*(bar.routine for bar in bars)).issuperset(OPEN_ROUTES):
        lost += [bar.rule.id for bar in bars if bar.routine]
    if _NONE.union(*(bar.frontier for bar in bars)).issuperset(FRONTIER_ROUTES):
        lost += [bar.rule.id for bar in bars if bar.frontier]
    return tuple(dict.fromkeys(lost or [bar.rule.id for bar in bars]))


def _keeps_open_models_out(rule: Rule) -> bool:
    """Whether a rule against open models holds in a cloud too, though it lists that route for its vendor's model."""
    return rule.kind in _OPEN_BARRED and set(OPEN_ROUTES) <= set(rule.options) and "managed-cloud" not in rule.options


# Why no route is left: the smallest sets of laws that together rule every one out.


Conflict = tuple[Rule, ...]


def conflicts(fired: Sequence[Rule], workload: GateInputs) -> tuple[Conflict, ...]:
    """Every minimal set of fired must-rules that leaves no route, the smallest first; empty where a route is left.

    To be advised again, at least one rule of each set has to stop applying.
    """
    laws = [rule for rule in fired if rule.gate == "must" and rule.effect in ("exclude", "choose")]
    if apply_gates(laws, workload).after_must:
        return ()
    found: list[Conflict] = []
    for size in range(1, len(laws) + 1):
        for some in combinations(laws, size):
            if not any(_within(smaller, some) for smaller in found) and not apply_gates(some, workload).after_must:
                found.append(some)
    return tuple(found)


def _within(smaller: Conflict, larger: Conflict) -> bool:
    return {rule.id for rule in smaller} <= {rule.id for rule in larger}


# Worth and prefer: costs and signals to a choice among the routes that are left; never by a weighted score.


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
    earns = "hybrid" in ranked if "hybrid" in left else None
    tied = tied if len(tied) > 1 else ()
    return RouteChoice(chosen, by, status, confidence, tied, signal, shares, cheapest, medians, pairwise, earns)


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

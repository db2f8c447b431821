"""What the rules leave where self-hosting falls away whatever fleet would be found, so that none is looked for.

A search through fleets takes most of the time of a what-if, and most workloads exclude self-hosting by other means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from advisor.cost.operations import TIERS, WORK, Tier, work_around
from advisor.decision.derived_facts import FLEET_FACTS
from advisor.decision.gates import GateInputs, RemainingRoutes, apply_gates
from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue, findings_of, tests_of
from advisor.knowledge.conditions import NUMBER_OPS, Leaf, Test, fold
from advisor.knowledge.parameters import Range
from advisor.knowledge.rules import Rule

DECIDING = frozenset({"exclude", "choose", "prefer", "derive", "posture"})
"""Effects of rules that can change the route; conditions and tasks cannot."""
_PEOPLE, _GPUS, _WORKSTATION = "derived.fte_for_fleet", "derived.fleet_gpus", "derived.fits_workstation"
_FALLING = frozenset({"below", "at_most", "may_be_below", "may_be_at_most"})
"""Comparisons that hold for every smaller number where they hold for one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules leave of the routes."""

    fired: tuple[Rule, ...]
    standing: RemainingRoutes
    tier: Tier
    work: Tier
    regulated: bool


def found_by(engine: Engine, facts: Mapping[str, FactValue], workload: GateInputs) -> Found:
    """What the rules of one day leave where these facts hold."""
    fired = engine.fired(facts)
    derived = {rule.derives for rule in fired}
    tier = next(tier for tier in TIERS if tier in derived)
    return Found(fired, apply_gates(fired, workload), tier, work_around(derived), "regulated" in derived)


class WithoutFleet:
    """The rules of one day, asked without the facts that describe a fleet.

    Every rule that rests on such a fact, itself or by a finding, must do no more than exclude self-hosting or name the
    tier of a fleet. What else the rules leave then follows from the other facts: with self-hosting excluded for certain
    and no exclusion set aside, one more exclusion of it changes nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        rules, names = _resting_on_fleets(engine.rules)
        telling = [rule for rule in rules if rule.effect in DECIDING]
        deriving = [rule for rule in telling if rule.effect == "derive"]
        split = {test.key for rule in deriving for test in tests_of(rule)} & FLEET_FACTS
        self.applies = (
            all(rule.effect == "derive" or _bars_self_hosting_alone(rule) for rule in telling)
            and split <= {_GPUS, _WORKSTATION}
            and not names & {"regulated", *(finding for finding, _ in WORK)}
            and not any(test.op == "known" for rule in telling for test in tests_of(rule) if test.key in FLEET_FACTS)
        )
        self._people_fall = all(_falls(rule) for rule in telling)
        self._gpus = _representatives(engine)

    def found(
        self, facts: Mapping[str, FactValue], workload: GateInputs, people: Range | None, *, volume: bool
    ) -> Found | None:
        """What the rules leave whatever the fleet is; None where that may depend on it.

        `facts` have no fact of a fleet but those that hold for every one; `people` keep the service running, of whom
        a larger fleet takes more; `volume` tells whether it was said how much is used, so that GPUs are counted.
        """
        if not self.applies:
            return None
        known = dict(facts)
        if people is not None and self._people_fall:
            known[_PEOPLE] = people  # the most that there may be to the fleet: what is too few of them stays too few
        first: Found | None = None
        for workstation, gpus in product((False, True), self._gpus if volume else (None,)):
            known[_WORKSTATION] = workstation
            if gpus is not None:
                known[_GPUS] = gpus
            found = found_by(self.engine, known, workload)
            if not _is_settled(found.standing, workload):
                return None
            if first is None:
                first = found
            elif _left(found.standing) != _left(first.standing):
                return None
        return first


def _is_settled(standing: RemainingRoutes, workload: GateInputs) -> bool:
    """Whether self-hosting is excluded, on its own and as a half of hybrid, and no further exclusion is set aside."""
    halves = standing.routine_halves if workload.hybrid_listed else ()
    return bool(standing.after_can) and "self-host" not in (*standing.after_can, *halves) and not standing.set_aside


def _left(standing: RemainingRoutes) -> tuple[object, ...]:
    halves = standing.routine_halves, standing.frontier_halves
    return standing.after_can, *halves, standing.cloud_open_eligible


def _resting_on_fleets(rules: Sequence[Rule]) -> tuple[list[Rule], set[str]]:
    """The rules whose outcome may depend on a fleet, and the findings that they derive."""
    names: set[str] = set()
    while True:
        found = [rule for rule in rules if any(_reads(rule, names))]
        derived = {rule.derives for rule in found if rule.derives}
        if derived == names:
            return found, names
        names = derived


def _reads(rule: Rule, names: set[str]) -> Iterator[bool]:
    yield from (test.key in FLEET_FACTS for test in tests_of(rule))
    yield from (finding.name in names for finding in findings_of(rule))


def _bars_self_hosting_alone(rule: Rule) -> bool:
    return rule.effect == "exclude" and set(rule.options) <= {"self-host"}


def _falls(rule: Rule) -> bool:
    """Whether fewer people for a fleet can only make the rule hold where it did not."""

    def leaf(leaf: Leaf, wanted: bool) -> bool:
        return not isinstance(leaf, Test) or leaf.key != _PEOPLE or (wanted and leaf.op in _FALLING)

    return fold(rule.when, leaf, all, all)


def _representatives(engine: Engine) -> tuple[Range, ...]:
    """Numbers of GPUs of which every rule treats one as it would any fleet: none, and each threshold and just above."""
    scale = engine.kinds[_GPUS].scale if _GPUS in engine.kinds else 1
    tests = [test for rule in engine.rules for test in tests_of(rule) if test.key == _GPUS and test.op in NUMBER_OPS]
    steps = {0}
    for test in tests:
        threshold = engine.thresholds[test.key, str(test.value)]
        steps |= {max(0, threshold), max(0, threshold + 1)}
    return tuple(Range.exactly(step / scale) for step in sorted(steps))

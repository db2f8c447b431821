"""Rules that can never fire, never add anything, or can never agree with another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.checks.lint_order import last_day
from advisor.authoring.dnf import compatible, implies, impossible
from advisor.engine.facts import Kinds, kinds_of
from advisor.engine.normalize import Disjunct, normalize
from advisor.engine.rule_check import Thresholds, check_rules
from advisor.errors import BadKnowledge
from advisor.knowledge.conditions import AnyOf, walk
from advisor.knowledge.licenses import POSTURES
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.rules import Rule

Alternatives = Mapping[str, tuple[Disjunct, ...]]


def logical_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Unreachable, contradictory and subsumed rules and alternatives; only for rules whose tests fit their facts."""
    kinds = kinds_of(knowledge)
    parameters = {day: knowledge.parameters_at(day) for day in {last_day(rule) for rule in knowledge.rules}}
    found: dict[str, tuple[Disjunct, ...]] = {}
    for rule in knowledge.rules:
        try:
            thresholds = check_rules([rule], parameters[last_day(rule)], kinds)
            found[rule.id] = _possible(rule, kinds, thresholds)
            yield from _own_faults(rule, found[rule.id], kinds, thresholds)
        except BadKnowledge:
            continue  # reported where the tests are compared with the facts
    rules = [rule for rule in knowledge.rules if rule.id in found]
    for rule in rules:
        for other in rules:
            if rule.id != other.id and _together(rule, other):
                yield from _between(rule, other, found)


def _possible(rule: Rule, kinds: Kinds, thresholds: Thresholds) -> tuple[Disjunct, ...]:
    return tuple(disjunct for disjunct in normalize(rule, kinds, thresholds) if not impossible(disjunct))


def _own_faults(
    rule: Rule, alternatives: tuple[Disjunct, ...], kinds: Kinds, thresholds: Thresholds
) -> Iterator[Fault]:
    if not alternatives:
        yield Fault(rule.file, rule.id, "can never fire: its condition contradicts itself")
        return
    branches = [part for part, _ in walk(rule.when, negated=False) if isinstance(part, AnyOf)]
    for branch in branches:
        parts = [_possible(replace(rule, when=part), kinds, thresholds) for part in branch.parts]
        for number, part in enumerate(parts):
            others = [other for place, rest in enumerate(parts) if place != number for other in rest]
            name = f"alternative {number + 1} of {len(parts)}"
            if not part:
                yield Fault(rule.file, rule.id, f"{name} can never hold")
            elif all(any(implies(one, other) for other in others) for one in part):
                yield Fault(rule.file, rule.id, f"{name} adds nothing to the others")


def _together(rule: Rule, other: Rule) -> bool:
    """Whether both are ever in force on one day."""
    return rule.since <= last_day(other) and other.since <= last_day(rule)


def _between(rule: Rule, other: Rule, found: Alternatives) -> Iterator[Fault]:
    silent = _says_no_more(rule, other) and not (_says_no_more(other, rule) and rule.id < other.id)
    if silent and _implies(rule, other, found):
        yield Fault(rule.file, rule.id, f"is subsumed: {other.id!r} fires whenever it does, and says as much")
    if rule.effect != "choose" or rule.gate != other.gate:
        return
    if other.effect == "exclude" and set(rule.options) <= set(other.options) and _implies(rule, other, found):
        yield Fault(rule.file, rule.id, f"chooses what {other.id!r} always excludes")
    if other.effect == "choose" and not set(rule.options) & set(other.options) and _may_meet(rule, other, found):
        yield Fault(rule.file, rule.id, f"contradicts {other.id!r}: both can fire and choose different routes")


def _says_no_more(rule: Rule, other: Rule) -> bool:
    """Whether a rule has no effect of its own where the other one fires too; tasks and conditions always have one."""
    if (rule.gate, rule.effect) != (other.gate, other.effect):
        return False
    if rule.effect == "derive":
        return rule.derives == other.derives
    if rule.effect == "posture":
        worse = POSTURES.index(other.posture) >= POSTURES.index(rule.posture)
        return rule.license == other.license and worse and rule.because == other.because
    if rule.effect in ("exclude", "choose"):
        return set(rule.options) <= set(other.options) and rule.kind == other.kind
    return rule.effect == "prefer" and rule.order >= other.order and set(rule.options) <= set(other.options)


def _implies(rule: Rule, other: Rule, found: Alternatives) -> bool:
    """Whether the other rule fires whenever this one does."""
    return all(any(implies(one, its) for its in found[other.id]) for one in found[rule.id])


def _may_meet(rule: Rule, other: Rule, found: Alternatives) -> bool:
    return any(compatible(one, its) for one in found[rule.id] for its in found[other.id])

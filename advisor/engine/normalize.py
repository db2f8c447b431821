"""Conditions in disjunctive normal form: a rule fires when every literal of one disjunct holds.

A literal compares one property of a fact with one constant and is false where the property is missing; that is how
an unknown answer makes a test and its negation fail alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.engine.facts import Kinds, Thresholds, values_of, where
from advisor.errors import BadKnowledge
from advisor.knowledge.conditions import Condition, Leaf, Test, fold
from advisor.knowledge.rules import Rule

MOST_DISJUNCTS = 64
_MOST_PAIRS = 1024
_BOUND_AND_SIDE = {
    "below": ("high", "$lt"),
    "at_most": ("high", "$lte"),
    "above": ("low", "$gt"),
    "at_least": ("low", "$gte"),
    "may_be_below": ("low", "$lt"),
    "may_be_at_most": ("low", "$lte"),
    "may_be_above": ("high", "$gt"),
    "may_be_at_least": ("high", "$gte"),
}
_OPPOSITE = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$lte": "$gt", "$gt": "$lte"}


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """`property op value`, where `key` is the question, fact or `finding:<name>` that the property describes."""

    key: str
    property: str
    op: str
    value: int | str

    def negated(self) -> Literal:
        """The literal that holds where the property is there and this one does not."""
        if self.op == "$eq" and isinstance(self.value, int):  # a flag, 0 or 1
            return Literal(self.key, self.property, "$eq", 1 - self.value)
        return Literal(self.key, self.property, _OPPOSITE[self.op], self.value)


Disjunct = tuple[Literal, ...]
"""Literals in sorted order, each one once; all must hold."""


def normalize(rule: Rule, kinds: Kinds, thresholds: Thresholds) -> tuple[Disjunct, ...]:
    """The disjuncts of a rule, in the order its condition states them, without contradictions and subsumed ones.

    Raises BadKnowledge when more than 64 remain.
    """
    unfolded = _Normalizer(rule, kinds, thresholds).disjuncts(rule.when)
    if len(unfolded) > _MOST_PAIRS:
        raise _too_many(rule, len(unfolded))
    disjuncts = absorb(unfolded)
    if len(disjuncts) > MOST_DISJUNCTS:
        raise _too_many(rule, len(disjuncts))
    return disjuncts


def absorb(disjuncts: list[Disjunct]) -> tuple[Disjunct, ...]:
    """Drop every disjunct that asks for all that another one asks for, and more."""
    sets = [frozenset(disjunct) for disjunct in dict.fromkeys(disjuncts)]
    return tuple(tuple(sorted(one)) for one in sets if not any(other < one for other in sets))


def contradicts(literals: Disjunct) -> bool:
    """Whether no fact can satisfy all literals: two values of one property, or a value both asked for and denied."""
    wanted: dict[str, int | str] = {}
    for literal in literals:
        if literal.op == "$eq" and wanted.setdefault(literal.property, literal.value) != literal.value:
            return True
    held = set(literals)
    return any(Literal(one.key, one.property, _OPPOSITE[one.op], one.value) in held for one in literals)


@dataclass(frozen=True, slots=True)
class _Normalizer:
    rule: Rule
    kinds: Kinds
    thresholds: Thresholds

    def disjuncts(self, condition: Condition) -> list[Disjunct]:
        return fold(condition, self._leaf, self._product, _union)

    def _leaf(self, leaf: Leaf, positive: bool) -> list[Disjunct]:
        if isinstance(leaf, Test):
            return self._test(leaf, positive)
        name = f"finding:{leaf.name}"
        return [(_flag(name, name, positive),)]

    def _product(self, branches: list[list[Disjunct]]) -> list[Disjunct]:
        product: list[Disjunct] = [()]
        for branch in branches:
            if len(product) * len(branch) > _MOST_PAIRS:
                raise _too_many(self.rule, len(product) * len(branch))
            pairs = [tuple(sorted({*one, *other})) for one in product for other in branch]
            product = list(absorb([pair for pair in pairs if not contradicts(pair)]))
        return product

    def _test(self, test: Test, positive: bool) -> list[Disjunct]:
        if test.op == "known":
            return [(_flag(test.key, f"{test.key}?", bool(test.value) == positive),)]
        literals = self._literals(test)
        if positive:
            return [(literal,) for literal in literals]
        return [tuple(sorted(literal.negated() for literal in literals))]

    def _literals(self, test: Test) -> list[Literal]:
        """Any one of these holding makes the test hold."""
        key = test.key
        if test.op in _BOUND_AND_SIDE:
            bound, side = _BOUND_AND_SIDE[test.op]
            return [Literal(key, f"{key}.{bound}", side, self.thresholds[key, str(test.value)])]
        if self.kinds[key].kind == "bool":
            return [Literal(key, key, "$eq", int(bool(test.value)))]
        if self.kinds[key].kind == "choice":
            return [Literal(key, key, "$eq", value) for value in values_of(test)]
        return [_flag(key, f"{key}={value}", True) for value in values_of(test)]


def _flag(key: str, name: str, holds: bool) -> Literal:
    return Literal(key, name, "$eq", int(holds))


def _union(branches: list[list[Disjunct]]) -> list[Disjunct]:
    return list(dict.fromkeys(disjunct for branch in branches for disjunct in branch))


def _too_many(rule: Rule, count: int) -> BadKnowledge:
    return BadKnowledge(where(rule), f"the condition unfolds into {count} alternatives", f"at most {MOST_DISJUNCTS}")


@dataclass(frozen=True, slots=True)
class Clause:
    """One disjunct of one rule: what durable_rules knows as a rule of its own."""

    rule: Rule
    number: int
    literals: Disjunct
    keys: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """What the literals test, each once, in their order."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(dict.fromkeys(literal.key for literal in self.literals)))

    @property
    def name(self) -> str:
        """`<rule id>#<number of the disjunct>`."""
        return f"{self.rule.id}#{self.number}"

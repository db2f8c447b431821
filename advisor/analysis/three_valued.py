"""Which rules fire whatever the open answers turn out to be, and which may: three-valued logic over sets of truths.

Each test of an open key has the set of outcomes it may have; conditions combine sets part by part, as if parts were
independent. That can only make a rule look possible that is not, never the other way round.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from advisor.engine.engine import Circumstances, Engine
from advisor.engine.facts import FactValue, read_facts
from advisor.knowledge.conditions import NUMBER_OPS, Condition, Leaf, Test, fold
from advisor.knowledge.rules import Rule

Truth = bool | None
Truths = frozenset[Truth]
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "below": operator.lt,
    "at_most": operator.le,
    "above": operator.gt,
    "at_least": operator.ge,
}


@dataclass(frozen=True, slots=True)
class OpenFact:
    """What a fact may turn out to be; `values` None is anything, `bounds` hold every number it may contain.

    `may_lack` tells that it may stay unknown.
    """

    values: frozenset[FactValue] | None = None
    bounds: tuple[float, float] | None = None
    may_lack: bool = True


@dataclass(frozen=True, slots=True)
class RulesByCertainty:
    """Rules by what is certain of them; `uncertain` ones fire for some answers and not for others."""

    certain: tuple[Rule, ...]
    uncertain: tuple[Rule, ...]

    @property
    def possible(self) -> tuple[Rule, ...]:
        """Rules that fire for some answers."""
        return (*self.certain, *self.uncertain)


def rules_by_certainty(
    rules: Sequence[Rule], engine: Engine, facts: Mapping[str, FactValue], open_facts: Mapping[str, OpenFact]
) -> RulesByCertainty:
    """Sort rules by whether they fire; `facts` are what is settled, `open_facts` what is not."""
    logic = _Logic(engine, facts, open_facts)
    truths = [(rule, logic.truths(rule.when)) for rule in rules]
    certain = tuple(rule for rule, each in truths if each == {True})
    return RulesByCertainty(certain, tuple(rule for rule, each in truths if True in each and each != {True}))


@dataclass(slots=True)
class _Logic:
    engine: Engine
    facts: Mapping[str, FactValue]
    open_facts: Mapping[str, OpenFact]
    seen: Circumstances = field(init=False)
    found: dict[str, Truths] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seen = self._circumstances(self.facts)

    def _circumstances(self, facts: Mapping[str, FactValue]) -> Circumstances:
        readings = read_facts(facts, self.engine.kinds)
        return Circumstances(facts, readings, self.engine.thresholds, frozenset())

    def truths(self, condition: Condition) -> Truths:
        return fold(condition, self._leaf, _all, _any)

    def _leaf(self, leaf: Leaf, wanted: bool) -> Truths:
        truths = self._test(leaf) if isinstance(leaf, Test) else self._finding(leaf.name)
        return truths if wanted else _negated(truths)

    def _finding(self, name: str) -> Truths:
        if name not in self.found:
            each = [self.truths(rule.when) for rule in self.engine.rules if rule.derives == name]
            if any(truths == {True} for truths in each):
                self.found[name] = frozenset((True,))
            else:
                may = any(True in truths for truths in each)
                self.found[name] = frozenset((True, False)) if may else frozenset((False,))
        return self.found[name]

    def _test(self, test: Test) -> Truths:
        unsettled = self.open_facts.get(test.key)
        if unsettled is None:
            return frozenset((self.seen.truth(test),))
        if test.op == "known":
            return (
                frozenset((bool(test.value), not test.value)) if unsettled.may_lack else frozenset((bool(test.value),))
            )
        lacking: Truths = frozenset((None,)) if unsettled.may_lack else frozenset()
        if test.op in NUMBER_OPS:
            return lacking | (self._compared(test, unsettled.bounds) if unsettled.bounds else {True, False})
        if unsettled.values is None:
            return lacking | {True, False}
        return lacking | {self._circumstances({test.key: value}).truth(test) for value in unsettled.values}

    def _compared(self, test: Test, bounds: tuple[float, float]) -> Truths:
        """The outcomes at both ends: every comparison turns once, on its way from one to the other."""
        scale, threshold = self.engine.kinds[test.key].scale, self.engine.thresholds[test.key, str(test.value)]
        compare = _COMPARE[test.op.removeprefix("may_be_")]
        return frozenset(compare(round(end * scale), threshold) for end in bounds)


def _all(parts: Sequence[Truths]) -> Truths:
    result: set[Truth] = set()
    if any(False in part for part in parts):
        result.add(False)
    if all(True in part for part in parts):
        result.add(True)
    if any(None in part for part in parts) and all(part - {False} for part in parts):
        result.add(None)
    return frozenset(result)


def _any(parts: Sequence[Truths]) -> Truths:
    return _negated(_all([_negated(part) for part in parts]))


def _negated(truths: Truths) -> Truths:
    return frozenset(None if truth is None else not truth for truth in truths)

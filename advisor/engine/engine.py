"""The two evaluators side by side: no advice unless they fire the same rules; and why a rule fired or did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from types import TracebackType
from typing import Self

from advisor.engine.compile import compile_rules
from advisor.engine.facts import FactValue, Kinds, Readings, Thresholds, check_rules, read_facts, values_of, where
from advisor.engine.reference import Reference, compile_reference
from advisor.engine.ruleset_session import DurableRules
from advisor.errors import EnginesDisagree
from advisor.knowledge.conditions import Condition, Finding, Leaf, Test, all_known, any_known, fold
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule

_SIDES: dict[str, tuple[int, Callable[[int, int], bool]]] = {
    "below": (1, lt), "at_most": (1, le), "above": (0, gt), "at_least": (0, ge),
    "may_be_below": (0, lt), "may_be_at_most": (0, le), "may_be_above": (1, gt), "may_be_at_least": (1, ge),
}  # fmt: skip
"""The end of a range, 0 low and 1 high, that a test compares with its threshold, and how."""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test that kept a rule from firing.

    `key` is a question, a fact or `finding:<name>`; `wanted` is False where the rule asked for the test not to hold;
    `value` is what the test compares with (a parameter's id for a number) and `current` the answer, None if unknown.
    """

    key: str
    op: str
    value: str | bool | tuple[str, ...]
    wanted: bool
    current: FactValue | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that did not fire, and the fewest tests that would have to turn for it to fire."""

    rule: Rule
    failed: tuple[FailedTest, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a condition is judged by: the facts as given and as integers, the thresholds, the findings derived."""

    facts: Mapping[str, FactValue]
    readings: Readings
    thresholds: Thresholds
    derived: frozenset[str]

    def truth(self, condition: Condition) -> bool | None:
        """Kleene's strong logic; None is unknown."""
        return fold(condition, self._signed, all_known, any_known)

    def failed(self, condition: Condition) -> tuple[FailedTest, ...]:
        """The fewest tests in the way of the condition being known to hold."""

        def leaf(leaf: Leaf, wanted: bool) -> tuple[FailedTest, ...]:
            return () if self._signed(leaf, wanted) is True else (self._failure(leaf, wanted),)

        def every(branches: list[tuple[FailedTest, ...]]) -> tuple[FailedTest, ...]:
            return tuple(dict.fromkeys(test for branch in branches for test in branch))

        return fold(condition, leaf, every, lambda branches: min(branches, key=len))

    def _signed(self, leaf: Leaf, wanted: bool) -> bool | None:
        """The truth of a leaf, or of its negation."""
        truth = self._test(leaf) if isinstance(leaf, Test) else leaf.name in self.derived
        return truth if wanted or truth is None else not truth

    def value(self, key: str) -> FactValue:
        """A fact as given, whether a finding holds, or "unknown"."""
        if key.startswith("finding:"):
            return key.removeprefix("finding:") in self.derived
        return self.facts.get(key, "unknown")

    def _failure(self, leaf: Test | Finding, wanted: bool) -> FailedTest:
        if isinstance(leaf, Finding):
            return FailedTest(key_of(leaf), "finding", leaf.name, wanted, leaf.name in self.derived)
        return FailedTest(leaf.key, leaf.op, leaf.value, wanted, self.facts.get(leaf.key))

    def _test(self, test: Test) -> bool | None:
        reading = self.readings.get(test.key)
        if test.op == "known":
            return (reading is not None) == test.value
        if reading is None:
            return None
        if isinstance(reading, bool):
            return reading == test.value
        if isinstance(reading, str):
            return reading in values_of(test)
        if isinstance(reading, frozenset):
            return not reading.isdisjoint(values_of(test))
        place, holds = _SIDES[test.op]
        return holds(reading[place], self.thresholds[test.key, str(test.value)])


def key_of(leaf: Test | Finding) -> str:
    """The name under which a test or a finding is traced."""
    return f"finding:{leaf.name}" if isinstance(leaf, Finding) else leaf.key


# Both evaluators, and what they fired.


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired, and the facts that the alternative which fired tested; findings as `finding:<name>`."""

    rule: Rule
    matched: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rules that fired, in the order of the pack, and how many each evaluator fired."""

    firings: tuple[Firing, ...]
    derived: frozenset[str]
    durable_rules: int
    reference: int
    agree: bool


class Engine:
    """Rules compiled for both evaluators; a context manager that frees durable_rules' memory."""

    def __init__(self, rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> None:
        self.rules, self.kinds, self.thresholds = tuple(rules), kinds, thresholds
        self._durable = DurableRules(compile_rules(self.rules, kinds, thresholds))
        self._fires: Reference = compile_reference(self.rules, kinds, thresholds)

    @classmethod
    def compile(cls, rules: Sequence[Rule], parameters: Parameters, kinds: Kinds) -> Engine:
        """Check and compile rules, thresholds taken from the parameters of one day; raises BadKnowledge."""
        return cls(rules, kinds, check_rules(rules, parameters, kinds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Free the ruleset; `run` is not possible afterwards, the reference is."""
        self._durable.close()

    def run(self, facts: Mapping[str, FactValue]) -> Outcome:
        """Fire the rules in both evaluators; raises EnginesDisagree naming the rules that differ."""
        readings = read_facts(facts, self.kinds)
        clauses = self._durable.fire(readings)
        expected = self._fired(readings)
        self._compare(clauses.keys(), [rule.id for rule in expected])
        derived = _derived(expected)
        seen = self._circumstances(facts, readings, derived)
        firings = tuple(Firing(rule, {key: seen.value(key) for key in clauses[rule.id].keys}) for rule in expected)
        return Outcome(firings, derived, len(clauses), len(expected), True)

    def fired(self, facts: Mapping[str, FactValue]) -> tuple[Rule, ...]:
        """The rules that fire by the reference evaluator, without a trace: the cheapest question to ask."""
        return tuple(self._fired(read_facts(facts, self.kinds)))

    def why_not(self, facts: Mapping[str, FactValue]) -> tuple[Miss, ...]:
        """Every rule that does not fire, the nearest to firing first."""
        readings = read_facts(facts, self.kinds)
        fired = self._fired(readings)
        seen = self._circumstances(facts, readings, _derived(fired))
        ids = {rule.id for rule in fired}
        misses = [Miss(rule, seen.failed(rule.when)) for rule in self.rules if rule.id not in ids]
        return tuple(sorted(misses, key=lambda miss: len(miss.failed)))

    def _fired(self, readings: Readings) -> list[Rule]:
        return [rule for rule, fires in zip(self.rules, self._fires(readings), strict=True) if fires]

    def _circumstances(
        self, facts: Mapping[str, FactValue], readings: Readings, derived: frozenset[str]
    ) -> Circumstances:
        return Circumstances(facts, readings, self.thresholds, derived)

    def _compare(self, durable: Iterable[str], reference: Iterable[str]) -> None:
        one, other = set(durable), set(reference)
        if one == other:
            return
        differing = [rule for rule in self.rules if rule.id in one ^ other]
        sides = ", ".join(f"{rule.id} ({_side(rule.id in one)})" for rule in differing)
        raise EnginesDisagree(where(differing[0]), f"the evaluators differ on {sides}", "no advice is given; report it")


def _side(in_durable: bool) -> str:
    return "fired by durable_rules alone" if in_durable else "fired by the reference alone"


def _derived(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(rule.derives for rule in rules if rule.derives)

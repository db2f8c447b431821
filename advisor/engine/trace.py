"""Why a rule fired and why it did not, as data: the tests that decided, with the values they saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.engine.facts import FactValue, Readings, Thresholds, values_of
from advisor.knowledge.conditions import Condition, Finding, Leaf, Test, all_known, any_known, fold
from advisor.knowledge.rules import Rule


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
        return _compare(test.op, reading, self.thresholds[test.key, str(test.value)])


def key_of(leaf: Test | Finding) -> str:
    """The name under which a test or a finding is traced."""
    return f"finding:{leaf.name}" if isinstance(leaf, Finding) else leaf.key


def _compare(op: str, reading: tuple[int, int], threshold: int) -> bool:
    low, high = reading
    side = low if op in ("above", "at_least", "may_be_below", "may_be_at_most") else high
    match op.removeprefix("may_be_"):
        case "below":
            return side < threshold
        case "at_most":
            return side <= threshold
        case "above":
            return side > threshold
        case _:
            return side >= threshold

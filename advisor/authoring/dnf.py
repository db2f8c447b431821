"""Alternatives of a condition as sets of literals: which hold, which never can, which imply which.

A numeric literal bounds one end of an answered range, and `low <= high` always: that is all the reasoning needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import inf

from advisor.engine.facts import Reading, Readings
from advisor.engine.normalize import Disjunct, Literal


def holds(disjunct: Disjunct, readings: Readings, derived: Collection[str]) -> bool:
    """Whether every literal holds for these facts and findings."""
    return all(_holds(literal, readings, derived) for literal in disjunct)


def _holds(literal: Literal, readings: Readings, derived: Collection[str]) -> bool:
    if literal.key.startswith("finding:"):
        return (literal.key.removeprefix("finding:") in derived) == bool(literal.value)
    reading = readings.get(literal.key)
    if literal.property == f"{literal.key}?":
        return (reading is not None) == bool(literal.value)
    return reading is not None and _compares(literal, reading)


def _compares(literal: Literal, reading: Reading) -> bool:
    value: int | str
    if isinstance(reading, tuple):
        value = reading[literal.property.endswith(".high")]
    elif isinstance(reading, frozenset):
        value = int(literal.property.removeprefix(f"{literal.key}=") in reading)
    else:
        value = int(reading) if isinstance(reading, bool) else reading
    if literal.op in ("$eq", "$neq"):
        return (value == literal.value) == (literal.op == "$eq")
    return _within(literal, value)


def _within(literal: Literal, value: int | str) -> bool:
    bound = int(literal.value)
    return {
        "$lt": int(value) < bound,
        "$lte": int(value) <= bound,
        "$gt": int(value) > bound,
        "$gte": int(value) >= bound,
    }[literal.op]


@dataclass(frozen=True, slots=True)
class EndLimits:
    """What literals say of the two ends of one answered range: each end within its own limits."""

    low_from: float = -inf
    low_to: float = inf
    high_from: float = -inf
    high_to: float = inf

    @classmethod
    def of(cls, key: str, literals: Iterable[Literal]) -> EndLimits:
        """The limits that all literals on one key leave, closed under `low <= high`."""
        low, high = [-inf, inf], [-inf, inf]
        for literal in literals:
            if literal.key == key and literal.property in (f"{key}.low", f"{key}.high"):
                end = low if literal.property.endswith(".low") else high
                first, last = _limits(literal)
                end[0], end[1] = max(end[0], first), min(end[1], last)
        return cls(low[0], min(low[1], high[1]), max(high[0], low[0]), high[1])

    @property
    def empty(self) -> bool:
        """Whether no range fits."""
        return self.low_from > self.low_to or self.high_from > self.high_to

    def within(self, other: EndLimits) -> bool:
        """Whether every range that fits here fits there."""
        return (
            self.low_from >= other.low_from
            and self.low_to <= other.low_to
            and self.high_from >= other.high_from
            and self.high_to <= other.high_to
        )


def _limits(literal: Literal) -> tuple[float, float]:
    value = int(literal.value)
    return {
        "$lt": (-inf, value - 1),
        "$lte": (-inf, value),
        "$gt": (value + 1, inf),
        "$gte": (value, inf),
    }[literal.op]


def impossible(disjunct: Disjunct) -> bool:
    """Whether no facts satisfy it: a range that cannot be, or a test of an answer that must be open."""
    keys = {literal.key for literal in disjunct}
    if any(EndLimits.of(key, disjunct).empty for key in keys):
        return True
    open_keys = {literal.key for literal in disjunct if literal.property == f"{literal.key}?" and not literal.value}
    return any(literal.key in open_keys and literal.property != f"{literal.key}?" for literal in disjunct)


def implies(strong: Disjunct, weak: Disjunct) -> bool:
    """Whether facts that satisfy the first always satisfy the second (sound, not complete)."""
    return all(literal in strong or _follows(literal, strong) for literal in weak)


def _follows(literal: Literal, strong: Disjunct) -> bool:
    key = literal.key
    if literal.property == f"{key}?":
        return bool(literal.value) and any(other.key == key and other.property != f"{key}?" for other in strong)
    if literal.property in (f"{key}.low", f"{key}.high"):
        known = any(other.property in (f"{key}.low", f"{key}.high") for other in strong)
        return known and EndLimits.of(key, strong).within(EndLimits.of(key, (literal,)))
    if literal.op == "$neq":
        return any(
            other.property == literal.property and other.op == "$eq" and other.value != literal.value
            for other in strong
        )
    return False


def compatible(one: Disjunct, other: Disjunct) -> bool:
    """Whether some facts may satisfy both."""
    equal: dict[str, int | str] = {}
    for literal in (*one, *other):
        if literal.op == "$eq" and equal.setdefault(literal.property, literal.value) != literal.value:
            return False
    return not impossible((*one, *other))

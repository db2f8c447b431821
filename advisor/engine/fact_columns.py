"""Which properties travel together in one fact.

A wide fact per topic is matched two to four times faster than a fact per answer. A topic that would exceed a limit of
the engine is split, and small topics share a fact while the limits allow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.engine.limits import excess
from advisor.engine.normalize import Clause, Disjunct, Literal
from advisor.engine.rule_check import where
from advisor.errors import BadKnowledge

FROM_ANSWERS = -1
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WideFact:
    """A fact of the engine: its id, and its properties, under the key that each describes.

    `level` is the level of the findings it carries, or FROM_ANSWERS.
    """

    id: str
    level: int
    properties: dict[str, tuple[str, ...]]


def lay_out(clauses: Sequence[Clause], levels: dict[str, int]) -> tuple[WideFact, ...]:
    """Group the tested keys into facts, lowest level first.

    Raises BadKnowledge naming the last rule that tests it when one key alone exceeds a limit of the engine.
    """
    patterns = _Patterns(clauses)
    facts: list[WideFact] = []
    for level in sorted({_level(key, levels) for key in patterns.keys}):
        keys = [key for key in patterns.keys if _level(key, levels) == level]
        groups = patterns.merge(patterns.split(keys))
        contents = [{key: patterns.properties(key) for key in group} for group in groups]
        facts += [WideFact(f"{level + 1}.{number}", level, content) for number, content in enumerate(contents)]
    return tuple(facts)


def _level(key: str, levels: dict[str, int]) -> int:
    return levels[key.removeprefix("finding:")] if key.startswith("finding:") else FROM_ANSWERS


class _Patterns:
    """What the clauses ask of each key, and so of any group of keys."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.asking: dict[str, dict[int, list[Literal]]] = {}
        for position, clause in enumerate(clauses):
            for literal in clause.literals:
                self.asking.setdefault(literal.key, {}).setdefault(position, []).append(literal)
        self.keys = sorted(self.asking)

    def properties(self, key: str) -> tuple[str, ...]:
        return tuple(sorted({literal.property for literals in self.asking[key].values() for literal in literals}))

    def of(self, keys: Keys) -> list[Disjunct]:
        """The literals on these keys, clause by clause; in sorted order because the keys are."""
        joined: dict[int, list[Literal]] = {}
        for key in sorted(keys):
            for position, literals in self.asking[key].items():
                joined.setdefault(position, []).extend(literals)
        return [tuple(literals) for literals in joined.values()]

    def split(self, keys: Sequence[str]) -> list[Keys]:
        """Topics, in several groups where one fact could not hold them."""
        groups: list[Keys] = []
        for key in keys:
            self._check(key)
            wider = (*groups[-1], key) if groups and _topic(groups[-1][0]) == _topic(key) else ()
            if wider and not excess(self.of(wider)):
                groups[-1] = wider
            else:
                groups.append((key,))
        return groups

    def merge(self, groups: list[Keys]) -> list[Keys]:
        """Each group into the first fact that can still hold it."""
        merged: list[Keys] = []
        for group in groups:
            fits = (place for place, other in enumerate(merged) if not excess(self.of((*other, *group))))
            place = next(fits, len(merged))
            merged[place : place + 1] = [(*(merged[place] if place < len(merged) else ()), *group)]
        return merged

    def _check(self, key: str) -> None:
        fault = excess(self.of((key,)))
        if fault:
            last = self.clauses[max(self.asking[key])].rule
            raise BadKnowledge(where(last), f"too many tests of {key} in all rules: {fault}", "merge some of them")


def _topic(key: str) -> str:
    return key.partition(".")[0]

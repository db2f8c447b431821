"""Rules as durable_rules can run them safely: in strata, one `all` per disjunct, one element per fact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise
from typing import Any

from advisor.engine.facts import Kinds, Thresholds, check_string, findings_of, where
from advisor.engine.normalize import Clause, Disjunct, Literal, normalize
from advisor.errors import BadInput, BadKnowledge
from advisor.knowledge.rules import Rule

# Limits of durable_rules 2.0.28 beyond which it crashes, hangs or answers wrongly; each with a margin.
#
# Found by measurement and in its C source: a matching stack of 64 (error 303), 512 hash slots for the children of one
# condition (the build never ends), 256 rules on one condition (crash), 16 facts in one frame, 4,096 rules, 32-bit
# FNV-1a hashes standing for every property and fact id, and 255 properties a fact.


MOST_MATCHES = 60
MOST_CHILDREN = 500
MOST_ENDINGS = 250
MOST_FACTS = 16
MOST_DURABLE_RULES = 4000
MOST_PROPERTIES = 200
MOST_LEVELS = 32
"""Findings derived from findings: each level is a fact of its own, and all facts branch from one condition."""
_TAKEN_NAMES = ("id", "sid", "$s", "fact")


class Branch:
    """One condition of the matching tree: the conditions that follow it, and how many rules end on it."""

    __slots__ = ("endings", "next")

    def __init__(self) -> None:
        self.next: dict[Literal, Branch] = {}
        self.endings = 0

    @classmethod
    def of(cls, patterns: Iterable[Disjunct]) -> Branch:
        """The tree of all patterns that one fact is matched against; a pattern given twice ends twice."""
        root = cls()
        for pattern in patterns:
            branch = root
            for literal in pattern:
                branch = branch.next.setdefault(literal, cls())
            branch.endings += 1
        return root

    def matches(self) -> int:
        """An upper bound of how many conditions wait on the matching stack at once, whatever the fact says."""
        by_property = groupby(sorted(self.next.items()), key=lambda item: item[0].property)
        return max(1, sum(_together([(one, branch.matches()) for one, branch in group]) for _, group in by_property))

    def widest(self) -> int:
        """The most children that one condition has."""
        return max([len(self.next), *(branch.widest() for branch in self.next.values())])

    def most_endings(self) -> int:
        """The most rules that end on one condition."""
        return max([self.endings, *(branch.most_endings() for branch in self.next.values())])

    def __lt__(self, other: object) -> bool:
        return False  # literals order a sort; branches never do


def _together(weighed: list[tuple[Literal, int]]) -> int:
    """Of tests on one property: equalities exclude each other, all else may hold at once."""
    equal = [weight for literal, weight in weighed if literal.op == "$eq"]
    return max(equal, default=0) + sum(weight for literal, weight in weighed if literal.op != "$eq")


def excess(patterns: Iterable[Disjunct]) -> str:
    """Say which limit one fact with these patterns would break, or nothing."""
    root = Branch.of(patterns)
    for count, most, what in (
        (root.matches(), MOST_MATCHES, "conditions could match one fact at once"),
        (root.widest(), MOST_CHILDREN, "conditions branch from one"),
        (root.most_endings(), MOST_ENDINGS, "alternatives end on one condition"),
        (
            len({literal.property for pattern in patterns for literal in pattern}),
            MOST_PROPERTIES,
            "properties of a fact",
        ),
    ):
        if count > most:
            return f"{count} {what} (at most {most})"
    return ""


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash by which durable_rules knows properties and ids (Fowler, Noll and Vo)."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def check_names(owners: Mapping[str, str]) -> None:
    """Raise BadKnowledge when two property names share a hash; `owners` says where each name comes from."""
    seen: dict[int, str] = {fnv1a(name): name for name in _TAKEN_NAMES}
    for name, owner in owners.items():
        other = seen.setdefault(fnv1a(name), name)
        if other != name or name in _TAKEN_NAMES:
            raise BadKnowledge(owner, f"{name!r} and {other!r} have the same 32-bit FNV-1a hash", "rename one of them")


# The order in which findings become final: each is settled before any rule asks for it, or for its absence.


def finding_levels(rules: Sequence[Rule]) -> dict[str, int]:
    """The level of every finding that is derived or asked for; one asks only for findings of lower levels.

    A finding that no rule derives has level 0 and never holds. Raises BadKnowledge naming the rules when findings
    derive each other, which no order could settle, or rest on more others in a row than the engine settles in time.
    """
    needs: dict[str, set[str]] = {}
    for rule in rules:
        asked = {finding.name for finding in findings_of(rule)}
        for name in asked:
            needs.setdefault(name, set())
        if rule.derives:
            needs.setdefault(rule.derives, set()).update(asked)
    try:
        order = tuple(TopologicalSorter(needs).static_order())
    except CycleError as fault:
        raise _cycle(rules, fault.args[1]) from None
    levels: dict[str, int] = {}
    for name in order:
        levels[name] = max((levels[needed] + 1 for needed in needs[name]), default=0)
        if levels[name] > MOST_LEVELS:
            last = next(rule for rule in rules if rule.derives == name)
            raise BadKnowledge(where(last), f"findings rest on each other more than {MOST_LEVELS} deep")
    return levels


def _cycle(rules: Sequence[Rule], names: Sequence[str]) -> BadKnowledge:
    asks = set(pairwise(names))  # (asked for, derived)
    guilty = [rule for rule in rules if any((finding.name, rule.derives) in asks for finding in findings_of(rule))]
    files = ", ".join(dict.fromkeys(rule.file or "rules" for rule in guilty))
    ids = ", ".join(repr(rule.id) for rule in guilty)
    return BadKnowledge(files, f"rules {ids} derive their findings from each other", "break the circle")


# Which properties travel together in one fact.
#
# A wide fact per topic is matched two to four times faster than a fact per answer. A topic that would exceed a limit
# of the engine is split, and small topics share a fact while the limits allow it.


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


# Every element is a conjunction of comparisons on one wide fact. Negation, alternatives and several conditions on one
# answer in separate elements give wrong answers in that engine, so none of them reaches it.


SENTINEL = "begin"
"""A rule that fires first in every session: one without any fired rule cannot be deleted without a crash."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a session runs: the rules as JSON values, the clause behind each name, the facts to tell in order."""

    definition: Mapping[str, Any]
    clauses: Mapping[str, Clause]
    facts: tuple[WideFact, ...]
    levels: Mapping[str, int]


def compile_rules(rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> Program:
    """Compile checked rules; raises BadKnowledge naming rule, file and number for any limit exceeded."""
    levels = finding_levels(rules)
    clauses = [
        Clause(rule, number, literals)
        for rule in rules
        for number, literals in enumerate(normalize(rule, kinds, thresholds))
    ]
    _check_texts(clauses)
    facts = lay_out(clauses, levels)
    if len(facts) >= MOST_CHILDREN:  # the first rule's own fact is one more
        raise BadKnowledge("rules", f"the rules test {len(facts)} facts", f"fewer than {MOST_CHILDREN} are matched")
    homes = {key: fact.id for fact in facts for key in fact.properties}
    definition: dict[str, Any] = {SENTINEL: {"all": [{"a0": {"fact": SENTINEL}}]}}
    for clause in clauses:
        definition[clause.name] = {"all": _elements(clause, homes)}
    return Program(definition, {clause.name: clause for clause in clauses}, facts, levels)


def _elements(clause: Clause, homes: Mapping[str, str]) -> list[dict[str, Any]]:
    by_fact: dict[str, list[Literal]] = {}
    for literal in clause.literals:
        by_fact.setdefault(homes[literal.key], []).append(literal)
    if len(by_fact) > MOST_FACTS:
        raise BadKnowledge(where(clause.rule), f"one alternative joins {len(by_fact)} facts", f"at most {MOST_FACTS}")
    return [
        {f"a{place}": {"$and": [{"fact": fact}, *(_comparison(literal) for literal in literals)]}}
        for place, (fact, literals) in enumerate(by_fact.items())
    ]


def _comparison(literal: Literal) -> dict[str, Any]:
    plain = {literal.property: literal.value}
    return plain if literal.op == "$eq" else {literal.op: plain}


def _check_texts(clauses: Sequence[Clause]) -> None:
    if len(clauses) > MOST_DURABLE_RULES:
        last = clauses[MOST_DURABLE_RULES].rule
        raise BadKnowledge(where(last), f"the rules unfold into {len(clauses)}", f"at most {MOST_DURABLE_RULES}")
    check_names({literal.property: where(clause.rule) for clause in clauses for literal in clause.literals})
    for clause in clauses:
        if json.dumps(clause.name, ensure_ascii=False) != f'"{clause.name}"':
            raise BadKnowledge(where(clause.rule), "the id has a character that JSON must escape")
        for text in (clause.name, *(literal.value for literal in clause.literals)):
            _check_text(clause, str(text))


def _check_text(clause: Clause, text: str) -> None:
    try:
        check_string(where(clause.rule), text)
    except BadInput as fault:
        raise BadKnowledge(where(clause.rule), fault.what, fault.todo) from None

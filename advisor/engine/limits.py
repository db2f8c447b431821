"""Limits of durable_rules 2.0.28 beyond which it crashes, hangs or answers wrongly; each with a margin.

Found by measurement and in its C source: a matching stack of 64 (error 303), 512 hash slots for the children of one
condition (the build never ends), 256 rules on one condition (crash), 16 facts in one frame, 4,096 rules, 32-bit FNV-1a
hashes standing for every property and fact id, and 255 properties a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from advisor.engine.normalize import Disjunct, Literal
from advisor.errors import BadKnowledge

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

"""Answers that differ from the real ones: tried out, kept under a letter, compared, and taken or dropped. Pure."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from advisor.interview.answers import Answers
from advisor.interview.measured_files import without

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from advisor.interview.answers import Value

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Variant(NamedTuple):
    """What is answered otherwise, and what is left open instead; everything else follows the real answers."""

    name: str
    changed: Mapping[str, Value]
    dropped: frozenset[str] = frozenset()

    @property
    def differs(self) -> bool:
        """Whether it changes anything."""
        return bool(self.changed or self.dropped)

    def says_as(self, other: Variant) -> bool:
        """Whether two variants change the same, whatever they are called."""
        return (dict(self.changed), self.dropped) == (dict(other.changed), other.dropped)


def variant_between(name: str, real: Answers, tried: Answers) -> Variant:
    """Find what the answers tried out change."""
    changed = {key: value for key, value in tried.values.items() if real.get(key) != value}
    return Variant(name, changed, frozenset(key for key in real.values if key not in tried.values))


def laid_over(variant: Variant, real: Answers) -> Answers:
    """Give the real answers as the variant changes them."""
    kept = {key: value for key, value in real.values.items() if key not in variant.dropped}
    left = real.measurements
    for key in (*variant.dropped, *variant.changed):
        left = without(left, key)
    return Answers({**kept, **variant.changed}, real.questionnaire, measurements=left)


def free_name(taken: Collection[str]) -> str:
    """Find the first letter that is free; after z come a2, b2 and so on."""
    names = (f"{letter}{round_ if round_ > 1 else ''}" for round_ in count(1) for letter in LETTERS)
    return next(name for name in names if name not in taken)

"""Two derivations of one decision, compared leaf by leaf: exactly, within a tolerance, or as mere wording."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from advisor.record.formats.encoding import RTOL, Table

_APPROXIMATE = "results.approx."
_FOLLOWS_COST = ("verdict.", "options.", "results.", "flips.", "methods.")
_WORDING = {"summary", "conditions", "tasks", "priced", "because", "next", "reason", "title", "assumed", "notes"}


MOST_CHANGES = 200
"""As many unlike fields are kept with both their texts; all are counted."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not as it is recorded: its path, the recorded value, and the one derived again."""

    path: str
    recorded: str
    derived: str


@dataclass(frozen=True, slots=True)
class Replay:
    """How a second derivation compares with the record.

    `exact` of `exact_of` fields came out the same; `worst` is the largest relative error among the approximate ones,
    `margin` the relative distance of the two cheapest standing routes (None where cost did not decide), `reworded`
    the sentences that another version of the program words otherwise, `changes` both sides of what is unlike.
    """

    exact: int
    exact_of: int
    approximate_of: int
    worst: float
    rtol: float
    differs: tuple[str, ...]
    margin: float | None
    reworded: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()

    @property
    def is_toss_up(self) -> bool:
        """Whether the costs lie closer than the tolerance: then even the same verdict proves nothing.

        A difference that no cost can explain (an answer, a rule that fired) is a difference all the same.
        """
        by_cost = all(name.startswith(_FOLLOWS_COST) for name in self.differs)
        return by_cost and self.margin is not None and self.margin <= self.rtol

    @property
    def verdict(self) -> str:
        """`same`, `differs` or `toss-up`."""
        if self.is_toss_up:
            return "toss-up"
        return "differs" if self.differs else "same"


def compare_derivations(record: Table, again: Table, same_program: bool = True) -> Replay:
    """Compare the derived tables of a record with those of a second derivation.

    Of a record made by another version of the program, what that version did not record is not compared, and sentences
    that are worded otherwise do not count as a difference.
    """
    before = dict(leaves({name: record.get(name) for name in again}))
    after = dict(leaves(again))
    names = [*before, *(name for name in after if name not in before and same_program)]
    may_differ = (lambda name: False) if same_program else _is_wording
    return compared(before, after, names, _is_approximate, RTOL, _margin(again), may_differ)


def compared(
    before: Table, after: Table, names: Sequence[str], is_approximate: Callable[[str], bool], rtol: float,
    margin: float | None = None, is_wording: Callable[[str], bool] = lambda name: False,
) -> Replay:  # fmt: skip
    """Compare two sets of leaves by name: exactly, within a relative tolerance, or as mere wording."""
    about = [name for name in names if is_approximate(name)]
    errors = {name: relative_error(before.get(name), after.get(name)) for name in about}
    unlike = [name for name in names if name not in errors and before.get(name) != after.get(name)]
    reworded = tuple(filter(is_wording, unlike))
    wrong = [name for name in unlike if name not in reworded]
    exact = len(names) - len(errors) - len(reworded)
    differs = (*wrong, *(name for name, error in errors.items() if error > rtol))
    changes = tuple(
        FieldChange(name, str(before.get(name, "")), str(after.get(name, "")))
        for name in (*reworded, *differs)[:MOST_CHANGES]
    )
    worst = max(errors.values(), default=0.0)
    return Replay(exact - len(wrong), exact, len(errors), worst, rtol, differs, margin, reworded, changes)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of nested tables with its dotted path; a list is also a leaf of its own, `path[]`: its length."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        yield f"{path}[]", len(value)
        for number, part in enumerate(value):
            yield from leaves(part, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def relative_error(before: object, after: object) -> float:
    """|after − before| / max(|before|, |after|); infinite where only one of them is there, or is a number."""
    if before == after:
        return 0.0
    try:
        old, new = _fraction_of(before), _fraction_of(after)
    except ValueError:
        return float("inf")
    return float(abs(new - old) / max(abs(old), abs(new))) if old != new else 0.0


_DECIMAL = re.compile(r"-?[0-9]{1,330}(\.[0-9]{1,1100})?")


def _fraction_of(value: object) -> Fraction:
    """A number as records write it, exactly; raises ValueError for an exponent, which could ask for gigabytes."""
    text = str(value)
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("not a decimal number")
    return Fraction(text)


def _is_approximate(name: str) -> bool:
    return name.startswith(_APPROXIMATE)


def _is_wording(name: str) -> bool:
    return re.sub(r"\[[0-9]*\]$", "", name).rpartition(".")[2] in _WORDING


def _margin(again: Table) -> float | None:
    """How far the cheapest standing route leads the next, relatively; None unless cost decided between them."""
    if again["verdict"]["decided_by"] != "worth":
        return None
    costs = again["results"]["approx"]["options"]
    ranked = [costs[name]["monthly_usd"]["p50"] for name in again["results"]["exact"]["ranking"]]
    return relative_error(ranked[0], ranked[1]) if len(ranked) > 1 else None

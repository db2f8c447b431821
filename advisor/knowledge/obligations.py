"""Duties by regime, class or boundary and by who touches the data: what is owed, what shows it, who must do it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from advisor.knowledge.grades import Grade

Toucher = Literal["vendor-api", "inference-provider", "cloud", "rented-gpu", "own-hardware"]
TOUCHERS: tuple[Toucher, ...] = get_args(Toucher)


@dataclass(frozen=True, slots=True)
class ObligationCase:
    """A worked example of the duty: with these answers, and this party touching the data, it is owed or not."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    touched_by: Toucher
    owed: bool
    given: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty: owed where any regime, class or boundary is answered and one of `touched_by` handles the data.

    `evidence` is what an auditor asks to see, `by` who must do it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    touched_by: tuple[Toucher, ...]
    duty: str
    evidence: str
    by: str
    source: str
    grade: Grade
    since: date
    regimes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    until: date | None = None
    note: str = ""
    cases: tuple[ObligationCase, ...] = field(default=(), repr=False)

    def in_force(self, as_of: date) -> bool:
        """Whether the duty is held to on a day, as far as the table knows."""
        return self.since <= as_of and (self.until is None or as_of < self.until)

    def matched(self, facts: DataFacts) -> dict[str, Any]:
        """The answers that bring the duty about, by key; empty where none does."""
        found = {
            "data.regimes": sorted(set(self.regimes) & set(facts.regimes)),
            "data.classes": sorted(set(self.classes) & set(facts.classes)),
            "data.boundary": facts.boundary if facts.boundary in self.boundaries else "",
        }
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What was answered of the data."""

    regimes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    boundary: str = ""


def facts_of(given: Mapping[str, Any]) -> DataFacts:
    """What answers by key say of the data."""
    regimes, classes = (tuple(given.get(key) or ()) for key in ("data.regimes", "data.classes"))
    return DataFacts(regimes, classes, str(given.get("data.boundary") or ""))


def owed(table: Iterable[Obligation], facts: DataFacts, touched_by: Collection[str]) -> list[Obligation]:
    """The duties of a table that these facts and these parties bring about, in its order."""
    return [each for each in table if each.matched(facts) and set(each.touched_by) & set(touched_by)]

"""Rules, license terms and duties as the pack declares them: condition, effect, reason, source, grade, dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from advisor.knowledge.conditions import Condition
from advisor.knowledge.parameters import AS_IN_FILES, Grade

Gate = Literal["derive", "must", "can", "worth", "prefer"]
Effect = Literal["derive", "posture", "exclude", "choose", "require", "task", "prefer", "inform"]
Route = Literal["hosted-api", "managed-cloud", "managed-open", "self-host", "hybrid"]
ROUTES: tuple[Route, ...] = ("hosted-api", "managed-cloud", "managed-open", "self-host", "hybrid")
KINDS = ("law", "physics", "staffing", "frontier", "accuracy", "tuning")
OPEN_ROUTES: tuple[Route, ...] = ("managed-open", "self-host")


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example of the rule: with these answers (and facts) it fires, or it does not."""

    name: str
    fires: bool
    given: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the pack.

    `options` are the routes it bears on; `derives` the finding it adds (effect `derive`); `license` and
    `posture` belong to effect `posture`; `kind` tells what an exclusion rests on (`KINDS`), which matters when the set
    would empty and for the halves of hybrid; `order` ranks tie-break signals, lowest first. `place` is the
    section of the license's text that says it, or `unknown` where the text was not at hand.
    """

    __pydantic_config__ = AS_IN_FILES

    id: str
    gate: Gate
    effect: Effect
    title: str
    when: Condition
    because: str
    sources: tuple[str, ...]
    grade: Grade
    since: date
    options: tuple[str, ...] = ()
    kind: str = ""
    derives: str = ""
    license: str = ""
    posture: str = ""
    place: str = ""
    order: int = 0
    until: date | None = None
    file: str = ""
    cases: tuple[Case, ...] = field(default=(), repr=False)

    @property
    def bears_on(self) -> tuple[str, ...]:
        """The routes that it concerns; one that chooses routes excludes all others."""
        if self.effect == "choose":
            return tuple(route for route in ROUTES if route not in self.options)
        return self.options

    def in_force(self, as_of: date) -> bool:
        """Whether the rule applies on a day."""
        return self.since <= as_of and (self.until is None or as_of < self.until)


# Licenses of open weights: names, sources, and the posture before any fact about the user is known.


Posture = Literal["clear", "duties", "review", "blocked"]
POSTURES: tuple[Posture, ...] = ("clear", "duties", "review", "blocked")
UNKNOWN_PLACE = "unknown"
"""The place of a condition whose text was not at hand."""


@dataclass(frozen=True, slots=True)
class License:
    """One license. Rules of effect `posture` that name it make the posture worse; none makes it better.

    `spdx` is an SPDX id or a `LicenseRef-…`; `verified` tells whether the primary text was read: where it was not,
    the posture never comes out as `clear`. `place` is where the text says it, `UNKNOWN_PLACE` where it was not at hand.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    spdx: str
    posture: Posture
    because: str
    source: str
    grade: Grade
    checked: date
    place: str = ""
    verified: bool = True
    duties: tuple[str, ...] = ()
    note: str = ""


# Duties by regime, class or boundary and by who touches the data: what is owed, what shows it, who must do it.


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

    __pydantic_config__ = AS_IN_FILES

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

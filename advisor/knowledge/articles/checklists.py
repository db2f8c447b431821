"""Published checklists: items that answers meet or do not, and how many must be met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from advisor.knowledge.conditions import Condition
from advisor.knowledge.grades import Grade


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """Met where `met` holds, unmet where it is known not to hold, open where the answers do not tell.

    It is open too where none of the facts it tests is known, whatever it tests them for.

    `yes`, `no` and `open` say why, and may name facts and parameters in braces; `next` is what to do unless met.
    """

    id: str
    met: Condition
    yes: str
    no: str
    open: str
    next: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A next step for organizations that `when` describes; the first stage that holds speaks.

    A stage with a `name` is one of a path of maturity: `takes` says what reaching it asks for, `routes` what it buys.
    """

    when: Condition
    next: str
    name: str = ""
    takes: str = ""
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistCase:
    """A worked example: with these facts so many items are met, so many open."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    given: dict[str, Any]
    met: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PublishedChecklist:
    """A checklist: `threshold` is the id of the parameter that tells how many items must be met."""

    id: str
    source: str
    title: str
    grade: Grade
    threshold: str
    reached: str
    missed: str
    undecided: str
    items: tuple[PublishedItem, ...]
    stages: tuple[Stage, ...] = ()
    file: str = ""
    cases: tuple[ChecklistCase, ...] = ()

"""Decision methods that others have published, as tables over answers and computed facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from advisor.knowledge.conditions import Condition
from advisor.knowledge.grades import Grade
from advisor.knowledge.rules import ROUTES

VERDICTS = (*ROUTES, "evaluate-self-host", "close-call", "undefined", "not-applicable")


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One row: the verdict where `when` holds. `because` may name facts and parameters in braces."""

    when: Condition
    verdict: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What a table says where no row holds."""

    __pydantic_config__ = {"extra": "forbid"}

    verdict: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class MethodCase:
    """A worked example of the table: with these facts it says this."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    given: dict[str, Any]
    verdict: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedMethod:
    """One published way to decide; the first row that holds speaks.

    `fixed_usd` and `avoided_usd_per_million` are ids of parameters: the monthly cost and the price per million tokens
    whose quotient is the article's break-even. `asserted_tokens` is one where the volume itself is all that is stated.
    `differs` tells where it weighs something unlike the other methods, whatever the workload.
    """

    id: str
    source: str
    title: str
    grade: Grade
    since: date
    rows: tuple[MethodRow, ...]
    otherwise: Otherwise
    fixed_usd: str = ""
    avoided_usd_per_million: str = ""
    asserted_tokens: str = ""
    differs: str = ""
    file: str = ""
    cases: tuple[MethodCase, ...] = ()

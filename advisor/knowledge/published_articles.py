"""Methods, checklists, numeric claims and systems of the published articles, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Union

from advisor.knowledge.conditions import Condition
from advisor.knowledge.parameters import AS_IN_FILES, Grade
from advisor.knowledge.rules import ROUTES

# Decision methods that others have published, as tables over answers and computed facts.


VERDICTS = (*ROUTES, "evaluate-self-host", "close-call", "undefined", "not-applicable")


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One row: the verdict where `when` holds. `because` may name facts and parameters in braces."""

    __pydantic_config__ = AS_IN_FILES

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

    __pydantic_config__ = AS_IN_FILES

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


# Published checklists: items that answers meet or do not, and how many must be met.


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """Met where `met` holds, unmet where it is known not to hold, open where the answers do not tell.

    It is open too where none of the facts it tests is known, whatever it tests them for.

    `yes`, `no` and `open` say why, and may name facts and parameters in braces; `next` is what to do unless met.
    """

    __pydantic_config__ = AS_IN_FILES

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

    __pydantic_config__ = AS_IN_FILES

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

    __pydantic_config__ = AS_IN_FILES

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


# Numeric claims of the articles, each with the inputs it is recomputed from and the status that is expected of it.


Status = Literal["reproduced", "reproduced-only-if", "differs", "physically-impossible", "undefined"]
Input = Union[float, str, list[float], list[str]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One published figure, `low` to `high` in `unit` (equal for a single number), and how it is recomputed.

    `formula` names a function of the program; `inputs` are what the source states: numbers, pairs of a low and a high
    end, or ids of the catalog and the parameters. `only_if` replaces some of them by what it takes to reproduce the
    figure. `tolerance` is the share by which rounding in print may move an end. `hole` marks what the source leaves
    undefined: the formula then gives the width of the hole.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    source: str
    system: str
    title: str
    unit: str
    low: float
    high: float
    formula: str
    inputs: dict[str, Input]
    status: Status
    reason: str
    only_if: dict[str, Input] | None = None
    tolerance: float = 0.0


# The systems that the articles describe, what implements each here, and the test that proves it.


@dataclass(frozen=True, slots=True)
class System:
    """One system of an article.

    `implemented_by` lists references, `rule:<id>`, `parameter:<id>`, `method:<id>`, `checklist:<id>`, `claim:<id>`,
    `license:<id>`, `model:<id>`, `gpu:<id>`, `api:<id>`, `provider:<id>` or `module:<dotted name>`; `proven_by` lists
    test nodes, `tests/….py::test_name`.
    """

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    source: str
    title: str
    implemented_by: tuple[str, ...]
    proven_by: tuple[str, ...]

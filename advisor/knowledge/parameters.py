"""Dated, sourced and graded figures, each a range: thresholds, wages, wattages, defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from advisor.errors import BadKnowledge

# How files spell what data classes hold, where figures and rules come from, and how far they may be trusted.


Grade = Literal["measured", "reported", "modelled", "unverified", "speculation", "recalled"]
GRADES: tuple[Grade, ...] = ("measured", "reported", "modelled", "unverified", "speculation", "recalled")
WEAK_GRADES: frozenset[Grade] = frozenset({"unverified", "speculation", "recalled"})


SINGULAR = {
    "values": "value", "prices": "price", "rows": "row", "steps": "step", "cases": "case", "items": "item",
    "stages": "stage", "groups": "group",
}  # fmt: skip
"""Fields that hold several tables, each with the name that one of them has in a file."""
READ_FROM = "#file"
"""Under which key the file of an entry is handed on: none that a file would use."""
AS_IN_FILES = {"extra": "forbid", "alias_generator": lambda name: {**SINGULAR, "file": READ_FROM}.get(name, name)}
"""Configures a data class whose fields are read under the names that files use, and that no other key may be given."""


@dataclass(frozen=True, slots=True)
class Source:
    """A published article, document, price list or measurement that figures are taken from."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str
    title: str
    published: date
    kind: Literal[
        "article", "paper", "price-list", "documentation", "license-text", "measurement", "contract", "judgement"
    ]
    publisher: str = ""
    note: str = ""


# A number that is known only to lie between two others.


@dataclass(frozen=True, slots=True)
class Range:
    """An interval in one unit; triangular where a mode is known, uniform where it is not.

    A plain number is a range whose ends are equal. Invariant: low <= mode <= high.
    """

    low: float
    high: float
    mode: float | None = None

    @classmethod
    def exactly(cls, value: float) -> Range:
        """Wrap one known number."""
        return cls(value, value)

    @property
    def point(self) -> float:
        """The point estimate: the mode, or the midpoint when there is none."""
        if self.mode is not None:
            return self.mode
        return self.low if self.low == self.high else (self.low + self.high) / 2

    @property
    def is_exact(self) -> bool:
        """Whether the range is one number."""
        return self.low == self.high

    def scaled(self, factor: float) -> Range:
        """Multiply every end by a non-negative factor (a unit conversion)."""
        mode = None if self.mode is None else self.mode * factor
        return Range(self.low * factor, self.high * factor, mode)


@dataclass(frozen=True, slots=True)
class FigureQuote:
    """What one source says of a figure, kept with the value used so that disagreement stays visible."""

    __pydantic_config__ = {"extra": "forbid"}

    source: str
    low: float
    high: float
    grade: Grade = "reported"
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """The value of a parameter from one day on: a number, a range, or a text (a catalog id, a choice)."""

    __pydantic_config__ = {"extra": "forbid"}

    since: date
    source: str
    grade: Grade
    value: float | None = None
    low: float | None = None
    mode: float | None = None
    high: float | None = None
    text: str | None = None
    note: str = ""
    quotes: tuple[FigureQuote, ...] = ()

    @property
    def range(self) -> Range:
        """The value as a range; a single number becomes an exact one."""
        if self.value is not None:
            return Range.exactly(self.value)
        assert self.low is not None  # held by the loader, and high with it
        return Range(self.low, self.high if self.high is not None else self.low, self.mode)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of the knowledge base with its history, oldest value first."""

    __pydantic_config__ = AS_IN_FILES

    id: str
    title: str
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, as_of: date) -> DatedValue:
        """The value in force on a day; before the first date, the first value (it is all that is known)."""
        past = [value for value in self.values if value.since <= as_of]
        return past[-1] if past else self.values[0]


GROWING = ("growth", "decline", "change")
"""Words in a parameter's id that let a share be negative or above 1: a rate of change."""
_LARGEST = 1e15


def outside_domain(parameter: Parameter) -> str:
    """Say which number of a parameter its unit does not allow, and what it does; nothing where all are sound."""
    changes = any(word in parameter.id for word in GROWING)
    low, high = (-0.99 if changes else 0.0), _LARGEST
    if parameter.unit == "share" and not changes:
        high = 1.0
    for value in parameter.values:
        quoted = [end for quote in value.quotes for end in (quote.low, quote.high)]
        for number in (value.value, value.low, value.mode, value.high, *quoted):
            if number is not None and not low <= number <= high:  # NaN is neither
                return f"{number:g} {parameter.unit} is not between {low:g} and {high:g}"
    return ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters as of one day."""

    as_of: date
    values: dict[str, DatedValue] = field(repr=False)
    units: dict[str, str] = field(repr=False)

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def dated(self, name: str) -> DatedValue:
        """The value with its source and grade; raises BadKnowledge for an unknown id."""
        try:
            return self.values[name]
        except KeyError:
            raise BadKnowledge("rules/parameters", f"no parameter {name!r}") from None

    def range(self, name: str) -> Range:
        """The value as a range, in the parameter's unit."""
        return self.dated(name).range

    def number(self, name: str) -> float:
        """The point estimate, in the parameter's unit."""
        return self.dated(name).range.point

    def text(self, name: str) -> str:
        """A textual value: a catalog id or a choice."""
        value = self.dated(name).text
        if value is None:
            raise BadKnowledge("rules/parameters", f"parameter {name!r} is a number, not a text")
        return value


@dataclass(frozen=True, slots=True)
class FigureAge:
    """How many days old a figure is, and how many its kind may be (`evidence.stale_days.<kind>`)."""

    kind: str
    name: str
    since: date
    days: int
    limit_days: int
    source: str
    grade: Grade

    @property
    def is_stale(self) -> bool:
        """Whether it is older than its kind may be."""
        return self.days > self.limit_days

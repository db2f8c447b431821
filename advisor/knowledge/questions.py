"""Questions and questionnaires as declared in `questionnaires/`; read without pydantic, before the first paint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "choice", "choices", "bool", "id", "model", "models", "share", "count", "number", "ratio", "milliseconds",
    "tokens", "tokens-per-month", "usd", "usd-per-month", "usd-per-year", "usd-per-hour", "usd-per-million-tokens",
    "usd-per-kwh", "requests-per-month", "months", "growth", "text",
]  # fmt: skip
NUMERIC_KINDS: frozenset[str] = frozenset({
    "share", "count", "number", "ratio", "milliseconds", "tokens", "tokens-per-month", "usd", "usd-per-month",
    "usd-per-year", "usd-per-hour", "usd-per-million-tokens", "usd-per-kwh", "requests-per-month", "months", "growth",
})  # fmt: skip


FlipAction = Literal["measure", "negotiate", "staff", "decide", "fact"]
"""What one would do about an answer that changes the verdict; a fact is as it is, and may only be wrong."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed answer, with the words shown for it."""

    id: str
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One key of the contract: what is asked, why, in which unit, and what is assumed when it is unknown.

    `default` is the id of a parameter (a task may have its own, `<default>.<task>`); `show_when` a condition table
    over other answers; `catalog` names the table an id must come from (`api`, `models`, `gpus`, `providers`); `flip`
    says whether another answer would have to be measured, negotiated, staffed or decided, or is a fact. `plausible` are
    the least and the largest number that anybody would answer or change an answer to.
    """

    key: str
    kind: Kind
    text: str
    why: str
    help: str = ""
    unit: str = ""
    limits: tuple[float, ...] = ()
    """The least and the largest number that is taken as an answer, in the kind's own unit; none: those of the kind."""
    choices: tuple[Choice, ...] = ()
    catalog: str = ""
    default: str = ""
    show_when: dict[str, Any] | None = None
    flip: FlipAction = "decide"
    plausible: tuple[float, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether an answer is a range of numbers."""
        return self.kind in NUMERIC_KINDS

    @property
    def topic(self) -> str:
        """The part before the dot: `data` or `volume`, say."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the interview."""

    id: str
    title: str
    keys: tuple[str, ...]
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Which questions are asked, in which order."""

    id: str
    title: str
    about: str
    minutes: int
    sections: tuple[Section, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys asked, in order."""
        return tuple(key for section in self.sections for key in section.keys)

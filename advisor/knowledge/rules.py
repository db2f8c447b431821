"""Rules as the pack declares them: condition, effect, reason, source, grade, dates, cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from advisor.knowledge.conditions import Condition
from advisor.knowledge.grades import Grade

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

    def in_force(self, as_of: date) -> bool:
        """Whether the rule applies on a day."""
        return self.since <= as_of and (self.until is None or as_of < self.until)

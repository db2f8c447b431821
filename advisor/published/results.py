"""What the published methods and checklists answer for one workload: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of a published checklist, with the answer that decided it."""

    id: str
    state: Literal["met", "unmet", "unknown"]
    because: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A published checklist applied to these answers."""

    id: str
    met: int
    unknown: int
    of: int
    threshold: int
    verdict: str
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """What one published method says of this workload; `differs`: where it weighs something unlike the others."""

    id: str
    source: str
    verdict: tuple[str, ...]
    because: str
    differs: str = ""


@dataclass(frozen=True, slots=True)
class BreakEvenOf:
    """A published break-even V* = fixed ÷ avoided: dollars a month, dollars per million tokens, tokens a month.

    A source that only asserts its volume has no quotient: fixed cost and price are None.
    """

    source: str
    fixed_usd: float | None
    avoided_usd_per_million: float | None
    tokens_per_month: float | None

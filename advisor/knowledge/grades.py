"""Where a figure or a rule comes from, and how far it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Grade = Literal["measured", "reported", "modelled", "unverified", "speculation", "recalled"]
GRADES: tuple[Grade, ...] = ("measured", "reported", "modelled", "unverified", "speculation", "recalled")
WEAK_GRADES: frozenset[Grade] = frozenset({"unverified", "speculation", "recalled"})


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

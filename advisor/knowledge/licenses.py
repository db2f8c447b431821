"""Licenses of open weights: names, sources, and the posture before any fact about the user is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from advisor.knowledge.grades import Grade

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

"""Numeric claims of the articles, each with the inputs it is recomputed from and the status that is expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

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

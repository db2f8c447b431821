"""What a chart of cost against volume shows: curves, the volumes to point at, and the decades that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from advisor.interview.wording.answer_format import quantity
from advisor.knowledge.ranges import Range


@dataclass(frozen=True, slots=True)
class Series:
    """A named curve over volumes, with its band."""

    name: str
    at: Sequence[float]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A volume to point at below the chart, such as where curves cross; `low` and `high` where it is a range."""

    name: str
    at: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """The decades of volume and of dollars that a chart spans, as powers of ten."""

    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def around(cls, series: Sequence[Series]) -> Grid | None:
        """The decades that hold all of the curves; None where there is nothing to draw."""
        volumes = [log10(at) for one in series for at in one.at if at > 0]
        costs = [log10(cost) for one in series for cost in (*one.p10, *one.p90) if cost > 0]
        if not volumes or not costs or min(volumes) == max(volumes):
            return None
        bottom = floor(min(costs))
        return cls(min(volumes), max(volumes), bottom, max(ceil(max(costs)), bottom + 1.0))


def volume_text(tokens: float) -> str:
    """Tokens in three digits: 815M, 1.06B; "never" where there is no such volume."""
    if not isfinite(tokens):
        return "never"
    return quantity(Range.exactly(tokens), "tokens-per-month").removesuffix(" tokens a month")


def decade(power: int) -> str:
    """A power of ten in as few letters as an axis has room for: 10, 1k, 100M, 0.01."""
    letters = ("", "k", "M", "B", "T", "P")
    step = min(power // 3, len(letters) - 1)
    return f"{10.0**power:g}" if power < 0 else f"{10 ** (power - 3 * step)}{letters[step]}"

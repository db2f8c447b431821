"""Results of the cost comparison beyond the choice of a route: months ahead, crossovers, the best split, curves.

Plain frozen values without numpy: computed once here, and shown, exported and recorded as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ends:
    """A distribution in three figures; None means never."""

    p10: float | None
    p50: float | None
    p90: float | None

    @classmethod
    def of(cls, *figures: float) -> Ends:
        """P10, P50 and P90, of which infinite ones mean never."""
        return cls(*(figure if isfinite(figure) else None for figure in figures))


@dataclass(frozen=True, slots=True)
class RouteMonths:
    """Dollars one route has cost by the end of each month: the plain median, and the band in today's money."""

    route: str
    spent_usd: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PayBack:
    """The month from which a route has cost less in all than another, in today's money, and stays so."""

    route: str
    against: str
    month: Ends
    never_share: float


@dataclass(frozen=True, slots=True)
class Horizon:
    """Costs month by month, and when one route has paid for itself against another."""

    months: int
    routes: tuple[RouteMonths, ...]
    pay_backs: tuple[PayBack, ...]


@dataclass(frozen=True, slots=True)
class Crossover:
    """The value of one input at which self-hosting and the API cost the same, and on which side self-hosting pays.

    `today` is the point estimate in use; `crossings` are all those of the point estimate: whole GPUs make several.
    """

    key: str
    unit: str
    pays: Literal["above", "below"]
    today: float
    at: Ends
    crossings: tuple[float, ...]
    never_share: float


@dataclass(frozen=True, slots=True)
class PublishedSaving:
    """What an article says hybrid saves, as shares of 1."""

    source: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HybridSplit:
    """Two routes, and the frontier share at which they cost least together; shares of 1.

    `frontier_share` and `saving` (of the bill when all goes to the frontier route) are None where it is not known which
    share needs the frontier. `largest_frontier_share` is the largest at which the two together still stay a margin
    below that bill, None where they never do. `published` are the savings that articles state.
    """

    routine: str
    frontier: str
    frontier_share: float | None
    saving: Ends | None
    largest_frontier_share: float | None
    published: tuple[PublishedSaving, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """One route's dollars a month at output tokens a month."""

    route: str
    volumes: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]

"""What an assessment says beyond its verdict: months ahead, crossings, the best split, the price of failures, curves.

Plain frozen values. An end of a band that lies at "never" is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ends:
    """A distribution in three figures, of which some may be never."""

    p10: float | None
    p50: float | None
    p90: float | None


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
    """The value of one input at which self-hosting and the API cost the same, and on which side self-hosting pays."""

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
    """The frontier share at which two routes cost least together, what that saves, and how far it could rise."""

    routine: str
    frontier: str
    frontier_share: float | None
    saving: Ends | None
    largest_frontier_share: float | None
    published: tuple[PublishedSaving, ...]


@dataclass(frozen=True, slots=True)
class QualityMargin:
    """Failures in 100 tasks the open model may add before the route changes; below zero, how many it must save."""

    margin_points: float
    at_failure_cost_usd: float
    assumed: bool


@dataclass(frozen=True, slots=True)
class Insurance:
    """What insuring a route against a breach would be worth in dollars a month: beside the bill, never part of it."""

    route: str
    breach_usd: Ends


@dataclass(frozen=True, slots=True)
class Curve:
    """One route's dollars a month at output tokens a month."""

    route: str
    volumes: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of it; what cannot be said is None or empty."""

    horizon: Horizon | None = None
    break_evens: tuple[Crossover, ...] = ()
    hybrid: HybridSplit | None = None
    quality: QualityMargin | None = None
    insurance: tuple[Insurance, ...] = ()
    curves: tuple[Curve, ...] = ()

"""What a provider's list charges for usage that has happened: by prompt length, hour, tier, cache and batch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import fsum

from advisor.cost.prices import MILLION, Tariff
from advisor.knowledge.catalog import OffPeak, TokenPrice

_DAYS = re.compile(r"days ([1-7]+) ([^;]+)")
_SPAN = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class UsageRow:
    """Tokens of like requests, in all of them together; `fresh` were neither read from a cache nor written to one.

    `at` is when they were made, for prices by the hour; where it is not known, the price of the busy hours counts.
    """

    fresh: int = 0
    cached: int = 0
    written: int = 0
    written_1h: int = 0
    output: int = 0
    requests: int = 1
    batch: bool = False
    at: datetime | None = None

    @property
    def prompt(self) -> float:
        """Tokens of one request's prompt, which decide the step of the price."""
        return (self.fresh + self.cached + self.written + self.written_1h) / self.requests


@dataclass(frozen=True, slots=True)
class UsageCharge:
    """One position: tokens of a kind, dollars per million, dollars."""

    kind: str
    tokens: int
    usd_per_million: float

    @property
    def usd(self) -> float:
        """Dollars of the position."""
        return self.tokens * self.usd_per_million / MILLION


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line of the usage: where it stands in the file, the row of the catalog it is priced at, its positions."""

    line: int
    model: str
    price: TokenPrice
    charges: tuple[UsageCharge, ...]

    @property
    def usd(self) -> float:
        """Dollars of the line."""
        return fsum(charge.usd for charge in self.charges)


def usage_charges(price: TokenPrice, usage: UsageRow) -> tuple[UsageCharge, ...]:
    """The positions of a bill at one row of the catalog; kinds without tokens are left out."""
    tariff = Tariff(price)
    step = sum(usage.prompt > limit for limit in tariff.limits)
    off_peak = is_off_peak(price.off_peak, usage.at)
    fresh, output, read, write = tariff.charges(step, off_peak=off_peak, batch=usage.batch)
    hour = _hour_write(price, write, step)
    kinds = (
        ("input", usage.fresh, fresh),
        ("read from the cache", usage.cached, read),
        ("written to the cache", usage.written, write),
        ("written to the cache for an hour", usage.written_1h, hour),
        ("output", usage.output, output),
    )
    return tuple(UsageCharge(kind, tokens, usd) for kind, tokens, usd in kinds if tokens)


def _hour_write(price: TokenPrice, write: float, step: int) -> float:
    """A write kept for an hour: in the proportion to a plain write that the row states; the same where it has none."""
    steps = sorted(price.steps, key=lambda one: one.above)
    place: object = steps[step - 1] if step else price
    longer, plain = getattr(place, "cache_write_1h", 0.0), getattr(place, "cache_write", 0.0)
    if not (longer and plain):
        longer, plain = price.cache_write_1h, price.cache_write
    return write * longer / plain if longer and plain else write


def is_off_peak(hours: OffPeak | None, at: datetime | None) -> bool:
    """Whether a moment lies in a price's off-peak hours, as its text states them; False where either is not known."""
    if hours is None or at is None:
        return False
    moment = at.astimezone(UTC)
    minute = moment.hour * 60 + moment.minute
    for days, spans in _DAYS.findall(hours.hours):
        if str(moment.isoweekday()) in days:
            for start_hour, start_minute, end_hour, end_minute in _SPAN.findall(spans):
                start = int(start_hour) * 60 + int(start_minute)
                end = int(end_hour) * 60 + int(end_minute) or _MINUTES_A_DAY
                if start <= minute < end:
                    return True
    return False

"""What a token costs: rows in force, what a row comes to over prompt lengths and hours, and for usage that happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from math import fsum
from typing import Any

from advisor.cost.traffic import Rates
from advisor.knowledge.catalog import OffPeak, PriceStep, TokenPrice
from advisor.knowledge.parameters import Range
from advisor.workload.resolve import TEXT_ONLY, InputMix

# How many prompts, and how many of their tokens, fall between the limits of a price that has steps.


@dataclass(frozen=True, slots=True)
class Bands:
    """Shares of the requests and of the prompt tokens below the first limit, between each two, and above the last."""

    requests: tuple[float, ...]
    tokens: tuple[float, ...]


def bands(lengths: Range, limits: Sequence[int]) -> Bands:
    """Split prompts whose lengths spread over a range (evenly, or as a triangle about its mode) at ascending limits.

    A prompt exactly as long as a limit is not above it. Longer prompts hold more of the tokens, so that their share of
    tokens exceeds their share of requests.
    """
    if lengths.is_exact or lengths.high <= 0.0:
        above = sum(lengths.high > limit for limit in limits)
        one = tuple(1.0 if step == above else 0.0 for step in range(len(limits) + 1))
        return Bands(one, one)
    below = [_below(lengths, min(max(float(limit), lengths.low), lengths.high)) for limit in limits]
    mean = _below(lengths, lengths.high)[1]
    requests = [0.0, *(part[0] for part in below), 1.0]
    tokens = [0.0, *(part[1] / mean for part in below), 1.0]
    return Bands(_differences(requests), _differences(tokens))


def _differences(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(after - before for before, after in pairwise(values))


def _below(lengths: Range, limit: float) -> tuple[float, float]:
    """Share of the lengths up to a limit, and their part of the mean; measured from the low end, to keep digits."""
    width, reach = lengths.high - lengths.low, limit - lengths.low
    if lengths.mode is None:
        share = reach / width
        return share, share * (lengths.low + reach / 2)
    rise = lengths.mode - lengths.low
    if reach <= rise and rise > 0.0:  # the density rises as the distance from the low end
        share = reach**2 / (width * rise)
        return share, share * (lengths.low + reach * 2 / 3)
    left, fall = width - reach, width - rise  # and falls towards the high end
    beyond = left**2 / (width * fall) if fall > 0.0 else 0.0
    mean = lengths.low + (width + rise) / 3
    return 1.0 - beyond, mean - beyond * (lengths.high - left * 2 / 3)


MILLION = 1e6
OWN = "answers"
"""The source of a price that the user gave."""
ONE_TOKEN = Range.exactly(1.0)
"""The length below every step of a price: for traffic whose prompts are not known."""

_Charges = tuple[float, float, float, float]
"""Dollars per million tokens: input, output, cache read, cache write."""


@dataclass(frozen=True, slots=True)
class DataNeeds:
    """What a provider must offer before its price counts."""

    region: str = ""
    baa: bool = False
    zero_retention: bool = False
    no_training: bool = False


@dataclass(frozen=True, slots=True)
class Tariff:
    """One row as a function: dollars per million tokens by prompt length and by hour, now or for work that can wait."""

    row: TokenPrice

    @property
    def limits(self) -> tuple[int, ...]:
        """Prompt lengths in tokens above which the next price holds, ascending."""
        return tuple(step.above for step in self._steps)

    @property
    def peak_share(self) -> float:
        """Part of the week's hours at the full price; traffic spread evenly pays it for that part."""
        return 1.0 if self.row.off_peak is None else 1.0 - self.row.off_peak.share

    def charges(self, step: int, *, off_peak: bool = False, batch: bool = False) -> _Charges:
        """Input, output, cache read and cache write after so many steps.

        What a step or the off-peak hours do not state keeps its proportion to the plain price. Work that can wait is
        charged the batch price where there is one, else that of the off-peak hours.
        """
        row = self.row
        if batch and not row.batch_input and row.off_peak is not None:
            return self.charges(step, off_peak=True)
        plain = (row.input, row.output, row.cache_read or row.input, row.cache_write or row.input)
        if batch and row.batch_input:
            stated = row.batch_input, row.batch_output or row.output, row.batch_cache_read, row.batch_cache_write
            plain = _lowered(plain, stated)
        elif off_peak and (less := row.off_peak) is not None:
            plain = _lowered(plain, (less.input, less.output, less.cache_read, less.cache_write))
        return plain if step == 0 else self._after(self._steps[step - 1], plain, batch=batch)

    def _after(self, step: PriceStep, plain: _Charges, *, batch: bool) -> _Charges:
        row = self.row
        inward, outward = step.input / row.input, step.output / row.output
        found = (plain[0] * inward, plain[1] * outward, plain[2] * inward, plain[3] * inward)
        stated = (
            (step.batch_input, step.batch_output, step.batch_cache_read, step.batch_cache_write)
            if batch
            else (step.input, step.output, step.cache_read, step.cache_write)
        )
        if not batch and plain[:2] != (row.input, row.output):  # the off-peak hours: in proportion
            return found
        a, b, c, d = (said or usual for said, usual in zip(stated, found, strict=True))
        return a, b, c, d

    @property
    def _steps(self) -> tuple[PriceStep, ...]:
        return tuple(sorted(self.row.steps, key=lambda step: step.above))

    def mean(self, over: Bands, *, off_peak: bool = False, batch: bool = False) -> _Charges:
        """Charges averaged over prompt lengths: kinds of input by tokens, output by requests."""
        rows = [self.charges(step, off_peak=off_peak, batch=batch) for step in range(len(over.requests))]
        a, c, d = (fsum(share * row[kind] for share, row in zip(over.tokens, rows, strict=True)) for kind in (0, 2, 3))
        b = fsum(share * row[1] for share, row in zip(over.requests, rows, strict=True))
        return a, b, c, d


def _lowered(plain: _Charges, stated: _Charges) -> _Charges:
    """Other prices of a row; the cache keeps its proportion to input where nothing is stated for it."""
    share = stated[0] / plain[0]
    return stated[0], stated[1], stated[2] or plain[2] * share, stated[3] or plain[3] * share


def expected_rates(row: TokenPrice, *, prompt_lengths: Range = ONE_TOKEN, mix: InputMix = TEXT_ONLY) -> Rates:
    """Dollars per token of a row over a range of prompt lengths and the hours of a week, over which traffic is even.

    `prompt_lengths` are the prompts' lengths in tokens, spread evenly or about the mode. Images and audio of the `mix`
    are charged at the row's price for their tokens, in proportion at every step and hour; what is read from a cache is
    charged as text.
    """
    tariff = Tariff(row)
    over = bands(prompt_lengths, tariff.limits)
    now, later = tariff.mean(over), tariff.mean(over, batch=True)
    if row.off_peak is not None:
        busy, night = tariff.peak_share, tariff.mean(over, off_peak=True)
        a, b, c, d = (busy * high + (1.0 - busy) * low for high, low in zip(now, night, strict=True))
        now = a, b, c, d
    blend = fsum(share * factor for _, share, factor in input_kinds(row, mix)) / MILLION
    return Rates(*(part for each in (now, later) for part in (each[0] * blend, *(usd / MILLION for usd in each[1:]))))


def input_kinds(row: TokenPrice, mix: InputMix) -> tuple[tuple[str, float, float], ...]:
    """Kinds of fresh input tokens: the name, the share of the input, and the price over that of text."""
    return (
        ("input token", mix.text, 1.0),
        ("image token", mix.image, _over_text(row.image_input, row)),
        ("audio token", mix.audio, _over_text(row.audio_input, row)),
    )


def _over_text(price: float, row: TokenPrice) -> float:
    """A price over that of text; 1 where none is listed, or where text is free."""
    return price / row.input if price and row.input else 1.0


def rows_in_force(rows: Iterable[TokenPrice], as_of: date) -> tuple[TokenPrice, ...]:
    """Of each provider, region and tier the newest row begun by a day, where it has not ended; none begun later."""
    newest: dict[tuple[str, str, str], TokenPrice] = {}
    for row in rows:
        known = newest.get(row.key)
        if row.since <= as_of and (known is None or known.since <= row.since):
            newest[row.key] = row
    return tuple(row for row in newest.values() if row.in_force(as_of))


def announced_changes(rows: Iterable[TokenPrice], row: TokenPrice, as_of: date) -> tuple[TokenPrice, ...]:
    """What was announced by a day to follow a row at its provider, region and tier, in the order of the dates.

    A row that begins later counts as announced where a list was read by that day that held it (`checked`).
    """
    later = [one for one in rows if one.key == row.key and one.since > as_of and _was_read(one, as_of)]
    return tuple(sorted(later, key=lambda one: one.since))


def _was_read(row: TokenPrice, as_of: date) -> bool:
    return row.checked is not None and row.checked <= as_of


def scaled(row: TokenPrice, inward: float, outward: float) -> TokenPrice:
    """A row with all prices of input times one factor and all prices of output times another, at every length."""
    factors = {"input": inward, "cache": inward, "image": inward, "audio": inward, "video": inward, "output": outward}

    def moved(name: str) -> float:
        kind = "output" if name.endswith("output") else name.removeprefix("batch_").partition("_")[0]
        return factors.get(kind, 1.0)

    def of(part: TokenPrice | PriceStep | OffPeak) -> dict[str, Any]:
        named = ((one.name, getattr(part, one.name)) for one in fields(part))
        return {name: figure * moved(name) for name, figure in named if isinstance(figure, float)}

    off_peak = row.off_peak and replace(row.off_peak, **of(row.off_peak))
    return replace(row, **of(row), steps=tuple(replace(step, **of(step)) for step in row.steps), off_peak=off_peak)


def own_price(
    listed: TokenPrice | None,
    *,
    as_of: date,
    provider: str = "",
    input_usd: float | None = None,
    cached_usd: float | None = None,
    output_usd: float | None = None,
) -> TokenPrice | None:
    """The row that a user's own prices make, dollars per million tokens; None where input or output is nowhere known.

    What was not given keeps its proportion to the listed row. A price that was given holds at every length and hour.
    """
    if listed is None and (input_usd is None or output_usd is None):
        return None
    given = input_usd if input_usd is not None else listed.input if listed else 0.0
    made = output_usd if output_usd is not None else listed.output if listed else 0.0
    inward, outward = (given / listed.input, made / listed.output) if listed else (0.0, 0.0)
    return TokenPrice(
        provider=provider or (listed.provider if listed else ""),
        since=as_of,
        input=given,
        output=made,
        source=OWN,
        grade="reported",
        region=listed.region if listed else "",
        cache_read=cached_usd if cached_usd is not None else (listed.cache_read if listed else 0.0) * inward,
        cache_write=(listed.cache_write if listed else 0.0) * inward,
        batch_input=(listed.batch_input if listed else 0.0) * inward,
        batch_output=(listed.batch_output if listed else 0.0) * outward,
    )


@dataclass(frozen=True, slots=True)
class PriceList:
    """The rows one model may be had at, cheapest first; more than one makes the price uncertain between them."""

    rows: tuple[TokenPrice, ...]

    def rates(self, position: float) -> Rates:
        """Rates at a position 0–1 between the cheapest and the most expensive row, interpolated between neighbors."""
        found = [expected_rates(row) for row in self.rows]
        if len(found) == 1:
            return found[0]
        place = position * (len(found) - 1)
        lower = min(int(place), len(found) - 2)
        pairs = zip(found[lower], found[lower + 1], strict=True)
        return Rates(*(below + (above - below) * (place - lower) for below, above in pairs))


def price_list(rows: Iterable[TokenPrice], as_of: date) -> PriceList | None:
    """The standard rows of no region in force on a day, one of each provider; None where there is none.

    Ordered by an even blend of input and output.
    """
    kept = [row for row in rows_in_force(rows, as_of) if row.tier == "standard" and not row.region]
    return PriceList(tuple(sorted(kept, key=lambda row: (row.input + row.output, row.provider)))) if kept else None


# What a provider's list charges for usage that has happened: by prompt length, hour, tier, cache and batch.


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

"""What a token costs: rows in force, what a row comes to over prompt lengths and hours, and for usage that happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np

from advisor.cost.draws import Figure
from advisor.cost.traffic import Rates
from advisor.knowledge.catalog import OffPeak, PriceStep, Provider, TokenPrice
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

    def state(self, provider: Provider | None, price: TokenPrice) -> bool | None:
        """True where all of it is documented, False where something is known not to be offered, None in between."""
        if self == DataNeeds():
            return True
        if provider is None:
            return None
        asked = [
            offered
            for needed, offered in (
                (self.baa, provider.baa),
                (self.zero_retention, provider.zero_retention),
                (self.no_training, provider.no_training),
                (bool(self.region), self._in_region(provider, price)),
            )
            if needed
        ]
        return False if False in asked else None if None in asked else True

    def met_by(self, provider: Provider | None, price: TokenPrice) -> bool:
        """Whether a provider is documented to offer all of it."""
        return self.state(provider, price) is True

    def _in_region(self, provider: Provider, price: TokenPrice) -> bool | None:
        if self.region == price.region or self.region in provider.regions:
            return True
        return False if provider.regions else None


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
            lowered = row.batch_input / row.input
            plain = (
                row.batch_input,
                row.batch_output or row.output,
                row.batch_cache_read or plain[2] * lowered,
                row.batch_cache_write or plain[3] * lowered,
            )
        elif off_peak and row.off_peak is not None:
            off_peak_row = row.off_peak
            lowered = off_peak_row.input / row.input
            plain = (
                off_peak_row.input,
                off_peak_row.output,
                off_peak_row.cache_read or plain[2] * lowered,
                off_peak_row.cache_write or plain[3] * lowered,
            )
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


def expected_rates(
    row: TokenPrice,
    *,
    prompt_lengths: Range = ONE_TOKEN,
    mix: InputMix = TEXT_ONLY,
    batch_share: Figure = 0.0,
    cached_share: Figure = 0.0,
    write_share: Figure = 0.0,
    peak_share: Figure | None = None,
) -> Rates:
    """Dollars per token of a row over a range of prompt lengths and the hours of a week.

    `prompt_lengths` are the prompts' lengths in tokens, spread evenly or about the mode. `peak_share` is the part of
    the traffic that cannot wait and falls into the row's peak hours; left out, it is spread evenly over the week.
    Shares may be arrays of draws; the rates are then arrays too. Images and audio of the `mix` are charged at the row's
    price for their tokens, in proportion at every step and hour; what is read from a cache is charged as text.
    """
    tariff = Tariff(row)
    over = bands(prompt_lengths, tariff.limits)
    peak = tariff.mean(over)
    now: tuple[Figure, Figure, Figure, Figure] = peak
    if row.off_peak is not None:
        busy = tariff.peak_share if peak_share is None else peak_share
        off_peak_rates = tariff.mean(over, off_peak=True)
        a, b, c, d = (busy * high + (1.0 - busy) * low for high, low in zip(peak, off_peak_rates, strict=True))
        now = (a, b, c, d)
    later = tariff.mean(over, batch=True)
    blend = fsum(share * factor for _, share, factor in input_kinds(row, mix)) / MILLION
    return Rates.over(
        (now[0] * blend, now[1] / MILLION, now[2] / MILLION, now[3] / MILLION),
        (later[0] * blend, later[1] / MILLION, later[2] / MILLION, later[3] / MILLION),
        batch_share=batch_share,
        cached_share=cached_share,
        write_share=write_share,
    )


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

    model: str
    rows: tuple[TokenPrice, ...]
    prompt_lengths: Range = ONE_TOKEN

    def rates(self, uniform: Figure) -> Rates:
        """Rates at a position 0–1 between the cheapest and the most expensive row, interpolated between neighbors."""
        found = [expected_rates(row, prompt_lengths=self.prompt_lengths) for row in self.rows]
        if len(found) == 1:
            return found[0]
        names = Rates.__slots__
        table = np.array([[getattr(rates, name) for rates in found] for name in names])
        place = np.asarray(uniform) * (len(found) - 1)
        lower = np.minimum(place.astype(np.int64), len(found) - 2)
        below = table[:, lower]
        between = below + (table[:, lower + 1] - below) * (place - lower)
        return Rates(*(between if isinstance(uniform, np.ndarray) else between.tolist()))

    @property
    def typical(self) -> Rates:
        """The middle row's rates: the point estimate."""
        return self.rates(0.5)


def price_list(
    model: str,
    rows: Sequence[TokenPrice],
    providers: Mapping[str, Provider],
    needs: DataNeeds,
    as_of: date,
    prompt_lengths: Range = ONE_TOKEN,
) -> PriceList | None:
    """The standard rows in force on a day, one of each provider that offers what the data needs; None when none does.

    A row for one region counts only when the data needs that region, and then before the provider's general one.
    Ordered by an even blend of input and output.
    """
    chosen: dict[str, TokenPrice] = {}
    for row in sorted(rows_in_force(rows, as_of), key=lambda row: row.region != ""):
        if row.tier == "standard" and row.region in ("", needs.region):
            chosen[row.provider] = row
    kept = [row for row in chosen.values() if needs.met_by(providers.get(row.provider), row)]
    kept.sort(key=lambda row: (row.input + row.output, row.provider))
    return PriceList(model, tuple(kept), prompt_lengths) if kept else None


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

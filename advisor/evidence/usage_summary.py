"""A usage log summed up in a few queries, and the answers that follow: volumes, request shape, peak, growth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import pairwise
from math import gcd
from operator import floordiv, or_
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.errors import BadInput
from advisor.evidence.usage_log import UsageLog, divide, epoch_us
from advisor.evidence.usage_sources import DIMENSIONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from advisor.evidence.serving_metrics import ServingMetrics
    from advisor.knowledge.parameters import Parameters


# Progress of a running query; only DuckDB reports it.


_EVERY = 0.5


@contextmanager
def watched(connection: Any, progress: Callable[[float], None] | None) -> Iterator[None]:
    """Tell the share done of what the connection runs meanwhile, twice a second."""
    ask = getattr(getattr(connection, "con", None), "query_progress", None)
    if progress is None or ask is None:
        yield
        return
    over = Event()

    def report() -> None:
        while not over.wait(_EVERY):
            share = ask() / 100
            if 0 <= share <= 1:
                progress(share)

    reporter = Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        over.set()
        reporter.join()


# A log summed up in a few queries: sums by hour, and how many requests have which lengths; the rest is arithmetic.
#
# All sums are integers, and lengths fall into buckets by integer division, so that every database gives the same
# answer.


_COUNTED = 5_000_000
"""Rows whose lengths are counted; of a longer log about as many, from periods spread over it."""
_FEWEST, _MOST = 8, 14
"""Such periods: fewer do not show how a log varies, and each one more is a scan where times lie unsorted in a file."""
_EPOCH, _HOUR = datetime(1970, 1, 1), timedelta(hours=1)
_WEEK = 168
_BLOCKS = (1, 2, 3, 4, 6, 8, 12, 24)
"""Hours in such a period: whole parts of a week, so that every n-th of them comes to every hour of the week."""
_FEW = 1_000
"""Repeated ids that are named in a query; with more of them, all rows are sorted by id."""
_LENGTHS = (("input", "output"), ("first_token", "latency"))
"""Lengths counted in one pass: two at a time, for all four make too many groups, and each alone takes a pass more."""
_STEPS = ((256, 8), (4_096, 64), (65_536, 1_024), (1_048_576, 16_384), (1 << 62, 262_144))
"""Widths of length buckets, in tokens or ms: below the first number the second is the width."""


@dataclass(slots=True)
class Hour:
    """One hour: requests, tokens, tokens of requests that could wait, microseconds of latency and how many had one.

    `backward` counts requests that end before they begin, by a clock that jumped.
    """

    requests: int = 0
    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    batch: int = 0
    latency_us: int = 0
    timed: int = 0
    backward: int = 0

    def add(self, other: Mapping[str, Any]) -> None:
        """Add a row of sums; what it does not hold is zero."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + int(other.get(name) or 0))


@dataclass(slots=True)
class UsageSummary:
    """Everything the answers follow from: hours in order, lengths of requests by bucket, skipped rows by reason."""

    hours: dict[datetime, Hour] = field(default_factory=lambda: defaultdict(Hour))
    lengths: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    skipped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    aggregated: bool = False
    sampled: str = ""
    """Which rows the lengths were counted on, where not on all."""

    @property
    def bucket_hours(self) -> int:
        """Hours one row stands for: the shortest distance of two rows in a log of sums, else one."""
        times = sorted(self.hours)
        if not self.aggregated or len(times) < 2:
            return 1
        return max(1, min(int((b - a).total_seconds()) for a, b in pairwise(times)) // 3600)

    @property
    def totals(self) -> dict[str, int]:
        """Sums over all hours, under the contract's names."""
        return {
            "requests": sum(hour.requests for hour in self.hours.values()),
            "input_tokens": sum(hour.input for hour in self.hours.values()),
            "cached_input_tokens": sum(hour.cached for hour in self.hours.values()),
            "cache_write_tokens": sum(hour.cache_write for hour in self.hours.values()),
            "output_tokens": sum(hour.output for hour in self.hours.values()),
        }

    def percentile(self, name: str, share: float) -> float | None:
        """The length below which a share of the requests lie: the middle of its bucket; None without any."""
        counts = self.lengths.get(name)
        if not counts:
            return None
        left = share * sum(counts.values())
        for start in sorted(counts):
            left -= counts[start]
            if left <= 0:
                return start + _width(start) / 2
        return float(max(counts))


def summarize(
    logs: Iterable[UsageLog], by: Sequence[str] = (), progress: Callable[[float], None] | None = None
) -> dict[tuple[str, ...], UsageSummary]:
    """Sum up logs, apart by the dimensions named (model, key, team, tag); () is the key of the whole without any.

    `progress` is called with the share of a query that is done, 0 to 1, as the database says it.
    """
    if unknown := [name for name in by if name not in DIMENSIONS]:
        raise BadInput("--by", f"no dimension {unknown[0]!r}", f"allowed: {', '.join(DIMENSIONS)}")
    found: dict[tuple[str, ...], UsageSummary] = defaultdict(UsageSummary)
    for log in logs:
        seen = Counter[datetime]()
        rows = _without_retries(log, progress) if "id" in log.fields else log.rows
        for row in _execute(log, _by_hour(log, rows, by), progress):
            group = found[tuple(str(row[name]) for name in by)]
            count = int(row["rows"])
            group.rows += count
            group.aggregated |= log.source.aggregated
            if row["skip"] is not None and row["skip"] == row["skip"]:
                group.skipped[row["skip"]] += count
            else:
                hour = _EPOCH + row["hour"] * _HOUR if log.quick else row["hour"].replace(tzinfo=None)
                one_each = {} if "requests" in log.fields or log.source.aggregated else {"requests": count}
                group.hours[hour].add(row | one_each)
                seen[hour] += count
        some, sampled = (rows, "") if log.source.aggregated else _some(log, rows, seen)
        for pair in _LENGTHS:
            if not _says(log, pair):
                continue
            for row in _execute(log, _by_length(log, some, by, pair), progress):
                group = found[tuple(str(row[name]) for name in by)]
                group.sampled = sampled or group.sampled
                for name in pair:
                    if row[f"{name}_bucket"] is not None:
                        group.lengths[name][int(row[f"{name}_bucket"])] += int(row["rows"])
    return dict(found)


def _says(log: UsageLog, lengths: Sequence[str]) -> bool:
    """Whether the log holds one of these lengths."""
    of = {"latency": {"latency_ms", "ended"}, "first_token": {"first_token_ms", "first_token_at"}}
    return any(of.get(name, {name}) & log.fields for name in lengths)


def _some(log: UsageLog, rows: ir.Table, seen: Mapping[datetime, int]) -> tuple[ir.Table, str]:
    """Rows enough to count lengths on, and how they were chosen: all, or those of some of the log's hours.

    Hours follow from the sums, so that every database takes the same. A log too short for that gives the rows of every
    n-th second.
    """
    every = -(-sum(seen.values()) // _COUNTED)
    if every <= 1:
        return rows, ""
    hours = sorted(seen)
    for length in _BLOCKS:
        step = next(step for step in range(every, every + _WEEK) if gcd(step, _WEEK // length) == 1)
        starts = range(0, len(hours), length * step)
        if len(starts) <= _MOST:
            break
    else:
        starts = starts[:: -(-len(starts) // _MOST)]
    if len(starts) < _FEWEST:
        return rows.filter(rows.at.epoch_seconds() % every == 0), f"in one of {every} seconds"
    periods = [(hours[start], hours[min(start + length, len(hours)) - 1] + timedelta(hours=1)) for start in starts]
    chosen = [(rows.at >= begin) & (rows.at < end) for begin, end in periods]
    said = f"in {len(periods)} periods of {length} hours spread over the log"
    if log.quick:  # which leaves out parts of a file for a plain range alone
        return rows.filter(chosen[0]).union(*(rows.filter(each) for each in chosen[1:])), said
    return rows.filter(reduce(or_, chosen)), said


def _without_retries(log: UsageLog, progress: Callable[[float], None] | None) -> ir.Table:
    """Mark all but one row of an id as retries.

    Sorting every row by its id would cost many times what the sums do, so the few ids that occur again are found first.
    """
    rows = log.rows
    known = rows.filter(rows.id.notnull(), rows.skip.isnull())
    counted = known.group_by("id").agg(times=known.count())
    again = counted.filter(counted.times > 1).select("id").limit(_FEW + 1)
    ids = [row["id"] for row in _execute(log, again, progress)]
    if not ids:
        return rows
    if len(ids) > _FEW:
        return _last_of_each(rows)
    repeated = rows.id.isin(ids)
    return rows.filter(rows.id.isnull() | ~repeated).union(_last_of_each(rows.filter(repeated)))


def _last_of_each(rows: ir.Table) -> ir.Table:
    """Mark all rows of an id but the last by time, then by size, which is the one that counts."""
    import ibis

    order = [rows.at.desc(), rows.output.desc(), rows.input.desc()]
    place = ibis.row_number().over(ibis.window(group_by=[rows.id, rows.skip], order_by=order))
    again = rows.id.notnull() & rows.skip.isnull() & (place > 0)
    return rows.mutate(skip=ibis.ifelse(again, "retry of the same id", rows.skip))


def _by_hour(log: UsageLog, rows: ir.Table, by: Sequence[str]) -> ir.Table:
    """Sums of what the log says: a column of one value throughout is not summed."""
    # a row that is left out may hold a time that no other program reads
    table = rows.mutate(hour=rows.skip.isnull().ifelse(_hour_of(log, rows.at), None))
    sums = {"rows": table.count(), "input": table.input.sum(), "output": table.output.sum()}
    sums |= {name: table[name].sum() for name in ("requests", "cached", "cache_write") if name in log.fields}
    if "batch" in log.fields:
        sums["batch"] = (table.input + table.output).sum(where=table.batch)
    if _says(log, ("latency",)):
        sums |= {"latency_us": table.latency_us.sum(), "timed": table.latency_us.count()}
    if "ended" in log.fields:
        sums["backward"] = table.count(where=table.backward)
    return table.group_by([*by, "skip", "hour"]).agg(**sums)


def _hour_of(log: UsageLog, at: Any) -> Any:
    """The hour of a time; of DuckDB its number since 1970."""
    if not log.quick:
        return at.truncate("h")
    return divide(epoch_us(at), 3_600_000_000)


def _by_length(log: UsageLog, rows: ir.Table, by: Sequence[str], names: Sequence[str]) -> ir.Table:
    """How many single requests fall into each pair of buckets."""
    single = rows.filter(rows.skip.isnull(), rows.requests == 1)
    whole: Callable[[Any, int], Any] = divide if log.quick else floordiv
    lengths = {name: single[name] if name in single.columns else whole(single[f"{name}_us"], 1000) for name in names}
    table = single.mutate(**{f"{name}_bucket": _bucket(value, whole) for name, value in lengths.items()})
    return table.group_by([*by, *(f"{name}_bucket" for name in names)]).agg(rows=table.count())


def _bucket(value: Any, whole: Callable[[Any, int], Any]) -> Any:
    """The start of a value's bucket, by division of whole numbers alone."""
    import ibis

    value = value.cast("int64")
    return ibis.cases(*((value < limit, whole(value, width) * width) for limit, width in _STEPS))


def _width(start: int) -> int:
    return next(width for limit, width in _STEPS if start < limit)


def _execute(log: UsageLog, query: ir.Table, progress: Callable[[float], None] | None) -> Iterator[dict[str, Any]]:
    """The rows of a query as dictionaries; NULL as None."""
    try:
        with watched(log.connection, progress):
            batches = list(log.connection.to_pyarrow_batches(query))
    except Exception as error:  # each driver has errors of its own
        reason = str(error).partition("\n")[0]
        if "interrupted" in reason.lower():  # DuckDB's word for Ctrl+C
            _stop(log.connection)
            raise KeyboardInterrupt from None
        raise BadInput("measure usage", f"the database cannot read the {log.source.id} log: {reason}") from None
    for batch in batches:
        yield from batch.to_pylist()


def _stop(connection: Any) -> None:
    """End a query that nobody waits for: DuckDB's other threads run it to its end otherwise, and the program waits."""
    if interrupt := getattr(getattr(connection, "con", None), "interrupt", None):
        interrupt()


# From a usage summary to answers of the interview: volumes a month with their range, shape of a request, peak,
# growth.
#
# Ranges come from a weekly block bootstrap (Künsch 1989): whole weeks are drawn again with replacement, so that daily
# and weekly patterns stay together. With fewer weeks than `measurement.weeks_for_range` the range is a stated share
# instead.


HOURS_PER_MONTH = 720
HOURS_PER_WEEK = 168
WEEKS_PER_YEAR = 365 / 7
_RESAMPLES = 2_000
_SEED = 1
_QUIET_END = 8
"""Hours without a request after the last one that still count as observed, where they complete a week."""
_VOLUMES = {"volume.requests": "requests", "volume.input_tokens": "input", "volume.output_tokens": "output"}
Answer = str | int | float | bool


@dataclass(frozen=True, slots=True)
class UsageAnswers:
    """Answers as an answers file writes them, notes on what could not be said, the first and the last hour."""

    answers: dict[str, Answer]
    notes: tuple[str, ...]
    begins: datetime
    ends: datetime


def answers_from(summary: UsageSummary, parameters: Parameters) -> UsageAnswers:
    """Work the answers out; raises BadInput where no row could be used."""
    if not summary.hours:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in summary.skipped.most_common(3))
        raise BadInput("measure usage", "no row could be used", reasons or "the log is empty")
    width = summary.bucket_hours
    begins, ends = min(summary.hours), max(summary.hours) + timedelta(hours=width)
    hours = _series(summary, begins, ends)
    answers: dict[str, Answer] = {}
    notes: list[str] = []
    weeks = len(hours) // HOURS_PER_WEEK
    least = round(parameters.number("measurement.weeks_for_range"))
    if weeks < least:
        notes.append(f"{len(hours):,} hours observed, fewer than {least} weeks: ranges are ±"
                     f"{parameters.number('measurement.short_log_error'):.0%}, not measured")  # fmt: skip
    for key, name in _VOLUMES.items():
        if name == "requests" and not summary.totals["requests"]:
            notes.append("the log does not count requests")
            continue
        series = np.array([getattr(hour, name) for hour in hours], dtype=float)
        low, high = _range(series, weeks >= least, parameters.number("measurement.short_log_error"))
        mean = float(series.mean()) * HOURS_PER_MONTH
        answers[key] = _triangle(low, mean, high)
    if width > 1:
        notes.append(f"the log sums up {width} hours at a time: the peak within them cannot be read from it")
    if backward := sum(hour.backward for hour in hours):
        notes.append(
            f"{backward:,} requests end before they begin, as by a clock that jumped: they have no latency here"
        )
    if summary.sampled:
        notes.append(f"lengths and latencies of single requests were counted {summary.sampled}")
    answers |= _shape(summary, hours)
    total = np.array([hour.input + hour.output for hour in hours], dtype=float)
    if width == 1 and total.mean() > 0 and len(hours) >= 24:
        answers["volume.peak_to_average"] = _figure(max(1.0, float(np.quantile(total, 0.95) / total.mean())))
    answers |= _trend(total, weeks, least, parameters)
    if months := int(len(hours) // HOURS_PER_MONTH):
        answers["volume.months_observed"] = months
    return UsageAnswers(answers, tuple(notes), begins, ends)


def volumes_of_metrics(found: ServingMetrics, parameters: Parameters) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """Volumes and lengths from a server's counters, which do not say when load came; raises BadInput for none."""
    totals = found.totals
    if not totals["requests"] or not totals["input"] or found.hours <= 0:
        raise BadInput("measure usage", "the metrics count no request", "scrape again after some work was done")
    if totals["cached"] > totals["input"]:
        raise BadInput("measure usage", "cached input exceeds input", "scrape one server at a time")
    error, month = parameters.number("measurement.short_log_error"), HOURS_PER_MONTH / found.hours
    answers: dict[str, Answer] = {}
    for key, name in _VOLUMES.items():
        volume = totals[name] * month
        answers[key] = _triangle(volume * (1 - error), volume, volume * (1 + error))
    for name in ("input", "output"):
        answers |= _length(name, totals[name] / totals["requests"], found.percentile)
    answers["volume.cached_share"] = _figure(totals["cached"] / totals["input"])
    said = f"{found.hours:,.1f} hours between scrapes: ranges are ±{error:.0%}, and peaks are not seen"
    return answers, (*found.notes, said)


def _series(summary: UsageSummary, begins: datetime, ends: datetime) -> list[Hour]:
    """Every hour of the period in order, those without a request too."""
    count = int((ends - begins) / timedelta(hours=1))
    if count > 24 * 366 * 10:
        raise BadInput("measure usage", f"rows lie {count // 8766} years apart", "some clock is wrong: filter the log")
    count += -count % HOURS_PER_WEEK if -count % HOURS_PER_WEEK <= _QUIET_END else 0
    empty = Hour()
    return [summary.hours.get(begins + timedelta(hours=place), empty) for place in range(count)]


def _range(series: np.ndarray, measured: bool, error: float) -> tuple[float, float]:
    """10th and 90th percentile of the monthly volume: bootstrap over whole weeks, or a stated error on the mean."""
    month = float(series.mean()) * HOURS_PER_MONTH
    if not measured:
        return month * (1 - error), month * (1 + error)
    weeks = series[: len(series) // HOURS_PER_WEEK * HOURS_PER_WEEK].reshape(-1, HOURS_PER_WEEK).sum(axis=1)
    draws = np.random.Generator(np.random.PCG64(_SEED)).integers(0, len(weeks), (_RESAMPLES, len(weeks)))
    means = weeks[draws].mean(axis=1) * (HOURS_PER_MONTH / HOURS_PER_WEEK)
    low, high = np.quantile(means, [0.1, 0.9])
    return min(float(low), month), max(float(high), month)


def _shape(summary: UsageSummary, hours: list[Hour]) -> dict[str, Answer]:
    """Lengths of a request, shares of cached and of deferrable tokens, and requests at once by Little's law."""
    totals, answers = summary.totals, dict[str, Answer]()
    for name in ("input", "output"):
        if totals["requests"]:
            answers |= _length(name, totals[f"{name}_tokens"] / totals["requests"], summary.percentile)
    if totals["input_tokens"]:
        answers["volume.cached_share"] = _figure(totals["cached_input_tokens"] / totals["input_tokens"])
    if all_tokens := totals["input_tokens"] + totals["output_tokens"]:
        answers["volume.batch_share"] = _figure(sum(hour.batch for hour in hours) / all_tokens)
    timed = sum(hour.timed for hour in hours)
    if timed:
        seconds = sum(hour.latency_us for hour in hours) / timed / 1e6
        peak = float(np.quantile([hour.requests for hour in hours], 0.95)) / 3600
        if (at_once := peak * seconds) >= 1:
            answers["volume.peak_concurrency"] = round(at_once)
    return answers


def _length(name: str, mean: float, percentile: Callable[[str, float], float | None]) -> dict[str, Answer]:
    """The tokens of a request, with their 10th and 90th percentile where these are known."""
    if mean < 1:
        return {}
    low, high = percentile(name, 0.1), percentile(name, 0.9)
    return {
        f"volume.{name}_per_request": _triangle(max(1.0, min(low, mean)), mean, max(high, mean))
        if low is not None and high is not None
        else round(mean)
    }


def _trend(total: np.ndarray, weeks: int, least: int, parameters: Parameters) -> dict[str, Answer]:
    """Steady or variable by the spread of whole weeks; growth a year by a straight line through them, resampled."""
    if weeks < least:
        return {}
    sums = total[: weeks * HOURS_PER_WEEK].reshape(-1, HOURS_PER_WEEK).sum(axis=1)
    middle, place = sums.mean(), np.arange(weeks) - (weeks - 1) / 2
    if middle <= 0:
        return {}
    slope = float((place * sums).sum() / (place * place).sum())
    rest = sums - middle - slope * place
    spread = float(rest.std() / middle)
    steady = spread <= parameters.number("measurement.steady_spread")
    answers: dict[str, Answer] = {"volume.stability": "steady" if steady else "variable"}
    if weeks >= parameters.number("measurement.weeks_for_growth"):
        noise = np.random.Generator(np.random.PCG64(_SEED)).integers(0, weeks, (_RESAMPLES, weeks))
        slopes = slope + (rest[noise] * place).sum(axis=1) / (place * place).sum()
        low, high = np.quantile(slopes, [0.1, 0.9]) * WEEKS_PER_YEAR / middle
        answers["volume.annual_growth"] = f"{max(low, -0.9):.2f}..{max(high, -0.89):.2f}"
    return answers


def _triangle(low: float, mode: float, high: float) -> Answer:
    """`low..mode..high` in whole units; a plain number where they coincide."""
    ends = [round(low), round(mode), round(high)]
    return ends[0] if ends[0] == ends[2] else "..".join(str(end) for end in ends)


def _figure(value: float) -> float:
    return float(f"{value:.4g}")

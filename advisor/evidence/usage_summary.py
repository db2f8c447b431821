"""A log summed up in three queries: sums by hour, and how many requests have which lengths; the rest is arithmetic.

All sums are integers, and lengths fall into buckets by integer division, so that every database gives the same answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from advisor.errors import BadInput
from advisor.evidence.query_progress import watched
from advisor.evidence.usage_sources import DIMENSIONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from advisor.evidence.usage_log import UsageLog

_COUNTED = 5_000_000
"""Rows whose lengths are counted; of a longer log, the rows of every n-th second, which every database tells alike."""
_FEW = 1_000
"""Repeated ids that are named in a query; with more of them, all rows are sorted by id."""
_LENGTHS = (("input", "output"), ("first_token_ms", "latency_ms"))
"""Lengths counted in one pass: two at a time, for all four make too many groups, and each alone takes a pass more."""
_STEPS = ((256, 8), (4_096, 64), (65_536, 1_024), (1_048_576, 16_384), (1 << 62, 262_144))
"""Widths of length buckets, in tokens or ms: below the first number the second is the width."""


@dataclass(slots=True)
class Hour:
    """One hour: requests, tokens, tokens of requests that could wait, milliseconds of latency and how many had one."""

    requests: int = 0
    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    batch: int = 0
    latency_ms: int = 0
    timed: int = 0

    def add(self, other: Mapping[str, Any]) -> None:
        """Add a row of sums."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + int(other[name] or 0))


@dataclass(slots=True)
class UsageSummary:
    """Everything the answers follow from: hours in order, lengths of requests by bucket, skipped rows by reason."""

    hours: dict[datetime, Hour] = field(default_factory=lambda: defaultdict(Hour))
    lengths: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    skipped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    aggregated: bool = False

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
        seen = 0
        rows = _without_retries(log, progress) if log.has_ids else log.rows
        for row in _execute(log, _by_hour(rows, by), progress):
            group = found[tuple(str(row[name]) for name in by)]
            group.rows += int(row["rows"])
            seen += int(row["rows"])
            group.aggregated |= log.source.aggregated
            if row["skip"] is not None and row["skip"] == row["skip"]:
                group.skipped[row["skip"]] += int(row["rows"])
            else:
                group.hours[row["hour"].replace(tzinfo=None)].add(row)
        every = seen // _COUNTED
        some = rows.filter(rows.at.epoch_seconds() % every == 0) if every > 1 and not log.source.aggregated else rows
        for pair in _LENGTHS:
            for row in _execute(log, _by_length(some, by, pair), progress):
                group = found[tuple(str(row[name]) for name in by)]
                for name in pair:
                    if row[f"{name}_bucket"] is not None:
                        group.lengths[name][int(row[f"{name}_bucket"])] += int(row["rows"])
    return dict(found)


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


def _by_hour(rows: ir.Table, by: Sequence[str]) -> ir.Table:
    # a row that is left out may hold a time that no other program reads
    table = rows.mutate(hour=rows.skip.isnull().ifelse(rows.at.truncate("h"), None))
    tokens = table.input + table.output
    return table.group_by([*by, "skip", "hour"]).agg(
        rows=table.count(), requests=table.requests.sum(), input=table.input.sum(), cached=table.cached.sum(),
        cache_write=table.cache_write.sum(), output=table.output.sum(), batch=tokens.sum(where=table.batch),
        latency_ms=table.latency_ms.sum(), timed=table.latency_ms.count(),
    )  # fmt: skip


def _by_length(rows: ir.Table, by: Sequence[str], names: Sequence[str]) -> ir.Table:
    """How many single requests fall into each pair of buckets."""
    single = rows.filter(rows.skip.isnull(), rows.requests == 1)
    table = single.mutate(**{f"{name}_bucket": _bucket(single[name]) for name in names})
    return table.group_by([*by, *(f"{name}_bucket" for name in names)]).agg(rows=table.count())


def _bucket(value: Any) -> Any:
    """The start of a value's bucket, by integer division alone."""
    import ibis

    value = value.cast("int64")
    return ibis.cases(*((value < limit, value // width * width) for limit, width in _STEPS))


def _width(start: int) -> int:
    return next(width for limit, width in _STEPS if start < limit)


def _execute(log: UsageLog, query: ir.Table, progress: Callable[[float], None] | None) -> Iterator[dict[str, Any]]:
    """The rows of a query as dictionaries; NULL as None."""
    try:
        with watched(log.connection, progress):
            batches = list(log.connection.to_pyarrow_batches(query))
    except Exception as error:  # each driver has errors of its own
        reason = str(error).partition("\n")[0]
        raise BadInput("measure usage", f"the database cannot read the {log.source.id} log: {reason}") from None
    for batch in batches:
        yield from batch.to_pylist()

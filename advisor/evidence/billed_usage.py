"""Usage as a bill lists it, one line a model, hour or day, compared with the catalog's prices of that day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from advisor.bounded_read import csv_rows, read_file
from advisor.cost.prices import BilledLine, UsageRow, rows_in_force, usage_charges
from advisor.errors import BadInput, nearest
from advisor.knowledge.catalog import Catalog
from advisor.knowledge.price_lists.price_changes import is_own

MOST_BYTES = 10_000_000
_MOST_TOKENS = 10**18
_COUNTS = ("requests", "fresh", "cached", "written", "written_1h", "output")
_WORDS = ("model", "provider", "region", "tier", "batch", "at")
COLUMNS = (*_WORDS, *_COUNTS)


def billed_lines(file: Path, catalog: Catalog, day: date) -> Iterator[BilledLine]:
    """Price every line of a CSV file whose head names its columns; raises BadInput with the line and the column.

    A line needs a model and tokens; the provider is the model's own vendor where none is named. Lines without `at` are
    priced on `day`, at the price of the busy hours.
    """
    try:
        text = read_file(file, MOST_BYTES, follow=True).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(str(file), "is not UTF-8") from None
    columns, rows = csv_rows(text, str(file))
    for name in columns or ("",):
        if name not in COLUMNS:
            raise BadInput(f"{file}: line 1", f"there is no column {name!r}", nearest(name, COLUMNS))
    for line, entry in rows:
        yield _billed(entry, f"{file}: line {line}", line, catalog, day)


def _billed(entry: Mapping[str, str | None], where: str, line: int, catalog: Catalog, day: date) -> BilledLine:
    said = {name: (entry.get(name) or "").strip() for name in COLUMNS}
    model = said["model"]
    if model not in catalog.api and model not in catalog.managed:
        raise BadInput(
            f"{where}: model", f"the catalog has no {model!r}", nearest(model, [*catalog.api, *catalog.managed])
        )
    moment = _moment(said["at"], where)
    counts = {name: _count(said[name], f"{where}: {name}") for name in _COUNTS}
    usage = UsageRow(
        **{**counts, "requests": max(1, counts["requests"])}, batch=_flag(said["batch"], f"{where}: batch"), at=moment
    )
    prices = [row for name, row in catalog.token_prices() if name == model]
    rows = rows_in_force(prices, moment.date() if moment else day)
    tier = said["tier"] or "standard"
    of_tier = [row for row in rows if row.tier == tier and row.region == said["region"]]
    named = said["provider"]
    found = [row for row in of_tier if row.provider == named or (not named and is_own(model, row.provider, catalog))]
    if not found:
        sold = ", ".join(sorted({row.provider for row in of_tier})) or "nobody"
        at = f" in {said['region']}" if said["region"] else ""
        who = named or "its vendor"
        raise BadInput(where, f"{who} has no {tier} price of {model}{at} in force", f"listed at {sold}")
    return BilledLine(line, model, found[0], usage_charges(found[0], usage))


def _moment(text: str, where: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{where}: at", f"is {text[:40]!r}", "a day or a time such as 2026-11-28T05:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(text: str, where: str) -> int:
    digits = text.replace(",", "").replace("_", "")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal()) or int(digits[:20]) > _MOST_TOKENS:
        raise BadInput(where, f"is {text[:40]!r}", "a whole number")
    return int(digits)


def _flag(text: str, where: str) -> bool:
    if text.lower() not in ("", "yes", "no", "true", "false"):
        raise BadInput(where, f"is {text[:40]!r}", "yes or no")
    return text.lower() in ("yes", "true")

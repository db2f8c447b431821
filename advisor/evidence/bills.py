"""Bills: usage priced line by line at the catalog's prices, and what the cost APIs of OpenAI and Anthropic billed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from advisor.bounded_read import csv_rows, open_input, read_file
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


# Exports of the OpenAI and Anthropic cost APIs: what was billed in a period, as the API bill of a month.
#
# Pages as both projects document them: OpenAI's amounts are dollars, Anthropic's decimal texts in cents. Amounts in
# other currencies are not converted, and amounts in several are never added.


_HEAD = 1 << 16
_LARGEST = 64 * 1024 * 1024
_LARGEST_AMOUNT = 10**12
_FIRST_YEAR, _LAST_YEAR = 2015, 2099
_CENTS = 100
_DOLLARS = "USD"


@dataclass(slots=True)
class BilledCosts:
    """Dollars billed from one moment to another, the lines read, and those left out by reason."""

    tools: list[str]
    begins: datetime
    ends: datetime
    usd: Decimal = Decimal(0)
    lines: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def hours(self) -> float:
        """Hours billed, from the first line's begin to the last one's end."""
        return (self.ends - self.begins).total_seconds() / 3600


def are_costs(location: str) -> bool:
    """Whether a file is a page of costs, by its head; False for what cannot be opened."""
    path = Path(location)
    if "://" in location or path.suffix != ".json" or not path.is_file():
        return False
    try:
        with open_input(path) as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return b"organization.costs.result" in head or (b'"starting_at"' in head and b'"amount"' in head)


def read_costs(locations: Sequence[str]) -> BilledCosts:
    """Add up the pages of costs; raises BadInput for amounts that are not all US dollars, and for no line at all."""
    found = BilledCosts([], datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
    currencies = Counter[str]()
    seen: set[str] = set()
    for location in locations:
        buckets = _buckets(location)
        found.tools.append("anthropic" if any("starting_at" in each for each in buckets) else "openai")
        for bucket, line in _lines(buckets):
            said = json.dumps([bucket.get("starting_at", bucket.get("start_time")), line], sort_keys=True)
            found.lines += 1
            begins, ends = (_edge(bucket, "starting_at", "start_time"), _edge(bucket, "ending_at", "end_time"))
            amount, currency = _amount(line)
            reason = _reason(begins, ends, amount, said in seen)
            seen.add(said)
            if reason or begins is None or ends is None or amount is None:
                found.skipped[reason] += 1
                continue
            currencies[currency] += 1
            found.usd += amount
            found.begins, found.ends = min(found.begins, begins), max(found.ends, ends)
    if set(currencies) - {_DOLLARS}:
        named = ", ".join(f"{name or 'no currency'} on {count:,} lines" for name, count in sorted(currencies.items()))
        raise BadInput(
            ", ".join(locations), f"amounts are not all in US dollars: {named}",
            "convert them to one currency, US dollars; nothing is converted or added across currencies",
        )  # fmt: skip
    if not currencies:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in found.skipped.most_common(3))
        raise BadInput("measure usage", "no line of costs could be used", reasons or "the pages are empty")
    return found


def _reason(begins: datetime | None, ends: datetime | None, amount: Decimal | None, again: bool) -> str:
    """Why a line is left out; empty for one that counts."""
    if again:
        return "the same line again"
    if begins is None or ends is None:
        return "no readable time"
    if not (begins.year >= _FIRST_YEAR and ends.year <= _LAST_YEAR and begins < ends):
        return "time of a wrong clock"
    if amount is None:
        return "no readable amount"
    if amount < 0:
        return "negative amount"
    return "amount beyond reason" if amount > _LARGEST_AMOUNT else ""


def _buckets(location: str) -> list[dict[str, Any]]:
    try:
        page = json.loads(read_file(Path(location), _LARGEST, follow=True).decode("utf-8"), parse_float=str)
    except (ValueError, RecursionError):
        raise BadInput(location, "is not one JSON document", "save a page of the cost API as it came") from None
    data = page.get("data") if isinstance(page, dict) else None
    if not isinstance(data, list):
        raise BadInput(location, "holds no list `data`", "save a page of the cost API as it came")
    return [each for each in data if isinstance(each, dict)]


def _lines(buckets: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for bucket in buckets:
        results = bucket.get("results")
        for line in results if isinstance(results, list) else ():
            yield bucket, line if isinstance(line, dict) else {}


def _edge(bucket: dict[str, Any], *names: str) -> datetime | None:
    said = next((bucket[name] for name in names if name in bucket), None)
    try:
        if isinstance(said, str):
            found = datetime.fromisoformat(said)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        return datetime.fromtimestamp(said, UTC) if isinstance(said, int) and not isinstance(said, bool) else None
    except (ValueError, OverflowError, OSError):
        return None


def _amount(line: dict[str, Any]) -> tuple[Decimal | None, str]:
    """The amount in whole units of its currency, and the currency; OpenAI nests both, Anthropic's is in cents."""
    nested = line.get("amount")
    table, name, parts = (nested, "value", 1) if isinstance(nested, dict) else (line, "amount", _CENTS)
    said, currency = table.get(name), table.get("currency")
    try:
        amount = None if said is None or isinstance(said, (bool, list, dict)) else Decimal(str(said)) / parts
    except (InvalidOperation, ValueError):
        amount = None
    return amount if amount is not None and amount.is_finite() else None, str(currency or "").upper()

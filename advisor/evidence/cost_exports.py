"""Exports of the OpenAI and Anthropic cost APIs: what was billed in a period, as the API bill of a month.

Pages as both projects document them: OpenAI's amounts are dollars, Anthropic's decimal texts in cents. Amounts in other
currencies are not converted, and amounts in several are never added.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from advisor.bounded_read import open_input, read_file
from advisor.errors import BadInput

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
            begins, ends = _moment(bucket, "starting_at", "start_time"), _moment(bucket, "ending_at", "end_time")
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


def _moment(bucket: dict[str, Any], *names: str) -> datetime | None:
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

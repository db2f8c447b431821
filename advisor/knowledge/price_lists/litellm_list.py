"""LiteLLM's public price list, read with distrust: every entry is taken, named, or refused with its reason."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog, OffPeak, OtherCharge, PriceStep, TokenPrice
from advisor.knowledge.price_lists.price_list import (
    BATCHED,
    Charges,
    Listing,
    ListNames,
    Place,
    PriceListRead,
    RefusedEntry,
    clean_price,
    most_suitable,
    region_of,
    token_price,
)

MOST_BYTES = 64_000_000
CHAT = ("chat", "responses", "completion")
_KINDS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "input_cost_per_token_cache_hit": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "cache_creation_input_token_cost_above_12hr": "cache_write_12h",
    "output_cost_per_reasoning_token": "reasoning_output",
    "input_cost_per_image_token": "image_input",
    "input_cost_per_audio_token": "audio_input",
    "input_cost_per_video_token": "video_input",
    "output_cost_per_image_token": "image_output",
    "output_cost_per_audio_token": "audio_output",
}
_COLUMN = re.compile(
    rf"({'|'.join(sorted(_KINDS, key=len, reverse=True))})"
    r"(?:_above_([0-9]+)k_tokens)?(?:_(batches|flex|priority|balanced|ultrafast|decisions))?"
)
_COLUMN_END = "_cost_per_token"
_HOURS_A_WEEK = 168
_TRILLION = 1e12
_MOST_USD = 1e6


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What one column of an entry states: a kind of token, beyond a prompt length, in a tier."""

    kind: str
    above: int
    tier: str


def read_litellm(data: bytes, file: str, catalog: Catalog, day: date) -> PriceListRead:
    """Parse LiteLLM's price file as of a day; raises BadInput for anything that is not one."""
    table = _parsed(data, file)
    names = ListNames(catalog)
    read = PriceListRead("litellm", day, entries=len(table))
    found: list[Listing] = []
    for key, entry in table.items():
        if not isinstance(entry, dict) or entry.get("mode") not in CHAT or "alias_of" in entry:
            read.others += 1
            continue
        seller = str(entry.get("litellm_provider", ""))
        if catalog.leaves_out(seller, "litellm"):
            read.left_out[seller] += 1
            continue
        place = _place(key, seller, names)
        if place is None:
            read.unknown.append((key, seller))
            continue
        try:
            rows = list(rows_of(key, entry, place, day, read.columns))
        except RefusedEntry as error:
            read.refused.append((key, str(error)))
            continue
        if rows and rows[0].until is not None and rows[0].until <= day:
            read.ended.append((key, rows[0].until))
        found += [Listing(key, place.model, row) for row in rows]
    read.listings, read.further = most_suitable(found, catalog, day)
    return read


def _parsed(data: bytes, file: str) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise BadInput(file, f"the file has {len(data):,} bytes", f"at most {MOST_BYTES:,} are read")
    try:
        table = json.loads(data, parse_int=_integer)
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadInput(file, f"not JSON: {' '.join(str(error).split())[:120]}") from None
    entries = table.values() if isinstance(table, dict) else ()
    if not any(isinstance(one, dict) and "litellm_provider" in one for one in entries):
        raise BadInput(file, "is not a price list of LiteLLM", "its entries name a litellm_provider")
    return dict(table)


def _integer(digits: str) -> int | float:
    """A whole number; one too long for any count or price becomes a float, infinite where it must."""
    return int(digits) if len(digits) <= 18 else float(digits)


def _place(key: str, seller: str, names: ListNames) -> Place | None:
    known = names.recorded(key)
    if known is not None:
        return known
    provider, model = names.seller(seller), names.model(key)
    return Place(model, provider, region_of(key)) if provider and model else None


@lru_cache(maxsize=4096)
def column_of(name: str) -> ListColumn | None:
    """What a column states of text tokens; None where it is something else."""
    found = _COLUMN.fullmatch(name)
    if found is None:
        return None
    return ListColumn(_KINDS[found[1]], int(found[2] or 0) * 1000, found[3] or "standard")


def rows_of(key: str, entry: Mapping[str, Any], place: Place, day: date, columns: Counter[str]) -> Iterator[TokenPrice]:
    """The standard row, one of each further tier, and those of single regions that an uplift implies."""
    if not key.isprintable():
        raise RefusedEntry("its name holds characters that cannot be printed")
    tiers = _tiers(entry)
    standard = tiers.pop("standard", {})
    tiered = entry.get("tiered_pricing")
    if tiered:
        standard = _by_ranges(tiered)
    common: dict[str, Any] = {
        "provider": place.provider,
        "region": place.region,
        "since": day,
        "until": _day(entry, "deprecation_date"),
        "source": "",
        "grade": "reported",
        "list_key": key,
        "context": _tokens(entry, "max_input_tokens"),
        "max_output": _tokens(entry, "max_output_tokens"),
        "images": seen if isinstance(seen := entry.get("supports_vision"), bool) else None,
    }
    row = token_price(standard, common, _COLUMN_END)
    if "off_peak_pricing" in entry:
        row = replace(row, off_peak=_off_peak(entry["off_peak_pricing"]))
    priced = [stated for stated in tiers.items() if {("input", 0), ("output", 0)} <= stated[1].keys()]
    others = [token_price(stated, {**common, "tier": tier}, _COLUMN_END) for tier, stated in priced]
    row = replace(row, other=tuple(_other_charges(entry, [row, *others], columns)))
    yield row
    yield from others
    yield from _uplifted(row, entry)


def _tiers(entry: Mapping[str, Any]) -> dict[str, Charges]:
    """By tier what is stated per kind of token and prompt length; batch prices belong to the standard tier."""
    found: dict[str, Charges] = {"standard": {}}
    for name, raw in entry.items():
        if "cost" not in name:
            continue
        column = column_of(name)
        if column is None:
            continue
        price = _price(name, raw)
        kind, tier = column.kind, column.tier
        if tier == "batches":
            kind, tier = BATCHED.get(kind, ""), "standard"
        if price and kind:
            found.setdefault(tier, {})[kind, column.above] = price
    return found


def _other_charges(
    entry: Mapping[str, Any], rows: Sequence[TokenPrice], columns: Counter[str]
) -> Iterator[OtherCharge]:
    """What an entry charges and no row holds, under the list's own names."""
    by_tier = {row.tier: row for row in rows}
    for name, raw in entry.items():
        if "cost" not in name or "_dbu_" in name or not raw:  # a seller's own unit, which the list converts
            continue
        column = column_of(name)
        if column is not None and _holds(by_tier, column):
            continue
        by_size = raw if isinstance(raw, dict) else {"": raw}
        if len(set(map(str, by_size.values()))) == 1:
            by_size = {"": next(iter(by_size.values()))}
        for size, usd in by_size.items():
            is_number = isinstance(usd, (int, float)) and not isinstance(usd, bool)
            whole = f"{name}.{size}" if size else name
            if is_number and 0 < usd < _MOST_USD and whole.isprintable():
                columns[name] += 1
                yield OtherCharge(whole, clean_price(float(usd)))


def _holds(by_tier: Mapping[str, TokenPrice], column: ListColumn) -> bool:
    """Whether a row states what a column does, or the proportion from which it follows."""
    is_batch = column.tier == "batches"
    row = by_tier.get("standard" if is_batch else column.tier)
    kind = BATCHED.get(column.kind, "") if is_batch else column.kind
    place: TokenPrice | PriceStep | None = row
    if row is not None and column.above:
        place = next((step for step in row.steps if step.above == column.above), None)
    if place is None or not kind:
        return False
    follows = kind == "batch_cache_read" and bool(place.batch_input)  # left out where it is the usual one, rounded
    return follows or bool(getattr(place, kind, 0.0))


def _price(name: str, raw: Any) -> float:
    """Dollars per million tokens; 0 for a column that is empty. An unknown price is never taken for a free one."""
    if raw is None:
        return 0.0
    if isinstance(raw, str):
        try:
            raw = float(raw)
        except ValueError:
            raise RefusedEntry(f"{name} is {raw[:40]!r}") from None
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw) or not 0 <= raw < 1:
        raise RefusedEntry(f"{name} is {repr(raw)[:40]}")
    return clean_price(float(Decimal(repr(raw)) * 10**6))


def _by_ranges(ranges: Any) -> Charges:
    """Prices stated by ranges of prompt length."""
    if not isinstance(ranges, list) or not all(isinstance(one, dict) for one in ranges):
        raise RefusedEntry("tiered_pricing is not a list of tables")
    found: Charges = {}
    for one in ranges:
        span = one.get("range")
        if not (isinstance(span, list) and len(span) == 2 and isinstance(span[0], (int, float)) and span[0] >= 0):
            raise RefusedEntry("tiered_pricing: range is not a pair of token counts")
        for name, raw in one.items():
            column = column_of(name) if "cost" in name else None
            price = _price(name, raw) if column else 0.0
            if column and price:
                found[column.kind, round(span[0])] = price
    return found


def _off_peak(table: Any) -> OffPeak:
    """Prices of the off-peak hours; times are UTC, days 1–7 from Monday, 00:00 to 00:00 is a whole day."""
    if not isinstance(table, dict) or not isinstance(table.get("windows"), list):
        raise RefusedEntry("off_peak_pricing has no windows")
    hours = 0.0
    spans = []
    for window in table["windows"]:
        try:
            stated_hours = window["hours_utc"]
            days = window.get("weekdays") or [1, 2, 3, 4, 5, 6, 7]
            listed = [stated_hours] if isinstance(stated_hours, str) else list(stated_hours)
            hours += sum(map(_length, listed)) * len(days)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise RefusedEntry("off_peak_pricing: a window is not understood") from None
        spans.append(f"days {''.join(map(str, days))} {', '.join(listed)}")
    stated = ((column_of(name), name, raw) for name, raw in table.items() if "cost" in name)
    prices = {column.kind: _price(name, raw) for column, name, raw in stated if column is not None}
    if not prices.get("input") or not prices.get("output") or not 0 < hours <= _HOURS_A_WEEK:
        raise RefusedEntry("off_peak_pricing: input, output or hours are missing")
    kept = {kind: price for kind, price in prices.items() if kind in OffPeak.__dataclass_fields__}
    return OffPeak(share=hours / _HOURS_A_WEEK, hours=f"UTC, Monday is 1: {'; '.join(spans)}", **kept)


def _length(span: str) -> float:
    start, stop = (float(hour) + float(minute) / 60 for hour, minute in (part.split(":") for part in span.split("-")))
    return (stop - start) % 24 or 24.0


def _uplifted(row: TokenPrice, entry: Mapping[str, Any]) -> Iterator[TokenPrice]:
    """The rows of single regions where an entry states what they cost over the plain price."""
    if row.region:
        return
    own = entry.get("provider_specific_entry")
    for region in ("us", "eu"):
        factor = entry.get(f"regional_processing_uplift_multiplier_{region}")
        factor = factor or entry.get("regional_endpoint_uplift_multiplier")
        if factor is None and isinstance(own, dict):
            factor = own.get(region)
        if isinstance(factor, (int, float)) and not isinstance(factor, bool) and 1 < factor < 10:
            yield replace(
                scaled(row, float(factor)), region=region, note=f"{factor - 1:.0%} above the price without a region"
            )


_CHARGED = frozenset(
    {"input", "output", "reasoning_output", *(f"cache_{kind}" for kind in ("read", "write", "write_1h", "write_12h"))}
    | {f"batch_{kind}" for kind in ("input", "output", "cache_read", "cache_write")}
    | {f"{kind}_{way}" for kind in ("image", "audio", "video") for way in ("input", "output")}
)


def scaled(row: TokenPrice, factor: float) -> TokenPrice:
    """The row with every price times a factor."""

    def times(one: Any) -> dict[str, Any]:
        names = _CHARGED & set(type(one).__dataclass_fields__)
        return {name: clean_price(getattr(one, name) * factor) for name in sorted(names) if getattr(one, name)}

    off_peak = row.off_peak and replace(row.off_peak, **times(row.off_peak))
    return replace(
        row, steps=tuple(replace(step, **times(step)) for step in row.steps), off_peak=off_peak, **times(row)
    )


def _tokens(entry: Mapping[str, Any], name: str) -> int:
    raw = entry.get(name)
    if isinstance(raw, str) and raw.isdecimal():
        raw = int(raw[:15])
    is_count = isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 < raw < _TRILLION
    return round(raw) if is_count and raw is not None else 0


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    raw = entry.get(name)
    if raw in (None, ""):
        return None
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        raise RefusedEntry(f"{name} is {str(raw)[:40]!r}") from None

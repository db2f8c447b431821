"""The price data of genai-prices, read with distrust: its package's `data.py`, parsed and never run, or JSON."""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from advisor.errors import BadInput
from advisor.knowledge.catalog import Catalog, OffPeak, TokenPrice
from advisor.knowledge.price_lists.price_list import (
    BATCHED,
    ROW_FIELDS,
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
_KINDS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "reasoning_output",
    "input_image_mtok": "image_input",
    "input_audio_mtok": "audio_input",
    "input_video_mtok": "video_input",
    "output_image_mtok": "image_output",
    "output_audio_mtok": "audio_output",
}
_HOURS_A_DAY = 24
_MOST = 1e6


def read_genai(data: bytes, file: str, catalog: Catalog, day: date) -> PriceListRead:
    """Parse genai-prices' data as of a day; raises BadInput for anything that is not its data.

    Prices with a start date to come are offered with that date; those of hours become a row with off-peak hours.
    """
    providers = _parsed(data, file)
    names = ListNames(catalog)
    read = PriceListRead("genai-prices", day)
    found: list[Listing] = []
    for provider in providers:
        seller = str(provider.get("id", ""))
        models = provider.get("models")
        for model in models if isinstance(models, list) else []:
            read.entries += 1
            key = f"{seller}/{model.get('id', '')}" if isinstance(model, dict) else f"{seller}/?"
            if catalog.leaves_out(seller, "genai-prices"):
                read.left_out[seller] += 1
            elif not isinstance(model, dict) or not model.get("prices"):
                read.others += 1
            elif (place := _place(key, seller, names, catalog)) is None:
                read.unknown.append((key, seller))
            else:
                try:
                    found += [Listing(key, place.model, row) for row in _rows(key, model, place, day, read.columns)]
                except RefusedEntry as error:
                    read.refused.append((key, str(error)))
    current, future = ([one for one in found if (one.row.since > day) is later] for later in (False, True))
    read.listings, read.further = most_suitable(current, catalog, day)
    places = {(one.place, one.key) for one in read.listings}
    read.listings += [one for one in future if (one.place, one.key) in places]
    return read


def _place(key: str, seller: str, names: ListNames, catalog: Catalog) -> Place | None:
    known = names.recorded(key)
    if known is not None:
        return known
    provider, model = names.seller(seller), names.model(key)
    if not provider or not model:
        return None
    own = catalog.api.get(model)
    sold = {row.provider for row in own.prices} if own else set()
    if own and sold and provider not in sold and catalog.providers[provider].kind == "vendor":
        return None  # a vendor's name under which its cloud sells another vendor's model
    return Place(model, provider, region_of(key.partition("/")[2]))


def _rows(key: str, model: Mapping[str, Any], place: Place, day: date, columns: Counter[str]) -> Iterator[TokenPrice]:
    if not key.isprintable():
        raise RefusedEntry("its name holds characters that cannot be printed")
    if model.get("deprecated") is True:  # kept for bills of the past, and without a day
        raise RefusedEntry("the list marks it as deprecated")
    context = model.get("context_window")
    common: dict[str, Any] = {
        "provider": place.provider,
        "region": place.region,
        "source": "",
        "grade": "reported",
        "list_key": key,
        "context": context if isinstance(context, int) and 0 < context < 10**12 else 0,
    }
    listed = model["prices"]
    dated = listed if isinstance(listed, list) else [{"prices": listed}]
    hours = [one for one in dated if "start_time" in (one.get("constraint") or {})]
    by_day = [(_start(one), one) for one in dated if one not in hours]
    begun = [pair for pair in by_day if pair[0] is None or pair[0] <= day]
    if not begun:
        return
    for start, one in [begun[-1], *(pair for pair in by_day if pair[0] is not None and pair[0] > day)]:
        since = day if start is None or start <= day else start
        variants = _variants(model, since)
        plain = _charges(one["prices"], columns)
        row = _row(plain, {**common, "since": since}, variants.get("batch", {}), columns)
        yield _with_hours(row, hours, columns) if hours and since == day else row
        for tier in ("flex", "priority"):
            if tier in variants:
                yield _row(
                    _with_variant(plain, _charges(variants[tier], columns)),
                    {**common, "since": since, "tier": tier},
                    {},
                    columns,
                )


def _start(one: Mapping[str, Any]) -> date | None:
    """The day a price begins; the last one begun by a day holds."""
    constraint = one.get("constraint") or {}
    raw = constraint.get("start_date")
    if raw is None:
        return None
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise RefusedEntry(f"start_date is {str(raw)[:40]!r}") from None


def _variants(model: Mapping[str, Any], day: date) -> dict[str, Mapping[str, Any]]:
    """Prices of batch processing and of service tiers in force on a day; the first that holds counts."""
    found: dict[str, Mapping[str, Any]] = {}
    for variant in model.get("price_variants") or []:
        when = variant.get("when") or {}
        start = _start(variant)
        name = when.get("processing") or when.get("service_tier")
        if len(when) == 1 and name in ("batch", "flex", "priority") and (start is None or start <= day):
            found.setdefault(name, variant.get("prices") or {})
    return found


def _charges(prices: Mapping[str, Any], columns: Counter[str]) -> Charges:
    """Dollars per million tokens by kind and prompt length."""
    found: Charges = {}
    for name, raw in prices.items():
        kind = _KINDS.get(name)
        if kind is None:
            columns[name] += 1
            continue
        if isinstance(raw, dict):
            found[kind, 0] = _price(name, raw.get("base"))
            for tier in raw.get("tiers") or []:
                above = tier.get("start")
                if not isinstance(above, int) or not 0 < above < 10**12:
                    raise RefusedEntry(f"{name}: a tier starts at {str(above)[:40]}")
                found[kind, above] = _price(name, tier.get("price"))
        else:
            found[kind, 0] = _price(name, raw)
    return {place: price for place, price in found.items() if price}


def _with_variant(plain: Charges, own: Charges) -> Charges:
    """What holds in a variant: a kind of token it prices is priced by it alone, at every length."""
    priced = {kind for kind, _ in own}
    return {**{place: price for place, price in plain.items() if place[0] not in priced}, **own}


def _price(name: str, raw: Any) -> float:
    try:
        value = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise RefusedEntry(f"{name} is {str(raw)[:40]!r}") from None
    if not math.isfinite(value) or not 0 <= value < _MOST:
        raise RefusedEntry(f"{name} is {str(raw)[:40]}")
    return clean_price(value)


def _row(stated: Charges, common: Mapping[str, Any], batch: Mapping[str, Any], columns: Counter[str]) -> TokenPrice:
    batched = {(kind, above): price for (kind, above), price in _charges(batch, columns).items() if kind in BATCHED}
    limits = {above for _, above in stated if above}
    for kind in {kind for kind, _ in batched}:
        for above in limits - {limit for one, limit in batched if one == kind}:  # the same at every length
            batched[kind, above] = batched.get((kind, 0), 0.0)
    stated = {**stated, **{(BATCHED[kind], above): price for (kind, above), price in batched.items() if price}}
    return token_price(stated, common, "_mtok")


def _with_hours(row: TokenPrice, hours: list[Mapping[str, Any]], columns: Counter[str]) -> TokenPrice:
    """A row whose full price holds in some hours of every day, and the plain one in the others."""
    length = sum(_length(one["constraint"]) for one in hours)
    peak = {kind: price for (kind, above), price in _charges(hours[0]["prices"], columns).items() if not above}
    if not 0 < length < _HOURS_A_DAY or not peak.get("input") or not peak.get("output"):
        raise RefusedEntry("the prices by hour are not understood")
    off_peak = OffPeak(1 - length / _HOURS_A_DAY, row.input, row.output, row.cache_read, row.cache_write)
    kept = {kind: price for kind, price in peak.items() if kind in ROW_FIELDS}
    changed: dict[str, Any] = {**kept, "off_peak": off_peak}
    return replace(row, **changed)


def _length(constraint: Mapping[str, Any]) -> float:
    start, end = (_hour(constraint.get(name)) for name in ("start_time", "end_time"))
    return (end - start) % _HOURS_A_DAY


def _hour(raw: Any) -> float:
    found = re.match(r"([0-9]{1,2}):([0-9]{2})", str(raw))
    if found is None:
        raise RefusedEntry(f"a time of day is {str(raw)[:40]!r}")
    return int(found[1]) + int(found[2]) / 60


def _parsed(data: bytes, file: str) -> list[dict[str, Any]]:
    if len(data) > MOST_BYTES:
        raise BadInput(file, f"the file has {len(data):,} bytes", f"at most {MOST_BYTES:,} are read")
    try:
        text = data.decode("utf-8")
        found = json.loads(text) if text.lstrip()[:1] in ("[", "{") else _module(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, UnicodeDecodeError) as error:
        raise BadInput(file, f"neither JSON nor Python data: {' '.join(str(error).split())[:120]}") from None
    is_list = isinstance(found, list) and all(isinstance(one, dict) and "models" in one for one in found)
    if not is_list or not found:
        raise BadInput(file, "is not the price data of genai-prices", "it lists providers, each with its models")
    return list(found)


def _module(text: str) -> Any:
    """The value assigned to `providers` in the package's data module, from its syntax alone."""
    for statement in ast.parse(text).body:
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "providers" and isinstance(statement, ast.AnnAssign):
            return _value(statement.value)
    return None


def _value(node: ast.expr | None) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.List(elts) | ast.Tuple(elts):
            return [_value(one) for one in elts]
        case ast.Dict(keys, values):
            return {str(_value(key)): _value(value) for key, value in zip(keys, values, strict=True)}
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand)
        case ast.Call(func, args, keywords):
            name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            return _called(name, [_value(one) for one in args], {one.arg or "": _value(one.value) for one in keywords})
    return None


def _called(name: str, args: list[Any], named: dict[str, Any]) -> Any:
    if name == "Decimal":
        return args[0] if args else None
    if name == "date":
        return "-".join(f"{part:02}" for part in args)
    if name == "time":
        return ":".join(f"{part:02}" for part in args)
    return named

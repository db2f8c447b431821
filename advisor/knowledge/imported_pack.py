"""A pack of prices to lay over ours: whole entries of the catalog, with the source they cite, as TOML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

import tomli_w

from advisor.knowledge.catalog import Catalog
from advisor.knowledge.litellm_prices import PriceChange, source_id


def overlay_files(changes: Iterable[PriceChange], catalog: Catalog, day: date) -> dict[str, bytes]:
    """The files of the pack by path: each changed entry in full, its older prices kept, the new one last."""
    entries: dict[str, dict[str, dict[str, Any]]] = {"api": {}, "managed": {}}
    for change in changes:
        found = entries[change.table]
        model = change.offer.model
        known = catalog.api[model] if change.table == "api" else catalog.managed[model]
        found.setdefault(model, _written(known))["price"].append(_written(change.after))
    files: dict[str, dict[str, Any]] = {
        f"rules/catalog/{name}.toml": {name: list(table.values())} for name, table in entries.items() if table
    }
    files["rules/sources.toml"] = {"source": [_source(day)]}
    files["rules/pack.toml"] = {"name": "litellm-prices", "version": f"{day:%Y.%-m.%-d}"}
    return {path: tomli_w.dumps(table).encode() for path, table in files.items()}


def _source(day: date) -> dict[str, Any]:
    return {"id": source_id(day), "title": "Price list of LiteLLM, imported", "published": day, "kind": "price-list"}


def _written(entry: Any) -> dict[str, Any]:
    """A catalog entry as it stands in a file: fields at their default are left out, prices are tables of their own."""
    table = {
        one.name: getattr(entry, one.name)
        for one in fields(entry)
        if one.name != "prices" and (one.default is MISSING or getattr(entry, one.name) != one.default)
    }
    if hasattr(entry, "prices"):
        table["price"] = [_written(price) for price in entry.prices]
    return table

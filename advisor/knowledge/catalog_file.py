"""Entries of the catalog as text: a table of what is known of a model, and one line for each price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any

_ROW_ORDER = (
    "provider", "region", "tier", "since", "until", "checked", "input", "output", "cache_read", "cache_write",
    "cache_write_1h", "cache_write_12h", "batch_input", "batch_output", "batch_cache_read", "batch_cache_write",
    "reasoning_output", "image_input", "audio_input", "video_input", "image_output", "audio_output", "step", "off_peak",
    "other", "context", "max_output", "images", "list_key", "source", "grade", "note",
)  # fmt: skip


def catalog_text_of(table: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """The `[[table]]` entries of one file; an entry is a mapping as TOML gives it, its prices under `price`."""
    return "\n".join(_entry(table, entry) for entry in entries)


def _entry(table: str, entry: Mapping[str, Any]) -> str:
    lines = [f"[[{table}]]"]
    lines += [f"{name} = {_value(value)}" for name, value in entry.items() if name != "price"]
    if "price" in entry:
        rows = sorted(entry["price"], key=_place)
        lines += ["price = [", *(f"  {_inline(row)}," for row in rows), "]"]
    return "\n".join(lines) + "\n"


def _place(row: Mapping[str, Any]) -> tuple[bool, str, str, str, str]:
    """Rows without a region first, then by provider, region, tier and day."""
    region = str(row.get("region", ""))
    return region != "", str(row.get("provider")), region, str(row.get("tier", "standard")), str(row.get("since"))


def _inline(row: Mapping[str, Any]) -> str:
    names = [*(name for name in _ROW_ORDER if name in row), *(name for name in row if name not in _ROW_ORDER)]
    return "{ " + ", ".join(f"{name} = {_value(row[name])}" for name in names) + " }"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return _inline(value)
    return '"' + "".join(_escaped(letter) for letter in str(value)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\u{ord(letter):04x}"


def written(entry: Any) -> dict[str, Any]:
    """A data class of the catalog as a TOML table: without fields at their default, lists under their TOML names."""
    names = {"prices": "price", "steps": "step"}
    table: dict[str, Any] = {}
    for one in fields(entry):
        value = getattr(entry, one.name)
        if value is None or (one.default is not MISSING and value == one.default):
            continue
        if is_dataclass(value):
            value = written(value)
        elif isinstance(value, tuple):
            value = [written(part) if is_dataclass(part) else part for part in value]
        table[names.get(one.name, one.name)] = value
    return table

"""The pack that imports write: entries as text, prices by day, each import's rows under a source of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any

from advisor.knowledge.pack_files import MANIFEST, read_table
from advisor.knowledge.parameters import SINGULAR
from advisor.knowledge.price_lists.price_changes import PriceChange

# Entries of the catalog as text: a table of what is known of a model, and one line for each price.


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
        rows = sorted(entry["price"], key=_price_order)
        lines += ["price = [", *(f"  {_inline(row)}," for row in rows), "]"]
    return "\n".join(lines) + "\n"


def _price_order(row: Mapping[str, Any]) -> tuple[bool, str, str, str, str]:
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
    table: dict[str, Any] = {}
    for one in fields(entry):
        value = getattr(entry, one.name)
        if value is None or (one.default is not MISSING and value == one.default):
            continue
        if is_dataclass(value):
            value = written(value)
        elif isinstance(value, tuple):
            value = [written(part) if is_dataclass(part) else part for part in value]
        table[SINGULAR.get(one.name, one.name)] = value
    return table


SOURCES = "rules/sources.toml"
_TABLES = ("api", "managed")
_HEAD = "# Written by `advisor catalog import`; `advisor catalog revert` takes an import back.\n\n"
_TITLES = {"litellm": "Price list of LiteLLM, imported", "genai-prices": "Price data of genai-prices, imported"}


def import_source(kind: str, day: date) -> str:
    """The id under which an import is cited as a source."""
    return f"{kind}-import-{day}"


def with_import(files: Mapping[str, bytes], kind: str, changes: Iterable[PriceChange], day: date) -> dict[str, bytes]:
    """The pack's files after one more import: earlier ones stay, and so does what is written by hand."""
    rows = _rows(files)
    for change in changes:
        entry = rows[change.table].setdefault(change.model, [])
        new = written(change.after)
        rows[change.table][change.model] = [*(row for row in entry if _place(row) != _place(new)), new]
    source = import_source(kind, day)
    sources = [one for one in _sources(files) if one["id"] != source]
    sources.append({"id": source, "title": _TITLES[kind], "published": day, "kind": "price-list"})
    return _files(rows, sources, kind, day)


def without_import(files: Mapping[str, bytes], kind: str, source: str, models: Iterable[str]) -> dict[str, bytes]:
    """The pack's files without one import's rows, or without its rows of some models; empty where nothing is left."""
    only = frozenset(models)
    rows = {
        table: {
            model: [row for row in entry if row.get("source") != source or (only and model not in only)]
            for model, entry in entries.items()
        }
        for table, entries in _rows(files).items()
    }
    rows = {table: {model: entry for model, entry in entries.items() if entry} for table, entries in rows.items()}
    used = {row.get("source") for entries in rows.values() for entry in entries.values() for row in entry}
    sources = [one for one in _sources(files) if one["id"] in used or not str(one["id"]).startswith(f"{kind}-import-")]
    if not any(rows.values()):
        return {}
    return _files(rows, sources, kind, max(one["published"] for one in sources))


def imports_of(files: Mapping[str, bytes], kind: str) -> dict[str, int]:
    """The imports a pack holds, oldest first, with how many rows each has."""
    counts: dict[str, int] = {}
    for entries in _rows(files).values():
        for entry in entries.values():
            for row in entry:
                source = str(row.get("source", ""))
                if source.startswith(f"{kind}-import-"):
                    counts[source] = counts.get(source, 0) + 1
    return dict(sorted(counts.items()))


def _rows(files: Mapping[str, bytes]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for table in _TABLES:
        path = f"rules/catalog/{table}.toml"
        entries = read_table(files[path], path).get(table, []) if path in files else []
        found[table] = {str(entry["id"]): list(entry.get("price", [])) for entry in entries}
    return found


def _sources(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return list(read_table(files[SOURCES], SOURCES).get("source", [])) if SOURCES in files else []


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    return str(row["provider"]), str(row.get("region", "")), str(row.get("tier", "standard")), str(row["since"])


def _files(
    rows: Mapping[str, Mapping[str, list[dict[str, Any]]]], sources: list[dict[str, Any]], kind: str, day: date
) -> dict[str, bytes]:
    texts = {
        f"rules/catalog/{table}.toml": _HEAD
        + catalog_text_of(table, [{"id": model, "price": entry} for model, entry in entries.items()])
        for table, entries in rows.items()
        if entries
    }
    texts[SOURCES] = catalog_text_of("source", sources)
    texts[MANIFEST] = f'name = "{kind}-prices"\nversion = "{day:%Y.%-m.%-d}"\nprices = "by-day"\n'
    return {path: text.encode() for path, text in texts.items()}

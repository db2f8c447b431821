"""How much of LiteLLM's price list the catalog takes, names or cannot hold, printed as the table of docs/benchmarks.md.

    pip download --no-deps litellm
    python -m maintenance.price_list_coverage litellm-1.110.2-….whl litellm-prices-2026-11b=litellm-1.110.2-….whl

The first file is the list that is measured. Further ones, each after the source that rows cite, are the lists that rows
of the catalog were read from: a row counts as recognized where the list it cites holds it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from advisor.knowledge.catalog import Catalog, TokenPrice
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.price_lists.litellm_list import CHAT, column_of, read_litellm, rows_of
from advisor.knowledge.price_lists.price_changes import LIST_KINDS, ListKind, list_bytes, read_list
from advisor.knowledge.price_lists.price_list import HALF_A_CENT, ListNames, Place, PriceListRead, RefusedEntry

VENDORS: Mapping[str, tuple[str, ...]] = {
    "Anthropic": ("anthropic",),
    "OpenAI": ("openai", "text-completion-openai"),
    "Google": ("gemini", "vertex_ai-language-models"),
    "xAI": ("xai",),
    "Mistral": ("mistral",),
    "Amazon": ("amazon_nova", "bedrock", "bedrock_converse"),
    "Alibaba": ("dashscope",),
    "Zhipu": ("zai",),
    "Moonshot": ("moonshot",),
    "MiniMax": ("minimax",),
    "DeepSeek": ("deepseek",),
    "Cohere": ("cohere", "cohere_chat"),
}
_SAME = 1e-6
"""How far a price may lie beside the list's, as a share: the noise of binary fractions that is cleaned away."""


@dataclass(frozen=True)
class Represented:
    """Chat entries of one vendor: how many there are, state no price, are held whole, and which are not."""

    entries: int
    unpriced: int
    whole: int
    lost: tuple[str, ...]


def _kind(source: str) -> ListKind:
    return next(kind for kind in LIST_KINDS if source.startswith(kind))


def accounted(read: PriceListRead, table: Mapping[str, Any], catalog: Catalog) -> tuple[int, tuple[str, ...]]:
    """Chat entries whose name is a model of the catalog, and those of them that are neither taken nor named."""
    named = {one.key for one in (*read.listings, *read.further)}
    named |= {key for key, _ in (*read.refused, *read.unknown, *read.ended)}
    names = ListNames(catalog)
    found = [key for key, entry in table.items() if _is_chat(entry) and names.model(key)]
    passed = [
        key for key in found if key not in named and not catalog.leaves_out(table[key]["litellm_provider"], "litellm")
    ]
    return len(found), tuple(passed)


def recognized(data: bytes, source: str, catalog: Catalog) -> tuple[int, int]:
    """Rows that cite a source, and those of them that its list names for the same model, provider, region and tier."""
    rows = [(model, row) for model, row in catalog.token_prices() if row.source == source]
    day = max((row.checked or row.since for _, row in rows), default=date.max)
    read = read_list(_kind(source), data, source, catalog, day)
    places = {one.place for one in (*read.listings, *read.further)}
    return len(rows), sum((model, *row.key) in places for model, row in rows)


def represented(table: Mapping[str, Any], sellers: Sequence[str]) -> Represented:
    """Which chat entries of some sellers the catalog's rows can hold without loss."""
    entries = {key: one for key, one in table.items() if _is_chat(one) and one["litellm_provider"] in sellers}
    priced = {key: dict(_charges(one)) for key, one in entries.items()}
    lost = [key for key, charges in priced.items() if charges and not _is_whole(key, entries[key], charges)]
    unpriced = sum(not charges for charges in priced.values())
    return Represented(len(entries), unpriced, len(entries) - unpriced - len(lost), tuple(lost))


def _is_whole(key: str, entry: Mapping[str, Any], charges: Mapping[str, float]) -> bool:
    try:
        rows = list(rows_of(key, entry, Place("any", "any", ""), date(2026, 1, 1), Counter()))
    except RefusedEntry:
        return False
    return all(_found(name, usd, rows) for name, usd in charges.items())


def _by_range_or_hour(name: str, usd: float, row: TokenPrice) -> bool:
    """Whether the standard row states a charge of one range of prompt lengths, or of the quiet hours."""
    table, start, column = name.split(":")
    known = column_of(column)
    place: Any = row
    if table == "off_peak_pricing":
        place = row.off_peak
    elif int(start):
        place = next((step for step in row.steps if step.above == int(start)), None)
    return known is not None and abs(getattr(place, known.kind, 0.0) - usd * 1e6) <= _SAME * usd * 1e6


def _found(name: str, usd: float, rows: Sequence[TokenPrice]) -> bool:
    """Whether the rows state a charge as the list does."""
    if name.startswith(("tiered_pricing:", "off_peak_pricing:")):
        return _by_range_or_hour(name, usd, rows[0])
    beside = {one.name: one.usd for one in rows[0].other}
    if name in beside or name.partition(".")[0] in beside:
        held = beside.get(name, beside.get(name.partition(".")[0], 0.0))
        return abs(held - usd) <= _SAME * usd
    column = column_of(name)
    if column is None:
        return False
    tier = "standard" if column.tier == "batches" else column.tier
    row = next(row for row in rows if row.tier == tier and not row.region)
    place: Any = next((step for step in row.steps if step.above == column.above), None) if column.above else row
    kind = f"batch_{column.kind}" if column.tier == "batches" else column.kind
    held = getattr(place, kind)
    if held == 0.0 and kind == "batch_cache_read":  # the usual one, which the list rounds to the cent
        return bool(abs(place.cache_read * place.batch_input / place.input - usd * 1e6) <= HALF_A_CENT)
    return bool(abs(held - usd * 1e6) <= _SAME * usd * 1e6)


def _charges(entry: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Every charge above 0 of an entry, by its name in the list, and by the start of its range where it has one."""
    inner = [(f"tiered_pricing:{round(one['range'][0])}:", one) for one in entry.get("tiered_pricing") or []]
    inner.append(("off_peak_pricing:0:", entry.get("off_peak_pricing") or {}))
    for lead, part in inner:
        for name, usd in part.items():
            if "cost" in name and usd:
                yield f"{lead}{name}", float(usd)
    for name, raw in entry.items():
        if "cost" not in name or "_dbu_" in name:
            continue
        for size, usd in (raw if isinstance(raw, dict) else {"": raw}).items():
            if isinstance(usd, (int, float)) and usd > 0:
                yield (f"{name}.{size}" if size else name), float(usd)


def _is_chat(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("mode") in CHAT and "alias_of" not in entry


def main(arguments: Sequence[str]) -> int:
    """Print the figures of the list in the first file."""
    catalog = load_knowledge().catalog
    file = Path(arguments[0])
    data = list_bytes("litellm", file)
    table = json.loads(data)
    start = time.perf_counter()
    read = read_litellm(data, file.name, catalog, date.today())
    took = time.perf_counter() - start
    print(f"{file.name}: {len(table):,} entries read in {took:.2f} s")
    for argument in arguments[1:]:
        source, _, cited = argument.partition("=")
        rows, found = recognized(list_bytes(_kind(source), Path(cited)), source, catalog)
        print(f"rows that cite {source}: {rows}, recognized in it {found} ({found / rows:.1%})")
    named, passed = accounted(read, table, catalog)
    print(f"chat entries named like a model of the catalog: {named}, neither taken nor named {len(passed)}", *passed)
    whole = priced = 0
    for vendor, sellers in VENDORS.items():
        one = represented(table, sellers)
        whole, priced = whole + one.whole, priced + one.entries - one.unpriced
        print(
            f"{vendor}: {one.entries} chat entries, {one.unpriced} without a price, {one.whole} held whole", *one.lost
        )
    print(f"priced chat entries of these vendors held without loss: {whole} of {priced} ({whole / priced:.1%})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Bring the prices of rules/catalog/ up to a list's day, and keep everything else that is written there.

    python -m maintenance.refresh_catalog litellm FILE --day 2026-11-26

FILE is the package's wheel, or the list out of it. What changed is printed; rows whose price is ten times off are left
out and named, unless --take names their key after a person looked. `--dry-run` writes nothing.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from advisor.authoring.lint import lint, program_reads
from advisor.knowledge.catalog import TokenPrice
from advisor.knowledge.load_pack import knowledge_from_files
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.pack_files import read_table
from advisor.knowledge.price_lists.imported_pack import catalog_text_of, written
from advisor.knowledge.price_lists.price_changes import (
    LIST_KINDS,
    PriceChange,
    PriceComparison,
    compare_prices,
    list_bytes,
    read_list,
)
from advisor.report.catalog_text import changes_text, read_text

CATALOG = "rules/catalog"
SOURCES = "rules/sources.toml"
OUTLIER = "imports.outlier_factor"
_TITLES = {"litellm": "LiteLLM price file", "genai-prices": "genai-prices price data"}
_NEARLY = 0.95
"""An endpoint's context is written down where it is shorter than this share of the model's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, compare, print, write; returns 1 where lint finds a fault in what was written."""
    options = _options(arguments)
    root = Path(options.root)
    ours = _loaded(root)
    file = Path(options.file)
    options.source = options.source or _source(ours, options.kind, file, options.day)
    read = read_list(options.kind, list_bytes(options.kind, file), str(file), ours.catalog, options.day)
    outlier = ours.parameters_at(options.day).number(OUTLIER)
    compared = compare_prices(read, ours.catalog, options.source, outlier)
    usual = [one for one in compared.changes if not one.doubt and (not options.future or one.after.since > options.day)]
    taken = [one for one in compared.changes if one in usual or one.key in options.take]
    left = [one for one in compared.changes if one not in taken]
    print(read_text(read, compared))
    print()
    print(changes_text(taken))
    if not_asked := [one for one in left if not one.doubt]:
        print(f"\n{len(not_asked)} not taken, for they are not of the future; --take KEY takes one:")
        print(changes_text(not_asked))
    for change in left:
        if change.doubt:
            print(f"left out, in doubt: {change.key}: {change.doubt}")
    if options.dry_run:
        return 0
    confirmed = [] if options.future else compared.confirmed
    _write(root, ours, taken, PriceComparison((), tuple(confirmed)), options.day)
    _cite(root, ours, options, file)
    faults = lint(_loaded(root), program_reads())
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="refresh_catalog", description=__doc__)
    parser.add_argument("kind", choices=LIST_KINDS)
    parser.add_argument("file")
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="the list's own day")
    parser.add_argument("--source", help="the id of rules/sources.toml that new rows cite; else by the release")
    parser.add_argument(
        "--take", action="append", default=[], metavar="KEY", help="take a price in doubt, or one of today"
    )
    parser.add_argument("--future", action="store_true", help="take only prices whose day is still to come")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--root", default=".", help="the folder that holds rules/ and questionnaires/")
    return parser.parse_args(arguments)


def _loaded(root: Path) -> Knowledge:
    paths = [path for name in ("rules", "questionnaires") for path in sorted((root / name).rglob("*.toml"))]
    return knowledge_from_files({path.relative_to(root).as_posix(): path.read_bytes() for path in paths})


def _cite(root: Path, ours: Knowledge, options: argparse.Namespace, file: Path) -> None:
    """Note the list as a source, where it is a new one."""
    if options.source in ours.sources:
        return
    release = _release(file)
    title = f"{_TITLES[options.kind]}, {f'release {release}' if release else f'from {file.name}'}"
    entry = {"id": options.source, "title": title, "published": options.day, "kind": "price-list"}
    path = root / SOURCES
    path.write_text(f"{path.read_text('utf-8').rstrip()}\n\n{catalog_text_of('source', [entry])}", "utf-8")


def _release(file: Path) -> str:
    """The release of a package, by the name of its wheel; empty for any other file."""
    return file.name.split("-")[1] if file.suffix == ".whl" and file.name.count("-") > 1 else ""


def _source(ours: Knowledge, kind: str, file: Path, day: date) -> str:
    """The id under which a list is cited: the one that names the same release, or one of its own."""
    release = _release(file)
    for source in ours.sources.values():
        if release and source.id.startswith(kind) and release in re.split(r"[ ,]+", source.title):
            return source.id
    return f"{kind.removesuffix('-prices')}-prices-{day}"


def _write(root: Path, ours: Knowledge, changes: Iterable[PriceChange], compared: PriceComparison, day: date) -> None:
    """Rewrite both price files: rows in place, comments at their heads kept."""
    contexts = {model.id: model.context for model in ours.catalog.models.values()}
    contexts |= {model.id: model.context for model in ours.catalog.api.values()}
    by_table: dict[str, list[PriceChange]] = {"api": [], "managed": []}
    for change in changes:
        by_table[change.table].append(change)
    for table, found in by_table.items():
        name = f"{CATALOG}/{table}.toml"
        path = root / name
        data = path.read_bytes()
        entries = read_table(data, name)[table]
        known = {entry["id"] for entry in entries}
        entries += [{"id": model, "price": []} for model in sorted({one.model for one in found} - known)]
        for entry in entries:
            confirmed = [row for model, row in compared.confirmed if model == entry["id"]]
            rows = [_confirmed(row, confirmed, day, contexts.get(entry["id"], 0)) for row in entry.get("price", [])]
            for change in found:
                if change.model == entry["id"]:
                    rows = _with(rows, _shortened(change.after, contexts.get(change.model, 0)))
            entry["price"] = rows
        head = data.decode("utf-8").partition(f"[[{table}]]")[0]
        path.write_text(head + catalog_text_of(table, entries), "utf-8")


def _shortened(row: TokenPrice, context: int) -> TokenPrice:
    return replace(row, context=0) if row.context >= context * _NEARLY else row


def _place(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return str(row["provider"]), row.get("region", ""), row.get("tier", "standard"), str(row["since"])


def _with(rows: list[dict[str, Any]], row: TokenPrice) -> list[dict[str, Any]]:
    """The rows with one more, in place of the one of the same provider, region, tier and day."""
    new = written(row)
    return [*(one for one in rows if _place(one) != _place(new)), new]


def _confirmed(row: dict[str, Any], confirmed: Iterable[TokenPrice], day: date, context: int) -> dict[str, Any]:
    """The row with the day that confirmed it, and what the list says by then of what the endpoint holds and takes."""
    for one in confirmed:
        if (one.provider, one.region, one.tier, str(one.since)) == _place(row):
            limits = written(_shortened(one, context))
            said: dict[str, Any] = {
                name: limits[name] for name in ("context", "max_output", "images") if name in limits
            }
            return {**row, **said, "checked": day}
    return row


if __name__ == "__main__":
    raise SystemExit(main())

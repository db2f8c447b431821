"""The catalog's files, ours and each pack's, merged entry by entry and price by price."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.catalog import ApiModel, Catalog, Gpu, LeftOut, ManagedModel, OpenModel, Provider
from advisor.knowledge.pack_files import entries, layer_of, read_table, typed, within
from advisor.knowledge.parameters import READ_FROM, Parameter, Parameters
from advisor.paths import data_directory

T = TypeVar("T")
_Raw = dict[str, Any]

FILES = {
    "models": "model",
    "open": "open",
    "gpus": "gpu",
    "api": "api",
    "managed": "managed",
    "providers": "provider",
    "left-out": "left_out",
}
"""The files of `rules/catalog/` and the one table each may hold."""

_SIZED = ("models", "open", "gpus")
"""The files of the catalog that sizing reads."""
_NOT_INHERITED = frozenset({"since", "until", "checked", "source", "grade", "list_key", "note"})
"""What a price that a pack gives says of itself, and never takes over from the price beneath."""


def read_catalog(tables: Mapping[str, _Raw], by_day: Collection[str] = ()) -> Catalog:
    """Build the catalog from its files, ours first and then each pack's; raises BadKnowledge with file, entry and key.

    A pack's entry keeps what it does not mention of the entry beneath it; its prices are merged by provider, region and
    tier: a pack's price stands for every price beneath it that begins no earlier, or, in the packs of `by_day`, on the
    same day. `[[open]]` says what an open model is
    sold as, `[[model]]` its shape; both make one entry.
    """
    raw: dict[str, dict[str, _Raw]] = {name: {} for name in FILES.values()}
    is_old = "rules/catalog/open.toml" not in tables
    for file in sorted(tables, key=lambda path: (layer_of(path), path)):
        base = within(file).removeprefix("rules/catalog/").removesuffix(".toml")
        if base not in FILES:
            raise BadKnowledge(file, "is not a file of the catalog", nearest(base, FILES))
        name = FILES[base]
        found = entries(tables[file], name, file)
        found = [_classed(name, entry) for entry in found] if is_old else found
        _lay(raw[name], found, name, file, dated=layer_of(file) in by_day)
    return Catalog(
        models=_typed(OpenModel, _joined(raw["model"], raw["open"]), "rules/catalog/open.toml"),
        gpus=_typed(Gpu, raw["gpu"], "rules/catalog/gpus.toml"),
        api=_typed(ApiModel, raw["api"], "rules/catalog/api.toml"),
        managed=_typed(ManagedModel, raw["managed"], "rules/catalog/managed.toml"),
        providers=_typed(Provider, raw["provider"], "rules/catalog/providers.toml"),
        left_out=_typed(LeftOut, raw["left_out"], "rules/catalog/left-out.toml"),
    )


def shipped_figures(as_of: date) -> tuple[Catalog, Parameters]:
    """Models, accelerators and parameters of the installed program alone as of a day: all that sizing reads.

    Token prices, rules and questions are left out, which halves the time that a short command takes.
    """
    root = data_directory("rules")
    paths = [*(root / "catalog" / f"{name}.toml" for name in _SIZED), *sorted((root / "parameters").rglob("*.toml"))]
    tables = {
        f"rules/{path.relative_to(root).as_posix()}": read_table(
            read_file(path, error=BadKnowledge), str(path), ours=True
        )
        for path in paths
    }
    held = {name: table for name, table in tables.items() if name.startswith("rules/catalog/")}
    found = [
        typed(Parameter, raw, name)
        for name, table in tables.items()
        if name not in held
        for raw in entries(table, "parameter", name)
    ]
    values = {one.id: one.at(as_of) for one in found}
    return read_catalog(held), Parameters(as_of, values, {one.id: one.unit for one in found})


def _typed(kind: type[T], raw: Mapping[str, _Raw], file: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, entry in raw.items():
        where = f"{entry.get(READ_FROM, file)}: {name}"
        found[name] = typed(kind, {key: value for key, value in entry.items() if key != READ_FROM}, where)
    return found


def _lay(known: dict[str, _Raw], found: list[_Raw], name: str, file: str, *, dated: bool) -> None:
    """Lay one file's entries over those known; raises BadKnowledge where one pack has an id twice."""
    taken: set[str] = set()
    for number, entry in enumerate(found, 1):
        identity = entry.get("id")
        if not isinstance(identity, str) or not identity:
            raise BadKnowledge(f"{file}: {name} {number}: id", "is missing or is not a text")
        if identity in taken:
            raise BadKnowledge(f"{file}: {identity}", f"the id {identity!r} is taken already")
        taken.add(identity)
        known[identity] = _merged(known.get(identity, {}), _modern(entry), dated=dated) | {READ_FROM: file}


def _merged(beneath: _Raw, entry: _Raw, *, dated: bool) -> _Raw:
    whole = {**beneath, **entry}
    if "price" in beneath and "price" in entry:
        by_way = all(isinstance(row, dict) and "acquisition" in row for row in entry["price"])
        whole["price"] = _prices(beneath["price"], entry["price"], _acquisition if by_way else _seller, dated=dated)
    return whole


def _seller(row: _Raw) -> tuple[Any, ...]:
    return row.get("provider"), row.get("region", ""), row.get("tier", "standard")


def _acquisition(row: _Raw) -> tuple[Any, ...]:
    return (row.get("acquisition"),)


def _prices(beneath: Any, above: Any, key: Any, *, dated: bool) -> list[_Raw]:
    """Prices of a pack laid over those beneath: by key, from the pack's first day on, or on its days alone."""
    if not isinstance(above, list) or not all(isinstance(row, dict) for row in above):
        return list(above) if isinstance(above, list) else above  # reported when it is validated
    if dated:
        days = {(key(row), str(row.get("since"))) for row in above}
        return [*(one for one in beneath if (key(one), str(one.get("since"))) not in days), *above]
    first: dict[Any, str] = {}
    for row in above:
        day = str(row.get("since"))
        first[key(row)] = min(day, first.get(key(row), day))
    kept = [one for one in beneath if key(one) not in first or str(one.get("since")) < first[key(one)]]
    for row in above:
        same = [one for one in beneath if key(one) == key(row)]
        newest: _Raw = max(same, key=lambda one: str(one.get("since")), default={})
        kept.append({**{name: value for name, value in newest.items() if name not in _NOT_INHERITED}, **row})
    return kept


def _joined(shapes: Mapping[str, _Raw], sold: Mapping[str, _Raw]) -> dict[str, _Raw]:
    """What models are sold as, and their shapes; raises BadKnowledge where both files state one thing differently."""
    whole: dict[str, _Raw] = {}
    for name in [*shapes, *(name for name in sold if name not in shapes)]:
        shape, terms = shapes.get(name, {}), sold.get(name, {})
        for key in shape.keys() & terms.keys() - {READ_FROM, "note", "source", "grade", "checked"}:
            if shape[key] != terms[key]:
                where = f"{terms[READ_FROM]}: {name}: {key}"
                said = f"is {terms[key]!r}, but {shape[READ_FROM]} says {shape[key]!r}"
                raise BadKnowledge(where, said, "say it once")
        files = dict.fromkeys(one[READ_FROM] for one in (terms, shape) if READ_FROM in one)
        whole[name] = {**terms, **shape, READ_FROM: " and ".join(files)}
    return whole


def _classed(table: str, entry: _Raw) -> _Raw:
    """An entry of a catalog from before classes and kinds were held, as records pin it, in today's keys."""
    if table == "provider":
        routes = entry.get("routes", [])
        kind = "cloud" if "managed-cloud" in routes else "vendor" if "hosted-api" in routes else "inference"
        return {"kind": kind, **entry}
    if table not in ("api", "model") or entry.get("frontier") is True:
        return entry
    unknown = {"capability": "large", "capability_source": "judgement", "capability_grade": "unverified"}
    return {**unknown, "capability_since": entry.get("released", "2026-06-22"), "context": 0, **entry}


def _modern(entry: _Raw) -> _Raw:
    """An entry in today's keys: packs and records from before November 2026 say `frontier`, `long_input` and so on."""
    found = dict(entry)
    if found.pop("frontier", False) is True and "capability" not in found:
        day = max(
            (str(row.get("since")) for row in found.get("price", []) if isinstance(row, dict)), default="2026-01-01"
        )
        found |= {"capability": "frontier", "capability_source": "judgement", "capability_grade": "unverified"}
        found["capability_since"] = day
    if found.pop("multimodal", False) is True and "modalities" not in found:
        found["modalities"] = ["text", "image"]
    if isinstance(found.get("price"), list):
        found["price"] = [_modern_row(row) if isinstance(row, dict) else row for row in found["price"]]
    return found


def _modern_row(row: _Raw) -> _Raw:
    if "long_context_above" not in row:
        return row
    kept = {name: value for name, value in row.items() if not name.startswith("long_")}
    if row["long_context_above"]:
        step = {"above": row["long_context_above"], "input": row.get("long_input"), "output": row.get("long_output")}
        kept["step"] = [step]
    return kept

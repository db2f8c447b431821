"""The folders `rules/` and `questionnaires/` to one `Knowledge`; every fault names file, entry and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.load_catalog import FILES as CATALOG_FILES
from advisor.knowledge.load_catalog import read_catalog
from advisor.knowledge.load_rules import read_checklists, read_claims, read_methods, read_rules, read_systems
from advisor.knowledge.packs.overlays import OverlaidPack, check_tightens, overlays_of, with_packs
from advisor.knowledge.packs.pack import DerivedFact, Knowledge, pins_of, program_digest
from advisor.knowledge.packs.pack_paths import MANIFEST, errors_in_folders, layer_of, layers_of, within
from advisor.knowledge.parameters import Parameter, Source, outside_domain
from advisor.knowledge.questions import read_questionnaires
from advisor.knowledge.read_toml import entries, read_table, typed
from advisor.knowledge.rules import License, Obligation
from advisor.paths import data_directory

# Which files a pack may hold, and which one table each: what no reader takes is an error, never passed over.


FILES = {
    "rules/facts.toml": "fact",
    "rules/sources.toml": "source",
    "rules/systems.toml": "system",
    "rules/tiers.toml": "rule",
    "rules/licenses/licenses.toml": "license",
    "rules/licenses/conditions.toml": "rule",
    **{f"rules/catalog/{name}.toml": table for name, table in CATALOG_FILES.items()},
}
"""Single files, and the table each holds."""

FOLDERS = {
    "rules/gates/": "rule",
    "rules/licenses/": "rule",
    "rules/parameters/": "parameter",
    "rules/methods/": "method",
    "rules/checklists/": "checklist",
    "rules/claims/": "claim",
    "rules/obligations/": "",
    "rules/throughput/": "",
    "questionnaires/questions/": "question",
    "questionnaires/": "",
}
"""Folders of any number of files, and the table these hold; empty where the reader checks that by itself."""


def check_files(tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a file, or a table in one, that nothing reads; raises BadKnowledge with the nearest that is read."""
    for path, table in tables.items():
        own = within(path)
        if own == MANIFEST:
            continue
        expected = FILES.get(own)
        if expected is None:
            expected = next((name for folder, name in FOLDERS.items() if own.startswith(folder)), None)
        if expected is None or (own.startswith("rules/catalog/") and own not in FILES):
            raise BadKnowledge(path, "nothing reads this file", _near(own))
        if not layer_of(path) or not expected:
            continue
        strange = sorted(set(table) - {expected, "#:schema"})
        if strange:
            raise BadKnowledge(path, f"nothing reads the table {strange[0]!r} here", f"allowed: [[{expected}]]")


def _near(path: str) -> str:
    """The file or folder that was probably meant."""
    folder = path.rpartition("/")[0] + "/"
    same_folder = [known for known in FILES if known.startswith(folder)]
    return nearest(path, same_folder or [*FILES, *(f"{folder}*.toml" for folder in FOLDERS)])


T = TypeVar("T")


def load_knowledge(packs: Sequence[Path] = ()) -> Knowledge:
    """Read the knowledge base that travels with the program, with the packs in these folders laid over it in turn."""
    shipped = read_files()
    files = with_packs(shipped, packs)
    with errors_in_folders(packs):
        return replace(knowledge_from_files(files, frozenset(shipped)), folders=tuple(packs))


def read_files() -> dict[str, bytes]:
    """Every TOML file of the shipped `rules/` and `questionnaires/`, by its path from their common parent."""
    files: dict[str, bytes] = {}
    for name in ("rules", "questionnaires"):
        root = data_directory(name)
        for path in sorted(root.rglob("*.toml")):
            files[f"{name}/{path.relative_to(root).as_posix()}"] = read_file(path, error=BadKnowledge)
    return files


def knowledge_from_files(files: Mapping[str, bytes], shipped: frozenset[str] = frozenset()) -> Knowledge:
    """Build the knowledge base from file contents; raises BadKnowledge with file, entry and key.

    Each overlay is checked against the packs below it: it may add, replace and tighten. `shipped` are the paths of
    files that were installed with the program; all others are searched for bombs before they are parsed.
    """
    built = _built(tuple(files.items()), shipped)
    layers = layers_of(files)
    if layers:
        check_tightens(knowledge_from_files(_without(files, layers[-1]), shipped), built)
    return built


def _without(files: Mapping[str, bytes], layer: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if layer_of(path) != layer}


@lru_cache(maxsize=4)
def _built(contents: tuple[tuple[str, bytes], ...], shipped: frozenset[str]) -> Knowledge:
    """The knowledge base of these bytes; kept, since one process reads the same files for every command and record."""
    files = dict(contents)
    order = sorted(files, key=lambda path: (layer_of(path), path))
    tables = {path: read_table(files[path], path, ours=path in shipped) for path in order}
    check_files(tables)
    pack = tables.get(MANIFEST, {})
    packs = overlays_of(tables, files)
    questions, questionnaires = read_questionnaires(_under(tables, "questionnaires/"))
    return Knowledge(
        name=str(pack.get("name", "")),
        version=" + ".join([str(pack.get("version", "")), *(f"{one.name} {one.version}" for one in packs)]),
        questions=questions,
        questionnaires=questionnaires,
        facts=_by_id(DerivedFact, "fact", _under(tables, "rules/facts.toml"), "key"),
        parameters=_parameters(_under(tables, "rules/parameters/")),
        rules=read_rules({path: table for path, table in tables.items() if "rule" in table}),
        catalog=read_catalog(
            {path: table for path, table in tables.items() if within(path).startswith("rules/catalog/")}
        ),
        licenses=_by_id(License, "license", _under(tables, "rules/licenses/licenses.toml")),
        sources=_by_id(Source, "source", _under(tables, "rules/sources.toml")),
        pins=pins_of(files),
        files=files,
        methods=read_methods(_under(tables, "rules/methods/")),
        checklists=read_checklists(_under(tables, "rules/checklists/")),
        claims=read_claims(_under(tables, "rules/claims/")),
        systems=read_systems(_under(tables, "rules/systems.toml")),
        packs=packs,
        program=program_digest(),
        obligations=_by_id(Obligation, "obligation", _under(tables, "rules/obligations/")),
    )


def _by_day(tables: dict[str, dict[str, Any]]) -> frozenset[str]:
    """The packs whose prices take their place by date."""
    manifests = {layer: tables.get(f"{layer}/{MANIFEST}", {}) for layer in layers_of(tables)}
    return frozenset(layer for layer, manifest in manifests.items() if manifest.get("prices") == "by-day")


def _parameters(tables: dict[str, dict[str, Any]]) -> dict[str, Parameter]:
    parameters = _by_id(Parameter, "parameter", tables)
    for name, parameter in parameters.items():
        if not parameter.values:
            raise BadKnowledge(f"rules/parameters: {name}", "has no value")
        for value in parameter.values:
            ends = (value.low, value.high)
            given = sum((value.value is not None, value.text is not None, None not in ends))
            if given != 1 or (ends[0] is None) != (ends[1] is None):
                raise BadKnowledge(f"rules/parameters: {name}", "needs exactly one of value, low and high, or text")
            if value.low is not None and not value.low <= value.range.point <= value.range.high:
                raise BadKnowledge(f"rules/parameters: {name}", "low, mode and high are out of order")
        if fault := outside_domain(parameter):
            raise BadKnowledge(f"rules/parameters: {name}", fault)
        if list(parameter.values) != sorted(parameter.values, key=lambda value: value.since):
            raise BadKnowledge(f"rules/parameters: {name}", "values are not in the order of their dates")
    return parameters


def _by_id(kind: type[T], name: str, tables: dict[str, dict[str, Any]], key: str = "id") -> dict[str, T]:
    """Entries by id; a pack's keeps what it does not mention of the one beneath it."""
    found = OverlaidPack[T]()
    beneath: dict[str, dict[str, Any]] = {}
    for file, table in sorted(tables.items(), key=lambda item: layer_of(item[0])):
        for number, raw in enumerate(entries(table, name, file), 1):
            identity = str(raw.get(key, f"{name} {number}"))
            where = f"{file}: {identity}"
            whole = {**beneath.get(identity, {}), **raw} if layer_of(file) else raw
            entry = typed(kind, _plural(whole), where)
            found.add(getattr(entry, key), entry, file, where)
            beneath[identity] = whole
    return found.entries


def _plural(raw: dict[str, Any]) -> dict[str, Any]:
    """`[[parameter.value]]`, `[[gpu.price]]`, `[[model.group]]` read well in TOML; the fields hold several."""
    names = {"value": "values", "price": "prices", "case": "cases", "group": "groups"}
    return {names[key] if key in names and isinstance(raw[key], list) else key: value for key, value in raw.items()}


def _under(tables: dict[str, dict[str, Any]], prefix: str) -> dict[str, dict[str, Any]]:
    return {path: table for path, table in tables.items() if within(path).startswith(prefix)}

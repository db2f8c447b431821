"""The folders `rules/` and `questionnaires/` to one `Knowledge`; every fault names file, entry and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.conditions import parse_condition
from advisor.knowledge.load_catalog import FILES as CATALOG_FILES
from advisor.knowledge.load_catalog import read_catalog
from advisor.knowledge.overlays import check_tightens, overlays_of, with_packs
from advisor.knowledge.pack import DerivedFact, Knowledge, pins_of, program_digest
from advisor.knowledge.pack_files import (
    MANIFEST,
    entries,
    errors_in_folders,
    layer_of,
    layers_of,
    read_table,
    typed,
    within,
)
from advisor.knowledge.parameters import READ_FROM, Parameter, Source, outside_domain
from advisor.knowledge.published_articles import VERDICTS, Claim, PublishedChecklist, PublishedMethod, System
from advisor.knowledge.questions import read_questionnaires
from advisor.knowledge.rules import POSTURES, ROUTES, License, Obligation, Rule
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
Tables = dict[str, dict[str, Any]]
"""Parsed files by path, lower packs first."""


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
        catalog=read_catalog(_under(tables, "rules/catalog/"), _by_day(tables)),
        licenses=_by_id(License, "license", _under(tables, "rules/licenses/licenses.toml")),
        sources=_by_id(Source, "source", _under(tables, "rules/sources.toml")),
        pins=pins_of(files),
        files=files,
        methods=_read(_under(tables, "rules/methods/"), "method", _method),
        checklists=_read(_under(tables, "rules/checklists/"), "checklist", _checklist),
        claims=_read(_under(tables, "rules/claims/"), "claim", _claim),
        systems=_read(_under(tables, "rules/systems.toml"), "system", lambda raw, _, where: typed(System, raw, where)),
        packs=packs,
        program=program_digest(),
        obligations=_by_id(Obligation, "obligation", _under(tables, "rules/obligations/")),
    )


def _by_day(tables: Tables) -> frozenset[str]:
    """The packs whose prices take their place by date."""
    manifests = {layer: tables.get(f"{layer}/{MANIFEST}", {}) for layer in layers_of(tables)}
    return frozenset(layer for layer, manifest in manifests.items() if manifest.get("prices") == "by-day")


def _parameters(tables: Tables) -> dict[str, Parameter]:
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


def _by_id(kind: type[T], name: str, tables: Tables, key: str = "id") -> dict[str, T]:
    """Entries by id; a pack's keeps what it does not mention of the one beneath it."""
    beneath: dict[str, dict[str, Any]] = {}

    def build(raw: dict[str, Any], file: str, where: str) -> T:
        identity = str(raw.get(key))
        whole = {**beneath.get(identity, {}), **raw} if layer_of(file) else raw
        beneath[identity] = whole
        return typed(kind, whole, where)

    return _read(tables, name, build, key)


def _read(tables: Tables, name: str, build: Callable[[dict[str, Any], str, str], T], key: str = "id") -> dict[str, T]:
    """The `[[name]]` entries by id: a pack's takes the place of one beneath it; one pack has no id twice."""
    found: dict[str, T] = {}
    layers: dict[str, str] = {}
    for file, table in tables.items():
        for number, raw in enumerate(entries(table, name, file), 1):
            where = f"{file}: {raw.get(key, f'{name} {number}')}"
            entry = build(raw, file, where)
            identity = getattr(entry, key)
            if layers.get(identity) == layer_of(file):
                raise BadKnowledge(where, f"the id {identity!r} is taken already")
            found[identity], layers[identity] = entry, layer_of(file)
    return found


def _under(tables: Tables, prefix: str) -> Tables:
    return {path: table for path, table in tables.items() if within(path).startswith(prefix)}


# Rules, methods, checklists and claims: conditions parsed, effects and names checked.


_CONDITIONAL = ("row", "item", "stage")
"""Tables inside an entry that hold conditions."""


def read_rules(tables: Tables) -> tuple[Rule, ...]:
    """All rules of the given files, in file order; raises BadKnowledge naming file and rule."""
    return tuple(_read(tables, "rule", _rule).values())


def _with_conditions(kind: type[T], raw: dict[str, Any], file: str, where: str) -> T:
    """An entry whose conditions are parsed, at any depth; raises BadKnowledge."""

    def parsed(table: dict[str, Any]) -> dict[str, Any]:
        return {name: read(name, value) for name, value in table.items()}

    def read(name: str, value: Any) -> Any:
        if name == "when" or (name == "met" and isinstance(value, dict)):
            return parse_condition(value, where)
        is_tables = name in _CONDITIONAL and isinstance(value, list)
        return [parsed(each) if isinstance(each, dict) else each for each in value] if is_tables else value

    return typed(kind, {**parsed(raw), READ_FROM: file}, where)


def _rule(raw: dict[str, Any], file: str, where: str) -> Rule:
    rule = _with_conditions(Rule, raw, file, where)
    for option in rule.options:
        if option not in ROUTES:
            raise BadKnowledge(where, f"no route {option!r}", nearest(option, ROUTES))
    if rule.effect == "posture" and (not rule.license or rule.posture not in POSTURES):
        raise BadKnowledge(where, "effect posture needs a license and a posture", nearest(rule.posture, POSTURES))
    if rule.effect == "derive" and not rule.derives:
        raise BadKnowledge(where, "effect derive needs the name it derives")
    if rule.effect in ("exclude", "choose", "prefer") and not rule.options:
        raise BadKnowledge(where, f"effect {rule.effect} needs the routes it bears on")
    if rule.until is not None and rule.until <= rule.since:
        raise BadKnowledge(where, "until lies before since")
    return rule


def _method(raw: dict[str, Any], file: str, where: str) -> PublishedMethod:
    method = _with_conditions(PublishedMethod, raw, file, where)
    rows = [row.verdict for row in method.rows]
    for verdict in (*rows, method.otherwise.verdict, *(case.verdict for case in method.cases)):
        _check_verdict(verdict, where)
    return method


def _check_verdict(verdict: tuple[str, ...], where: str) -> None:
    if not verdict:
        raise BadKnowledge(where, "a verdict is empty", nearest("", VERDICTS))
    for option in verdict:
        if option not in VERDICTS:
            raise BadKnowledge(where, f"no verdict {option!r}", nearest(option, VERDICTS))


def _checklist(raw: dict[str, Any], file: str, where: str) -> PublishedChecklist:
    checklist = _with_conditions(PublishedChecklist, raw, file, where)
    for stage in checklist.stages:
        if stage.routes:
            _check_verdict(stage.routes, where)
    return checklist


def _claim(raw: dict[str, Any], _: str, where: str) -> Claim:
    claim = typed(Claim, raw, where)
    if claim.low > claim.high:
        raise BadKnowledge(where, "low lies above high")
    if (claim.status == "reproduced-only-if") != (claim.only_if is not None):
        raise BadKnowledge(where, "status reproduced-only-if and the inputs in only_if go together")
    return claim

"""Packs that an organization lays over ours: their files, what they add and replace, what may not be taken back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.catalog import Provider
from advisor.knowledge.conditions import NUMBER_OPS, AnyOf, Condition, Finding, Leaf, fold, tests_in
from advisor.knowledge.pack import Knowledge, Overlay
from advisor.knowledge.pack_files import MANIFEST, layer_of, layers_of, read_table, typed, within
from advisor.knowledge.rules import POSTURES, Obligation, Rule

# The files of a pack are known as `packs/01-acme/rules/…`: the number keeps their order, so that a record's pinned
# files alone tell which pack was laid over which.


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MOST = 99
PACK_FOLDERS = ("rules", "questionnaires")
NOTES = (".md", ".txt")
"""Files that a pack may hold for its readers."""
MOST_PACK_FILES = 2_000
MOST_PACK_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself; `loosens` names what it takes back of our must gate, on purpose.

    `prices` tells how its prices meet those beneath: they `replace` them from their first day on, or go `by-day`.
    """

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    version: str
    loosens: tuple[str, ...] = ()
    prices: Literal["replace", "by-day"] = "replace"


def with_packs(files: Mapping[str, bytes], packs: Sequence[Path]) -> dict[str, bytes]:
    """Our files, and those of each folder laid over them in turn; raises BadKnowledge."""
    if len(packs) > _MOST:
        raise BadKnowledge("packs", f"{len(packs)} packs are laid over ours", f"at most {_MOST}")
    found = dict(files)
    for number, folder in enumerate(packs, 1):
        own = _files(folder)
        name = manifest_of(own[MANIFEST], str(folder / MANIFEST)).name
        found |= {f"packs/{number:02}-{name}/{path}": data for path, data in own.items()}
    return found


def manifest_of(data: bytes, file: str) -> Manifest:
    """Read a pack's manifest; raises BadKnowledge naming file and key."""
    manifest = typed(Manifest, read_table(data, file), file)
    if not _NAME.fullmatch(manifest.name):
        raise BadKnowledge(f"{file}: name", f"{manifest.name!r} is not a name for a pack", "use a-z, 0-9 and hyphens")
    return manifest


def overlays_of(tables: Mapping[str, dict[str, Any]], files: Mapping[str, bytes]) -> tuple[Overlay, ...]:
    """What each pack adds and replaces, as `table id`, lowest pack first."""
    known = {entry for path, table in tables.items() if not layer_of(path) for entry in _entries(path, table)}
    found: list[Overlay] = []
    for layer in layers_of(tables):
        own = [one for path, table in tables.items() if layer_of(path) == layer for one in _entries(path, table)]
        manifest = manifest_of(files.get(f"{layer}/{MANIFEST}", b""), f"{layer}/{MANIFEST}")
        replaces = tuple(one for one in own if one in known)
        adds = tuple(one for one in own if one not in known)
        found.append(Overlay(manifest.name, manifest.version, manifest.loosens, adds, replaces))
        known.update(own)
    return tuple(found)


def _entries(path: str, table: Mapping[str, Any]) -> list[str]:
    """The entries of one file, each as `table id`; a fact's and a question's id is its key."""
    if within(path).startswith("questionnaires/") and not within(path).startswith("questionnaires/questions/"):
        return []
    lists = {name: value for name, value in table.items() if isinstance(value, list)}
    rows = [(name, row) for name, value in lists.items() for row in value if isinstance(row, dict)]
    return [f"{name} {row.get('id', row.get('key', ''))}" for name, row in rows]


def _files(folder: Path) -> dict[str, bytes]:
    """The TOML files of one pack by path: its `rules/`, and what it asks under `questionnaires/questions/`."""
    if not folder.is_dir():
        raise BadKnowledge(str(folder), "no such folder", f"name a rule pack: a folder that holds {MANIFEST}")
    if not (folder / MANIFEST).is_file():
        raise BadKnowledge(
            str(folder), f"is not a rule pack: {MANIFEST} is missing", 'it holds name = "…", version = "…"'
        )
    found: dict[str, bytes] = {}
    left = MOST_PACK_BYTES
    for path in _pack_paths(folder):
        data = read_file(path, error=BadKnowledge)
        left -= len(data)
        if left < 0:
            raise BadKnowledge(str(folder), f"the pack has more than {MOST_PACK_BYTES:,} bytes")
        found[path.relative_to(folder).as_posix()] = data
    return found


def _pack_paths(folder: Path) -> list[Path]:
    """Every file of the two folders that are read; raises BadKnowledge for one that nothing would read."""
    for path in sorted(folder.iterdir()):
        if path.name in PACK_FOLDERS:
            continue
        meant = nearest(path.name.partition(".")[0], PACK_FOLDERS)
        if path.suffix == ".toml" or (path.is_dir() and meant.startswith("did you mean")):
            raise BadKnowledge(str(path), "nothing reads this in a pack", meant)
    found: list[Path] = []
    for name in PACK_FOLDERS:
        for parent, folders, files in os.walk(folder / name):
            linked = [entry for entry in folders if (Path(parent) / entry).is_symlink()]
            for entry in sorted([*files, *linked]):
                path = Path(parent) / entry
                if path.is_symlink():
                    raise BadKnowledge(str(path), "is a symbolic link", "copy the file itself into the pack")
                if path.suffix != ".toml":
                    if path.suffix in NOTES or entry.startswith("."):
                        continue
                    raise BadKnowledge(str(path), "nothing reads this file", "the files of a pack end in .toml")
                found.append(path)
                if len(found) > MOST_PACK_FILES:
                    raise BadKnowledge(str(folder), f"the pack has more than {MOST_PACK_FILES:,} files")
    return sorted(found)


# Whether a pack laid over another takes anything back: what the law excludes stays excluded unless it says so.


_LAWFUL = ("data.",)
"""Parameters that decide what a provider must offer before its price counts."""
_AGREEMENTS = ("baa", "zero_retention", "no_training", "fine_tuning")


def check_tightens(before: Knowledge, after: Knowledge) -> None:
    """Refuse a pack (the last one of `after`) that loosens what it does not name; raises BadKnowledge."""
    pack = after.packs[-1]
    where = f"pack {pack.name}: rules/pack.toml: loosens"
    rules = {rule.id for rule in (*before.rules, *after.rules)}
    catalog = before.catalog
    names = rules | {*before.parameters, *before.licenses, *catalog.models, *catalog.providers, *before.obligations}
    for name in pack.loosens:
        if name not in names:
            raise BadKnowledge(
                where, f"no rule, parameter, license, model, provider or duty {name!r}", nearest(name, sorted(names))
            )
    for name in loosened(before, after):
        if name not in pack.loosens:
            said = f"{name!r} would exclude less than before, which the pack does not say it means to"
            raise BadKnowledge(where, said, f'if it does, write loosens = ["{name}"]')


def loosened(before: Knowledge, after: Knowledge) -> list[str]:
    """Ids of rules, parameters, licenses, models, providers and duties by which less may be excluded.

    A rule's condition counts as no narrower where it is the same, or the old one with alternatives added.
    """
    found: list[str] = []
    now = {rule.id: rule for rule in after.rules}
    bars = [rule for rule in before.rules if _bars(rule)]
    found += [rule.id for rule in bars if not _holds_as_much(now[rule.id], rule)]
    found += [rule.id for rule in _moved_derivations(bars, before, after)]
    read = {test.value for rule in _beneath(bars, before) for test in tests_in(rule.when) if test.op in NUMBER_OPS}
    read |= {name for name in before.parameters if name.startswith(_LAWFUL)}
    found += [name for name in sorted(map(str, read)) if after.parameters[name] != before.parameters[name]]
    found += [
        name
        for name, terms in before.licenses.items()
        if POSTURES.index(after.licenses[name].posture) < POSTURES.index(terms.posture)
    ]
    models = after.catalog.models
    found += [name for name, model in before.catalog.models.items() if models[name].license != model.license]
    found += [name for name, duty in before.obligations.items() if not _owed_as_much(after.obligations[name], duty)]
    found += [name for name in before.catalog.providers if not _sold_by(name, before) >= _sold_by(name, after)]
    return found


def _owed_as_much(new: Obligation, old: Obligation) -> bool:
    """Whether a duty is owed wherever it was, in the same words: who reads it acts on them."""
    words = (new.duty, new.evidence, new.by) == (old.duty, old.evidence, old.by)
    dates = new.since <= old.since and (new.until is None or (old.until is not None and new.until >= old.until))
    wide = all(
        {*getattr(new, name)} >= {*getattr(old, name)} for name in ("touched_by", "regimes", "classes", "boundaries")
    )
    return words and dates and wide


def _sold_by(name: str, knowledge: Knowledge) -> frozenset[tuple[str, str]]:
    """What a provider promises, and the regions its prices name."""
    priced = {
        ("region", row.region) for _, row in knowledge.catalog.token_prices() if row.provider == name and row.region
    }
    return _promises(knowledge.catalog.providers[name]) | priced


def _promises(provider: Provider) -> frozenset[tuple[str, str]]:
    """What a provider offers, each thing by itself: more of it lets the must gate pass more."""
    agreements = [name for name in _AGREEMENTS if getattr(provider, name) is True]
    held = (
        (("", ""),) if not provider.authorized_regions else [("in", region) for region in provider.authorized_regions]
    )
    return frozenset(
        [("agreement", name) for name in agreements]
        + [("region", region) for region in provider.regions]
        + [(f"{name} {where}".strip(), region) for name in provider.authorizations for where, region in held]
        + [("route", route) for route in provider.routes]
        + [("kind", provider.kind)]
    )


def _bars(rule: Rule) -> bool:
    return rule.effect == "posture" or (rule.gate == "must" and rule.effect in ("exclude", "choose", "require", "task"))


def _holds_as_much(new: Rule, old: Rule) -> bool:
    same = (new.gate, new.effect, new.kind, new.license) == (old.gate, old.effect, old.kind, old.license)
    dates = new.since <= old.since and (new.until is None or (old.until is not None and new.until >= old.until))
    if old.effect == "posture":
        strict = POSTURES.index(new.posture) >= POSTURES.index(old.posture)
    elif old.effect == "choose":
        strict = set(new.options) <= set(old.options)
    else:
        strict = set(new.options) >= set(old.options)
    if old.effect == "task":  # a task is what its words say
        strict = strict and (new.title, new.because) == (old.title, old.because)
    return same and dates and strict and _covers(new.when, old.when)


def _covers(new: Condition, old: Condition) -> bool:
    """Whether the new condition holds wherever the old one does, as far as their form tells."""
    if new == old or (isinstance(new, AnyOf) and old in new.parts):
        return True
    return isinstance(new, AnyOf) and isinstance(old, AnyOf) and set(old.parts) <= set(new.parts)


def _moved_derivations(bars: list[Rule], before: Knowledge, after: Knowledge) -> Iterator[Rule]:
    """Rules that derive what the bars ask for and changed; a new one only where a bar asks for the absence."""
    asked = {one for rule in _beneath(bars, before) for one in _asked(rule.when)}
    names, absent = {name for name, _ in asked}, {name for name, is_absent in asked if is_absent}
    known = {rule.id: rule for rule in before.rules}
    now = {rule.id: rule for rule in after.rules}
    for old in before.rules:
        new = now[old.id]
        moved = (new.when, new.derives, new.since, new.until) != (old.when, old.derives, old.since, old.until)
        if old.derives in names and moved:
            yield old
    for rule in after.rules:
        if rule.id not in known and rule.derives in absent:
            yield rule


def _beneath(bars: list[Rule], knowledge: Knowledge) -> list[Rule]:
    """The bars, and every rule that derives a finding one of them asks for, at any depth."""
    found = {rule.id: rule for rule in bars}
    waiting = list(bars)
    while waiting:
        names = {name for name, _ in _asked(waiting.pop().when)}
        fresh = [rule for rule in knowledge.rules if rule.derives in names and rule.id not in found]
        found |= {rule.id: rule for rule in fresh}
        waiting += fresh
    return list(found.values())


def _asked(condition: Condition) -> set[tuple[str, bool]]:
    """Findings a condition asks for, each with whether it asks for the absence."""

    def leaf(part: Leaf, wanted: bool) -> set[tuple[str, bool]]:
        return {(part.name, not wanted)} if isinstance(part, Finding) else set()

    def union(parts: list[set[tuple[str, bool]]]) -> set[tuple[str, bool]]:
        return set().union(*parts)

    return fold(condition, leaf, union, union)

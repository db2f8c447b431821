"""Packs that an organisation lays over ours: which file belongs to which, and whose entry of an id counts.

The files of a pack are known as `packs/01-acme/rules/…`: the number keeps their order, so that a record's pinned
files alone tell which pack was laid over which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from advisor.errors import BadKnowledge
from advisor.knowledge.pack import Overlay
from advisor.knowledge.read_toml import read_table, typed

T = TypeVar("T")
MANIFEST = "rules/pack.toml"
_LAYER = re.compile(r"(packs/[0-9]{2}-[a-z0-9-]+)/")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MOST = 99


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself; `loosens` names what it takes back of our must gate, on purpose."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    version: str
    loosens: tuple[str, ...] = ()


class OverlaidPack(Generic[T]):
    """Entries by id: a later pack's takes the place of an earlier one's; one pack has no id twice."""

    def __init__(self) -> None:
        self.entries: dict[str, T] = {}
        self._layers: dict[str, str] = {}

    def add(self, identity: str, entry: T, file: str, where: str) -> None:
        """Take one entry; raises BadKnowledge where the same pack has the id already."""
        if self._layers.get(identity) == layer_of(file):
            raise BadKnowledge(where, f"the id {identity!r} is taken already")
        self._layers[identity] = layer_of(file)
        self.entries[identity] = entry


def layer_of(path: str) -> str:
    """The pack a file belongs to, as `packs/01-acme`; empty for ours."""
    found = _LAYER.match(path)
    return found[1] if found else ""


def within(path: str) -> str:
    """A file's path inside its pack: `rules/…`."""
    layer = layer_of(path)
    return path[len(layer) + 1 :] if layer else path


def layers_of(paths: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """The packs laid over ours, lowest first."""
    return sorted({layer_of(path) for path in paths} - {""})


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
        raise BadKnowledge(f"{file}: name", f"{manifest.name!r} is no name for a pack", "use a-z, 0-9 and hyphens")
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
    """The entries of one file of rules, each as `table id`; a fact's id is its key."""
    if not within(path).startswith("rules/"):
        return []
    lists = {name: value for name, value in table.items() if isinstance(value, list)}
    rows = [(name, row) for name, value in lists.items() for row in value if isinstance(row, dict)]
    return [f"{name} {row.get('id', row.get('key', ''))}" for name, row in rows]


def _files(folder: Path) -> dict[str, bytes]:
    """The TOML files of one pack by path; it holds `rules/` alone, for what is asked is ours to say."""
    if not (folder / MANIFEST).is_file():
        raise BadKnowledge(
            str(folder), f"is not a rule pack: {MANIFEST} is missing", 'it holds name = "…", version = "…"'
        )
    if (folder / "questionnaires").exists():
        raise BadKnowledge(str(folder / "questionnaires"), "a pack cannot change questions", "lay over rules/ alone")
    try:
        paths = sorted((folder / "rules").rglob("*.toml"))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise BadKnowledge(str(folder), f"cannot be read: {error.strerror}") from None

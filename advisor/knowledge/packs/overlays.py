"""Packs that an organization lays over ours: which file belongs to which, and whose entry of an id counts.

The files of a pack are known as `packs/01-acme/rules/…`: the number keeps their order, so that a record's pinned
files alone tell which pack was laid over which.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge, nearest
from advisor.knowledge.packs.pack import Overlay
from advisor.knowledge.packs.pack_paths import MANIFEST, layer_of, layers_of, within
from advisor.knowledge.read_toml import read_table, typed

T = TypeVar("T")
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

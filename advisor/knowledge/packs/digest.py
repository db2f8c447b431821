"""Canonical bytes of a set of knowledge files, and their digests: what a record pins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from advisor.bounded_read import read_file
from advisor.errors import BadKnowledge
from advisor.knowledge.packs.pack import Pins
from advisor.knowledge.packs.pack_paths import within

_HEADER = b"advisor bundle 1\n"


def bundle(files: Mapping[str, bytes]) -> bytes:
    """Join files into one byte string: a header, then for each path in order `path`, its length, its bytes."""
    parts = [_HEADER]
    for path in sorted(files):
        parts += [f"{path} {len(files[path])}\n".encode(), files[path], b"\n"]
    return b"".join(parts)


def unbundle(data: bytes) -> dict[str, bytes]:
    """Take a bundle apart again; raises BadKnowledge when it is not one."""
    if not data.startswith(_HEADER):
        raise BadKnowledge("bundle", "does not start as a bundle does")
    files: dict[str, bytes] = {}
    at = len(_HEADER)
    while at < len(data):
        end = data.find(b"\n", at)
        path, _, length = data[at : max(end, at)].rpartition(b" ")
        if not path or not length.isdigit():
            raise BadKnowledge("bundle", f"no file entry at byte {at}")
        start, stop = end + 1, end + 1 + int(length)
        if data[stop : stop + 1] != b"\n":
            raise BadKnowledge("bundle", f"the file {path.decode(errors='replace')!r} is cut off")
        files[path.decode()] = data[start:stop]
        at = stop + 1
    return files


def parts_of(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The three pinned parts: rules, catalog, questionnaire."""
    parts: dict[str, dict[str, bytes]] = {"rules": {}, "catalog": {}, "questionnaire": {}}
    for path, data in files.items():
        own = within(path)
        name = "questionnaire" if own.startswith("questionnaires/") else "rules"
        parts["catalog" if own.startswith("rules/catalog/") else name][path] = data
    return parts


def pins_of(files: Mapping[str, bytes]) -> Pins:
    """The digest of each part, as `sha256:<hex>`."""
    digests = {name: "sha256:" + sha256(bundle(part)).hexdigest() for name, part in parts_of(files).items()}
    return Pins(**digests)


_COMPILED_ENGINE = "_durable_rules"
MOST_SOURCE = 10_000_000


@cache
def program_digest() -> str:
    """SHA-256 over the program's own modules, by path from the package's folder: what a verdict was computed by.

    In a wheel the package also holds the compiled rule engine, whose archive is pinned, and data, which is not program.
    """
    root = Path(__file__).parents[2]
    found = sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] == "data" or _COMPILED_ENGINE in path.parts:
            continue
        found.update(f"{path.relative_to(root).as_posix()}\0".encode() + read_file(path, MOST_SOURCE) + b"\0")
    return f"sha256:{found.hexdigest()}"

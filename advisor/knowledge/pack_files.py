"""The files of packs: which pack a path belongs to, and the tables of a file as frozen data classes.

The file `packs/01-acme/rules/…` is the file `rules/…` of the first pack laid over ours. Each fault names file, entry
and key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.bounded_read import parse_toml
from advisor.errors import BadKnowledge

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
MANIFEST = "rules/pack.toml"
_LAYER = re.compile(r"(packs/[0-9]{2}-[a-z0-9-]+)/")


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


@contextmanager
def errors_in_folders(packs: Sequence[Path]) -> Iterator[None]:
    """Let what is wrong with a pack's file name the path it was read from, whenever it is found."""
    try:
        yield
    except BadKnowledge as error:
        raise BadKnowledge(*(in_folders(text, packs) for text in (error.where, error.what, error.todo))) from None


def in_folders(text: str, packs: Sequence[Path]) -> str:
    """A text with the packs' own names of files spelled as the paths they were read from."""

    def spelled(found: re.Match[str]) -> str:
        number = int(found[1][len("packs/") :][:2])
        return f"{packs[number - 1]}/" if 0 < number <= len(packs) else found[0]

    return _LAYER.sub(spelled, text)


def read_table(data: bytes, file: str, *, ours: bool = False) -> dict[str, Any]:
    """Parse one TOML file of a pack, or of the installed program where it is `ours`; raises BadKnowledge."""
    return parse_toml(data, file, ours=ours, error=BadKnowledge)


def typed(kind: type[T], raw: Any, where: str) -> T:
    """Validate one table against a data class; raises BadKnowledge naming what is missing, else the first wrong key."""
    from pydantic import ValidationError  # here, for questions are read before the first paint and without it

    try:
        return _adapter(kind).validate_python(raw)
    except ValidationError as error:
        missing = [".".join(map(str, one["loc"])) for one in error.errors() if one["type"] == "missing"]
        if missing:
            raise BadKnowledge(where, f"lacks {', '.join(missing)}") from None
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadKnowledge(f"{where}: {key}" if key else where, first["msg"]) from None


def entries(table: dict[str, Any], name: str, file: str) -> list[dict[str, Any]]:
    """The `[[name]]` entries of a file that may hold nothing else."""
    strange = set(table) - {name, "#:schema"}
    if strange:
        raise BadKnowledge(file, f"unknown table {sorted(strange)[0]!r}", f"allowed: [[{name}]]")
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadKnowledge(file, f"{name} is not a list of tables", f"write [[{name}]]")
    return found


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    from pydantic import TypeAdapter

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]

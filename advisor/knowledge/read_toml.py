"""Tables of a knowledge file to frozen data classes, each fault named by file, entry and key."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from advisor.bounded_read import parse_toml
from advisor.errors import BadKnowledge

T = TypeVar("T")


def read_table(data: bytes, file: str, *, ours: bool = False) -> dict[str, Any]:
    """Parse one TOML file of a pack, or of the installed program where it is `ours`; raises BadKnowledge."""
    return parse_toml(data, file, ours=ours, error=BadKnowledge)


def typed(kind: type[T], raw: Any, where: str) -> T:
    """Validate one table against a data class; raises BadKnowledge naming what is missing, else the first wrong key."""
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
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]

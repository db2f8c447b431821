"""The JSON Schema of a data class: its fields are required unless they have a default, and nothing else is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    Any: {},
}


@dataclass(frozen=True, slots=True)
class Shapes:
    """How data classes are spelled outside the program.

    `spelled` renames fields, `left_out` drops them, `given` holds schemas of fields (as `Class.field`) that say more
    than the type does, `scalars` those of types that are written otherwise. Where every field is always written,
    `complete` requires those with a default too.
    """

    spelled: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    given: Mapping[str, Schema] = field(default_factory=dict)
    scalars: Mapping[Any, Schema] = field(default_factory=dict)
    complete: bool = False

    def of(self, kind: Any) -> Schema:
        """The schema of a data class, or of any type its fields may have; raises TypeError for others."""
        if kind in self.scalars:
            return dict(self.scalars[kind])
        if is_dataclass(kind):
            return self._table(kind)
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (Union, UnionType):
            return self._either(parts)
        if origin in (tuple, list, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        raise TypeError(f"no schema for {kind!r}")

    def _either(self, parts: tuple[Any, ...]) -> Schema:
        kept = [self.of(part) for part in parts if part is not NoneType]
        if NoneType in parts and self.complete:
            kept.append({"type": "null"})
        return kept[0] if len(kept) == 1 else {"anyOf": kept}

    def _table(self, kind: Any) -> Schema:
        hints = get_type_hints(kind)
        shown = [one for one in fields(kind) if one.name not in self.left_out]
        summary = (kind.__doc__ or "").partition("\n")[0]
        return {
            "type": "object",
            "description": summary,
            "properties": {
                self.spelled.get(one.name, one.name): self.given.get(f"{kind.__name__}.{one.name}")
                or self.of(hints[one.name])
                for one in shown
            },
            "required": [self.spelled.get(one.name, one.name) for one in shown if self._needed(one)],
            "additionalProperties": False,
        }

    def _needed(self, one: Field[Any]) -> bool:
        return self.complete or (one.default is MISSING and one.default_factory is MISSING)


def table(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """A table that holds these keys and no others; all of them are required unless `required` names some."""
    needed = list(properties) if required is None else list(required)
    return {"type": "object", "properties": dict(properties), "required": needed, "additionalProperties": False}


def one_of(names: Sequence[str]) -> Schema:
    """A text that is one of these."""
    return {"enum": list(names)}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def document(title: str, body: Schema) -> Schema:
    """A whole schema, with its draft and title at the head."""
    return {"$schema": DRAFT, "title": title, **body}

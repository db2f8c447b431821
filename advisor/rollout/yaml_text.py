"""Tables and lists as YAML, in the part of it that is plain: block style, every text in double quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, Union

Plain: TypeAlias = Union[str, int, float, bool, Mapping[str, "Plain"], Sequence["Plain"], None]
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""What YAML 1.1 reads as something other than a text."""


def as_yaml(value: Mapping[str, Plain]) -> str:
    """The value as YAML; a text is quoted as in JSON, which YAML reads alike."""
    return "\n".join(_mapping(value)) + "\n"


def _mapping(value: Mapping[str, Plain]) -> Iterator[str]:
    for key, each in value.items():
        name = key if _BARE.fullmatch(key) and key.lower() not in _WORDS else json.dumps(key)
        if isinstance(each, Mapping) and each:
            yield f"{name}:"
            yield from (f"  {line}" for line in _mapping(each))
        elif _is_list(each) and each:
            yield f"{name}:"
            yield from (f"  {line}" for line in _items(each))
        else:
            yield f"{name}: {_scalar(each)}"


def _items(values: Plain) -> Iterator[str]:
    assert isinstance(values, Sequence)
    for each in values:
        if isinstance(each, Mapping) and each:
            first, *rest = _mapping(each)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"- {_scalar(each)}"


def _scalar(value: Plain) -> str:
    """One value on its line; a list within a list, too, as JSON."""
    return json.dumps(value)


def _is_list(value: Plain) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)

"""What a record must hold, by kind: whatever is read from one later is of the type that is expected there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

Shape = Any
"""A predicate; a table of shapes by key (`*` any other key, a trailing `?` one that may be missing); or `[shape]`."""

_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DECIMAL = re.compile(r"-?[0-9]{1,330}(\.[0-9]{1,1100})?|-?unbounded")
_LAST = 10**8


def text(value: object) -> bool:
    """Any text."""
    return isinstance(value, str)


def flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def whole(value: object) -> bool:
    """A whole number that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def number(value: object) -> bool:
    """The number of a record."""
    return whole(value) and 0 < int(str(value)) < _LAST


def digest(value: object) -> bool:
    """A SHA-256 in hex."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def moment(value: object) -> bool:
    """A time in UTC."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def decimal(value: object) -> bool:
    """A decimal text."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def day(value: object) -> bool:
    """A date."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def anything(value: object) -> bool:
    """What replay compares leaf by leaf, and nothing else reads."""
    return value is not None


_REFERENCE = {"seq": number, "sha256": digest}
_STATED = {"about": _REFERENCE, "statement": {"by": text, "because": text}}
_PIN = {"name": text, "version": text, "sha256": digest}
_HEAD = {"schema": text, "kind": text, "seq": number, "prev_sha256": digest, "created_utc": moment}
_DECISION = {"title": text, "workload": text, "as_of": day, "questionnaire": text, "review_by?": day, "*": text}
_VERDICT = {
    "option": text,
    "decided_by": text,
    "conditions": [text],
    "tasks": [text],
    "find_out_first?": [text],
    "against_today?": {"*": decimal},
    "*": text,
}
_ANSWER = {
    "question": text,
    "kind": text,
    "source": text,
    "unknown": flag,
    "asked?": flag,
    "value?": anything,
    "*": text,
}
_SPREAD = {"*": decimal}
_COSTS = {"monthly_usd": {"point": decimal, "p10": decimal, "p50": decimal, "p90": decimal}, "lines": _SPREAD}

FRONTS: Mapping[str, Shape] = {
    "decision": {
        "record": _HEAD,
        "pins": {"rules": _PIN, "catalog": _PIN, "questionnaire": _PIN},
        "decision": _DECISION,
        "people": {"deciders": [text]},
        "tool": {"*": text},
        "verdict": _VERDICT,
        "*": anything,
    },
    "sign-off": {
        "record": _HEAD,
        **_STATED,
        "signature": {"key": text, "key_type": text, "namespace": text, "sha256": digest},
    },
    "accept": {"record": _HEAD, **_STATED, "threshold": {"signers": whole}},
    "supersede": {"record": _HEAD, **_STATED, "successor": _REFERENCE},
    "withdraw": {"record": _HEAD, **_STATED},
}
"""What stands before the answers, by kind of record."""

BODY: Shape = {
    "answers": {"*": _ANSWER},
    "options": {"*": {"state": text, "excluded_by": [text], "*": text}},
    "trace": {"fired": [{"rule": text, "gate": text, "effect": text, "option": text, "because": text, "*": anything}]},
    "random": {"seed": whole, "draws": whole, "*": text},
    "results": {"exact": {"*": anything}, "approx": {"options": {"*": {**_COSTS, "*": anything}}, "*": anything}},
    "*": anything,
}
"""What a decision holds from the answers on."""


def misfit(value: object, shape: Shape, path: str) -> str:
    """The path of the first part that is not of its shape, or ""."""
    return next(_misfits(value, shape, path), "")


def _misfits(value: object, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, dict):
        yield from _table_misfits(value, shape, path) if isinstance(value, dict) else [path]
    elif isinstance(shape, list):
        parts = value if isinstance(value, list) else []
        yield from [] if isinstance(value, list) else [path]
        for place, part in enumerate(parts):
            yield from _misfits(part, shape[0], f"{path}[{place}]")
    elif not _holds(shape, value):
        yield path


def _table_misfits(value: dict[str, Any], shape: dict[str, Shape], path: str) -> Iterator[str]:
    for name, inner in shape.items():
        key = name.removesuffix("?")
        if key in value:
            yield from _misfits(value[key], inner, f"{path}.{key}")
        elif name not in ("*", f"{key}?"):
            yield f"{path}.{key}"
    others = {key: part for key, part in value.items() if key not in shape and f"{key}?" not in shape}
    for key, part in others.items():
        yield from _misfits(part, shape["*"], f"{path}.{key}") if "*" in shape else [f"{path}.{key}"]


def _holds(predicate: Callable[[object], bool], value: object) -> bool:
    return predicate(value)

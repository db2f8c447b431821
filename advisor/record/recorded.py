"""A recorded decision as the assessment it was: from the recorded bytes alone, with nothing derived again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from advisor.assessment.model import Assessment
from advisor.record.encoding import Table
from advisor.record.parse import NotARecord

_UNBOUNDED = {"unbounded": float("inf"), "-unbounded": float("-inf")}


def recorded_assessment(record: Table, file: str) -> Assessment:
    """The assessment a decision holds, but for what a record leaves to replay (facts and outlook).

    Raises NotARecord where a part is missing or is not of its type.
    """
    try:
        found = _read(Assessment, _rearranged(record))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotARecord(file, f"cannot be shown as an assessment ({type(error).__name__}: {error})") from None
    assert isinstance(found, Assessment)
    return found


def _rearranged(record: Table) -> Table:
    """The tables of a record in the order of an assessment: the inverse of `decision_table`."""
    exact, approximate, decision = record["results"]["exact"], record["results"]["approx"], record["decision"]
    costs = approximate["options"]
    return {
        **{name: decision[name] for name in ("as_of", "workload", "questionnaire")},
        **{name: record[name] for name in ("verdict", "engines", "random")},
        "options": [{"option": name, **entry, **costs[name]} for name, entry in record["options"].items()],
        "fleet": {**exact["fleet"], **approximate["fleet"]},
        "break_even": {"against": exact["break_even_against"], **approximate["break_even"]},
        "findings": record["trace"]["fired"],
        "licenses": _listed(record["licenses"], "model"),
        "checklists": _listed(record["checklists"], "id"),
        "methods": _listed(record["methods"], "id"),
        "method_break_evens": approximate.get("method_break_evens", []),
        "flips": [_flip(flip) for flip in record["flips"]["single"]],
        "unknowns": _listed(record["unknowns"], "key"),
        "measure_next": _listed(approximate["measure_next"], "key"),
        "pins": {name: f"sha256:{pin['sha256']}" for name, pin in record["pins"].items()},
        "tier": exact["tier"],
        "notes": exact["notes"],
        "conflicts": exact.get("conflicts", []),
        **{name: exact[name] for name in ("open_questions", "evidence") if name in exact},
        "never_asked": record["never_asked"],
    }


def _flip(table: Table) -> Table:
    """What one would do about an answer was once called its group."""
    return {"act": table.get("group", "decide"), **table}


def _listed(tables: Table, key: str) -> list[Table]:
    return [{key: name, **table} for name, table in tables.items()]


def _read(kind: Any, value: Any) -> Any:
    """A plain value as the type an assessment has there; raises TypeError or ValueError where it is none."""
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _object(kind, value)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _read(next(part for part in parts if part is not NoneType), value)
    if origin is tuple:
        return tuple(_read(parts[0], part) for part in _held(list, value))
    if origin is Mapping:
        return {name: _read(parts[1], part) for name, part in _held(dict, value).items()}
    return _scalar(kind, value)


def _scalar(kind: Any, value: Any) -> Any:
    if kind is float:
        text = _held(str, value)
        return _UNBOUNDED[text] if text in _UNBOUNDED else float(text)
    if kind is date:
        return date.fromisoformat(_held(str, value))
    if get_origin(kind) is Literal:
        return _allowed(get_args(kind), value)
    return _held(kind, value)


def _object(kind: Any, value: Any) -> Any:
    """A data class from its table; what is not there takes its default, or is None where that is allowed."""
    table = _held(dict, value)
    given = {}
    for name, hint, has_default in _fields(kind):
        if name in table or not has_default:
            given[name] = _read(hint, table.get(name))
    return kind(**given)


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (one.name, hints[one.name], one.default is not MISSING or one.default_factory is not MISSING)
        for one in fields(kind)
    )


def _held(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{kind.__name__} expected, {type(value).__name__} found")
    return value


def _allowed(words: tuple[str, ...], value: Any) -> Any:
    if value not in words:
        raise ValueError(f"{value!r} is none of {', '.join(words)}")
    return value

"""Facts as both evaluators see them: typed, and every number an integer.

Numbers are multiplied by the scale of their kind and rounded half to even before any comparison, thresholds too,
so that no evaluator ever compares a float.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Union

from advisor.errors import BadInput, BadKnowledge, nearest
from advisor.knowledge.ranges import Range

if TYPE_CHECKING:
    from advisor.knowledge.packs.pack import Knowledge

FactValue = Union[bool, str, tuple[str, ...], Range]
Reading = Union[bool, str, frozenset[str], tuple[int, int]]
Readings = Mapping[str, Reading]

LARGEST_INTEGER = 2**53
LONGEST_STRING = 4096

# Steps per unit: fine enough that rounding decides nothing a person could mean, coarse enough to stay within 2^53.
_SCALES = {
    "share": 10**9,
    "growth": 10**6,
    "count": 10**5,
    "number": 10**6,
    "ratio": 10**6,
    "months": 10**6,
    "milliseconds": 10**3,
    "tokens": 1,
    "tokens-per-month": 1,
    "usd": 100,
    "usd-per-month": 100,
    "usd-per-year": 100,
    "usd-per-hour": 10**6,
    "usd-per-million-tokens": 10**6,
    "usd-per-kwh": 10**6,
    "requests-per-month": 1,
}


@dataclass(frozen=True, slots=True)
class FactKind:
    """What values a fact may take: `choices` empty means any text, `scale` is the integer steps per unit."""

    kind: Literal["bool", "choice", "choices", "number"]
    choices: tuple[str, ...] = ()
    scale: int = 1


Kinds = Mapping[str, FactKind]


def kinds_of(knowledge: Knowledge) -> dict[str, FactKind]:
    """The kind of every question and every derived fact of the knowledge base."""
    kinds = {
        key: fact_kind(question.kind, tuple(choice.id for choice in question.choices))
        for key, question in knowledge.questions.items()
    }
    for key, fact in knowledge.facts.items():
        kinds[key] = fact_kind(fact.kind, fact.choices)
    return kinds


def fact_kind(kind: str, choices: tuple[str, ...] = ()) -> FactKind:
    """The fact kind of a question kind; raises BadKnowledge for a kind that is not declared."""
    if kind in _SCALES:
        return FactKind("number", scale=_SCALES[kind])
    if kind == "bool":
        return FactKind("bool")
    if kind in ("choices", "models"):
        return FactKind("choices", choices)
    if kind in ("choice", "id", "model", "text"):
        return FactKind("choice", choices)
    raise BadKnowledge("facts", f"unknown kind {kind!r}", nearest(kind, (*_SCALES, "bool", "choice", "choices")))


def read_facts(facts: Mapping[str, FactValue], kinds: Kinds) -> dict[str, Reading]:
    """Check each fact against its kind and bring its numbers to integers; raises BadInput."""
    return {key: read_fact(key, value, kinds) for key, value in facts.items()}


def read_fact(key: str, value: FactValue, kinds: Kinds) -> Reading:
    """One fact as both evaluators compare it."""
    kind = kinds.get(key)
    if kind is None:
        raise BadInput(key, "no such fact", nearest(key, kinds))
    if kind.kind == "number" and isinstance(value, Range):
        return quantize(value.low, kind.scale, key), quantize(value.high, kind.scale, key)
    if kind.kind == "bool" and isinstance(value, bool):
        return value
    if kind.kind == "choice" and isinstance(value, str):
        return _allowed(key, value, kind)
    if kind.kind == "choices" and isinstance(value, tuple):
        return frozenset([_allowed(key, each, kind) for each in value])
    raise BadInput(key, f"{value!r} is not a {kind.kind}")


def quantize(value: float, scale: int, where: str) -> int:
    """The nearest integer number of steps, half to even; raises BadInput beyond ±2^53 steps."""
    if not math.isfinite(value) or abs(value * scale) > LARGEST_INTEGER:
        raise BadInput(where, f"{value!r} is too large", f"at most {LARGEST_INTEGER / scale:g}")
    return round(value * scale)


def _allowed(key: str, value: str, kind: FactKind) -> str:
    if kind.choices and value not in kind.choices:
        raise BadInput(key, f"no such choice {value!r}", nearest(value, kind.choices))
    if not kind.choices:
        check_string(key, value)
    return value


def check_string(where: str, value: str) -> None:
    """Raise BadInput for a text that durable_rules cannot compare: too long, or not valid Unicode."""
    try:
        length = len(value.encode())
    except UnicodeEncodeError:
        raise BadInput(where, f"{value[:40]!r} is not valid Unicode") from None
    if length > LONGEST_STRING:
        raise BadInput(where, f"a text of {length} bytes is too long", f"at most {LONGEST_STRING} bytes")

"""Facts as both evaluators see them, typed, every number an integer; and whether each rule's tests fit them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Union

from advisor.errors import BadInput, BadKnowledge, nearest
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Finding, Test, findings_in, tests_in, walk
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.rules import Rule

if TYPE_CHECKING:
    from advisor.knowledge.pack import Knowledge


# Numbers are multiplied by the scale of their kind and rounded half to even before any comparison, thresholds too, so
# that no evaluator ever compares a float.


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


# Each rule's tests fit the facts they test: known keys, matching comparisons, existing choices and parameters.


DEEPEST_CONDITION = 32
MOST_PARTS = 256
"""Tests, findings and groups in one condition: beyond it, unfolding and comparing it takes minutes."""
_OPS: dict[str, tuple[str, ...]] = {
    "bool": ("is", "known"),
    "choice": ("is", "in", "known"),
    "choices": ("has", "has_any", "known"),
    "number": (*NUMBER_OPS, "known"),
}

Thresholds = dict[tuple[str, str], int]


def where(rule: Rule) -> str:
    """File and rule, for an error."""
    return f"{rule.file or 'rules'}: rule {rule.id!r}"


def check_rules(rules: Sequence[Rule], parameters: Parameters, kinds: Kinds) -> Thresholds:
    """Check every test, and return each numeric threshold as an integer under (key, parameter id).

    Raises BadKnowledge naming file and rule: duplicate id, unknown key, comparison that does not suit the kind,
    unknown choice or parameter, or a condition nested more than 32 deep.
    """
    thresholds: Thresholds = {}
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise BadKnowledge(where(rule), "the id is used by another rule too")
        seen.add(rule.id)
        if (rule.effect == "derive") != bool(rule.derives):
            raise BadKnowledge(where(rule), "effect derive and a name in derives go together")
        _check_nesting(rule)
        for test in tests_of(rule):
            _check_test(rule, test, parameters, kinds, thresholds)
    return thresholds


def tests_of(rule: Rule) -> Iterator[Test]:
    """All tests of the rule's condition, left to right."""
    return tests_in(rule.when)


def findings_of(rule: Rule) -> Iterator[Finding]:
    """All findings the rule's condition asks for, left to right."""
    return findings_in(rule.when)


def _check_nesting(rule: Rule) -> None:
    for count, (part, depth) in enumerate(walk(rule.when), 1):
        if count > MOST_PARTS:
            raise BadKnowledge(where(rule), f"the condition has more than {MOST_PARTS} parts", "split the rule")
        if depth > DEEPEST_CONDITION:
            raise BadKnowledge(where(rule), f"conditions are nested more than {DEEPEST_CONDITION} deep")
        if isinstance(part, (All, AnyOf)) and not part.parts:
            raise BadKnowledge(where(rule), "all and any need at least one condition")


def _check_test(rule: Rule, test: Test, parameters: Parameters, kinds: Kinds, thresholds: Thresholds) -> None:
    kind = kinds.get(test.key)
    if kind is None:
        raise BadKnowledge(where(rule), f"no question or fact {test.key!r}", nearest(test.key, kinds))
    if test.op not in _OPS[kind.kind]:
        raise BadKnowledge(where(rule), f"{test.op!r} does not suit {test.key}", nearest(test.op, _OPS[kind.kind]))
    if test.op in NUMBER_OPS:
        thresholds[test.key, str(test.value)] = _threshold(rule, test, parameters, kind)
    elif test.op == "known" or kind.kind == "bool":
        if not isinstance(test.value, bool):
            raise BadKnowledge(where(rule), f"{test.key} {test.op} is true or false, not {test.value!r}")
    else:
        _check_choices(rule, test, kind)


def _threshold(rule: Rule, test: Test, parameters: Parameters, kind: FactKind) -> int:
    if not isinstance(test.value, str) or test.value not in parameters:
        raise BadKnowledge(where(rule), f"no parameter {test.value!r}", nearest(str(test.value), parameters.values))
    try:
        return quantize(parameters.number(test.value), kind.scale, test.value)
    except BadInput as fault:
        raise BadKnowledge(where(rule), f"parameter {fault.sentence}") from None


def _check_choices(rule: Rule, test: Test, kind: FactKind) -> None:
    several = test.op in ("in", "has_any")
    if several != isinstance(test.value, tuple) or isinstance(test.value, bool) or not test.value:
        raise BadKnowledge(where(rule), f"{test.key} {test.op} takes {'a list' if several else 'one choice'}")
    for value in values_of(test):
        if kind.choices and value not in kind.choices:
            raise BadKnowledge(where(rule), f"{test.key} has no choice {value!r}", nearest(value, kind.choices))


def values_of(test: Test) -> tuple[str, ...]:
    """The choices a choice test names."""
    return test.value if isinstance(test.value, tuple) else (str(test.value),)

"""The `when` of a rule: a small tree of tests over questions, facts and findings.

In TOML a condition is one table:

    { all = [ … ] }   { any = [ … ] }   { not = { … } }   { finding = "tier.production" }
    { key = "data.boundary", is = "vpc" }            { key = "data.regimes", has = "il5" }
    { key = "data.boundary", in = ["vpc", "tenancy"] }  { key = "data.classes", has_any = ["phi"] }
    { key = "latency.p50_ms", at_most = "gate.network_floor_ms" }   { key = "volume.output_tokens", known = true }

A numeric threshold is always the id of a parameter, never a number. The plain comparisons hold when the *whole*
range that was answered lies on that side; the `may_be_…` forms hold when some part of it does.
A test on a question without an answer is unknown, and so is its negation; `known` alone can see that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, Union

from advisor.errors import BadKnowledge, nearest

CHOICE_OPS = ("is", "in", "has", "has_any")
NUMBER_OPS = (
    "below", "at_most", "above", "at_least",
    "may_be_below", "may_be_at_most", "may_be_above", "may_be_at_least",
)  # fmt: skip
OPS = (*CHOICE_OPS, *NUMBER_OPS, "known")


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one key; `value` is a choice, a list of choices, a bool, or a parameter id."""

    key: str
    op: str
    value: str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Holds when some rule derived this name."""

    name: str


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the part is known and does not hold."""

    part: Condition


Condition = Union[Test, Finding, All, AnyOf, Not]
Leaf = Union[Test, Finding]
T = TypeVar("T")


def fold(
    condition: Condition,
    leaf: Callable[[Leaf, bool], T],
    conjunction: Callable[[list[T]], T],
    disjunction: Callable[[list[T]], T],
    wanted: bool = True,
) -> T:
    """Compute a value of a condition bottom up, negations pushed down to the leaves by De Morgan's laws.

    `leaf` gets a test or finding and whether it has to hold (True) or to fail (False); `conjunction` and `disjunction`
    combine the values of the parts, left to right. `wanted` False folds the negation of the condition.
    """
    if isinstance(condition, Not):
        return fold(condition.part, leaf, conjunction, disjunction, not wanted)
    if isinstance(condition, (All, AnyOf)):
        parts = [fold(part, leaf, conjunction, disjunction, wanted) for part in condition.parts]
        return conjunction(parts) if isinstance(condition, All) == wanted else disjunction(parts)
    return leaf(condition, wanted)


def walk(condition: Condition, *, negated: bool = True) -> Iterator[tuple[Condition, int]]:
    """Visit a condition and everything in it, left to right, each part with its depth; the whole has depth 1.

    `negated` False leaves out what is inside a `not`.
    """
    waiting = [(condition, 1)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        if isinstance(part, Not):
            waiting += [(part.part, depth + 1)] if negated else []
        elif isinstance(part, (All, AnyOf)):
            waiting.extend((inner, depth + 1) for inner in reversed(part.parts))


def tests_in(condition: Condition) -> Iterator[Test]:
    """All tests of a condition, left to right."""
    return (part for part, _ in walk(condition) if isinstance(part, Test))


def findings_in(condition: Condition) -> Iterator[Finding]:
    """All findings a condition asks for, left to right."""
    return (part for part, _ in walk(condition) if isinstance(part, Finding))


def all_known(truths: list[bool | None]) -> bool | None:
    """Conjunction in Kleene's strong three-valued logic; None is unknown."""
    return False if False in truths else None if None in truths else True


def any_known(truths: list[bool | None]) -> bool | None:
    """Disjunction in Kleene's strong three-valued logic; None is unknown."""
    return True if True in truths else None if None in truths else False


def holds(condition: Condition, values: Mapping[str, object], *, whatever_else: bool = False) -> bool | None:
    """Evaluate a condition over answers: True, False, or None where an answer it needs is open.

    Thresholds and findings belong to the rule engine; here they are always open. With `whatever_else`, what may still
    be answered decides nothing: a question without an answer is not one that is known to be open.
    """

    def leaf(part: Leaf, wanted: bool) -> bool | None:
        answer = None if isinstance(part, Finding) else values.get(part.key)
        if isinstance(part, Finding) or (answer is None and whatever_else):
            return None
        truth = _test(part, answer)
        return truth if wanted or truth is None else not truth

    return fold(condition, leaf, all_known, any_known)


def _test(test: Test, answer: object) -> bool | None:
    if test.op == "known":
        return (answer is not None) == test.value
    if answer is None or test.op not in CHOICE_OPS:
        return None
    given = set(answer) if isinstance(answer, tuple) else {answer}
    wanted = set(test.value) if isinstance(test.value, tuple) else {test.value}
    return bool(given & wanted)


def parse_condition(raw: Any, where: str) -> Condition:
    """Read one TOML condition table; `where` names file and rule for the error."""
    if not isinstance(raw, dict) or not raw:
        raise BadKnowledge(where, f"a condition is a table, not {raw!r}")
    if len(raw) == 1:
        return _parse_branch(raw, where)
    return _parse_test(raw, where)


def _parse_branch(raw: dict[str, Any], where: str) -> Condition:
    (name, body), *_ = raw.items()
    if name == "finding" and isinstance(body, str):
        return Finding(body)
    if name == "not":
        return Not(parse_condition(body, where))
    if name in ("all", "any") and isinstance(body, list) and body:
        parts = tuple(parse_condition(part, where) for part in body)
        return All(parts) if name == "all" else AnyOf(parts)
    raise BadKnowledge(where, f"unknown condition {name!r}", nearest(name, ("all", "any", "not", "finding", "key")))


def _parse_test(raw: dict[str, Any], where: str) -> Test:
    ops = [name for name in raw if name != "key"]
    if "key" not in raw or len(ops) != 1:
        raise BadKnowledge(where, f"a test is one key and one comparison, not {raw!r}")
    op, value = ops[0], raw[ops[0]]
    if op not in OPS:
        raise BadKnowledge(where, f"unknown comparison {op!r}", nearest(op, OPS))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise BadKnowledge(where, f"threshold {value!r} on {raw['key']} is a number", "name a parameter instead")
    return Test(str(raw["key"]), op, tuple(value) if isinstance(value, list) else value)

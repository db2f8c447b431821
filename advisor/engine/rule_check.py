"""Each rule's tests fit the facts they test: known keys, matching comparisons, existing choices and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.engine.facts import FactKind, Kinds, quantize
from advisor.errors import BadInput, BadKnowledge, nearest
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Finding, Test, findings_in, tests_in, walk
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule

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

"""The reference evaluator: conditions as written, in three-valued logic, compiled to one Python function.

It shares with the way to durable_rules only the integers and the fold over conditions, which a test of its own checks
against truth tables: no normal form, no strata, no fact columns.
Each condition becomes two expressions, one true when it holds, one true when it is known not to hold; when neither
is, it is unknown (Kleene's strong logic).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from graphlib import TopologicalSorter
from typing import Any

from advisor.engine.facts import Kinds, Readings, Thresholds, findings_of, tests_of, values_of
from advisor.knowledge.conditions import Condition, Leaf, Test, fold
from advisor.knowledge.rules import Rule

Reference = Callable[[Readings], tuple[bool, ...]]
"""From readings to whether each rule fires, in the order of the rules."""

_HOLDS = {
    "below": "high < {0}",
    "at_most": "high <= {0}",
    "above": "low > {0}",
    "at_least": "low >= {0}",
    "may_be_below": "low < {0}",
    "may_be_at_most": "low <= {0}",
    "may_be_above": "high > {0}",
    "may_be_at_least": "high >= {0}",
}


def compile_reference(rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> Reference:
    """Compile checked rules whose findings do not derive each other in a circle."""
    writer = _Writer(rules, kinds, thresholds)
    scope: dict[str, Any] = {}
    exec(compile(writer.source(), "<reference evaluator>", "exec"), scope)  # only checked names, numbers and literals
    fires: Reference = scope["fires"]
    return fires


def _joined_by(operator: str) -> Callable[[list[str]], str]:
    """Join expressions by a Python operator, in parentheses."""
    return lambda parts: f"({operator.join(parts)})"


class _Writer:
    """Writes the function: answers first, then rules and findings as they come to be needed."""

    def __init__(self, rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> None:
        self.rules, self.kinds, self.thresholds = rules, kinds, thresholds
        keys = dict.fromkeys(test.key for rule in rules for test in tests_of(rule))
        names = dict.fromkeys(finding.name for rule in rules for finding in findings_of(rule))
        self.answers = {key: f"a{number}" for number, key in enumerate(keys)}
        self.findings = {name: f"f{number}" for number, name in enumerate(names)}

    def source(self) -> str:
        lines = ["def fires(readings):", " get = readings.get"]
        for key, name in self.answers.items():
            lines.append(f" {name} = get({key!r})")
            if self.kinds[key].kind == "number":
                lines.append(f" {name}low, {name}high = {name} or (None, None)")
        written: set[int] = set()
        for finding in self._finding_order():
            deriving = [number for number, rule in enumerate(self.rules) if rule.derives == finding]
            lines += [self._rule(number) for number in deriving if number not in written]
            written.update(deriving)
            lines.append(f" {self.findings[finding]} = {' or '.join(f'r{number}' for number in deriving) or False}")
        lines += [self._rule(number) for number in range(len(self.rules)) if number not in written]
        lines.append(f" return ({''.join(f'r{number}, ' for number in range(len(self.rules)))})")
        return "\n".join(lines)

    def _rule(self, number: int) -> str:
        return f" r{number} = {self.holds(self.rules[number].when)}"

    def _finding_order(self) -> list[str]:
        needs: dict[str, set[str]] = {name: set() for name in self.findings}
        for rule in self.rules:
            if rule.derives in needs:
                needs[rule.derives].update(finding.name for finding in findings_of(rule))
        return list(TopologicalSorter(needs).static_order())

    def holds(self, condition: Condition) -> str:
        return fold(condition, self._leaf, _joined_by(" and "), _joined_by(" or "))

    def _leaf(self, leaf: Leaf, wanted: bool) -> str:
        if isinstance(leaf, Test):
            return self._test(leaf, wanted)
        return self.findings[leaf.name] if wanted else f"(not {self.findings[leaf.name]})"

    def _test(self, test: Test, wanted: bool) -> str:
        name = self.answers[test.key]
        if test.op == "known":
            return f"({name} {'is not' if bool(test.value) == wanted else 'is'} None)"
        negation = "" if wanted else "not "
        return f"({name} is not None and {negation}({self._comparison(test, name)}))"

    def _comparison(self, test: Test, name: str) -> str:
        if test.op in _HOLDS:
            return name + _HOLDS[test.op].format(self.thresholds[test.key, str(test.value)])
        if self.kinds[test.key].kind == "bool":
            return f"{name} is {bool(test.value)}"
        if self.kinds[test.key].kind == "choice":
            return f"{name} in {values_of(test)!r}"
        return " or ".join(f"{value!r} in {name}" for value in values_of(test))

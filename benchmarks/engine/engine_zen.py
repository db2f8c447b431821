"""The same rules for zen-engine 2.x: one expression node, its fastest form of them, in the order findings need."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from advisor.engine.facts import FactKind, Reading, Thresholds, findings_of, values_of
from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not, Test
from advisor.knowledge.rules import Rule

_SIDES = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


class ZenRules:
    """Rules translated once; `evaluate` takes a context of plain values and returns fired ids and the trace."""

    def __init__(self, rules: Sequence[Rule], kinds: Mapping[str, FactKind], thresholds: Thresholds) -> None:
        self.rules, self.kinds, self.thresholds = rules, kinds, thresholds
        self.names = {rule.id: f"r{number}" for number, rule in enumerate(rules)}
        self.decision: Any = import_module("zen").ZenEngine().create_decision(json.dumps(self._graph()))

    def evaluate(self, context: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.decision.evaluate(context, {"trace": True})
        return answer

    def fired(self, answer: Mapping[str, Any]) -> set[str]:
        return {rule.id for rule in self.rules if answer["result"][self.names[rule.id]]}

    def _graph(self) -> dict[str, Any]:
        expressions = [self._expression(rule) for rule in self._ordered()]
        place = {"position": {"x": 0, "y": 0}}
        return {
            "contentType": "application/vnd.gorules.decision",
            "nodes": [
                {"id": "in", "name": "in", "type": "inputNode", **place},
                {
                    "id": "rules",
                    "name": "rules",
                    "type": "expressionNode",
                    "content": {"expressions": expressions},
                    **place,
                },
                {"id": "out", "name": "out", "type": "outputNode", **place},
            ],
            "edges": [
                {"id": "first", "sourceId": "in", "targetId": "rules", "type": "edge"},
                {"id": "last", "sourceId": "rules", "targetId": "out", "type": "edge"},
            ],
        }

    def _expression(self, rule: Rule) -> dict[str, str]:
        return {"id": rule.id, "key": self.names[rule.id], "value": self.truth(rule.when, True)}

    def _ordered(self) -> list[Rule]:
        done: dict[str, Rule] = {}

        def visit(rule: Rule) -> None:
            for finding in findings_of(rule):
                for other in self.rules:
                    if other.derives == finding.name and other.id not in done:
                        visit(other)
            done[rule.id] = rule

        for rule in self.rules:
            if rule.id not in done:
                visit(rule)
        return list(done.values())

    def truth(self, condition: Condition, wanted: bool) -> str:
        match condition:
            case Not(part):
                return self.truth(part, not wanted)
            case All(parts) | AnyOf(parts):
                joint = " and " if isinstance(condition, All) == wanted else " or "
                return f"({joint.join(self.truth(part, wanted) for part in parts)})"
            case Finding(name):
                deriving = [f"$.{self.names[rule.id]}" for rule in self.rules if rule.derives == name]
                return f"{'' if wanted else 'not'}({' or '.join(deriving) or 'false'})"
            case Test():
                return self._test(condition, wanted)

    def _test(self, test: Test, wanted: bool) -> str:
        kind, name = self.kinds[test.key].kind, field(test.key)
        if test.op == "known":
            return f"({name} {'!=' if bool(test.value) == wanted else '=='} null)"
        if kind == "number":
            may, bare = test.op.startswith("may_be_"), test.op.removeprefix("may_be_")
            end = "low" if (bare in ("above", "at_least")) != may else "high"
            plain = f"{name}_{end} {_SIDES[bare]} {self.thresholds[test.key, str(test.value)]}"
            name = f"{name}_low"
        elif kind == "bool":
            plain = f"{name} == {str(bool(test.value)).lower()}"
        elif kind == "choice":
            plain = f"{name} in {json.dumps(values_of(test))}"
        else:
            plain = " or ".join(f"{json.dumps(value)} in {name}" for value in values_of(test))
        return f"({name} != null and {'' if wanted else 'not'}({plain}))"


def field(key: str) -> str:
    return key.replace(".", "_").replace("-", "_")


def context_of(readings: Mapping[str, Reading]) -> dict[str, Any]:
    """The readings as zen-engine takes them: one flat object, absent where unknown."""
    context: dict[str, Any] = {}
    for key, reading in readings.items():
        if isinstance(reading, tuple):
            context[field(key) + "_low"], context[field(key) + "_high"] = reading
            context[field(key)] = True
        else:
            context[field(key)] = sorted(reading) if isinstance(reading, frozenset) else reading
    return context

"""Why no route is left: the smallest sets of laws that together rule every one out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from advisor.decision.gates import GateInputs, apply_gates
from advisor.knowledge.rules import Rule

Conflict = tuple[Rule, ...]


def conflicts(fired: Sequence[Rule], workload: GateInputs) -> tuple[Conflict, ...]:
    """Every minimal set of fired must-rules that leaves no route, the smallest first; empty where a route is left.

    To be advised again, at least one rule of each set has to stop applying.
    """
    laws = [rule for rule in fired if rule.gate == "must" and rule.effect in ("exclude", "choose")]
    if apply_gates(laws, workload).after_must:
        return ()
    found: list[Conflict] = []
    for size in range(1, len(laws) + 1):
        for some in combinations(laws, size):
            if not any(_within(smaller, some) for smaller in found) and not apply_gates(some, workload).after_must:
                found.append(some)
    return tuple(found)


def _within(smaller: Conflict, larger: Conflict) -> bool:
    return {rule.id for rule in smaller} <= {rule.id for rule in larger}

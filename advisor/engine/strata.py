"""The order in which findings become final: each is settled before any rule asks for it, or for its absence."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from advisor.engine.limits import MOST_LEVELS
from advisor.engine.rule_check import findings_of, where
from advisor.errors import BadKnowledge
from advisor.knowledge.rules import Rule


def finding_levels(rules: Sequence[Rule]) -> dict[str, int]:
    """The level of every finding that is derived or asked for; one asks only for findings of lower levels.

    A finding that no rule derives has level 0 and never holds. Raises BadKnowledge naming the rules when findings
    derive each other, which no order could settle, or rest on more others in a row than the engine settles in time.
    """
    needs: dict[str, set[str]] = {}
    for rule in rules:
        asked = {finding.name for finding in findings_of(rule)}
        for name in asked:
            needs.setdefault(name, set())
        if rule.derives:
            needs.setdefault(rule.derives, set()).update(asked)
    try:
        order = tuple(TopologicalSorter(needs).static_order())
    except CycleError as fault:
        raise _cycle(rules, fault.args[1]) from None
    levels: dict[str, int] = {}
    for name in order:
        levels[name] = max((levels[needed] + 1 for needed in needs[name]), default=0)
        if levels[name] > MOST_LEVELS:
            last = next(rule for rule in rules if rule.derives == name)
            raise BadKnowledge(where(last), f"findings rest on each other more than {MOST_LEVELS} deep")
    return levels


def _cycle(rules: Sequence[Rule], names: Sequence[str]) -> BadKnowledge:
    asks = set(pairwise(names))  # (asked for, derived)
    guilty = [rule for rule in rules if any((finding.name, rule.derives) in asks for finding in findings_of(rule))]
    files = ", ".join(dict.fromkeys(rule.file or "rules" for rule in guilty))
    ids = ", ".join(repr(rule.id) for rule in guilty)
    return BadKnowledge(files, f"rules {ids} derive their findings from each other", "break the circle")

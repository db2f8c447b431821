"""The knowledge base of one day with its rules compiled for both evaluators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from advisor.engine.engine import Engine
from advisor.engine.facts import kinds_of
from advisor.knowledge.pack import Knowledge, Pins
from advisor.knowledge.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Bench:
    """Licenses are asked first, since they decide which model is priced; tiers and gates afterwards."""

    knowledge: Knowledge
    parameters: Parameters
    licenses: Engine
    gates: Engine


_KEPT: dict[tuple[Pins, date], Bench] = {}
_MOST_KEPT = 8


def bench(knowledge: Knowledge, as_of: date) -> Bench:
    """Compile the rules of a day, or take them as compiled before in this process; raises BadKnowledge."""
    key = (knowledge.pins, as_of)
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _close(_KEPT.pop(next(iter(_KEPT))))
        _KEPT[key] = _compile(knowledge, as_of)
    return _KEPT[key]


def _compile(knowledge: Knowledge, as_of: date) -> Bench:
    parameters, rules, kinds = knowledge.parameters_at(as_of), knowledge.rules_at(as_of), kinds_of(knowledge)
    licenses = Engine.compile([rule for rule in rules if rule.effect == "posture"], parameters, kinds)
    gates = Engine.compile([rule for rule in rules if rule.effect != "posture"], parameters, kinds)
    return Bench(knowledge, parameters, licenses, gates)


def _close(old: Bench) -> None:
    old.licenses.close()
    old.gates.close()

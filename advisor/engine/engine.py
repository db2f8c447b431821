"""The two evaluators side by side: no advice unless they fire the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from advisor.engine.compile import compile_rules
from advisor.engine.facts import FactValue, Kinds, Readings, Thresholds, check_rules, read_facts, where
from advisor.engine.reference import Reference, compile_reference
from advisor.engine.ruleset_session import DurableRules
from advisor.engine.trace import Circumstances, Miss
from advisor.errors import EnginesDisagree
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired, and the facts that the alternative which fired tested; findings as `finding:<name>`."""

    rule: Rule
    matched: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rules that fired, in the order of the pack, and how many each evaluator fired."""

    firings: tuple[Firing, ...]
    derived: frozenset[str]
    durable_rules: int
    reference: int
    agree: bool


class Engine:
    """Rules compiled for both evaluators; a context manager that frees durable_rules' memory."""

    def __init__(self, rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> None:
        self._rules, self._kinds, self._thresholds = tuple(rules), kinds, thresholds
        self._durable = DurableRules(compile_rules(self._rules, kinds, thresholds))
        self._fires: Reference = compile_reference(self._rules, kinds, thresholds)

    @classmethod
    def compile(cls, rules: Sequence[Rule], parameters: Parameters, kinds: Kinds) -> Engine:
        """Check and compile rules, thresholds taken from the parameters of one day; raises BadKnowledge."""
        return cls(rules, kinds, check_rules(rules, parameters, kinds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the pack's order."""
        return self._rules

    @property
    def kinds(self) -> Kinds:
        """The kind of every fact that may be tested."""
        return self._kinds

    @property
    def thresholds(self) -> Thresholds:
        """Each numeric threshold as an integer, under key and parameter id."""
        return self._thresholds

    def close(self) -> None:
        """Free the ruleset; `run` is not possible afterwards, the reference is."""
        self._durable.close()

    def run(self, facts: Mapping[str, FactValue]) -> Outcome:
        """Fire the rules in both evaluators; raises EnginesDisagree naming the rules that differ."""
        readings = read_facts(facts, self._kinds)
        clauses = self._durable.fire(readings)
        expected = self._fired(readings)
        self._compare(clauses.keys(), [rule.id for rule in expected])
        derived = _derived(expected)
        seen = self._circumstances(facts, readings, derived)
        firings = tuple(Firing(rule, {key: seen.value(key) for key in clauses[rule.id].keys}) for rule in expected)
        return Outcome(firings, derived, len(clauses), len(expected), True)

    def fired(self, facts: Mapping[str, FactValue]) -> tuple[Rule, ...]:
        """The rules that fire by the reference evaluator, without a trace: the cheapest question to ask."""
        return tuple(self._fired(read_facts(facts, self._kinds)))

    def why_not(self, facts: Mapping[str, FactValue]) -> tuple[Miss, ...]:
        """Every rule that does not fire, the nearest to firing first."""
        readings = read_facts(facts, self._kinds)
        fired = self._fired(readings)
        seen = self._circumstances(facts, readings, _derived(fired))
        ids = {rule.id for rule in fired}
        misses = [Miss(rule, seen.failed(rule.when)) for rule in self._rules if rule.id not in ids]
        return tuple(sorted(misses, key=lambda miss: len(miss.failed)))

    def _fired(self, readings: Readings) -> list[Rule]:
        return [rule for rule, fires in zip(self._rules, self._fires(readings), strict=True) if fires]

    def _circumstances(
        self, facts: Mapping[str, FactValue], readings: Readings, derived: frozenset[str]
    ) -> Circumstances:
        return Circumstances(facts, readings, self._thresholds, derived)

    def _compare(self, durable: Iterable[str], reference: Iterable[str]) -> None:
        one, other = set(durable), set(reference)
        if one == other:
            return
        differing = [rule for rule in self._rules if rule.id in one ^ other]
        sides = ", ".join(f"{rule.id} ({_side(rule.id in one)})" for rule in differing)
        raise EnginesDisagree(where(differing[0]), f"the evaluators differ on {sides}", "no advice is given; report it")


def _side(in_durable: bool) -> str:
    return "fired by durable_rules alone" if in_durable else "fired by the reference alone"


def _derived(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(rule.derives for rule in rules if rule.derives)

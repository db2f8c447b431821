"""How much of the rules their cases exercise: every rule and every alternative, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from advisor.authoring.logic_lint import holds
from advisor.authoring.rule_cases import Fault, ensembles, facts_of, last_day, layers
from advisor.engine.facts import check_rules, kinds_of, read_facts, where
from advisor.engine.normalize import Disjunct, Literal, normalize
from advisor.engine.reference import compile_reference
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.rules import Rule


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rules and alternatives, each counted once for firing and once for not firing in some case."""

    rules: int
    alternatives: int
    covered: int
    faults: tuple[Fault, ...]

    @property
    def outcomes(self) -> int:
        """What there is to cover: two outcomes for every rule and every alternative."""
        return 2 * (self.rules + self.alternatives)

    @property
    def share(self) -> float:
        """Covered outcomes among all, 0–1."""
        return self.covered / self.outcomes if self.outcomes else 1.0


def cover(knowledge: Knowledge) -> Coverage:
    """Evaluate every alternative of each rule, in normal form, on the rule's own cases."""
    rules = alternatives = 0
    faults: list[Fault] = []
    for rule, disjuncts, seen in _observed(knowledge):
        rules, alternatives = rules + 1, alternatives + len(disjuncts)
        faults += [Fault(rule.file, rule.id, what) for what in _missing(disjuncts, seen)]
    return Coverage(rules, alternatives, 2 * (rules + alternatives) - len(faults), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Over the cases of one rule: whether the rule fired, whether each alternative held."""

    fired: tuple[bool, ...]
    held: tuple[tuple[bool, ...], ...]


def _observed(knowledge: Knowledge) -> Iterator[tuple[Rule, tuple[Disjunct, ...], _Seen]]:
    for known, belongs in layers(knowledge):
        yield from _observed_in(known, belongs)


def _observed_in(
    knowledge: Knowledge, belongs: Callable[[str], bool]
) -> Iterator[tuple[Rule, tuple[Disjunct, ...], _Seen]]:
    kinds = kinds_of(knowledge)
    for day, rules in ensembles(knowledge):
        thresholds = check_rules(rules, knowledge.parameters_at(day), kinds)
        fires = compile_reference(rules, kinds, thresholds)
        for number, rule in enumerate(rules):
            if last_day(rule) != day or not belongs(rule.file):
                continue
            disjuncts = normalize(rule, kinds, thresholds)
            fired, held = [], []
            for case in rule.cases:
                readings = read_facts(facts_of(case, knowledge, where(rule)), kinds)
                firing = fires(readings)
                derived = {other.derives for other, yes in zip(rules, firing, strict=True) if yes and other.derives}
                fired.append(firing[number])
                held.append(tuple(holds(disjunct, readings, derived) for disjunct in disjuncts))
            yield rule, disjuncts, _Seen(tuple(fired), tuple(held))


def _missing(disjuncts: tuple[Disjunct, ...], seen: _Seen) -> Iterator[str]:
    for wanted, words in ((True, "fires"), (False, "does not fire")):
        if wanted not in seen.fired:
            yield f"no case in which it {words}"
    for number, disjunct in enumerate(disjuncts):
        held = {case[number] for case in seen.held}
        for wanted, words in ((True, "holds"), (False, "does not hold")):
            if wanted not in held:
                yield f"no case in which {in_words(disjunct)} {words}"


def in_words(disjunct: Disjunct) -> str:
    """An alternative as an author can read it."""
    return " and ".join(_in_words(literal) for literal in disjunct)


def _in_words(literal: Literal) -> str:
    sign = {"$eq": "=", "$neq": "≠", "$lt": "<", "$lte": "≤", "$gt": ">", "$gte": "≥"}[literal.op]
    if literal.op == "$eq" and literal.value in (0, 1):
        return literal.property if literal.value else f"not {literal.property}"
    return f"{literal.property} {sign} {literal.value}"

"""Random kinds, parameters, rules and answers, drawn so that most tests are near their thresholds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from advisor.engine.facts import FactKind, FactValue
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Condition, Finding, Not, Test
from advisor.knowledge.parameters import DatedValue, Parameters, Range
from advisor.knowledge.rules import Rule

DAY = date(2026, 11, 21)
SCALES = (1, 100, 1000, 10**6, 10**9)


def draw_kinds(random: Random, count: int) -> dict[str, FactKind]:
    kinds: dict[str, FactKind] = {}
    for number in range(count):
        key = f"topic{number % 6}.key_{number}"
        kinds[key] = draw_kind(random)
    return kinds


def draw_kind(random: Random) -> FactKind:
    choices = tuple(f"c{number}" for number in range(random.randint(2, 8)))
    number = FactKind("number", scale=random.choice(SCALES))
    return random.choice((FactKind("bool"), FactKind("choice", choices), FactKind("choices", choices), number, number))


def draw_parameters(random: Random, count: int = 8) -> Parameters:
    values = {
        f"p{number}": DatedValue(DAY, "drawn", "recalled", value=random.choice((0.0, 0.5, 0.95, 1.0, 2.0, 3.5, -1.0)))
        for number in range(count)
    }
    return Parameters(DAY, values, dict.fromkeys(values, ""))


def draw_condition(
    random: Random, kinds: dict[str, FactKind], parameters: Parameters, names: list[str], depth: int
) -> Condition:
    shape = random.random()
    if depth == 0 or shape < 0.35:
        return draw_test(random, kinds, parameters, names)
    if shape < 0.5:
        return Not(draw_condition(random, kinds, parameters, names, depth - 1))
    parts = tuple(draw_condition(random, kinds, parameters, names, depth - 1) for _ in range(random.randint(1, 3)))
    return All(parts) if shape < 0.8 else AnyOf(parts)


def draw_test(random: Random, kinds: dict[str, FactKind], parameters: Parameters, names: list[str]) -> Condition:
    if names and random.random() < 0.15:
        return Finding(random.choice(names))
    key = random.choice(list(kinds))
    kind = kinds[key]
    if random.random() < 0.1:
        return Test(key, "known", random.random() < 0.5)
    if kind.kind == "bool":
        return Test(key, "is", random.random() < 0.5)
    if kind.kind == "number":
        return Test(key, random.choice(NUMBER_OPS), random.choice(list(parameters.values)))
    several = tuple(random.sample(kind.choices, random.randint(1, min(4, len(kind.choices)))))
    one, many = ("is", "in") if kind.kind == "choice" else ("has", "has_any")
    return Test(key, many, several) if random.random() < 0.4 else Test(key, one, random.choice(kind.choices))


def draw_rules(random: Random, kinds: dict[str, FactKind], parameters: Parameters, count: int) -> list[Rule]:
    """Rules of which a third derive a finding; each may ask for findings derived earlier, in shuffled file order."""
    rules: list[Rule] = []
    names: list[str] = []
    for number in range(count):
        when = draw_condition(random, kinds, parameters, names, random.randint(0, 3))
        derives = f"finding.{len(names)}" if random.random() < 0.33 else ""
        rules.append(rule(f"rule-{number}", when, derives))
        if derives:
            names.append(derives)
    random.shuffle(rules)
    return rules


def rule(id: str, when: Condition, derives: str = "") -> Rule:
    plain = Rule(id, "must", "inform", id, when, "drawn", ("drawn",), "recalled", DAY, file="drawn.toml")
    return replace(plain, gate="derive", effect="derive", derives=derives) if derives else plain


def draw_facts(random: Random, kinds: dict[str, FactKind], known: float) -> dict[str, FactValue]:
    return {key: draw_value(random, kind) for key, kind in kinds.items() if random.random() < known}


def draw_value(random: Random, kind: FactKind) -> FactValue:
    if kind.kind == "bool":
        return random.random() < 0.5
    if kind.kind == "choice":
        return random.choice(kind.choices)
    if kind.kind == "choices":
        return tuple(random.sample(kind.choices, random.randint(0, len(kind.choices))))
    ends = sorted(random.choice((0.0, 0.5, 0.95, 1.0, 2.0, 3.5, -1.0, random.uniform(-2, 4))) for _ in range(2))
    return Range.exactly(ends[0]) if random.random() < 0.5 else Range(ends[0], ends[1])

"""Rules that can never fire, add nothing or never agree; tables of conditions with gaps or overlaps."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import inf, prod

from advisor.authoring.rule_cases import Fault, last_day
from advisor.engine.facts import Kinds, Reading, Readings, Thresholds, check_rules, findings_of, kinds_of, tests_of
from advisor.engine.normalize import Disjunct, Literal, normalize
from advisor.engine.reference import compile_reference
from advisor.errors import BadKnowledge
from advisor.knowledge.conditions import AnyOf, walk
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import POSTURES, Rule

# Alternatives of a condition as sets of literals: which hold, which never can, which imply which.
#
# A numeric literal bounds one end of an answered range, and `low <= high` always: that is all the reasoning needed.


@dataclass(frozen=True, slots=True)
class EndLimits:
    """What literals say of the two ends of one answered range: each end within its own limits."""

    low_from: float = -inf
    low_to: float = inf
    high_from: float = -inf
    high_to: float = inf

    @classmethod
    def of(cls, key: str, literals: Iterable[Literal]) -> EndLimits:
        """The limits that all literals on one key leave, closed under `low <= high`."""
        low, high = [-inf, inf], [-inf, inf]
        for literal in literals:
            if literal.key == key and literal.property in (f"{key}.low", f"{key}.high"):
                end = low if literal.property.endswith(".low") else high
                first, last = _limits(literal)
                end[0], end[1] = max(end[0], first), min(end[1], last)
        return cls(low[0], min(low[1], high[1]), max(high[0], low[0]), high[1])

    @property
    def empty(self) -> bool:
        """Whether no range fits."""
        return self.low_from > self.low_to or self.high_from > self.high_to

    def within(self, other: EndLimits) -> bool:
        """Whether every range that fits here fits there."""
        return (
            self.low_from >= other.low_from
            and self.low_to <= other.low_to
            and self.high_from >= other.high_from
            and self.high_to <= other.high_to
        )


def _limits(literal: Literal) -> tuple[float, float]:
    value, step = int(literal.value), int(literal.op in ("$lt", "$gt"))
    return (-inf, value - step) if literal.op.startswith("$lt") else (value + step, inf)


def impossible(disjunct: Disjunct) -> bool:
    """Whether no facts satisfy it: a range that cannot be, or a test of an answer that must be open."""
    keys = {literal.key for literal in disjunct}
    if any(EndLimits.of(key, disjunct).empty for key in keys):
        return True
    open_keys = {literal.key for literal in disjunct if literal.property == f"{literal.key}?" and not literal.value}
    return any(literal.key in open_keys and literal.property != f"{literal.key}?" for literal in disjunct)


def implies(strong: Disjunct, weak: Disjunct) -> bool:
    """Whether facts that satisfy the first always satisfy the second (sound, not complete)."""
    return all(literal in strong or _follows(literal, strong) for literal in weak)


def _follows(literal: Literal, strong: Disjunct) -> bool:
    key = literal.key
    if literal.property == f"{key}?":
        return bool(literal.value) and any(other.key == key and other.property != f"{key}?" for other in strong)
    if literal.property in (f"{key}.low", f"{key}.high"):
        known = any(other.property in (f"{key}.low", f"{key}.high") for other in strong)
        return known and EndLimits.of(key, strong).within(EndLimits.of(key, (literal,)))
    if literal.op == "$neq":
        return any(
            other.property == literal.property and other.op == "$eq" and other.value != literal.value
            for other in strong
        )
    return False


def compatible(one: Disjunct, other: Disjunct) -> bool:
    """Whether some facts may satisfy both."""
    equal: dict[str, int | str] = {}
    for literal in (*one, *other):
        if literal.op == "$eq" and equal.setdefault(literal.property, literal.value) != literal.value:
            return False
    return not impossible((*one, *other))


# Enough situations to try a table of conditions on: for every key tested, one value on each side of each test.


MOST = 20_000
"""Above this many combinations a fixed sample of them is tried."""


def situations(rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> Iterator[Readings]:
    """Combinations of representative values of all keys that the rules test; an open answer is one of them."""
    keys = dict.fromkeys(test.key for rule in rules for test in tests_of(rule))
    values = {key: _values(key, rules, kinds, thresholds) for key in keys}
    if prod(len(each) for each in values.values()) <= MOST:
        combinations: Iterator[tuple[Reading | None, ...]] = product(*values.values())
    else:
        choose = random.Random(0).choice  # the same sample every time
        combinations = (tuple(choose(each) for each in values.values()) for _ in range(MOST))
    for combination in combinations:
        yield {key: value for key, value in zip(values, combination, strict=True) if value is not None}


def _values(key: str, rules: Sequence[Rule], kinds: Kinds, thresholds: Thresholds) -> list[Reading | None]:
    kind = kinds[key]
    if kind.kind == "bool":
        return [None, False, True]
    if kind.kind == "number":
        names = {str(test.value) for rule in rules for test in tests_of(rule) if test.key == key}
        return [None, *_ranges(sorted(thresholds[key, name] for name in names if (key, name) in thresholds))]
    named = [
        value
        for rule in rules
        for test in tests_of(rule)
        if test.key == key and not isinstance(test.value, bool)
        for value in (test.value if isinstance(test.value, tuple) else (test.value,))
    ]
    others = [choice for choice in kind.choices if choice not in named][:1]
    single = list(dict.fromkeys([*named, *others]))
    return [None, *single] if kind.kind == "choice" else [None, frozenset(), *(frozenset([one]) for one in single)]


def _ranges(thresholds: list[int]) -> list[tuple[int, int]]:
    points = sorted({step for threshold in thresholds for step in (threshold - 1, threshold, threshold + 1)})
    exact = [(point, point) for point in points]
    return exact + [(threshold - 1, threshold + 1) for threshold in thresholds]


Alternatives = Mapping[str, tuple[Disjunct, ...]]


def logical_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Unreachable, contradictory and subsumed rules and alternatives; only for rules whose tests fit their facts."""
    kinds = kinds_of(knowledge)
    parameters = {day: knowledge.parameters_at(day) for day in {last_day(rule) for rule in knowledge.rules}}
    found: dict[str, tuple[Disjunct, ...]] = {}
    for rule in knowledge.rules:
        try:
            thresholds = check_rules([rule], parameters[last_day(rule)], kinds)
            found[rule.id] = _possible(rule, kinds, thresholds)
            yield from _own_faults(rule, found[rule.id], kinds, thresholds)
        except BadKnowledge:
            continue  # reported where the tests are compared with the facts
    rules = [rule for rule in knowledge.rules if rule.id in found]
    for rule in rules:
        for other in rules:
            in_force_together = rule.since <= last_day(other) and other.since <= last_day(rule)
            if rule.id != other.id and in_force_together:
                yield from _between(rule, other, found)


def _possible(rule: Rule, kinds: Kinds, thresholds: Thresholds) -> tuple[Disjunct, ...]:
    return tuple(disjunct for disjunct in normalize(rule, kinds, thresholds) if not impossible(disjunct))


def _own_faults(
    rule: Rule, alternatives: tuple[Disjunct, ...], kinds: Kinds, thresholds: Thresholds
) -> Iterator[Fault]:
    if not alternatives:
        yield Fault(rule.file, rule.id, "can never fire: its condition contradicts itself")
        return
    branches = [part for part, _ in walk(rule.when, negated=False) if isinstance(part, AnyOf)]
    for branch in branches:
        parts = [_possible(replace(rule, when=part), kinds, thresholds) for part in branch.parts]
        for number, part in enumerate(parts):
            others = [other for place, rest in enumerate(parts) if place != number for other in rest]
            name = f"alternative {number + 1} of {len(parts)}"
            if not part:
                yield Fault(rule.file, rule.id, f"{name} can never hold")
            elif all(any(implies(one, other) for other in others) for one in part):
                yield Fault(rule.file, rule.id, f"{name} adds nothing to the others")


def _between(rule: Rule, other: Rule, found: Alternatives) -> Iterator[Fault]:
    silent = _says_no_more(rule, other) and not (_says_no_more(other, rule) and rule.id < other.id)
    if silent and _implies(rule, other, found):
        yield Fault(rule.file, rule.id, f"is subsumed: {other.id!r} fires whenever it does, and says as much")
    if rule.effect != "choose" or rule.gate != other.gate:
        return
    if other.effect == "exclude" and set(rule.options) <= set(other.options) and _implies(rule, other, found):
        yield Fault(rule.file, rule.id, f"chooses what {other.id!r} always excludes")
    may_meet = any(compatible(one, its) for one in found[rule.id] for its in found[other.id])
    if other.effect == "choose" and not set(rule.options) & set(other.options) and may_meet:
        yield Fault(rule.file, rule.id, f"contradicts {other.id!r}: both can fire and choose different routes")


def _says_no_more(rule: Rule, other: Rule) -> bool:
    """Whether a rule has no effect of its own where the other one fires too; tasks and conditions always have one."""
    if (rule.gate, rule.effect) != (other.gate, other.effect):
        return False
    if rule.effect == "derive":
        return rule.derives == other.derives
    if rule.effect == "posture":
        worse = POSTURES.index(other.posture) >= POSTURES.index(rule.posture)
        return rule.license == other.license and worse and rule.because == other.because
    if rule.effect in ("exclude", "choose"):
        return set(rule.options) <= set(other.options) and rule.kind == other.kind
    return rule.effect == "prefer" and rule.order >= other.order and set(rule.options) <= set(other.options)


def _implies(rule: Rule, other: Rule, found: Alternatives) -> bool:
    """Whether the other rule fires whenever this one does."""
    return all(any(implies(one, its) for its in found[other.id]) for one in found[rule.id])


# Decision tables have neither gaps nor overlaps: in every situation one row holds, and every row holds in some.


def table_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Check the rules that derive one choice each of the same question: exactly one of them must fire."""
    kinds, parameters = kinds_of(knowledge), knowledge.parameters_at(date.max)
    deriving = [rule for rule in knowledge.rules_at(date.max) if rule.derives]
    for question in knowledge.questions.values():
        choices = {choice.id for choice in question.choices}
        table = [rule for rule in deriving if rule.derives in choices]
        if len(table) > 1:
            yield from _exactly_one(table, deriving, parameters, kinds)


def _exactly_one(
    table: Sequence[Rule], deriving: Sequence[Rule], parameters: Parameters, kinds: Kinds
) -> Iterator[Fault]:
    try:
        thresholds = check_rules(deriving, parameters, kinds)
    except BadKnowledge:
        return  # reported where the tests are compared with the facts
    fires = compile_reference(deriving, kinds, thresholds)
    members, derives = [rule in table for rule in deriving], {rule.id: rule.derives for rule in deriving}
    reported: set[tuple[str, ...]] = set()
    for readings in situations(_with_findings_read(table, deriving), kinds, thresholds):
        firing = fires(readings)
        rows = tuple(rule.id for rule, fired, row in zip(deriving, firing, members, strict=True) if fired and row)
        if len({derives[rule] for rule in rows}) != 1 and rows not in reported:
            reported.add(rows)
            what = f"overlaps with {', '.join(rows[1:])}" if rows else "leaves a gap"
            yield Fault(table[0].file, rows[0] if rows else table[0].id, f"{what} where {in_words(readings)}")


def _with_findings_read(table: Sequence[Rule], deriving: Sequence[Rule]) -> list[Rule]:
    """The rules of a table, and those that derive what they read: a situation varies all that these test."""
    found = list(table)
    for rule in found:
        read = {finding.name for finding in findings_of(rule)}
        found += [each for each in deriving if each.derives in read and each not in found]
    return found


def in_words(readings: Readings) -> str:
    """A situation on one line, open answers left out."""
    parts = [f"{key} = {sorted(value) if isinstance(value, frozenset) else value}" for key, value in readings.items()]
    return ", ".join(parts) or "nothing is answered"

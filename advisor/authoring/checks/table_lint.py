"""Decision tables have neither gaps nor overlaps: in every situation one row holds, and every row holds in some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.samples import situations
from advisor.engine.facts import Kinds, Readings, kinds_of
from advisor.engine.reference import compile_reference
from advisor.engine.rule_check import check_rules
from advisor.errors import BadKnowledge
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule


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
    members = [rule in table for rule in deriving]
    reported: set[tuple[str, ...]] = set()
    for readings in situations(table, kinds, thresholds):
        firing = fires(readings)
        rows = tuple(rule.id for rule, fired, row in zip(deriving, firing, members, strict=True) if fired and row)
        if len({_derives(rule, deriving) for rule in rows}) != 1 and rows not in reported:
            reported.add(rows)
            what = f"overlaps with {', '.join(rows[1:])}" if rows else "leaves a gap"
            yield Fault(table[0].file, rows[0] if rows else table[0].id, f"{what} where {in_words(readings)}")


def _derives(rule_id: str, rules: Sequence[Rule]) -> str:
    return next(rule.derives for rule in rules if rule.id == rule_id)


def in_words(readings: Readings) -> str:
    """A situation on one line, open answers left out."""
    parts = [f"{key} = {sorted(value) if isinstance(value, frozenset) else value}" for key, value in readings.items()]
    return ", ".join(parts) or "nothing is answered"

"""The cases of the rules, run in both evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.authoring.checks.lint_fault import Fault
from advisor.authoring.checks.lint_order import ensembles, last_day
from advisor.authoring.pack_layers import layers
from advisor.engine.engine import Engine
from advisor.engine.facts import FactValue, fact_kind, kinds_of
from advisor.engine.rule_check import where
from advisor.errors import BadInput, BadKnowledge, EnginesDisagree, nearest
from advisor.interview.wording.quantities import parse
from advisor.knowledge.packs.pack import Knowledge
from advisor.knowledge.packs.pack_paths import errors_in_folders
from advisor.knowledge.rules import Case, Rule


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How many cases were tried, and what went wrong in them."""

    tried: int
    faults: tuple[Fault, ...]


def try_cases(knowledge: Knowledge) -> CaseReport:
    """Run every case in durable_rules and in the reference evaluator; a case fails when its rule does otherwise.

    Each rule is tried among all rules it runs with, as of the last day it is in force.
    """
    results = list(_results(knowledge))
    return CaseReport(len(results), tuple(fault for fault in results if fault is not None))


def _results(knowledge: Knowledge) -> Iterator[Fault | None]:
    for known, belongs in layers(knowledge):
        kinds = kinds_of(known)
        for day, rules in ensembles(known):
            if not any(belongs(rule.file) for rule in rules):
                continue
            with errors_in_folders(knowledge.folders):
                compiled = Engine.compile(rules, known.parameters_at(day), kinds)
            with compiled as engine:
                for rule in (rule for rule in rules if last_day(rule) == day and belongs(rule.file)):
                    for case in rule.cases:
                        yield _try(engine, rule, case, known)


def _try(engine: Engine, rule: Rule, case: Case, knowledge: Knowledge) -> Fault | None:
    try:
        outcome = engine.run(facts_of(case, knowledge, where(rule)))
    except (BadInput, BadKnowledge, EnginesDisagree) as error:
        return Fault(rule.file, rule.id, f"case {case.name!r}: {error.sentence}")
    fired = any(firing.rule.id == rule.id for firing in outcome.firings)
    if fired == case.fires:
        return None
    done = "fires" if fired else "does not fire"
    return Fault(rule.file, rule.id, f"case {case.name!r} {done}, unlike what it declares")


def facts_of(case: Case, knowledge: Knowledge, place: str) -> dict[str, FactValue]:
    """What a case gives, typed as answers and derived facts are; raises BadInput or BadKnowledge naming the key."""
    return typed_facts(case.given, knowledge, f"{place} case {case.name!r}")


def typed_facts(given: Mapping[str, object], knowledge: Knowledge, place: str) -> dict[str, FactValue]:
    """Raw TOML values as facts; "unknown" leaves one out."""
    return {key: _typed(key, raw, knowledge, f"{place}: {key}") for key, raw in given.items() if raw != "unknown"}


def _typed(key: str, raw: object, knowledge: Knowledge, place: str) -> FactValue:
    declared = knowledge.questions.get(key) or knowledge.facts.get(key)
    if declared is None:
        raise BadKnowledge(place, "no such question or fact", nearest(key, (*knowledge.questions, *knowledge.facts)))
    kind = fact_kind(declared.kind).kind
    if kind == "number":
        return parse(raw, declared.kind, place)
    if kind == "choices" and isinstance(raw, (list, tuple)):
        return tuple(str(each) for each in raw)
    if isinstance(raw, (bool, str)):
        return raw
    raise BadKnowledge(place, f"{raw!r} is not a {kind}")

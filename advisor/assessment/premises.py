"""Every parameter, price row and threshold that a verdict used: what a record must hold to be followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from advisor.assessment.model import Premise
from advisor.assessment.provenance import figures_of, figures_used
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation
from advisor.engine.rule_check import tests_of
from advisor.knowledge.conditions import NUMBER_OPS
from advisor.knowledge.packs.pack import Knowledge

_MOST_NAMED = 5
_OF_STEPS = (
    "gate.tie_share",
    "gate.hybrid_margin",
    "gate.firm_share",
    "gate.spend_contradiction",
    "open.tries",
    "gate.confidence_gap",
)
_OF_FACTS = ("gate.accuracy_interval", "quality.interval_z", "people.fleet_base_gpus", "people.fleet_growth")


def premises(evaluation: Evaluation, knowledge: Knowledge, at: CompiledKnowledge) -> tuple[Premise, ...]:
    """Figures the standing routes were priced with, thresholds of the rules that fired, and those of the steps."""
    used = [
        Premise(one.name, one.value, one.since, one.source, one.grade) for one in figures_used(evaluation, knowledge)
    ]
    known = {one.parameter for one in used}
    more = [_parameter(name, at) for name in dict.fromkeys(_thresholds(evaluation)) if name not in known]
    return tuple(sorted([*used, *more], key=lambda one: one.parameter))


def dated_later(used: Sequence[Premise], as_of: date) -> tuple[str, ...]:
    """One sentence where figures are used that were not yet known on the day: nothing older is."""
    later = [one.parameter for one in used if one.since > as_of]
    if not later:
        return ()
    more = f" and {len(later) - _MOST_NAMED} more" if len(later) > _MOST_NAMED else ""
    named = ", ".join(later[:_MOST_NAMED]) + more
    return (f"On {as_of} these figures were not known yet, and no older ones are: {named}",)


def _thresholds(evaluation: Evaluation) -> Iterator[str]:
    findings = evaluation.findings
    for rule in (*findings.fired, *findings.postures):
        yield from (str(test.value) for test in tests_of(rule) if test.op in NUMBER_OPS)
    yield from _OF_STEPS
    yield from _OF_FACTS


def _parameter(name: str, at: CompiledKnowledge) -> Premise:
    dated = at.parameters.dated(name)
    return Premise(name, figures_of(dated), dated.since, dated.source, dated.grade)

"""Why a verdict is what it is: from answers through findings to gates; what nearly fired, and what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import get_args

from advisor.analysis.analysis_results import Flip
from advisor.assessment.findings import candidates
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation
from advisor.engine.engine import Firing
from advisor.engine.facts import FactValue
from advisor.engine.rule_check import tests_of
from advisor.engine.trace import Miss
from advisor.interview.answers import UNKNOWN
from advisor.knowledge.conditions import NUMBER_OPS
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import ROUTES, Rule
from advisor.report.open_inputs import need, seen, written
from advisor.report.phrases import figure

_FINDING = "finding:"


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a rule saw, and where it comes from: an answer, a computation, or other rules.

    `words` is the value as a person would say it.
    """

    key: str
    value: str
    origin: str
    words: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parameter that a rule compared with, as of the assessment date."""

    parameter: str
    value: str
    unit: str
    since: date
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Link:
    """A rule that fired: what it saw, what it compared with, and the rules whose findings it built upon.

    `set_aside` tells that the rule excluded the last route left, so that it became a condition instead.
    """

    rule: str
    title: str
    gate: str
    effect: str
    routes: tuple[str, ...]
    because: str
    seen: tuple[Seen, ...]
    thresholds: tuple[Threshold, ...]
    builds_on: tuple[Link, ...]
    sources: tuple[str, ...]
    grade: str
    file: str
    set_aside: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that did not fire, and the fewest answers that keep it from firing."""

    rule: str
    title: str
    gate: str
    effect: str
    routes: tuple[str, ...]
    needs: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rules that fired, those that did not with the nearest first, and single answers that change the route."""

    fired: tuple[Link, ...]
    near: tuple[Near, ...]
    changes: dict[str, tuple[Flip, ...]]


def explain(evaluation: Evaluation, at: CompiledKnowledge, flips: Iterable[Flip] = ()) -> Explanation:
    """Trace one judgement by the rules and parameters of its day."""
    licenses = frozenset(at.knowledge.catalog.models[model].license for model in candidates(evaluation))
    firings = [
        *(one for one in evaluation.findings.licenses.firings if one.rule.license in licenses),
        *evaluation.findings.gates.firings,
    ]
    given = {key: value for key, value in evaluation.findings.facts.items() if key in at.knowledge.questions}
    misses = [
        *(miss for miss in at.licenses.why_not(given) if miss.rule.license in licenses),
        *at.gates.why_not(evaluation.findings.facts),
    ]
    near = sorted((_near(miss, at) for miss in misses), key=lambda one: len(one.needs))
    trace = _Trace(firings, frozenset(rule.id for rule in evaluation.findings.standing.set_aside), at)
    return Explanation(tuple(_link(one, trace) for one in firings), tuple(near), grouped(flips))


@dataclass(frozen=True, slots=True)
class _Trace:
    """All that fired together, which of it was set aside, and the knowledge in use."""

    firings: Collection[Firing]
    set_aside: frozenset[str]
    at: CompiledKnowledge


def _link(firing: Firing, trace: _Trace) -> Link:
    rule, matched = firing.rule, firing.matched.items()
    held = {_name(key) for key, value in matched if key.startswith(_FINDING) and value}
    return Link(
        rule=rule.id,
        title=rule.title,
        gate=shown_gate(rule),
        effect=rule.effect,
        routes=routes_of(rule),
        because=rule.because,
        seen=tuple(_seen(key, value, trace.at) for key, value in matched),
        thresholds=_thresholds(firing, trace.at),
        builds_on=tuple(_link(one, trace) for one in trace.firings if one.rule.derives and one.rule.derives in held),
        sources=rule.sources,
        grade=rule.grade,
        file=rule.file,
        set_aside=rule.id in trace.set_aside,
    )


def routes_of(rule: Rule) -> tuple[str, ...]:
    """The routes a rule bears on; one that chooses routes excludes all others."""
    if rule.effect == "choose":
        return tuple(route for route in ROUTES if route not in rule.options)
    return rule.options


def shown_gate(rule: Rule) -> str:
    """The gate a reader looks for: conditions on licenses stand apart, before all gates."""
    return "license" if rule.effect == "posture" else rule.gate


def _seen(key: str, value: FactValue, at: CompiledKnowledge) -> Seen:
    return Seen(_name(key), written(value), _origin(key, value, at), seen(key, value))


def _name(key: str) -> str:
    return key.removeprefix(_FINDING)


def _origin(key: str, value: FactValue, at: CompiledKnowledge) -> str:
    if key.startswith(_FINDING):
        return "derived by rules"
    if key in at.knowledge.facts:
        return f"computed: {at.knowledge.facts[key].how}"
    return "left open" if value == UNKNOWN else "your answer"


def _thresholds(firing: Firing, at: CompiledKnowledge) -> tuple[Threshold, ...]:
    """The parameters of the tests that matched, each once."""
    tests = [test for test in tests_of(firing.rule) if test.op in NUMBER_OPS and test.key in firing.matched]
    return tuple(_threshold(name, at) for name in dict.fromkeys(str(test.value) for test in tests))


def _threshold(name: str, at: CompiledKnowledge) -> Threshold:
    dated, unit = at.parameters.dated(name), at.parameters.units[name]
    return Threshold(name, figure(dated.range), unit, dated.since, dated.source, dated.grade)


def _near(miss: Miss, at: CompiledKnowledge) -> Near:
    rule = miss.rule
    return Near(
        rule=rule.id,
        title=rule.title,
        gate=shown_gate(rule),
        effect=rule.effect,
        routes=routes_of(rule),
        needs=tuple(need(test, at.parameters) for test in miss.failed),
        keys=tuple(dict.fromkeys(_name(test.key) for test in miss.failed)),
    )


def grouped(flips: Iterable[Flip]) -> dict[str, tuple[Flip, ...]]:
    """Single answers by what one would do about them: measure, negotiate, staff, or decide otherwise."""
    found = list(flips)
    return {name: tuple(flip for flip in found if flip.act == name) for name in get_args(FlipAction)}

"""Why a verdict is what it is: from answers through findings to gates; what nearly fired, what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import get_args

from advisor.analysis.analysis_results import Flip
from advisor.assessment.findings import candidates
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation
from advisor.engine.engine import FailedTest, Firing, Miss
from advisor.engine.facts import FactValue, tests_of
from advisor.interview.answer_format import in_unit
from advisor.interview.answer_words import answer_words
from advisor.interview.answers import UNKNOWN
from advisor.knowledge.conditions import NUMBER_OPS, Test
from advisor.knowledge.labels import label, question_of, rule_label
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import ROUTES, Rule
from advisor.report.phrases import figure, plain_value

# A test that failed, in words: what would have to be answered instead.


_COMPARED = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least"}


def need(test: FailedTest, parameters: Parameters) -> str:
    """What a test asks for, and what it found: `“Who uses it?” to be The public (it is Our own people)`."""
    if test.op == "finding":
        return f"“{rule_label(str(test.value))}” {'to hold' if test.wanted else 'not to hold'}"
    negation = "" if test.wanted else "not "
    return f"“{label(test.key)}” {negation}to {asked(test, parameters)} (it is {seen(test.key, test.current)})"


def asked(test: FailedTest | Test, parameters: Parameters) -> str:
    """What a test asks of an answer or fact: `be yes`, `include one of: HIPAA, GDPR`, `be at least 2 FTE (…)`."""
    if test.op == "known":
        return "be answered" if test.value else "be left open"
    if isinstance(test.value, tuple):
        choices = ", ".join(seen(test.key, value) for value in test.value)
        return f"{'include' if test.op == 'has_any' else 'be'} one of: {choices}"
    if test.op == "has":
        return f"include {seen(test.key, test.value)}"
    if isinstance(test.value, bool) or test.op == "is":
        return f"be {seen(test.key, test.value)}"
    maybe = "possibly " if test.op.startswith("may_be_") else ""
    return f"be {maybe}{_COMPARED[test.op.removeprefix('may_be_')]} {threshold(str(test.value), parameters)}"


def threshold(name: str, parameters: Parameters) -> str:
    """A parameter's current value with its unit and title."""
    return f"{_with_unit(parameters.range(name), parameters.units[name])} ({label(name)})"


def _with_unit(value: Range, unit: str) -> str:
    """A parameter's figure as a person reads it: a share in percent, else with its unit."""
    if unit == "share":
        return in_unit(value, "share", unit)
    return f"{figure(value)}{f' {unit}' if unit else ''}"


def seen(key: str, value: object) -> str:
    """A value as a reader would say it: of an answer in the words of its question, else plainly."""
    if isinstance(value, Range):
        question = question_of(key)
        return in_unit(value, question.kind, question.unit) if question is not None else figure(value)
    if value is None or value == UNKNOWN or question_of(key) is None:
        return plain_value(value)
    return answer_words(key, list(value) if isinstance(value, tuple) else value)


def written(value: object) -> str:
    """A fact as a reader would say it."""
    return figure(value) if isinstance(value, Range) else plain_value(value)


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
    """A parameter that a rule compared with, as of the assessment date; `value` is in words, with its unit."""

    parameter: str
    value: str
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
    return Threshold(name, _with_unit(dated.range, unit), dated.since, dated.source, dated.grade)


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

"""Why a verdict is what it is: from answers through findings to gates; what nearly fired, what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from advisor.analysis.analysis_results import Flip
from advisor.analysis.flips import FlipPair
from advisor.assessment.findings import STEPS, candidates
from advisor.assessment.model import Assessment, FiredRule, Option
from advisor.decision.compiled import CompiledKnowledge
from advisor.decision.evaluate import Evaluation
from advisor.engine.engine import FailedTest, Firing, Miss
from advisor.engine.facts import FactValue, tests_of
from advisor.interview.answer_format import in_unit
from advisor.interview.answers import UNKNOWN, answer_words
from advisor.knowledge.conditions import NUMBER_OPS, All, AnyOf, Condition, Finding, Not, Test
from advisor.knowledge.labels import (
    finding_words,
    gate_name,
    in_words,
    label,
    question_of,
    route_name,
    rule_label,
    source_label,
    with_route_names,
)
from advisor.knowledge.parameters import Parameters, Range
from advisor.knowledge.questions import FlipAction
from advisor.knowledge.rules import UNKNOWN_PLACE, Rule
from advisor.report.phrases import fact_words, joined, plain_range, plain_value, price_row, standing
from advisor.report.phrases import flips as flip_rows
from advisor.text import labeled, visible, wrap

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
    return f"{plain_range(value)}{f' {unit}' if unit else ''}"


def seen(key: str, value: object) -> str:
    """A value as a reader would say it: of an answer in the words of its question, else plainly."""
    if isinstance(value, Range):
        question = question_of(key)
        return in_unit(value, question.kind, question.unit) if question is not None else plain_range(value)
    if value is None or value == UNKNOWN or question_of(key) is None:
        return fact_words(key, value)
    return answer_words(key, list(value) if isinstance(value, tuple) else value)


def written(value: object) -> str:
    """A fact as a reader would say it."""
    return plain_range(value) if isinstance(value, Range) else plain_value(value)


_FINDING = "finding:"
_DERIVED = "derived by rules"
"""Where a value comes from that other rules found."""


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
        routes=rule.bears_on,
        because=rule.because,
        seen=tuple(_seen(key, value, trace.at) for key, value in matched),
        thresholds=_thresholds(firing, trace.at),
        builds_on=tuple(_link(one, trace) for one in trace.firings if one.rule.derives and one.rule.derives in held),
        sources=rule.sources,
        grade=rule.grade,
        file=rule.file,
        set_aside=rule.id in trace.set_aside,
    )


def shown_gate(rule: Rule) -> str:
    """The gate a reader looks for: conditions on licenses stand apart, before all gates."""
    return "license" if rule.effect == "posture" else rule.gate


def _seen(key: str, value: FactValue, at: CompiledKnowledge) -> Seen:
    return Seen(_name(key), written(value), _origin(key, value, at), seen(key, value))


def _name(key: str) -> str:
    return key.removeprefix(_FINDING)


def _origin(key: str, value: FactValue, at: CompiledKnowledge) -> str:
    if key.startswith(_FINDING):
        return _DERIVED
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
        routes=rule.bears_on,
        needs=tuple(need(test, at.parameters) for test in miss.failed),
        keys=tuple(dict.fromkeys(_name(test.key) for test in miss.failed)),
    )


def grouped(flips: Iterable[Flip]) -> dict[str, tuple[Flip, ...]]:
    """Single answers by what one would do about them: measure, negotiate, staff, or decide otherwise."""
    found = list(flips)
    return {name: tuple(flip for flip in found if flip.act == name) for name in get_args(FlipAction)}


# An explanation as text: gate by gate what fired and on which answers, what nearly fired, what would change.


_GATES = ("license", "derive", "must", "can", "worth", "prefer")
_TITLES = {
    "license": "LICENSES",
    "derive": "DERIVED",
    "must": "LAW, CONTRACT AND PHYSICS",
    "can": "PEOPLE, QUALITY AND LATENCY",
    "worth": "THE LOWEST COST",
    "prefer": "PREFERENCE IN A TIE",
}
_DOES = {
    "exclude": "excludes", "choose": "rules out", "require": "is a condition for", "task": "adds a task for",
    "prefer": "favors", "inform": "informs about", "posture": "applies to the license of",
}  # fmt: skip
_GROUPS = {
    "measure": "What to measure",
    "negotiate": "What to negotiate",
    "staff": "What to staff",
    "decide": "What to decide otherwise",
}
_NEAREST = 8
_NO_STEP = "This step was not reached: the gates before it left one route, or there was no tie to break."
_ORDER = ("must", "can", "worth", "prefer", "license", "derive")


def why_text(assessment: Assessment, found: Explanation) -> str:
    """The whole explanation of one verdict."""
    lines = [*_wrapped(verdict_line(assessment), 0), ""]
    for gate in _GATES:
        lines += _gate(gate, assessment, found)
    lines += ["Rules that nearly fired, the closest first", *_nearest(found.near), ""]
    lines += _changes(found)
    return "\n".join(lines).rstrip()


def pairs_text(pairs: Sequence[FlipPair]) -> str:
    """Pairs of answers that change the verdict together where neither does alone."""
    if not pairs:
        return "No two answers change the verdict together where neither does alone."
    lines = ["What two answers would change together, and neither alone"]
    for pair in pairs:
        both = " and ".join(f"{label(key)} {answer_words(key, to)}" for key, to in zip(pair.keys, pair.to, strict=True))
        lines += _wrapped(f"{both}: {route_name(pair.verdict)}", 2)
    return "\n".join(lines)


def rule_text(assessment: Assessment, found: Explanation, rule: str) -> str:
    """Why one rule fired, or why it did not; of a step of the costs, what it compared."""
    if rule in STEPS:
        return "\n".join(
            [*_wrapped(verdict_line(assessment), 0), "", *(_step_lines(rule, assessment) or _wrapped(_NO_STEP, 2))]
        )
    fired = [line for link in found.fired if link.rule == rule for line in link_lines(link)]
    missed = [line for near in found.near if near.rule == rule for line in near_lines(near)]
    head = f"“{rule_label(rule)}” {'fired' if fired else 'did not fire'}"
    return "\n".join([*_wrapped(verdict_line(assessment), 0), "", head, *fired, *missed])


def route_text(assessment: Assessment, found: Explanation, option: Option) -> str:
    """Why one route is chosen, stands or is excluded, and every rule that bears on it."""
    lines = [
        *_wrapped(verdict_line(assessment), 0),
        "",
        *_wrapped(f"{route_name(option.option)}: {_standing(option, assessment)}", 0),
        "",
    ]
    for link in found.fired:
        if option.option in link.routes:
            lines += link_lines(link)
    return "\n".join(lines).rstrip()


def _standing(option: Option, assessment: Assessment) -> str:
    p10, p50, p90 = price_row(option)
    cost = f"{p50} a month ({p10} to {p90})" if option.priced else "no eligible provider has a price"
    share = "" if option.state == "excluded" else f", cheapest in {standing(option, assessment)}"
    state = standing(option, assessment) if option.state == "excluded" else option.state
    return f"{state}; {cost}{share}"


def verdict_line(assessment: Assessment) -> str:
    """Workload, route, gate and status in one line."""
    verdict = assessment.verdict
    heading = f"{route_name(verdict.option).upper()}, decided by {gate_name(verdict.decided_by)}, {verdict.status}"
    return visible(f"{assessment.workload}: {heading}, as of {assessment.as_of}")


def _gate(gate: str, assessment: Assessment, found: Explanation) -> list[str]:
    used = {below.rule for link in found.fired for below in link.builds_on}
    shown = [link for link in found.fired if link.gate == gate and link.rule not in used]
    lines = [line for link in shown for line in link_lines(link)]
    lines += _steps(gate, assessment, found)
    if gate == assessment.verdict.decided_by:
        lines += _wrapped(f"Here it was decided: {with_route_names(assessment.verdict.summary)}", 2)
    return [_TITLES[gate], *lines, ""] if lines else []


def _steps(gate: str, assessment: Assessment, found: Explanation) -> Iterator[str]:
    """What costs decided: the findings of *worth* and *prefer* that no rule of the pack made."""
    ruled = {link.rule for link in found.fired}
    for step in assessment.findings:
        if step.gate == gate and gate in ("worth", "prefer") and step.rule not in ruled:
            yield from _step_text(step)


def _step_lines(rule: str, assessment: Assessment) -> list[str]:
    return [line for step in assessment.findings if step.rule == rule for line in _step_text(step)]


def _step_text(step: FiredRule) -> Iterator[str]:
    yield from _wrapped(_spelled_out(step.title or rule_label(step.rule)), 2)
    yield from _wrapped(with_route_names(_spelled_out(step.because)), 4)


def _spelled_out(text: str) -> str:
    """A step's sentence with the word for what records call P50."""
    return text.replace("P50", "median")


def link_lines(link: Link, depth: int = 1) -> Iterator[str]:
    """One rule: what it does, why, what it saw, what it compared with, and what it builds upon."""
    does = f": {_DOES[link.effect]} {_routes(link.routes)}" if link.effect in _DOES and link.routes else ""
    aside = ", set aside as nothing else is left: a condition now" if link.set_aside else ""
    yield from _wrapped(f"{link.title or rule_label(link.rule)}{does}{aside}", 2 * depth)
    yield from _wrapped(link.because, 2 * depth + 2)
    for seen in link.seen:
        yield from _wrapped(_saw(seen), 2 * depth + 2)
    for bar in link.thresholds:
        evidence = f"{source_label(bar.source)}; {bar.grade}, since {bar.since}"
        yield from _wrapped(f"compared with {label(bar.parameter)}: {bar.value} ({evidence})", 2 * depth + 2)
    named = "; ".join(source_label(name) for name in link.sources)
    yield from _wrapped(f"based on {named} ({link.grade})", 2 * depth + 2)
    yield from _wrapped(f"rule {link.rule} in {link.file}", 2 * depth + 2)
    for below in link.builds_on:
        yield from link_lines(below, depth + 2)


def _saw(seen: Seen) -> str:
    if seen.origin == _DERIVED:
        return f"saw {finding_words(seen.key, seen.words == 'yes')} ({seen.origin})"
    question = question_of(seen.key)
    name = question.text if question is not None else f"{label(seen.key)}:"
    return f"saw {name} {seen.words} ({in_words(seen.origin)})"


def near_lines(near: Near) -> Iterator[str]:
    """One rule that did not fire, and what it would have needed."""
    does = f": {_DOES[near.effect]} {_routes(near.routes)}" if near.effect in _DOES and near.routes else ""
    yield from _wrapped(f"{near.title or rule_label(near.rule)}{does}", 2)
    for needed in near.needs:
        yield from _wrapped(f"needs {needed}", 4)


def _nearest(near: Sequence[Near]) -> list[str]:
    """The rules that could move a route; what only derives or informs is left to JSON."""
    moving = [one for one in near if one.effect in ("exclude", "choose", "require", "prefer", "posture")]
    moving.sort(key=lambda one: (len(one.needs), _ORDER.index(one.gate)))
    return [line for one in moving[:_NEAREST] for line in near_lines(one)]


def _changes(found: Explanation) -> list[str]:
    lines: list[str] = []
    for name, title in _GROUPS.items():
        evidence = flip_rows(found.changes[name])
        if evidence:
            lines += [title, *(line for text in evidence for line in _wrapped(text, 2)), ""]
    return lines


def _routes(routes: Sequence[str]) -> str:
    return joined([route_name(route) for route in routes])


def _wrapped(text: str, indent: int) -> list[str]:
    lead = " " * indent
    return wrap(text, lead=lead, hanging=lead + "  ")


# One rule of a pack in words: what it does, when it holds, why, what it is based on, and the cases that show it.


_RULE_DOES = {**_DOES, "choose": "leaves only"}


def rule_page(rule: Rule, parameters: Parameters) -> str:
    """The rule as lines of at most 80 columns, by the parameters of a day."""
    until = f" until {rule.until}" if rule.until else ""
    shows = [f"{one.name}: {'holds' if one.fires else 'does not hold'}" for one in rule.cases]
    blocks = (
        [rule.id, *wrap(rule.title)],
        labeled("does", [_does(rule)]),
        ["when", *_condition(rule.when, parameters, 1)],
        labeled("why", [rule.because]),
        labeled("place", [_place(rule)] if rule.place else []),
        labeled("sources", [f"{source_label(name)}" for name in rule.sources]),
        labeled("grade", [rule.grade]),
        labeled("in force", [f"since {rule.since}{until}"]),
        labeled("cases", shows),
        labeled("file", [rule.file]),
    )
    return "\n".join(line for block in blocks for line in block)


def _does(rule: Rule) -> str:
    if rule.effect == "derive":
        return f"finds “{rule_label(rule.derives)}” for other rules"
    if rule.effect == "posture":
        return f"{rule_label(rule.license)}: {rule.posture}"
    return (
        f"{_RULE_DOES[rule.effect]} {joined([route_name(route) for route in rule.options])}, by {gate_name(rule.gate)}"
    )


def _place(rule: Rule) -> str:
    return "unknown: the license's text could not be read" if rule.place == UNKNOWN_PLACE else rule.place


def _condition(condition: Condition, parameters: Parameters, depth: int) -> Iterator[str]:
    lead = "  " * depth
    if isinstance(condition, All | AnyOf):
        yield f"{lead}{'all of' if isinstance(condition, All) else 'any of'}"
        for part in condition.parts:
            yield from _condition(part, parameters, depth + 1)
    elif isinstance(condition, Not):
        yield f"{lead}not"
        yield from _condition(condition.part, parameters, depth + 1)
    else:
        if isinstance(condition, Finding):
            text = f"“{rule_label(condition.name)}” holds"
        else:
            text = f"“{label(condition.key)}” has to {asked(condition, parameters)}"
        yield from wrap(text, lead=lead, hanging=f"{lead}  ")

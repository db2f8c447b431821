"""An explanation as text, gate by gate, and one rule of a pack in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.analysis.flips import FlipPair
from advisor.assessment.findings import STEPS
from advisor.assessment.model import Assessment, FiredRule, Option
from advisor.interview.answer_words import answer_words
from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not
from advisor.knowledge.labels import (
    gate_name,
    in_words,
    label,
    question_of,
    route_name,
    rule_label,
    source_label,
    with_route_names,
)
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import UNKNOWN_PLACE, Rule
from advisor.report import phrases
from advisor.report.explanation import Explanation, Link, Near, Seen, asked
from advisor.report.phrases import joined
from advisor.text import labeled, visible, wrap

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
    p10, p50, p90 = phrases.price_row(option)
    cost = f"{p50} a month ({p10} to {p90})" if option.priced else "no eligible provider has a price"
    share = "" if option.state == "excluded" else f", cheapest in {phrases.standing(option, assessment)}"
    state = phrases.standing(option, assessment) if option.state == "excluded" else option.state
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
    yield from _wrapped(step.title or rule_label(step.rule), 2)
    yield from _wrapped(with_route_names(step.because), 4)


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
        evidence = phrases.flips(found.changes[name])
        if evidence:
            lines += [title, *(line for text in evidence for line in _wrapped(text, 2)), ""]
    return lines


def _routes(routes: Sequence[str]) -> str:
    return phrases.joined([route_name(route) for route in routes])


def _wrapped(text: str, indent: int) -> list[str]:
    lead = " " * indent
    return wrap(text, lead=lead, hanging=lead + "  ")


# One rule of a pack in words: what it does, when it holds, why, what it is based on, and the cases that show it.


_RULE_DOES = {
    "exclude": "excludes", "choose": "leaves only", "require": "is a condition for", "task": "adds a task for",
    "prefer": "favors", "inform": "informs about",
}  # fmt: skip


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

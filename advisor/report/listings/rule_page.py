"""One rule of a pack in words: what it does, when it holds, why, what it is based on, and the cases that show it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.conditions import All, AnyOf, Condition, Finding, Not
from advisor.knowledge.labels import gate_name, label, route_name, rule_label, source_label
from advisor.knowledge.licenses import UNKNOWN_PLACE
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.rules import Rule
from advisor.report.open_inputs import asked
from advisor.report.phrases import joined
from advisor.text import labeled, wrap

_DOES = {
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
    return f"{_DOES[rule.effect]} {joined([route_name(route) for route in rule.options])}, by {gate_name(rule.gate)}"


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

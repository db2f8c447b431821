"""Which rules fired, gate by gate, on which answers and whose word: a chain from the gate down to the source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.tui.verdict.views.entry import Entry
from advisor.tui.widgets.styled_text import Line, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from advisor.assessment.model import Agreement, Assessment, FiredRule

GATES = {
    "must": "law, contract and physics",
    "can": "people, quality and latency",
    "worth": "cost",
    "prefer": "signals that break a tie",
}
EFFECTS = {
    "exclude": "excludes",
    "choose": "chooses",
    "prefer": "speaks for",
    "require": "required of",
    "task": "a task for",
    "inform": "about",
}
"""What rules do, those that decide first."""
BESIDE = {"require": "required", "task": "task", "inform": "note"}
"""What stands beside a rule that decides nothing: its title needs the room."""


def why_entries(assessment: Assessment) -> list[Entry]:
    """One entry a rule that fired, under its gate; last, that both rule engines found the same."""
    found = [
        Entry(same[0].title or same[0].rule, _effect(same), partial(_chain, same), f"{gate.upper()}  {about}")
        for gate, about in GATES.items()
        for same in _by_rule(rule for rule in assessment.findings if rule.gate == gate)
    ]
    engines = assessment.engines
    agree = "they agree" if engines.agree else "THEY DIFFER"
    return [*found, Entry("Two rule engines", agree, partial(_engines, engines), "CHECKED  every rule, twice")]


def matched_words(matched: Mapping[str, object]) -> list[str]:
    """Say what a rule saw: answers and facts by their keys, other findings by whether they hold."""
    return [_matched(key, value) for key, value in matched.items()]


def _effect(same: list[FiredRule]) -> str:
    """What a rule does, short: to one route by its name, to more by their number."""
    if same[0].effect in BESIDE:
        return BESIDE[same[0].effect]
    routes = _routes(same)
    verb = EFFECTS.get(same[0].effect, same[0].effect)
    return f"{verb} {routes[0] if len(routes) == 1 else f'{len(routes)} routes' if routes else ''}".strip()


def _chain(same: list[FiredRule], columns: int) -> list[Line]:
    """Draw gate → rule → what matched → whose word, each a step further in."""
    rule = same[0]
    effect = f"{EFFECTS.get(rule.effect, rule.effect)} {', '.join(_routes(same))}".strip()
    lines = [line("   ", (rule.gate.upper(), "accent"), (f"  {GATES.get(rule.gate, '')}", "muted"))]
    lines += _step(rule.title or rule.rule, 3, columns, "strong")
    lines += [*wrapped(effect, columns, " " * 7, "accent"), *wrapped(rule.because, columns, " " * 7)]
    for words in matched_words(rule.matched) or ["it holds for every workload"]:
        lines += _step(words, 7, columns, "plain")
    lines += _step(f"{rule.grade}: {', '.join(rule.sources)}", 11, columns, "muted")
    return [*lines, *wrapped(f"{rule.rule} in {rule.file}", columns, " " * 13, "muted")]


def _step(text: str, indent: int, columns: int, role: str) -> list[Line]:
    """Draw one step of a chain; what does not fit goes on under itself."""
    first, *rest = wrapped(text, columns, " " * (indent + 2), role)
    return [line(" " * indent, ("└ ", "muted"), first[-1]), *rest]


def _engines(engines: Agreement, columns: int) -> list[Line]:
    agreed = "agree" if engines.agree else "DISAGREE"
    said = (
        f"{engines.durable_rules} rules fired in the rule engine, {engines.reference} in the reference: they {agreed}."
    )
    return wrapped(said, columns, "   ")


def _routes(same: list[FiredRule]) -> list[str]:
    return list(dict.fromkeys(one.option for one in same if one.option))


def _by_rule(rules: Iterable[FiredRule]) -> list[list[FiredRule]]:
    """Put the firings of one rule, on several routes, together; rules that decide come first."""
    found: dict[str, list[FiredRule]] = {}
    for rule in rules:
        found.setdefault(rule.rule, []).append(rule)
    order = list(EFFECTS)
    return sorted(found.values(), key=lambda same: order.index(same[0].effect) if same[0].effect in order else 0)


def _matched(key: str, value: object) -> str:
    kind, _, name = key.partition(":")
    if name and kind == "finding":
        return f"{name} {'holds' if value else 'does not hold'}"
    return f"{key} = {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if value is None:
        return "unknown"
    return ", ".join(map(str, value)) or "none of them" if isinstance(value, (list, tuple)) else str(value)

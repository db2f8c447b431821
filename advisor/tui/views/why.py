"""Which rules fired, gate by gate, on which answers and whose word; and what stands against each other route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.wording import dollars
from advisor.tui.spans import BLANK, Line, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from advisor.assessment import Assessment, FiredRule, Option

GATES = (
    ("must", "law, contract and physics"),
    ("can", "people, quality and latency"),
    ("worth", "cost"),
    ("prefer", "signals that break a tie"),
)
EFFECTS = {
    "exclude": "excludes",
    "choose": "chooses",
    "prefer": "speaks for",
    "task": "a task for",
    "require": "required of",
    "inform": "about",
}


def why_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the fired rules as a tree: gate, rule, matched answer, reason, sources."""
    lines: list[Line] = []
    for gate, about in GATES:
        rules = [rule for rule in assessment.findings if rule.gate == gate]
        if rules:
            lines += [line("   ", (gate.upper(), "accent"), (f"  {about}", "muted")), BLANK]
            for same in _by_rule(rules):
                lines += [*_rule(same, columns), BLANK]
    engines = assessment.engines
    agreed = "agree" if engines.agree else "DISAGREE"
    said = (
        f"{engines.durable_rules} rules fired in the rule engine, {engines.reference} in the reference: they {agreed}."
    )
    return [*lines, *wrapped(said, columns, "   ", "muted")]


def why_not_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw what stands against every route that was not chosen."""
    chosen = assessment.option(assessment.verdict.option)
    lines: list[Line] = []
    for option in assessment.options:
        if option.state != "chosen":
            lines += [line("   ", (option.option, "strong"), (f"  {option.state}", "muted"))]
            lines += [*_against(option, chosen, assessment.findings, columns), BLANK]
    return lines or [line("   ", ("No other route is listed.", "muted"))]


def _rule(same: list[FiredRule], columns: int) -> list[Line]:
    rule = same[0]
    routes = ", ".join(dict.fromkeys(one.option for one in same if one.option))
    head = wrapped(rule.title or rule.rule, columns, "     ", "strong")
    effect = f"{EFFECTS.get(rule.effect, rule.effect)} {routes}".strip()
    matched = "; ".join(f"{key} = {_shown(value)}" for key, value in rule.matched.items())
    lines = [*head, *wrapped(effect, columns, "       ", "accent"), *wrapped(rule.because, columns, "       ")]
    lines += wrapped(f"matched: {matched}", columns, "       ", "muted") if matched else []
    return [
        *lines,
        *wrapped(f"{rule.rule} · {rule.grade}: {', '.join(rule.sources)} · {rule.file}", columns, "       ", "muted"),
    ]


def _against(option: Option, chosen: Option | None, findings: Iterable[FiredRule], columns: int) -> list[Line]:
    reasons = [rule for rule in findings if rule.rule in option.excluded_by and rule.option in ("", option.option)]
    lines = [part for rule in reasons for part in wrapped(f"{rule.because} ({rule.rule})", columns, "     ")]
    if option.state == "viable" and chosen is not None:
        more = option.monthly_usd.p50 - chosen.monthly_usd.p50
        words = f"{dollars(abs(more))} a month {'more' if more >= 0 else 'less'} than {chosen.option} at the median"
        words += f"; the cheapest in {option.probability_cheapest:.0%} of the draws"
        lines += wrapped(words, columns, "     ")
    return lines or wrapped(f"excluded by {', '.join(option.excluded_by) or 'no rule on record'}", columns, "     ")


def _by_rule(rules: Iterable[FiredRule]) -> list[list[FiredRule]]:
    """Put the firings of one rule, on several routes, together."""
    found: dict[str, list[FiredRule]] = {}
    for rule in rules:
        found.setdefault(rule.rule, []).append(rule)
    return list(found.values())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)

"""The verdict on one page: the route and why, on which conditions, what it costs, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars
from advisor.tui.interview.verdict_bar import STATUS_ROLES
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.assessment.model import Assessment, Measure, Option

LABEL = 16
MOST = 4
CENT_USD = 0.01


def verdict_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the whole page."""
    blocks = (
        _headline(assessment, columns),
        [*_because(assessment, columns), *_provided(assessment, columns)],
        _prices(assessment, columns),
        _changes(assessment, columns),
        labeled("to do", list(assessment.verdict.tasks), columns),
    )
    return [part for block in blocks if block for part in (*block, BLANK)]


def labeled(label: str, rows: list[str], columns: int, role: str = "plain") -> list[Line]:
    """Draw rows of text with a label at the left of the first; each row wraps under itself."""
    lines: list[Line] = []
    for row in rows:
        for text in wrapped(row, columns - LABEL - 3, "", role):
            head = label if not lines else ""
            lines.append(line("   ", (f"{head:<{LABEL}}", "muted"), *text))
    return lines


def _headline(assessment: Assessment, columns: int) -> list[Line]:
    """The route, what decided, how firmly and how surely; then with what it is priced, and the reason in a sentence."""
    verdict, chosen = assessment.verdict, assessment.option(assessment.verdict.option)
    route = line("   ", (verdict.option.upper(), "accent"))
    status = (verdict.status, STATUS_ROLES.get(verdict.status, "plain"))
    right = line((f"decided by {verdict.decided_by.upper()} · ", "muted"), status)
    sure = f"cheapest in {verdict.confidence:.0%} of the draws" if verdict.confidence < 1 else ""
    whole = (*right, *line((f" · {sure}", "muted"))) if sure else right
    fits = width(route) + width(whole) + 2 <= columns
    lines = [spread(route, whole if fits else right, columns)]
    lines += wrapped(sure, columns, "   ", "muted") if sure and not fits else []
    lines += wrapped(chosen.priced, columns, "   ", "muted") if chosen is not None and chosen.priced else []
    return [*lines, *wrapped(verdict.summary, columns, "   ")]


def _because(assessment: Assessment, columns: int) -> list[Line]:
    """Give the reasons of the deciding gate, each rule once; where cost decided, what excluded the others."""
    gate = assessment.verdict.decided_by
    decisive = [rule for rule in assessment.findings if rule.effect in ("exclude", "choose", "prefer")]
    deciding = [rule for rule in decisive if rule.gate == gate] or [rule for rule in decisive if rule.gate != "prefer"]
    once = list({rule.rule: rule for rule in deciding}.values())
    return labeled("because", [rule.because for rule in once[:MOST]] + _more(len(once)), columns)


def _provided(assessment: Assessment, columns: int) -> list[Line]:
    conditions = assessment.verdict.conditions
    return labeled("provided", list(conditions[:MOST]) + _more(len(conditions)), columns)


def _prices(assessment: Assessment, columns: int) -> list[Line]:
    head = line("   ", (f"{'a month':<{LABEL}}{'p10':>9}{'p50':>9}{'p90':>9}   cheapest", "muted"))
    gates = {rule.rule: rule.gate for rule in assessment.findings}
    return [head, *(_price(option, gates, columns) for option in assessment.options)]


def _price(option: Option, gates: Mapping[str, str], columns: int) -> Line:
    cost = option.monthly_usd
    role = {"chosen": "accent", "excluded": "muted"}.get(option.state, "plain")
    priced = (dollars(value) if cost.p90 > 0 else "–" for value in (cost.p10, cost.p50, cost.p90))
    figures = "".join(f"{text:>9}" for text in priced)
    row = line("   ", (f"{option.option:<{LABEL}}", role), (figures, role))
    tail = _standing(option, gates, columns - width(row) - 3)
    return fitted((*row, *line((f"   {tail}", "muted"))), columns)


def _standing(option: Option, gates: Mapping[str, str], room: int) -> str:
    """How often a route is the cheapest; an excluded one by which rules, or by which gates for want of room."""
    if option.state != "excluded":
        return f"{option.probability_cheapest:.0%}"
    rules = ", ".join(option.excluded_by)
    by_gates = ", ".join(dict.fromkeys(gates.get(rule, rule) for rule in option.excluded_by))
    forms = (f"excluded by {named}" for named in (rules, by_gates) if named)
    return next((form for form in forms if len(form) <= room), "excluded")


def _changes(assessment: Assessment, columns: int) -> list[Line]:
    flips = [f"{flip.key}: {' → '.join(flip.spoken)} gives {flip.verdict}" for flip in assessment.flips[:3]]
    measures = [f"{item.key}: {gain(item)}" for item in assessment.measure_next[:2]]
    return [*labeled("would change it", flips, columns), *labeled("measure next", measures, columns)]


def gain(found: Measure) -> str:
    """Say what knowing an open input would be worth; where that rounds to nothing, how far it moves the comparison."""
    if found.worth_usd >= CENT_USD:
        return f"worth up to {dollars(found.worth_usd)} a month"
    return f"moves the {found.moves} by {dollars(found.swing_usd)} a month"


def _more(count: int) -> list[str]:
    return [f"… and {count - MOST} more"] if count > MOST else []

"""The verdict: a card of one page, and behind it the reasons, conditions, flips and tasks in full."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from advisor.decision.license_reports import LICENSE_REVIEW, license_verdict
from advisor.interview.answer_format import dollar_span, dollars
from advisor.knowledge.labels import catalog_label, in_words, label, route_name, routes_in_words, rule_label
from advisor.report.phrases import routes_first
from advisor.report.verdict_card import (
    MOST_ROWS,
    SURE_ROWS,
    all_rows,
    bought,
    card,
    clipped,
    excluded_because,
    flip_sentence,
    gain,
)
from advisor.text import visible
from advisor.tui.interview.interview_lines import POSTURE_ROLES, status_role
from advisor.tui.verdict.chart import BAR, TIED_BAR, crossing_lines, log_ends, range_bar
from advisor.tui.widgets.styled_text import BLANK, LABEL, Line, Span, fitted, labeled, line, spread, width, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Option
    from advisor.decision.license_reports import LicenseReport

CARD_ROWS = 20
"""The rows of a page at 80×24 that are not the title, the views or the keys."""
TALL = 30
"""Rows of a page from which the card may take three quarters of them, and each of its lines three."""
ROUTE, MEDIAN, SPAN = 15, 8, 16
LEAST_BAR, MOST_BAR = 12, 40
LEAST_WITH_BAR = 72
"""Columns from which a route's range is drawn beside its figures: below, the bar would be cut."""
WHY = "cheapest or why not"
WIDE = 150
"""Columns from which the card and what stands behind it are set side by side."""
GUTTER = 4


def verdict_lines(assessment: Assessment, columns: int, rows: int = 0) -> list[Line]:
    """Draw the card of one page, then all that it counts; a review of licenses ends in a verdict on licenses.

    On a page of so many `rows`, if given, the card takes more of them where there are more, and in a wide window a
    chart stands under it, as tall as there is room for.
    """
    if assessment.questionnaire == LICENSE_REVIEW:
        return license_lines(assessment, columns)
    if columns < WIDE:
        return [*card_lines(assessment, columns, rows), BLANK, *behind_lines(assessment, columns)]
    left = (columns - GUTTER) // 2
    card_of = card_lines(assessment, left, rows)
    crossing = crossing_lines(assessment, left, max(rows - len(card_of) - 1, 1) if rows else 0)
    return _side_by_side([*card_of, BLANK, *crossing], behind_lines(assessment, columns - GUTTER - left), left + GUTTER)


def card_lines(assessment: Assessment, columns: int, rows: int = 0) -> list[Line]:
    """Draw what to buy, its price, how sure it is, the runner-up, what comes first, and every route's range."""
    head, routes = _headline(assessment, columns), _routes(assessment, columns)
    most, each = (rows * 3 // 4, SURE_ROWS) if rows >= TALL else (CARD_ROWS, MOST_ROWS)
    shown = clipped(card(assessment), columns - LABEL - 3, most - len(head) - len(routes) - 2, each)
    drawn = [_card_row(name, text, columns) for name, text in all_rows(shown)]
    return [*head, BLANK, *drawn, BLANK, *routes]


def _card_row(name: str, text: str, columns: int) -> Line:
    role = {"contradiction": "warn", "costs": "strong"}.get(name, "plain")
    return fitted(line("   ", (f"{name:<{LABEL}}", "muted"), (text, role)), columns)


def _side_by_side(left: list[Line], right: list[Line], at: int) -> list[Line]:
    rows = zip_longest(left, right, fillvalue=BLANK)
    return [(*one, Span(" " * (at - width(one))), *other) if other else one for one, other in rows]


def behind_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw in full what the card counts: reasons, contradictions, conditions, what would change it, tasks."""
    verdict = assessment.verdict
    blocks = (
        _because(assessment, columns),
        labeled("contradictions", [routes_in_words(one.because) for one in assessment.contradictions], columns, "warn"),
        labeled("provided that", [routes_in_words(text) for text in verdict.conditions], columns),
        labeled("find out", [routes_in_words(text) for text in verdict.find_out_first], columns),
        _changes(assessment, columns),
        labeled("to do", [routes_in_words(text) for text in verdict.tasks], columns),
    )
    return [part for block in blocks if block for part in (*block, BLANK)]


def license_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw what a license review found: the strictest posture, then each candidate with its reasons and duties."""
    posture, words = license_verdict(assessment.licenses)
    lines = [line("   ", ("LICENSES  ", "accent"), (words, POSTURE_ROLES.get(posture, "muted"))), BLANK]
    return [*lines, *(part for one in assessment.licenses for part in (*license_report_lines(one, columns), BLANK))]


def license_report_lines(report: LicenseReport, columns: int) -> list[Line]:
    """Draw the posture of one candidate model, its reasons, and what is owed."""
    name = line("   ", (catalog_label(report.model), "strong"), (f"  {rule_label(report.license)}", "muted"))
    lines = [spread(name, line((report.posture, POSTURE_ROLES.get(report.posture, "plain"))), columns)]
    lines += [part for text in report.because for part in wrapped(in_words(text), columns, "     ")]
    return [*lines, *(part for text in report.duties for part in wrapped(f"owed: {text}", columns, "     ", "muted"))]


def _headline(assessment: Assessment, columns: int) -> list[Line]:
    """The route and the offer in words, and at the right the status."""
    verdict = assessment.verdict
    route, what = route_name(verdict.option).upper(), bought(assessment)
    status = line((verdict.status, status_role(assessment)))
    head = line("   ", (route, "accent"), (f"  {what}" if what else "", "strong"))
    if width(head) + width(status) + 2 <= columns:
        return [spread(head, status, columns)]
    return [spread(line("   ", (route, "accent")), status, columns), *wrapped(what, columns, "   ", "strong")]


def _because(assessment: Assessment, columns: int) -> list[Line]:
    """Give the reasons of the deciding gate, each rule once; where cost decided, what excluded the others."""
    gate = assessment.verdict.decided_by
    decisive = [rule for rule in assessment.findings if rule.effect in ("exclude", "choose", "prefer")]
    deciding = [rule for rule in decisive if rule.gate == gate] or [rule for rule in decisive if rule.gate != "prefer"]
    once = list({rule.rule: rule for rule in deciding}.values())
    return labeled("because", [routes_in_words(rule.because) for rule in once], columns)


def _routes(assessment: Assessment, columns: int) -> list[Line]:
    """Every route's median and range a month, drawn on one logarithmic scale, and how it stands."""
    priced = [option.monthly_usd for option in assessment.options if option.monthly_usd.p90 > 0]
    ends = log_ends(priced)
    bar = min(max((columns - ROUTE - MEDIAN - SPAN) // 3, LEAST_BAR), MOST_BAR) if priced else 0
    bar = bar if columns >= LEAST_WITH_BAR else 0
    scales = (f"{dollars(ends[0])}{to}{dollars(ends[1])}" for to in (" to ", "–")) if priced else ()
    scale = next((scale for scale in scales if len(scale) <= bar), "")
    drawn = f"{scale:<{bar}}  {WHY}" if bar else WHY.partition(" ")[0]
    head = f"{'a month':<{ROUTE}}{'median':>{MEDIAN}}{'p10–p90':>{SPAN}}  {drawn}"
    return [
        fitted(line("   ", (head, "muted")), columns),
        *(_price(assessment, option, ends, bar, columns) for option in assessment.options),
    ]


def _price(assessment: Assessment, option: Option, ends: tuple[float, float], bar: int, columns: int) -> Line:
    cost = option.monthly_usd
    role = role_of(option)
    figures, drawn = f"{'–':>{MEDIAN}}{'':>{SPAN}}", ""
    if cost.p90 > 0:
        figures = f"{dollars(cost.p50):>{MEDIAN}}{dollar_span(cost.p10, cost.p90):>{SPAN}}"
        fill = TIED_BAR if option.option in tied_routes(assessment) else BAR
        drawn = range_bar(cost.p10, cost.p50, cost.p90, ends, bar, fill) if bar else ""
    shown_bar = f"{drawn:<{bar}}  " if bar else ""
    row = line("   ", (f"{route_name(option.option):<{ROUTE}}", role), (f"{figures}  {shown_bar}", role))
    standing = _standing(assessment, option)
    return fitted((*row, Span(standing if bar else standing.replace(" of draws", ""), "muted")), columns)


def role_of(option: Option) -> str:
    """Set the chosen route off, and let the excluded ones step back."""
    return {"chosen": "accent", "excluded": "muted"}.get(option.state, "plain")


def tied_routes(assessment: Assessment) -> frozenset[str]:
    """The routes whose costs are as good as tied with the cheapest; none where no route is tied."""
    tied = [rule.matched.get("tied") for rule in assessment.findings if rule.rule == "prefer.tie"]
    return frozenset(str(route) for routes in tied if isinstance(routes, list) for route in routes)


def _standing(assessment: Assessment, option: Option) -> str:
    """How often a route is the cheapest; an excluded one by which rules."""
    if option.state != "excluded":
        tie = ", tied" if option.option in tied_routes(assessment) else ""
        return f"{option.probability_cheapest:.0%} of draws{tie}"
    titles = excluded_because(assessment, option)
    return visible("; ".join(titles)) or "excluded"


def _changes(assessment: Assessment, columns: int) -> list[Line]:
    flips = [flip_sentence(flip) for flip in routes_first(assessment.flips)[:3]]
    measures = [f"{label(item.key)} {gain(item)}" for item in assessment.measure_next[:2]]
    return [*labeled("would change it", flips, columns), *labeled("measure next", measures, columns)]

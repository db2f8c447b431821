"""The verdict on one page: what to buy and why, on which conditions, what it costs, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars
from advisor.knowledge.labels import answer_label, in_words, label
from advisor.report.phrases import against_today, offer
from advisor.tui.interview.verdict_bar import LICENSE_REVIEW, POSTURE_ROLES, STATUS_ROLES, license_verdict
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.analysis.analysis_results import Flip
    from advisor.assessment.model import Assessment, FiredRule, Measure, Option

LABEL = 16
MOST = 4
CENT_USD = 0.01
MONTHS_A_YEAR = 12


def verdict_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the whole page; a review of licenses ends in a verdict on licenses."""
    if assessment.questionnaire == LICENSE_REVIEW:
        return license_lines(assessment, columns)
    blocks = (
        [*_headline(assessment, columns), *_bought(assessment, columns)],
        _first(assessment, columns),
        [*_because(assessment, columns), *_provided(assessment, columns)],
        _prices(assessment, columns),
        _changes(assessment, columns),
        labeled("to do", list(assessment.verdict.tasks), columns),
    )
    return [part for block in blocks if block for part in (*block, BLANK)]


def license_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw what a license review found: the strictest posture, then each candidate with its reasons and duties."""
    posture, words = license_verdict(assessment)
    lines = [line("   ", ("LICENSES  ", "accent"), (words, POSTURE_ROLES.get(posture, "muted"))), BLANK]
    for report in assessment.licenses:
        name = line("   ", (report.model, "strong"), (f"  {report.license}", "muted"))
        lines.append(spread(name, line((report.posture, POSTURE_ROLES.get(report.posture, "plain"))), columns))
        lines += [part for text in report.because for part in wrapped(in_words(text), columns, "     ")]
        lines += [part for text in report.duties for part in wrapped(f"owed: {text}", columns, "     ", "muted")]
        lines.append(BLANK)
    return lines


def labeled(label: str, rows: list[str], columns: int, role: str = "plain") -> list[Line]:
    """Draw rows of text with a label at the left of the first; each row wraps under itself."""
    lines: list[Line] = []
    for row in rows:
        for text in wrapped(row, columns - LABEL - 3, "", role):
            head = label if not lines else ""
            lines.append(line("   ", (f"{head:<{LABEL}}", "muted"), *text))
    return lines


def _headline(assessment: Assessment, columns: int) -> list[Line]:
    """The route, what decided, how firmly and how surely, and the reason in a sentence."""
    verdict = assessment.verdict
    route = line("   ", (verdict.option.upper(), "accent"))
    status = (verdict.status, STATUS_ROLES.get(verdict.status, "plain"))
    right = line((f"decided by {verdict.decided_by.upper()} · ", "muted"), status)
    sure = f"cheapest in {verdict.confidence:.0%} of the draws" if verdict.confidence < 1 else ""
    whole = (*right, *line((f" · {sure}", "muted"))) if sure else right
    fits = width(route) + width(whole) + 2 <= columns
    lines = [spread(route, whole if fits else right, columns)]
    lines += wrapped(sure, columns, "   ", "muted") if sure and not fits else []
    return [*lines, *wrapped(verdict.summary, columns, "   ")]


def _bought(assessment: Assessment, columns: int) -> list[Line]:
    """The offer to buy, its terms, its price a month and a year, and what it saves or costs against today's bill."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is None or not chosen.priced:
        return []
    fleet = chosen.offer if chosen.option == "self-host" else None
    terms = f" · {fleet.precision}, {fleet.acquisition}" if fleet is not None else ""
    against = against_today(assessment)
    cost = chosen.monthly_usd.p50
    price = [f"{dollars(cost)} a month, {dollars(cost * MONTHS_A_YEAR)} a year"] if chosen.monthly_usd.p90 > 0 else []
    return [
        *labeled("buy", [f"{offer(assessment)}{terms}"], columns, "strong"),
        *labeled("costs", price, columns),
        *labeled("against today", [against] if against else [], columns),
    ]


def _first(assessment: Assessment, columns: int) -> list[Line]:
    """Contradictions between the answers, and what a provisional verdict hangs on."""
    return [
        *labeled("contradiction", [one.because for one in assessment.contradictions], columns, "warn"),
        *labeled("find out first", list(assessment.verdict.find_out_first), columns),
    ]


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
    rules = {rule.rule: rule for rule in assessment.findings}
    return [head, *(_price(option, rules, columns) for option in assessment.options)]


def _price(option: Option, rules: Mapping[str, FiredRule], columns: int) -> Line:
    cost = option.monthly_usd
    role = {"chosen": "accent", "excluded": "muted"}.get(option.state, "plain")
    priced = (dollars(value) if cost.p90 > 0 else "–" for value in (cost.p10, cost.p50, cost.p90))
    figures = "".join(f"{text:>9}" for text in priced)
    row = line("   ", (f"{option.option:<{LABEL}}", role), (figures, role))
    tail = _standing(option, rules, columns - width(row) - 3)
    return fitted((*row, *line((f"   {tail}", "muted"))), columns)


def _standing(option: Option, rules: Mapping[str, FiredRule], room: int) -> str:
    """How often a route is the cheapest; an excluded one by which rules, or by which gates where space is short."""
    if option.state != "excluded":
        return f"{option.probability_cheapest:.0%}"
    found = [rules[name] for name in option.excluded_by if name in rules]
    titles = "; ".join(dict.fromkeys(rule.title for rule in found if rule.title))
    gates = ", ".join(dict.fromkeys(rule.gate for rule in found))
    forms = (*(f"excluded: {titles}",) * bool(titles), *(f"excluded by {gates}",) * bool(gates))
    return next((form for form in forms if len(form) <= room), "excluded")


def _changes(assessment: Assessment, columns: int) -> list[Line]:
    flips = [flip_words(flip) for flip in assessment.flips[:3]]
    measures = [f"{label(item.key)} {gain(item)}" for item in assessment.measure_next[:2]]
    return [*labeled("would change it", flips, columns), *labeled("measure next", measures, columns)]


def flip_words(flip: Flip) -> str:
    """Say which answer would change the route, and to which."""
    was, to = (answer_label(flip.key, raw) for raw in (flip.was, flip.to))
    return f"{label(flip.key)} {was} → {to}: {flip.verdict}"


def gain(found: Measure) -> str:
    """Say what knowing an open input would be worth; where that rounds to nothing, how far it moves the comparison."""
    if found.worth_usd >= CENT_USD:
        return f"worth up to {dollars(found.worth_usd)} a month"
    return f"moves the {found.moves} by {dollars(found.swing_usd)} a month"


def _more(count: int) -> list[str]:
    return [f"… and {count - MOST} more"] if count > MOST else []

"""The smaller views: the fleet, what licenses mean, published checklists and methods, the evidence."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars, figure, quantity
from advisor.knowledge.labels import (
    ROUTE_NAMES,
    catalog_label,
    figure_label,
    in_words,
    label,
    route_name,
    routes_in_words,
    source_label,
)
from advisor.knowledge.parameters import GRADES, WEAK_GRADES, Range
from advisor.report.log_chart import sizing_chart
from advisor.tui.verdict.overview import license_report_lines
from advisor.tui.verdict.reading_page import ViewEntry
from advisor.tui.widgets.styled_text import BLANK, Line, count_of, headed, labeled_rows, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.assessment.model import Assessment, Evidence
    from advisor.published.apply import BreakEvenOf, Checklist, ChecklistItem, Method


_INDENT = "   "
STATES = {"met": ("✓", "good"), "unmet": ("✗", "bad"), "unknown": ("?", "muted")}


def fleet_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the fleet that self-hosting would need."""
    fleet = assessment.fleet
    size = f"{fleet.gpus} × {catalog_label(fleet.gpu)} in {count_of(fleet.replicas, 'replica')}"
    speed = fleet.tokens_per_second
    rate = quantity(Range(speed.p10, speed.p90), "number")
    rows = (
        ("model", f"{catalog_label(fleet.model)}, {fleet.precision}"),
        ("fleet", size if fleet.fits else f"{size}: it does not fit"),
        ("speed", f"{rate} output tokens/s, {figure(speed.p50)} at the median"),
        ("first token", f"{fleet.first_token_ms:,.0f} ms at the point estimate"),
        ("load", f"{fleet.utilization:.0%} of the fleet on average"),
        ("because", fleet.reason),
    )
    lines = labeled_rows(rows, columns)
    chart = sizing_chart(fleet.curve, columns - len(_INDENT), fleet.inter_token_ms)
    if not chart:
        return lines
    lead = "One group at other loads, with the cheapest layout at each:"
    return [*lines, BLANK, *wrapped(lead, columns, _INDENT), *(line(_INDENT, (row, "plain")) for row in chart)]


def licenses_entries(assessment: Assessment) -> list[ViewEntry]:
    """One entry a candidate model, with what its license means for this user."""
    return [
        ViewEntry(catalog_label(report.model), report.posture, partial(license_report_lines, report))
        for report in assessment.licenses
    ]


def checklists_entries(assessment: Assessment) -> list[ViewEntry]:
    """One entry a checklist, then one an item of it, with what decided it and what to do next."""
    return [entry for checklist in assessment.checklists for entry in _checklist(checklist)]


def _checklist(checklist: Checklist) -> list[ViewEntry]:
    side = f"{checklist.met} of {checklist.of} met"
    head = ViewEntry("What it says", side, partial(_says, checklist), label(checklist.id))
    rows = (
        ViewEntry(f"{STATES[item.state][0]} {label(item.id)}", item.state, partial(_item, item), label(checklist.id))
        for item in checklist.items
    )
    return [head, *rows]


def _says(checklist: Checklist, columns: int) -> list[Line]:
    needed = f", {checklist.threshold} needed" if checklist.threshold else ""
    count = f"{checklist.met} of {checklist.of} met{needed}, {checklist.unknown} unknown"
    return [*wrapped(count, columns, "   ", "strong"), *wrapped(checklist.verdict, columns, "   ")]


def _item(item: ChecklistItem, columns: int) -> list[Line]:
    mark, role = STATES[item.state]
    lines = [line("     ", (f"{mark} ", role), (label(item.id), "strong"), (f"  {item.state}", "muted"))]
    lines += wrapped(item.because, columns, "       ")
    return [*lines, *(wrapped(f"next: {item.next}", columns, "       ") if item.next and item.state != "met" else [])]


QUOTIENT = "They divide a fixed cost a month by the price avoided per million tokens:"


def methods_entries(assessment: Assessment) -> list[ViewEntry]:
    """How many agree, each method with what it says, and the quotients behind their volumes."""
    if not assessment.methods:
        return []
    same = sum(assessment.verdict.option in method.verdict for method in assessment.methods)
    agree = f"{same} of {len(assessment.methods)} agree"
    found = [
        ViewEntry(label(one.id), says_words(one.verdict), partial(_method, one, assessment))
        for one in assessment.methods
    ]
    known = sum(one.tokens_per_month is not None for one in assessment.method_break_evens)
    differ = ViewEntry("Why their volumes differ", count_of(known, "volume"), partial(_quotients, assessment))
    first = ViewEntry(f"The verdict: {route_name(assessment.verdict.option)}", agree, partial(_agreement, assessment))
    return [first, *found, differ]


def says_words(verdict: Sequence[str]) -> str:
    """What a published method answers: routes by their names, the rest as words."""
    return ", ".join(route_name(one) if one in ROUTE_NAMES else one.replace("-", " ") for one in verdict)


def _agreement(assessment: Assessment, columns: int) -> list[Line]:
    """How many methods say what the verdict says, and the others by what they say."""
    same = [label(method.id) for method in assessment.methods if assessment.verdict.option in method.verdict]
    sentence = f"{len(same)} of {len(assessment.methods)} published methods say {route_name(assessment.verdict.option)}"
    return wrapped(f"{sentence}, as the verdict does{': ' if same else ''}{', '.join(same)}.", columns, "   ")


def _method(method: Method, assessment: Assessment, columns: int) -> list[Line]:
    role = "accent" if assessment.verdict.option in method.verdict else "plain"
    says = says_words(method.verdict)
    source = source_label(method.id.partition(".")[0])
    head = spread(line("   ", (source, "muted")), line((says, role)), columns)
    fits = len(says) + 3 + len(source) + 2 <= columns
    lines = wrapped(label(method.id), columns, "   ", "strong")
    lines += [head] if fits else [*wrapped(source, columns, "     ", "muted"), *wrapped(says, columns, "     ", role)]
    differs = wrapped(in_words(method.differs), columns, "     ") if method.differs else []
    return [*lines, *wrapped(in_words(method.because), columns, "     ", "muted"), *differs]


def _quotients(assessment: Assessment, columns: int) -> list[Line]:
    """Each divides a fixed cost by an avoided price, and they disagree on both."""
    lines = wrapped(QUOTIENT, columns, "   ")
    for one in assessment.method_break_evens:
        lines += [
            *wrapped(source_label(one.source), columns, "     ", "strong"),
            *wrapped(_quotient(one), columns, "       ", "muted"),
        ]
    return [*lines, BLANK]


def _quotient(one: BreakEvenOf) -> str:
    volume = "never" if one.tokens_per_month is None else f"{figure(one.tokens_per_month)} tokens a month"
    if one.fixed_usd is None or one.avoided_usd_per_million is None:
        return f"{volume}, asserted without a fixed cost or a price behind it"
    return f"{dollars(one.fixed_usd)} a month ÷ {dollars(one.avoided_usd_per_million)} a million = {volume}"


# The evidence beneath a verdict: how old, how well founded, and how to compute it again.


def proof_entries(assessment: Assessment) -> list[ViewEntry]:
    """Grades, weak figures, old figures, notes, and what to replay it with."""
    found = assessment.evidence
    rules = len({rule.rule for rule in assessment.findings})
    notes = len(assessment.notes)
    return [
        ViewEntry("Evidence grades", count_of(rules, "rule"), partial(_grades, assessment)),
        ViewEntry("Figures with weak evidence", f"{len(found.weak)} of {found.figures}", partial(_weak, found)),
        ViewEntry("Old figures", str(len(found.stale)) if found.stale else "none", partial(_stale, found)),
        ViewEntry("Notes", str(notes) if notes else "nothing", partial(_notes, assessment)),
        ViewEntry("Reproduce", str(assessment.as_of), partial(_pins, assessment)),
    ]


def _grades(assessment: Assessment, columns: int) -> list[Line]:
    """Count rules and assumptions by grade, the weak ones marked by a word."""
    rules = Counter(rule.grade for rule in {rule.rule: rule for rule in assessment.findings}.values())
    assumed = Counter(unknown.grade for unknown in assessment.unknowns if unknown.grade)
    lines = headed("Evidence grades", "by grade of evidence, the best first", columns)
    lines.append(line("   ", (f"{'grade':<16}{'rules fired':>12}{'assumptions':>14}", "muted")))
    for grade in GRADES:
        is_weak = grade in WEAK_GRADES and bool(rules[grade] or assumed[grade])
        counts = "".join(f"{count or '–':>{room}}" for count, room in ((rules[grade], 12), (assumed[grade], 14)))
        lines.append(line("   ", (f"{grade:<16}{counts}{'  weak' * is_weak}", "warn" if is_weak else "plain")))
    return lines


def _weak(found: Evidence, columns: int) -> list[Line]:
    share = f"{len(found.weak)} of {found.figures} figures behind the costs, {found.weak_share:.0%}"
    lines = headed("Figures with weak evidence", "", columns)
    named = [part for name in found.weak for part in wrapped(figure_label(name), columns, "     ", "muted")]
    return [*lines, *wrapped(f"{share}.", columns, "   "), *named]


def _stale(found: Evidence, columns: int) -> list[Line]:
    """Name each figure that is older than its kind may be, with its age and the limit."""
    lines = headed("Old figures", "days since it was looked up, and from when it is old", columns)
    for one in found.stale:
        age = line((f"{one.days} days, old after {one.limit_days}", "warn"))
        lines.append(spread(line("     ", figure_label(one.name)), age, columns))
        lines += wrapped(
            f"{one.kind} of {one.since} · {one.grade}: {source_label(one.source)}", columns, "       ", "muted"
        )
    return lines if found.stale else [*lines, *wrapped("None is too old for its kind.", columns, "   ")]


def _notes(assessment: Assessment, columns: int) -> list[Line]:
    lines = headed("Notes", "contradictions, and what one verdict cannot see", columns)
    notes = [part for text in assessment.notes for part in (*wrapped(routes_in_words(text), columns, "   "), BLANK)]
    return [*lines, *(notes[:-1] or wrapped("Nothing.", columns, "   "))]


def _pins(assessment: Assessment, columns: int) -> list[Line]:
    pins, draws = assessment.pins, assessment.random
    rows = (
        ("as of", str(assessment.as_of)),
        ("rules", pins.rules),
        ("catalog", pins.catalog),
        ("questions", pins.questionnaire),
        ("draws", f"{draws.draws:,} by {draws.bit_generator}, seed {draws.seed}"),
        ("stream", draws.digest),
    )
    lines = headed("Reproduce", "the same pins give the same bytes", columns)
    return [*lines, *labeled_rows(rows, columns, "muted")]

"""The smaller views: fleet, licenses, checklists, published methods, and the evidence beneath it all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from advisor.interview.wording import dollars, figure, quantity
from advisor.knowledge.evidence import GRADES, WEAK_GRADES
from advisor.knowledge.ranges import Range
from advisor.tui.spans import BLANK, Line, fitted, line, spread, wrapped
from advisor.tui.views.verdict import labeled

if TYPE_CHECKING:
    from advisor.assessment import Assessment, Checklist

POSTURES = {"clear": "good", "duties": "warn", "review": "warn", "blocked": "bad"}
STATES = {"met": ("✓", "good"), "unmet": ("✗", "bad"), "unknown": ("?", "muted")}


def fleet_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the fleet that self-hosting would need."""
    fleet = assessment.fleet
    size = f"{fleet.gpus} × {fleet.gpu} in {fleet.replicas} {'replica' if fleet.replicas == 1 else 'replicas'}"
    speed = fleet.tokens_per_second
    rate = quantity(Range(speed.p10, speed.p90), "number")
    rows = (
        ("model", f"{fleet.model}, {fleet.precision}"),
        ("fleet", size if fleet.fits else f"{size}: it does not fit"),
        ("speed", f"{rate} output tokens/s, {figure(speed.p50)} at the median"),
        ("first token", f"{fleet.first_token_ms:,.0f} ms at the point estimate"),
        ("load", f"{fleet.utilization:.0%} of the fleet on average"),
        ("because", fleet.reason),
    )
    return [part for label, text in rows for part in labeled(label, [text], columns)]


def licenses_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw what each candidate's license means for this user: posture, reasons, duties."""
    lines: list[Line] = []
    for report in assessment.licenses:
        role = POSTURES.get(report.posture, "plain")
        name = line("   ", (report.model, "strong"), (f"  {report.license}", "muted"))
        lines.append(spread(name, line((report.posture, role)), columns))
        lines += [part for text in report.because for part in wrapped(text, columns, "     ")]
        lines += [part for text in report.duties for part in wrapped(f"owed: {text}", columns, "     ", "muted")]
        lines.append(BLANK)
    return lines or [line("   ", ("No open model is a candidate.", "muted"))]


def checklists_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw the published checklists with what decided each item and what to do next."""
    lines = [part for checklist in assessment.checklists for part in (*_checklist(checklist, columns), BLANK)]
    return lines or [line("   ", ("No checklist applies to these answers.", "muted"))]


def _checklist(checklist: Checklist, columns: int) -> list[Line]:
    count = f"{checklist.met} of {checklist.of} met, {checklist.threshold} needed, {checklist.unknown} unknown"
    lines = [spread(line("   ", (checklist.id, "accent")), line((count, "muted")), columns)]
    lines += wrapped(checklist.verdict, columns, "   ")
    for item in checklist.items:
        mark, role = STATES[item.state]
        lines.append(line("     ", (f"{mark} ", role), item.id, (f"  {item.state}", "muted")))
        lines += wrapped(item.because, columns, "         ", "muted")
        lines += wrapped(f"next: {item.next}", columns, "         ") if item.next and item.state != "met" else []
    return lines


def methods_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw what each published method says, and why."""
    lines: list[Line] = []
    for method in assessment.methods:
        agrees = assessment.verdict.option in method.verdict
        says = line((", ".join(method.verdict), "accent" if agrees else "plain"))
        lines.append(spread(line("   ", (method.id, "strong")), says, columns))
        lines += [*wrapped(method.because, columns, "     ", "muted"), BLANK]
    if not lines:
        return [line("   ", ("No published method was applied.", "muted"))]
    same = sum(assessment.verdict.option in method.verdict for method in assessment.methods)
    said = f"{same} of {len(assessment.methods)} say {assessment.verdict.option}, as the verdict does."
    return [*lines, *wrapped(said, columns, "   "), BLANK, *_quotients(assessment, columns)]


def _quotients(assessment: Assessment, columns: int) -> list[Line]:
    """Show why their volumes differ: each divides a fixed cost by an avoided price, and they disagree on both."""
    lines: list[Line] = []
    for one in assessment.method_break_evens:
        volume = "never" if one.tokens_per_month is None else f"{figure(one.tokens_per_month)} tokens a month"
        quotient = ""
        if one.fixed_usd is not None and one.avoided_usd_per_million is not None:
            quotient = f"{dollars(one.fixed_usd)} a month ÷ {dollars(one.avoided_usd_per_million)} a million = "
        lines.append(fitted(line("     ", f"{one.source:<16}", (f"{quotient}{volume}", "muted")), columns))
    head = "They divide a fixed cost a month by the price avoided per million tokens:"
    return [*wrapped(head, columns, "   "), *lines] if lines else []


def evidence_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Draw how well the verdict is founded: grades of rules and assumptions, digests, how the draws were made."""
    rules = Counter(rule.grade for rule in {rule.rule: rule for rule in assessment.findings}.values())
    assumed = Counter(unknown.grade for unknown in assessment.unknowns if unknown.grade)
    lines = [line("   ", ("How well it is founded", "accent"))]
    lines.append(line("   ", (f"{'grade':<16}{'rules fired':>12}{'assumptions':>14}", "muted")))
    for grade in GRADES:
        role = "warn" if grade in WEAK_GRADES and (rules[grade] or assumed[grade]) else "plain"
        lines.append(line("   ", (f"{grade:<16}{rules[grade]:>12}{assumed[grade]:>14}", role)))
    pins, draws = assessment.pins, assessment.random
    rows = (
        ("as of", str(assessment.as_of)),
        ("rules", pins.rules),
        ("catalog", pins.catalog),
        ("questions", pins.questionnaire),
        ("draws", f"{draws.draws:,} by {draws.bit_generator}, seed {draws.seed}"),
        ("stream", draws.digest),
    )
    digests = [part for label, text in rows for part in labeled(label, [text], columns, "muted")]
    notes = [part for text in assessment.notes for part in wrapped(text, columns, "   ")]
    return [*lines, BLANK, *digests, BLANK, *notes]

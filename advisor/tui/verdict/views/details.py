"""The smaller views: the fleet, what licenses mean, the published checklists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import figure, quantity
from advisor.knowledge.labels import label
from advisor.knowledge.ranges import Range
from advisor.tui.interview.verdict_bar import POSTURE_ROLES
from advisor.tui.verdict.views.entry import Entry
from advisor.tui.verdict.views.overview import labeled
from advisor.tui.widgets.styled_text import Line, line, spread, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.decision.license_reports import LicenseReport
    from advisor.published.results import Checklist, ChecklistItem

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


def licenses_entries(assessment: Assessment) -> list[Entry]:
    """One entry a candidate model, with what its license means for this user."""
    return [Entry(report.model, report.posture, partial(_license, report)) for report in assessment.licenses]


def _license(report: LicenseReport, columns: int) -> list[Line]:
    """The posture, its reasons, and what is owed."""
    name = line("   ", (report.model, "strong"), (f"  {report.license}", "muted"))
    lines = [spread(name, line((report.posture, POSTURE_ROLES.get(report.posture, "plain"))), columns)]
    lines += [part for text in report.because for part in wrapped(text, columns, "     ")]
    return [*lines, *(part for text in report.duties for part in wrapped(f"owed: {text}", columns, "     ", "muted"))]


def checklists_entries(assessment: Assessment) -> list[Entry]:
    """One entry a checklist, then one an item of it, with what decided it and what to do next."""
    return [entry for checklist in assessment.checklists for entry in _checklist(checklist)]


def _checklist(checklist: Checklist) -> list[Entry]:
    side = f"{checklist.met} of {checklist.of} met"
    head = Entry("What it says", side, partial(_says, checklist), label(checklist.id))
    rows = (
        Entry(f"{STATES[item.state][0]} {label(item.id)}", item.state, partial(_item, item), label(checklist.id))
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

"""What each published method says of this workload, and why they differ."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.interview.answer_format import dollars, figure
from advisor.knowledge.labels import label
from advisor.tui.verdict.views.entry import Entry
from advisor.tui.widgets.styled_text import BLANK, Line, line, spread, width, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.published.results import BreakEvenOf, Method

QUOTIENT = "They divide a fixed cost a month by the price avoided per million tokens:"


def methods_entries(assessment: Assessment) -> list[Entry]:
    """How many agree, each method with what it says, and the quotients behind their volumes."""
    if not assessment.methods:
        return []
    same = sum(assessment.verdict.option in method.verdict for method in assessment.methods)
    agree = f"{same} of {len(assessment.methods)} say so too"
    found = [
        Entry(label(one.id), ", ".join(one.verdict), partial(_method, one, assessment)) for one in assessment.methods
    ]
    known = sum(one.tokens_per_month is not None for one in assessment.method_break_evens)
    differ = Entry("Why their volumes differ", f"{known} volumes", partial(_quotients, assessment))
    return [Entry(f"The verdict: {assessment.verdict.option}", agree, partial(_agreement, assessment)), *found, differ]


def _agreement(assessment: Assessment, columns: int) -> list[Line]:
    """How many methods say what the verdict says, and the others by what they say."""
    same = [label(method.id) for method in assessment.methods if assessment.verdict.option in method.verdict]
    said = f"{len(same)} of {len(assessment.methods)} published methods say {assessment.verdict.option}"
    return wrapped(f"{said}, as the verdict does{': ' if same else ''}{', '.join(same)}.", columns, "   ")


def _method(method: Method, assessment: Assessment, columns: int) -> list[Line]:
    role = "accent" if assessment.verdict.option in method.verdict else "plain"
    says = ", ".join(method.verdict)
    head = line("   ", (label(method.id), "strong"), (f"  {method.id.partition('.')[0]}", "muted"))
    fits = width(head) + len(says) + 2 <= columns
    lines = [spread(head, line((says, role)), columns)] if fits else [head, *wrapped(says, columns, "     ", role)]
    differs = wrapped(method.differs, columns, "     ") if method.differs else []
    return [*lines, *wrapped(method.because, columns, "     ", "muted"), *differs]


def _quotients(assessment: Assessment, columns: int) -> list[Line]:
    """Each divides a fixed cost by an avoided price, and they disagree on both."""
    lines = wrapped(QUOTIENT, columns, "   ")
    for one in assessment.method_break_evens:
        lines += [line("     ", (one.source, "strong")), *wrapped(_quotient(one), columns, "       ", "muted")]
    return [*lines, BLANK]


def _quotient(one: BreakEvenOf) -> str:
    volume = "never" if one.tokens_per_month is None else f"{figure(one.tokens_per_month)} tokens a month"
    if one.fixed_usd is None or one.avoided_usd_per_million is None:
        return f"{volume}, asserted without a fixed cost or a price behind it"
    return f"{dollars(one.fixed_usd)} a month ÷ {dollars(one.avoided_usd_per_million)} a million = {volume}"

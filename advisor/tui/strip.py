"""The verdict in two lines, as it stands under every page of the interview. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.wording import dollar_span, dollars
from advisor.tui.spans import BLANK, Line, fitted, line, spread

if TYPE_CHECKING:
    from advisor.assessment import Assessment

STATUS_ROLES = {"firm": "good", "near-tie": "warn", "conditional": "warn", "none": "bad"}


def strip_lines(
    assessment: Assessment | None, refused: str, columns: int, *, saving: bool, complete: bool
) -> list[Line]:
    """Draw a rule and two lines: the route and why, then its price and what is still open."""
    rule = line(("─" * columns, "muted"))
    if refused:
        return [rule, line((refused, "bad")), line(("Your answers are kept.", "muted"))]
    if assessment is None:
        return [rule, line(("Loading rules and prices …", "muted")), BLANK]
    below = line(("Saving the record …", "warn")) if saving else _price(assessment, complete)
    return [rule, _route(assessment, columns), fitted(below, columns)]


def _route(assessment: Assessment, columns: int) -> Line:
    verdict = assessment.verdict
    status = line((verdict.status, STATUS_ROLES.get(verdict.status, "plain")))
    because = f": {verdict.summary}" if verdict.summary else ""
    head = line((verdict.option, "accent"), f" · decided by {verdict.decided_by}{because}")
    return spread(head, status, columns)


def _price(assessment: Assessment, complete: bool) -> Line:
    chosen = assessment.option(assessment.verdict.option)
    matter = sum(unknown.could_change_verdict for unknown in assessment.unknowns) if complete else None
    parts = [_open_questions(len(assessment.unknowns), matter)] if assessment.unknowns else []
    if chosen is not None:
        cost = chosen.monthly_usd
        parts.insert(0, f"{dollars(cost.p50)} a month, {dollar_span(cost.p10, cost.p90)}")
    return line((" · ".join(parts), "muted"))


def _open_questions(count: int, matter: int | None) -> str:
    """Say how many questions are open, and how many of them matter once that is known."""
    questions = "1 open question" if count == 1 else f"{count} open questions"
    if matter is None:
        return questions
    if matter == 0:
        return f"{questions}, none can change the route"
    return f"{questions}, {matter} can change the route"

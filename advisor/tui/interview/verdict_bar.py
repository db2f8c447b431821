"""The verdict in two lines, shown under every page of the interview. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from advisor.decision.license_reports import LICENSE_REVIEW, license_verdict
from advisor.interview.answer_format import dollar_span, dollars
from advisor.knowledge.labels import catalog_label, gate_name, route_name, routes_in_words
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, line, spread

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Verdict

GAP = 2
"""The cells between the reason and the status."""
POSTURE_ROLES = {"clear": "good", "duties": "warn", "review": "warn", "blocked": "bad"}
STATUS_ROLES = {"firm": "good", "provisional": "warn", "near-tie": "warn", "conditional": "warn", "none": "bad"}


def status_role(assessment: Assessment) -> str:
    """How the status is painted; never as good while an open question can change the route."""
    role = STATUS_ROLES.get(assessment.verdict.status, "plain")
    return "plain" if role == "good" and any(one.could_change_verdict for one in assessment.unknowns) else role


def verdict_bar_lines(
    assessment: Assessment | None, refused: str, columns: int, saving: bool, complete: bool
) -> list[Line]:
    """Draw a rule and two lines: the route and why, then its price and what is still open."""
    rule = line(("─" * columns, "muted"))
    if refused:
        return [rule, line((refused, "bad")), line(("Your answers are kept.", "muted"))]
    if assessment is None:
        return [rule, line(("Loading rules and prices …", "muted")), BLANK]
    if assessment.questionnaire == LICENSE_REVIEW:
        posture, words = license_verdict(assessment.licenses)
        others = ", ".join(f"{catalog_label(report.model)}: {report.posture}" for report in assessment.licenses)
        head = line(("licenses", "accent"), "  ", (words, POSTURE_ROLES.get(posture, "muted")))
        return [rule, fitted(head, columns), fitted(line((others, "muted")), columns)]
    below = line(("Saving the record …", "warn")) if saving else _price(assessment, complete, columns)
    return [rule, _route(assessment, columns), fitted(below, columns)]


def _route(assessment: Assessment, columns: int) -> Line:
    verdict = assessment.verdict
    status, route = line((verdict.status, status_role(assessment))), route_name(verdict.option)
    room = columns - cell_len(f"{route}{verdict.status}") - GAP
    return spread(line((route, "accent"), _because(verdict, room)), status, columns)


def _because(verdict: Verdict, room: int) -> str:
    """Say what decided and why, in the longest form there is room for; the shortest ends between words."""
    summary = routes_in_words(verdict.summary)
    first, *more = summary.split("; ")
    point = first.rpartition(": ")[2]
    also = f", and {len(more)} reason{'s' if len(more) > 1 else ''} more" if more else ""
    gate = gate_name(verdict.decided_by)
    forms = (
        f" · decided by {gate}{': ' if summary else ''}{summary}",
        f" · {gate}: {summary}",
        f" · {first}{also}",
        f" · {point}{also}",
        f" · {point}",
    )
    return next((form for form in forms if cell_len(form) <= room), _cut(forms[-1], room))


def _cut(text: str, room: int) -> str:
    while " " in text and cell_len(text) + 2 > room:
        text = text.rpartition(" ")[0]
    return f"{text} …"


def _price(assessment: Assessment, complete: bool, columns: int) -> Line:
    chosen = assessment.option(assessment.verdict.option)
    cost = chosen.monthly_usd if chosen is not None else None
    price = f"{dollars(cost.p50)} a month, {dollar_span(cost.p10, cost.p90)}" if cost is not None else ""
    matter = sum(unknown.could_change_verdict for unknown in assessment.unknowns) if complete else None
    count = len(assessment.unknowns)
    open_text = _open_questions(count, matter) if count else ""
    if cell_len(f"{price} · {open_text}") > columns:
        most = f"at most {matter} matter" if matter else "none can change it"
        open_text = f"{count} open" if matter is None else f"{count} open, {most}"
    return line((" · ".join(filter(None, (price, open_text))), "muted"))


def _open_questions(count: int, matter: int | None) -> str:
    """Say how many questions are open, and how many of them matter once that is known."""
    questions = "1 open question" if count == 1 else f"{count} open questions"
    if matter is None:
        return questions
    if matter == 0:
        return f"{questions}, none can change the route"
    return f"{questions}, at most {matter} can change the route"

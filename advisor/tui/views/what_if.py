"""Two verdicts side by side: the one to start from, and the one on the answers as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.interview.wording import dollar_span, dollars, said
from advisor.tui.spans import BLANK, Line, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from advisor.assessment import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.questions import Question

LABEL = 12


def what_if_lines(before: Assessment, now: Assessment, changes: list[str], columns: int) -> list[Line]:
    """Draw what was changed, and both verdicts in two columns."""
    cell = max((columns - 3 - LABEL) // 2, 10)
    rows = [("", "before", "now"), ("route", before.verdict.option, now.verdict.option)]
    rows += [("decided by", before.verdict.decided_by, now.verdict.decided_by)]
    rows += [("status", before.verdict.status, now.verdict.status)]
    rows += [("a month", _price(before), _price(now)), ("p10 to p90", _range(before), _range(now))]
    lines = [line("   ", ("WHAT IF", "accent"))]
    lines += [part for change in changes for part in wrapped(change, columns, "   ")]
    lines += [] if changes else [line("   ", ("Nothing is changed yet: choose a question with ctrl+o.", "muted"))]
    lines.append(BLANK)
    for label, old, new in rows:
        role = "accent" if old != new and label else "plain" if label else "muted"
        left = f"{label:<{LABEL}}{old:<{cell}}"
        lines.append(fitted(line("   ", (left, "muted"), (new, role)), columns))
    return [*lines, BLANK]


def changes_between(before: Answers, now: Answers, questions: Mapping[str, Question]) -> list[str]:
    """Say each answer that differs, in words."""
    keys = [key for key in questions if before.get(key) != now.get(key)]
    return [f"{key}: {_words(before, questions[key])} → {_words(now, questions[key])}" for key in keys]


def _words(answers: Answers, question: Question) -> str:
    value = answers.get(question.key)
    return "unknown" if value is None else said(value, question)


def _price(assessment: Assessment) -> str:
    option = assessment.option(assessment.verdict.option)
    return "–" if option is None else dollars(option.monthly_usd.p50)


def _range(assessment: Assessment) -> str:
    option = assessment.option(assessment.verdict.option)
    return "–" if option is None else dollar_span(option.monthly_usd.p10, option.monthly_usd.p90)

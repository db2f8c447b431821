"""A verdict on one screen: the card as text, and the command that says more."""

from __future__ import annotations

from advisor.assessment.model import Assessment
from advisor.knowledge.labels import in_words, route_name
from advisor.report.license_verdict import LICENSE_REVIEW, license_verdict
from advisor.report.verdict_card import all_rows, bought, card, clipped
from advisor.text import LABEL, WIDTH, spread, visible, wrap

MOST_LINES = 24
"""The rows of a terminal, the last one for the next command."""
_INDENT = LABEL + 1
_REASON_ROWS, _LAST_ROWS = 2, 2


def short_report(assessment: Assessment, file: str = "FILE") -> str:
    """At most 24 lines of 80 columns, the answer first and the next command last."""
    if assessment.questionnaire == LICENSE_REVIEW:
        return _license_report(assessment, file)
    what = bought(assessment)
    answer = f"{route_name(assessment.verdict.option).upper()}{f': {what}' if what else ''}"
    head = [spread(assessment.workload, f"as of {assessment.as_of}"), *wrap(answer), ""]
    last = _last(file)
    drawn = clipped(card(assessment), WIDTH - _INDENT, MOST_LINES - len(head) - 2)
    rows = [f"{name:<{_INDENT}}{text}".rstrip() for name, text in all_rows(drawn)]
    return "\n".join([*(visible(line) for line in (*head, *rows)), "", visible(last)])


def _last(file: str) -> str:
    """The next command; a long name of a file leaves no room for the hint behind it."""
    last = f"next: advisor why {file} (or --full for everything)"
    return last if len(last) <= WIDTH else f"next: advisor why {file}"


def _license_report(assessment: Assessment, file: str) -> str:
    """What a license review found: each candidate with its posture and the first reason."""
    head = [spread(assessment.workload, f"as of {assessment.as_of}"), f"LICENSES: {license_verdict(assessment)[1]}", ""]
    rows = [
        line
        for report in assessment.licenses
        for line in (
            spread(f"{report.model}  {report.license}", report.posture),
            *wrap(in_words(report.because[0]) if report.because else "", lead="  ", hanging="  ")[:_REASON_ROWS],
        )
    ]
    most = MOST_LINES - len(head) - _LAST_ROWS
    more = ["… and more: --full shows every model"] if len(rows) > most else []
    last = _last(file)
    return "\n".join([*map(visible, (*head, *rows[: most - len(more)], *more)), "", visible(last)])

"""A verdict on one screen: the card as text, and the command that says more."""

from __future__ import annotations

from advisor.assessment.model import Assessment
from advisor.knowledge.labels import route_name
from advisor.report.verdict_card import all_rows, bought, card, clipped
from advisor.text import LABEL, WIDTH, spread, visible, wrap

MOST_LINES = 24
"""The rows of a terminal, the last one for the next command."""
_INDENT = LABEL + 1


def short_report(assessment: Assessment, file: str = "FILE") -> str:
    """At most 24 lines of 80 columns, the answer first and the next command last."""
    what = bought(assessment)
    answer = f"{route_name(assessment.verdict.option).upper()}{f': {what}' if what else ''}"
    head = [spread(assessment.workload, f"as of {assessment.as_of}"), *wrap(answer), ""]
    last = f"next: advisor why {file} (or --full for everything)"
    drawn = clipped(card(assessment), WIDTH - _INDENT, MOST_LINES - len(head) - 2)
    rows = [f"{name:<{_INDENT}}{text}".rstrip() for name, text in all_rows(drawn)]
    return "\n".join([*(visible(line) for line in (*head, *rows)), "", visible(last)])

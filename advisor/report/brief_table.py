"""Several assessments as one table: a line for each, with what to buy and what it costs a month."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.assessment.model import Assessment
from advisor.report.phrases import price_row
from advisor.report.text_report import WIDTH, visible

HEADS = ("workload", "route", "offer", "$ a month", "status")
_RIGHT = HEADS.index("$ a month")
_OFFER = HEADS.index("offer")
_LEAST = 12
"""Columns that an offer keeps where the other columns are wide."""


def brief_table(assessments: Sequence[Assessment]) -> str:
    """A table of at most 80 columns where the names allow it; the offer is cut to what room is left."""
    rows = [HEADS, *(_row(assessment) for assessment in assessments)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    others = sum(widths) - widths[_OFFER] + 2 * (len(HEADS) - 1)
    widths[_OFFER] = min(widths[_OFFER], max(WIDTH - others, _LEAST))
    return "\n".join(
        "  ".join(_cell(row[place], width, place) for place, width in enumerate(widths)).rstrip() for row in rows
    )


def _row(assessment: Assessment) -> tuple[str, str, str, str, str]:
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    offer, price = ("", "") if chosen is None else (chosen.priced, price_row(chosen)[1])
    return visible(assessment.workload), verdict.option, visible(offer), price, verdict.status


def _cell(text: str, width: int, place: int) -> str:
    cut = text if len(text) <= width else f"{text[: width - 1]}…"
    return f"{cut:>{width}}" if place == _RIGHT else f"{cut:<{width}}"

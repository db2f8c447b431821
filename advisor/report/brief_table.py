"""Several assessments as one table: a line for each, with what to buy and what it costs a month."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.assessment.model import Assessment
from advisor.report.phrases import ROUTE_NAMES, offer, price_row
from advisor.text import WIDTH, cut, table_of, visible

HEADS = ("workload", "route", "offer", "$ a month", "status")
_OFFER = HEADS.index("offer")
_LEAST = 12
"""Columns that an offer keeps where the other columns are wide."""


def brief_table(assessments: Sequence[Assessment], width: int = WIDTH) -> str:
    """A table of at most `width` columns where the names allow it; the offer is cut to fit. Width 0 cuts nothing."""
    rows = [_row(assessment) for assessment in assessments]
    widths = [max(len(row[place]) for row in (HEADS, *rows)) for place in range(len(HEADS))]
    others = sum(widths) - widths[_OFFER] + 2 * (len(HEADS) - 1)
    room = max(width - others, _LEAST) if width else widths[_OFFER]
    return table_of(
        HEADS, [(*row[:_OFFER], cut(row[_OFFER], room), *row[_OFFER + 1 :]) for row in rows], right=HEADS[3]
    )


def _row(assessment: Assessment) -> tuple[str, str, str, str, str]:
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    price = "" if chosen is None else price_row(chosen)[1]
    route = ROUTE_NAMES.get(verdict.option, verdict.option)
    return visible(assessment.workload), route, visible(offer(assessment)), price, verdict.status

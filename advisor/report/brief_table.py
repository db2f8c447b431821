"""Several assessments as one table: a line for each, with what to buy and what it costs a month."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.assessment.model import Assessment
from advisor.knowledge.labels import catalog_label
from advisor.report.phrases import offer, price_row
from advisor.text import WIDTH, cut, table_of, visible

HEADS = ("workload", "route", "offer", "$/month", "status")
_OFFER = HEADS.index("offer")
_SELLERS = {
    "hosted-api": "vendor", "managed-cloud": "cloud", "managed-open": "provider", "self-host": "own GPUs",
}  # fmt: skip
"""Routes by who runs the model, in one short word."""
_BETWEEN = " · "
_SHORTEST_PLACE = 5
_LEAST, _LEAST_NAME = 12, 19
"""Columns that an offer and the name of a workload keep where the other columns are wide."""
_COUNT = re.compile(r"\d+× ")
"""How a number of GPUs begins."""


def brief_table(assessments: Sequence[Assessment], width: int = WIDTH) -> str:
    """A table of at most `width` columns where the names allow it.

    Long names of workloads are cut first, then models; the GPUs to buy are never cut.
    """
    rows = [_row(assessment) for assessment in assessments]
    widths = [max(len(row[place]) for row in (HEADS, *rows)) for place in range(len(HEADS))]
    over = sum(widths) + 2 * (len(HEADS) - 1) - width
    name = max(widths[0] - max(over, 0), min(widths[0], _LEAST_NAME))
    room = max(widths[_OFFER] - max(over - (widths[0] - name), 0), _LEAST)
    fitted = [(cut(row[0], name), *row[1:_OFFER], _fitted(row[_OFFER], room), *row[_OFFER + 1 :]) for row in rows]
    return table_of(HEADS, fitted, right=HEADS[3])


def _fitted(text: str, room: int) -> str:
    """Cut an offer: GPUs are kept whole and their model cut; of a provider, what a few columns hold is kept."""
    model, _, where = text.partition(_BETWEEN)
    left = room - len(model) - len(_BETWEEN)
    if len(text) <= room:
        return text
    if _COUNT.match(where):
        return f"{cut(model, max(room - len(where) - len(_BETWEEN), 1))}{_BETWEEN}{where}"
    return f"{model}{_BETWEEN}{cut(where, left)}" if where and left >= _SHORTEST_PLACE else cut(model, room)


def _bought(assessment: Assessment) -> str:
    """The offer in few words; of a hybrid both models, the routine one first."""
    chosen = assessment.option(assessment.verdict.option)
    if chosen is not None and chosen.offer is not None and chosen.offer.frontier is not None:
        return f"{catalog_label(chosen.offer.model)} + {catalog_label(chosen.offer.frontier.model)}"
    return offer(assessment).partition(" in ")[0]


def _row(assessment: Assessment) -> tuple[str, str, str, str, str]:
    verdict = assessment.verdict
    chosen = assessment.option(verdict.option)
    price = "" if chosen is None else price_row(chosen)[1]
    route = _SELLERS.get(verdict.option, verdict.option)
    return visible(assessment.workload), route, visible(_bought(assessment)), price, verdict.status

"""Assessments in the forms that are read outside a terminal: Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from advisor.assessment import Assessment
from advisor.report.curve_chart import Series
from advisor.report.html import as_html
from advisor.report.markdown import as_markdown

if TYPE_CHECKING:
    from advisor.cost.curves import Curve


def render(assessments: Sequence[Assessment], form: str, curves: Sequence[Sequence[Curve]] = ()) -> str:
    """One document of all assessments, as `markdown` or `html`; `curves` holds cost against volume for each of them."""
    if form == "markdown":
        alone = len(assessments) == 1
        return "\n".join(as_markdown(assessment, front_matter=alone) for assessment in assessments)
    drawn = [series(each) for each in curves] or [()] * len(assessments)
    return as_html(list(zip(assessments, drawn, strict=True)))


def series(curves: Iterable[Curve]) -> tuple[Series, ...]:
    """Curves of the cost core as charts take them."""
    return tuple(
        Series(each.route, each.at.tolist(), each.p10.tolist(), each.p50.tolist(), each.p90.tolist()) for each in curves
    )

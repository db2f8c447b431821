"""Where self-hosting and the API cost the same, in words and as a chart of cost against volume."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, TypeGuard

from advisor.interview.answer_format import figure, quantity
from advisor.knowledge.ranges import Range
from advisor.tui.verdict.views.chart import chart_lines
from advisor.tui.verdict.views.entry import headed
from advisor.tui.widgets.styled_text import BLANK, Line, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment, Band

_UNIT = "tokens-per-month"


def crossing_lines(assessment: Assessment, columns: int) -> list[Line]:
    """Say where self-hosting and the API meet, and draw every route's cost over the volume."""
    even = assessment.break_even
    lines = headed("Where self-hosting meets the API", f"against {even.against}", columns)
    band = even.output_tokens_per_month
    if not meets(band):
        some = f" in {even.never_share:.0%} of the draws" if 0 < even.never_share < 1 else ""
        lines += wrapped(f"The lines do not cross{some}, at any volume that was looked at.", columns, "   ")
    else:
        ends = quantity(Range(band.p10, band.p90), _UNIT) if isfinite(band.p90) else _open_ended(band.p10)
        lines += wrapped(f"{ends} of output, {figure(band.p50)} at the median", columns, "   ")
        if even.never_share > 0:
            lines += wrapped(f"In {even.never_share:.0%} of the draws they never meet.", columns, "   ", "muted")
    chart = chart_lines(assessment.outlook.curves, _volume(assessment), columns, band.p50 if meets(band) else None)
    return [*lines, *([BLANK] if chart else []), *chart]


def meets(band: Band | None) -> TypeGuard[Band]:
    """Whether the two meet at the median: an infinite volume means never."""
    return band is not None and isfinite(band.p50)


def _open_ended(low: float) -> str:
    return f"{quantity(Range.exactly(low), _UNIT)} to never"


def _volume(assessment: Assessment) -> float | None:
    """Find the volume these answers mean, in output tokens a month."""
    volume = assessment.facts.get("volume.output_tokens")
    return volume.point if isinstance(volume, Range) else None

"""The curve of a sizing as a chart of characters: rate of one accelerator against time per token, layouts by mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.interview.wording.answer_format import figure
from advisor.report.log_chart import MARKS, ROUND, Cell, LogScale, axis_texts, line_cells
from advisor.sizing.load import MILLI
from advisor.text import WIDTH

if TYPE_CHECKING:
    from advisor.sizing.sizing_report import CurvePoint

_ROWS, _LABEL, _INDENT = 10, 8, 2
_CELLS = WIDTH - _INDENT - _LABEL - 3


def sizing_chart(curve: Sequence[CurvePoint], gpus: int) -> list[str]:
    """Draw a curve on logarithmic axes; each point has the mark of its layout. Nothing where all points are one."""
    points = [(each.served.inter_token * MILLI, each.served.tokens_per_second / gpus) for each in curve]
    times, rates = [time for time, _ in points], [rate for _, rate in points]
    if not points or min(times) == max(times):
        return []
    across = LogScale(min(times), max(times), _CELLS - 1, ROUND)
    up = LogScale(min(rates), max(rates), _ROWS, ROUND)
    layouts = list(dict.fromkeys(each.layout for each in curve))
    cells = line_cells(points, across, up, "·", 0)
    for each, (time, rate) in zip(curve, points, strict=True):
        number = layouts.index(each.layout)
        cells[up.place(rate), across.place(time)] = Cell(MARKS[number % len(MARKS)], number)
    legend = "  ".join(f"{MARKS[at % len(MARKS)]} {layout}" for at, layout in enumerate(layouts))
    labels = {up.place(tick): figure(tick) for tick in up.ticks()}
    rows = [_row(cells, row, labels.get(row, "")) for row in range(up.cells, -1, -1)]
    rule, figures = axis_texts(across)
    below = [f"{'':{_LABEL}} └{rule}", f"{'':{_LABEL}}  {figures.rstrip()}", f"{'':{_LABEL}}  ms per token"]
    return [" " * _INDENT + line for line in (f"tokens/s of one accelerator   {legend}", *rows, *below)]


def _row(cells: dict[tuple[int, int], Cell], row: int, label: str) -> str:
    found = (cells.get((row, column)) for column in range(_CELLS))
    text = "".join(" " if cell is None else cell.mark for cell in found)
    return f"{label:>{_LABEL}} {'┤' if label else '│'}{text}".rstrip()

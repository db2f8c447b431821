"""Rate of one accelerator against time per token as a chart of characters: one mark for each layout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.interview.wording.answer_format import figure
from advisor.report.log_chart import MARKS, ROUND, Cell, LogScale, axis_texts, dotted_cells
from advisor.sizing.rate_curve import RatePoint

_WAYS = {"dp": "data", "tp": "tensor", "ep": "expert", "pp": "pipeline"}
"""Kinds of parallelism by how engines' options abbreviate them."""
_PART = re.compile(rf"({'|'.join(_WAYS)})([0-9]+)")
_ROWS, _LABEL = 10, 8
_LEAST = 20
"""Cells below which nothing can be read off a chart."""


def sizing_chart(curve: Sequence[RatePoint], columns: int, here: float | None = None) -> list[str]:
    """Draw a curve on logarithmic axes; each point has the mark of its layout, the cheapest at that load.

    `here` is the time per token that a fleet is planned at, in ms. Nothing where all points are one.
    """
    cells = columns - _LABEL - 3
    points = [(each.inter_token_ms, each.tokens_per_second_per_gpu) for each in curve]
    times, rates = [time for time, _ in points], [rate for _, rate in points]
    if cells < _LEAST or not points or min(times) == max(times):
        return []
    across = LogScale(min(times), max(times), cells - 1, ROUND)
    up = LogScale(min(rates), max(rates), _ROWS, ROUND)
    layouts = list(dict.fromkeys(each.layout for each in curve))
    drawn = dotted_cells(points, across, up, 0)
    for each, (time, rate) in zip(curve, points, strict=True):
        number = layouts.index(each.layout)
        drawn[up.place(rate), across.place(time)] = Cell(MARKS[number % len(MARKS)], number)
    legend = "  ".join(f"{MARKS[at % len(MARKS)]} {layout_words(layout)}" for at, layout in enumerate(layouts))
    labels = {up.place(tick): figure(tick) for tick in up.ticks()}
    rows = [_row(drawn, row, labels.get(row, ""), cells) for row in range(up.cells, -1, -1)]
    rule, figures = axis_texts(across)
    below = [f"{'':{_LABEL}} └{rule}", f"{'':{_LABEL}}  {figures.rstrip()}", f"{'':{_LABEL}}  ms per token"]
    if here is not None and across.holds(here):
        below.append(_pointer(across, here))
    return [f"tokens/s of one accelerator   {legend}", *rows, *below]


def layout_words(layout: str) -> str:
    """A layout as engines' options name it, "tp8·pp2", in words: "tensor 8, pipeline 2"; "one GPU" of tp1."""
    parts = [_PART.fullmatch(part) for part in layout.split("·")]
    if layout == "tp1" or not all(parts):
        return "one GPU" if layout == "tp1" else layout
    return ", ".join(f"{_WAYS[part[1]]} {part[2]}" for part in parts if part)


def _row(cells: dict[tuple[int, int], Cell], row: int, label: str, width: int) -> str:
    found = (cells.get((row, column)) for column in range(width))
    text = "".join(" " if cell is None else cell.mark for cell in found)
    return f"{label:>{_LABEL}} {'┤' if label else '│'}{text}".rstrip()


def _pointer(across: LogScale, here: float) -> str:
    place, said = across.place(here), f"planned at {here:,.1f} ms"
    fits = place + len(said) + 2 <= across.cells
    start, text = (place, f"▲ {said}") if fits else (max(place - len(said) - 1, 0), f"{said} ▲")
    return f"{'':{_LABEL + 2 + start}}{text}"

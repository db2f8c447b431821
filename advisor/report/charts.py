"""Ranges, and what moves them, as lines of text; numbers always stand beside the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.interview.wording import dollars


@dataclass(frozen=True, slots=True)
class Charset:
    """The marks a terminal can show; `lines` are taken by the curves in their order."""

    bar: str
    middle: str
    band: str
    lines: str
    pointer: str
    axis: str
    corner: str
    level: str
    tick: str
    rule: str
    dash: str


UNICODE = Charset("━", "●", "░", "━·╌", "▲", "│", "└", "┤", "┬", "─", "–")
ASCII = Charset("=", "o", ":", "#.-", "^", "|", "+", "+", "+", "-", "-")


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A labeled P10, P50 and P90."""

    label: str
    p10: float
    p50: float
    p90: float


def range_bars(rows: Sequence[RangeRow], width: int, charset: Charset = UNICODE) -> list[str]:
    """Bars from P10 to P90 on one scale from zero, the median marked, the three figures before them."""
    if not rows:
        return []
    name = max(len(row.label) for row in rows)
    figures = [[dollars(value) for value in (row.p10, row.p50, row.p90)] for row in rows]
    cell = max(len(text) for row in figures for text in row)
    room = max(width - name - 3 * (cell + 2) - 3, 4)
    most = max(row.p90 for row in rows)
    heads = "".join(f"{head:>{cell + 2}}" for head in ("p10", "p50", "p90"))
    lines = [f"{'':<{name}}{heads}"]
    for row, texts in zip(rows, figures, strict=True):
        numbers = "".join(f"{text:>{cell + 2}}" for text in texts)
        lines.append(f"{row.label:<{name}}{numbers}   {_bar(row, most, room, charset)}".rstrip())
    return lines


def _bar(row: RangeRow, most: float, room: int, charset: Charset) -> str:
    low, middle, high = (_place(value, most, room) for value in (row.p10, row.p50, row.p90))
    cells = [charset.bar if low <= place <= high else " " for place in range(room)]
    cells[middle] = charset.middle
    return "".join(cells).rstrip()


def _place(value: float, most: float, room: int) -> int:
    return min(max(round(value / most * (room - 1)), 0), room - 1) if most > 0 else 0


def tornado(rows: Sequence[tuple[str, float]], width: int, charset: Charset = UNICODE) -> list[str]:
    """How far each input moves the outcome (dollars a month), the widest first, centered on where it stands now."""
    moved = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    if not moved:
        return []
    name = max(len(label) for label, _ in moved)
    cell = max(len(dollars(swing)) for _, swing in moved)
    room = max(width - name - cell - 6, 3) // 2
    lines = []
    for label, swing in moved:
        half = charset.bar * max(round(swing / moved[0][1] * room), 1)
        lines.append(f"{label:<{name}}  {dollars(swing):>{cell}}  {half:>{room}}{charset.axis}{half}".rstrip())
    return lines

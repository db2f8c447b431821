"""The one widget everything is drawn with: a window on a list of styled lines, of which only changed cells are sent.

Its size never follows from its content, so nothing that is shown makes the screen be laid out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from advisor.tui.widgets.styled_text import BLANK, Line, Span, fitted, width

if TYPE_CHECKING:
    from collections.abc import Sequence


MARGIN = 1
"""Cells left free at either edge; drawn here, for Textual's own padding is a segment more in every row sent."""
MORE_ABOVE, MORE_BELOW = Span("▲", "muted"), Span("▼", "muted")


class Lines(Widget):
    """Paints lines of data. Text is never parsed as markup; roles take their colors from the page they stand on."""

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = list(lines)
        self.first = 0
        """The line shown in the top row."""

    @property
    def last_first(self) -> int:
        """The furthest one can scroll."""
        return max(len(self._lines) - self.size.height, 0)

    def line_at(self, row: int) -> Line:
        """The line shown in a row of the window; blank where there is none."""
        place = self.first + row
        return self._lines[place] if 0 <= place < len(self._lines) else BLANK

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines; over a slow line every cell that stays the same is time saved."""
        if self._lines == list(lines):
            return
        before = self._rows()
        self._lines = list(lines)
        self.first = min(self.first, self.last_first)
        self._send_changes(before)

    def scroll(self, first: int) -> None:
        """Show from another line on, as far as there are lines."""
        first = min(max(first, 0), self.last_first)
        if first != self.first:
            before = self._rows()
            self.first = first
            self._send_changes(before)

    def reveal(self, start: int, end: int) -> None:
        """Scroll no more than is needed to show the lines from start to before end; the start matters most."""
        first, height = self.first, self.size.height
        if end > first + height:
            first = end - height
        self.scroll(min(first, start))

    def turn_to(self, start: int, end: int) -> None:
        """Show lines that are out of sight by turning the page: what is at hand next then stands still."""
        last = self.first + self.size.height
        if start < self.first and end - start <= self.size.height:
            self.scroll(end - self.size.height)
        elif start < self.first or end > last:
            self.scroll(start)

    def render_line(self, y: int) -> Strip:
        """Paint one row."""
        base = Style.null() if self.app.native_ansi_color else self.rich_style
        columns = self.size.width
        pieces = fitted(self._row(y, self.size), columns - MARGIN)
        segments = [Segment(piece.text, base + self._role(piece.role)) for piece in pieces]
        return Strip([Segment(" " * MARGIN, base), *segments]).adjust_cell_length(columns, base).simplify()

    def _rows(self) -> list[Line]:
        size = self.size  # a property that computes at each access
        return [self._row(y, size) for y in range(size.height)]

    def _row(self, y: int, size: Size) -> Line:
        """Give the line of a row; the outermost rows tell in the margin that there is more beyond them."""
        place, room = self.first + y, max(size.width - 2 * MARGIN, 0)
        row = fitted(self._lines[place], room) if place < len(self._lines) else BLANK
        if y == 0 and self.first:
            return _marked(row, MORE_ABOVE, room)
        if y == size.height - 1 and self.first + size.height < len(self._lines):
            return _marked(row, MORE_BELOW, room)
        return row

    def _send_changes(self, before: list[Line]) -> None:
        spans = enumerate(map(_changed, before, self._rows()))
        regions = [Region(start + MARGIN, y, end - start, 1) for y, (start, end) in spans if end > start]
        if regions and self.is_mounted:
            self.refresh(*regions)

    def _role(self, role: str) -> Style:
        return self.screen.get_component_rich_style(f"role--{role}", partial=True)


def _marked(row: Line, mark: Span, room: int) -> Line:
    return (*row, Span(" " * (room - width(row))), mark)


def _changed(was: Line, now: Line) -> tuple[int, int]:
    """Find the cells that differ between two drawings of a row."""
    if was == now:
        return 0, 0
    old, new = _cells(was), _cells(now)
    longest = max(len(old), len(new))
    blank = (" ", "plain")
    old += [blank] * (longest - len(old))
    new += [blank] * (longest - len(new))
    differing = [place for place in range(longest) if old[place] != new[place]]
    return (differing[0], differing[-1] + 1) if differing else (0, 0)


def _cells(pieces: Line) -> list[tuple[str, str]]:
    """Spread a line over its cells; a wide character fills its second cell with nothing."""
    cells: list[tuple[str, str]] = []
    for piece in pieces:
        for character in piece.text:
            cells.append((character, piece.role))
            cells.extend([("", piece.role)] * (cell_len(character) - 1))
    return cells

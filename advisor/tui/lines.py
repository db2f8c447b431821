"""The one widget everything is drawn with: a list of styled lines, of which only changed rows are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from advisor.tui.spans import ROLES, fitted, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.geometry import Size

    from advisor.tui.spans import Line


class Lines(Widget):
    """Paints lines of data. Text is never parsed as markup; roles take their colors from the stylesheet."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"role--{role}" for role in ROLES}
    DEFAULT_CSS = "Lines { height: auto; }"

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: list[Line] = list(lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines; rows that stay the same are not painted again."""
        old, self.lines = self.lines, list(lines)
        if len(old) != len(self.lines):
            self.refresh(layout=True)
            return
        width = max(self.size.width, 1)
        changed = [row for row, (was, now) in enumerate(zip(old, self.lines, strict=True)) if was != now]
        if changed:
            self.refresh(*(Region(0, row, width, 1) for row in changed))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take one row a line."""
        return len(self.lines)

    def render_line(self, y: int) -> Strip:
        """Paint one row."""
        width, base = self.size.width, self.rich_style
        pieces = fitted(self.lines[y], width) if y < len(self.lines) else line()
        segments = [Segment(piece.text, base + self._role(piece.role)) for piece in pieces]
        return Strip(segments).adjust_cell_length(width, base)

    def _role(self, role: str) -> Style:
        return self.get_component_rich_style(f"role--{role}", partial=True)

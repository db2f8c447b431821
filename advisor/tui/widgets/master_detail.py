"""Master-detail layout: list and detail side by side in a wide window, otherwise one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal

from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import BLANK, Line, line

if TYPE_CHECKING:
    from textual.app import ComposeResult


FRAME = 5
"""Rows that the title, the lines below and the spaces beside them take."""


class MasterDetail(Page):
    """Lays out a title, a list with its detail, and the keys; says in one line what was done last."""

    LIST_SHARE: ClassVar[tuple[int, int]] = (2, 5)
    """Width of the list as a fraction of a wide window: numerator and denominator."""
    BELOW: ClassVar[tuple[str, ...]] = ("keys",)
    """The names of the lines under both columns."""

    def __init__(self) -> None:
        super().__init__()
        self.message: Line = BLANK
        self.is_helping = False

    def compose(self) -> ComposeResult:
        """Lay out the title, the list, the detail and the lines below."""
        yield from super().compose()
        yield Lines(id="top")
        with Horizontal(id="middle"):
            yield Lines(id="body")
            yield Lines(id="side")
        for name in self.BELOW:
            yield Lines(id=name)

    def say(self, words: str) -> None:
        """Say what was done, always in the same line."""
        self.message = line((words, "good")) if words else BLANK
        self.redraw()

    def clear_message(self) -> None:
        """Say nothing any more, from when the page is drawn next."""
        self.message = BLANK

    def redraw(self) -> None:
        """Draw every part; a wide screen has room for both columns."""
        self.set_class(self.shows_both, "-wide")
        self.body.styles.width = self.list_columns + 2 * MARGIN if self.shows_both else "1fr"
        for name, lines in self.parts().items():
            self.part(name).show(lines)
        self.reveal()

    def parts(self) -> dict[str, list[Line]]:
        """The lines of each part, by its name."""
        return {}

    def reveal(self) -> None:
        """Keep what is selected in view."""

    def scroll_page(self, by: int) -> None:
        """Scroll by a page: the detail where it is drawn, else whatever is shown."""
        read = self.side if self.shows_both else self.body
        read.scroll(read.first + by * max(read.size.height - 2, 1))

    def part(self, name: str) -> Lines:
        """One part, by its name."""
        return self.query_one(f"#{name}", Lines)

    @property
    def side(self) -> Lines:
        """The detail pane."""
        return self.part("side")

    @property
    def shows_both(self) -> bool:
        """Whether both columns are drawn."""
        return self.is_wide

    @property
    def list_columns(self) -> int:
        """The width that lines of the list may take."""
        some, of_all = self.LIST_SHARE
        return self.app.size.width * some // of_all - 2 * MARGIN if self.is_wide else self.columns

    @property
    def rows(self) -> int:
        """The rows between the title and the lines below."""
        return self.app.size.height - FRAME

    @property
    def side_columns(self) -> int:
        """The width left for the detail."""
        return self.columns - self.list_columns - 2 * MARGIN

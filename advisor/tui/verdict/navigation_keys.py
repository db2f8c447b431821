"""Which view of a verdict is read, and where in it: a list, the entry in hand, and whether its detail is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.verdict.registry import VIEWS
from advisor.tui.verdict.views.entry import list_lines, rows_of
from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.tui.verdict.registry import View
    from advisor.tui.verdict.views.entry import Entry
    from advisor.tui.widgets.styled_text import Line

PAGE = 10


class Reader:
    """A place in the views of one assessment. Every view keeps its own entry in hand while others are looked at."""

    def __init__(self) -> None:
        self.place = 0
        self.is_open = False
        self._cursors = [0] * len(VIEWS)
        self._listed: tuple[Assessment, int, list[Entry]] | None = None

    @property
    def view(self) -> View:
        """The view in hand."""
        return VIEWS[self.place]

    def turn(self, place: int) -> None:
        """Turn to a view, at its list."""
        self.place, self.is_open = place, False

    def entries(self, assessment: Assessment) -> list[Entry]:
        """What the view in hand lists, worked out once for every key; nothing where it is one page."""
        if self._listed is None or self._listed[0] is not assessment or self._listed[1] != self.place:
            self._listed = assessment, self.place, self.view.listed(assessment)
        return self._listed[2]

    def cursor(self, entries: list[Entry]) -> int:
        """The place of the entry in hand; another verdict may list fewer."""
        return min(self._cursors[self.place], max(len(entries) - 1, 0))

    def step(self, by: int, entries: list[Entry]) -> None:
        """Take a neighboring entry in hand, no further than the ends."""
        self._cursors[self.place] = min(max(self.cursor(entries) + by, 0), max(len(entries) - 1, 0))

    def rows(self, entries: list[Entry], columns: int) -> tuple[int, int]:
        """Find the lines of the entry in hand in its list."""
        return rows_of(entries, self.cursor(entries), columns)

    def list_lines(self, entries: list[Entry], columns: int) -> list[Line]:
        """Draw the list."""
        return list_lines(entries, self.cursor(entries), columns)

    def detail_lines(self, entries: list[Entry], columns: int) -> list[Line]:
        """Draw the entry in hand."""
        return entries[self.cursor(entries)].detail(columns)

    def where(self, entries: list[Entry]) -> str:
        """Say which view this is, and which of its entries is open."""
        opened = f" · {self.cursor(entries) + 1} of {len(entries)}" if entries else ""
        return f"{self.view.title}{opened}"


def waiting_lines(refused: str, columns: int) -> list[Line]:
    """Draw what stands in place of a verdict: why there is none, or that it is being made."""
    if refused:
        return wrapped(refused, columns, "   ", "bad")
    return [line("   ", ("Loading rules and prices …", "muted")), BLANK]

"""Reading a verdict: views, each a page or a list of entries; which one is read, and the detail of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from advisor.tui.widgets.menu import MenuItem, menu_lines
from advisor.tui.widgets.page import MasterDetail, clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from advisor.assessment.model import Assessment
    from advisor.tui.interview.controller import InterviewController


BESIDE = 4
"""Cells of a row that its mark and the gap before its figure take."""


class ViewEntry(NamedTuple):
    """One row of a view's list: what it is about, its figure or mark, and what draws its detail at a width.

    `answer` is a key and an answer to it, as in an answers file, that Enter tries at once. `tall` draws the detail
    where its height counts too. `brief` is the title in two parts for a list that has no room for all of it: they share
    a row where they fit, and else take one each.
    """

    title: str
    side: str
    detail: Callable[[int], list[Line]]
    group: str = ""
    answer: tuple[str, str] | None = None
    tall: Callable[[int, int], list[Line]] | None = None
    brief: tuple[str, str] | None = None

    def drawn(self, columns: int, rows: int) -> list[Line]:
        """Its detail, in which a chart is as high as the page has rows."""
        return self.detail(columns) if self.tall is None else self.tall(columns, rows)


def list_lines(entries: Sequence[ViewEntry], cursor: int, columns: int) -> list[Line]:
    """Draw the list, the selected entry marked by more than color; figures stand clear of the mark of more lines."""
    return menu_lines([_item(entry, columns - 1) for entry in entries], cursor, "", columns - 1)


def rows_of(entries: Sequence[ViewEntry], place: int, columns: int) -> tuple[int, int]:
    """Find the lines of one entry in the list; the first of a group brings the group's heading along."""
    start = len(list_lines(entries[:place], place, columns)) if place else 0
    return start, len(list_lines(entries[: place + 1], place, columns))


def whole(entries: Sequence[ViewEntry], columns: int) -> list[Line]:
    """Draw every detail, one after the other: the view as it is exported and read aloud."""
    lines: list[Line] = []
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            lines += [line("   ", (group, "accent")), BLANK]
        lines += [*entry.detail(columns), BLANK]
    return lines


def _item(entry: ViewEntry, columns: int) -> MenuItem:
    title, below = entry.title, ""
    if entry.brief is not None and not _fits(title, entry.side, columns):
        joined = " ".join(entry.brief)
        title, below = (joined, "") if _fits(joined, entry.side, columns) else entry.brief
    return MenuItem(entry.title, title, entry.side, group=entry.group, below=below)


def _fits(title: str, side: str, columns: int) -> bool:
    return cell_len(f"{title}{side}") + BESIDE <= columns


class View(NamedTuple):
    """A view: its short title, what it shows, what lists its entries, and what draws it whole.

    A view without entries is one page; one without a page of its own is its entries' details, one after the other.
    """

    title: str
    about: str
    draw: Callable[[Assessment, int], list[Line]] | None = None
    entries: Callable[[Assessment], list[ViewEntry]] | None = None
    nothing: str = "There is nothing to list."

    def listed(self, assessment: Assessment) -> list[ViewEntry]:
        """Its entries; none where it is one page."""
        return self.entries(assessment) if self.entries is not None else []

    def lines(self, assessment: Assessment, columns: int) -> list[Line]:
        """The whole view, as it is exported."""
        if self.draw is not None:
            return self.draw(assessment, columns)
        return whole(self.listed(assessment), columns) or wrapped(self.nothing, columns, "   ", "muted")


PAGE = 10


class ViewPosition:
    """A place in the views of one assessment. Every view keeps its own entry selected while others are looked at."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = views
        self.place = 0
        self.is_open = False
        self._cursors = [0] * len(views)
        self._listed: tuple[Assessment, int, list[ViewEntry]] | None = None

    @property
    def view(self) -> View:
        """The selected view."""
        return self._views[self.place]

    def turn(self, place: int) -> None:
        """Turn to a view, at its list."""
        self.place, self.is_open = place, False

    def entries(self, assessment: Assessment) -> list[ViewEntry]:
        """What the selected view lists, worked out once for every key; nothing where it is one page."""
        if self._listed is None or self._listed[0] is not assessment or self._listed[1] != self.place:
            self._listed = assessment, self.place, self.view.listed(assessment)
        return self._listed[2]

    def cursor(self, entries: list[ViewEntry]) -> int:
        """The place of the selected entry; another verdict may list fewer."""
        return min(self._cursors[self.place], max(len(entries) - 1, 0))

    def step(self, by: int, entries: list[ViewEntry]) -> None:
        """Take a neighboring entry selected, no further than the ends."""
        self._cursors[self.place] = min(max(self.cursor(entries) + by, 0), max(len(entries) - 1, 0))

    def rows(self, entries: list[ViewEntry], columns: int) -> tuple[int, int]:
        """Find the lines of the selected entry in its list."""
        return rows_of(entries, self.cursor(entries), columns)

    def list_lines(self, entries: list[ViewEntry], columns: int) -> list[Line]:
        """Draw the list."""
        return list_lines(entries, self.cursor(entries), columns)

    def detail_lines(self, entries: list[ViewEntry], columns: int, rows: int) -> list[Line]:
        """Draw the selected entry on a page of so many rows."""
        return entries[self.cursor(entries)].drawn(columns, rows)

    def where(self, entries: list[ViewEntry]) -> str:
        """Say which view this is, and which of its entries is open."""
        opened = f" · {self.cursor(entries) + 1} of {len(entries)}" if entries else ""
        return f"{self.view.title}{opened}"


def waiting_lines(refused: str, columns: int) -> list[Line]:
    """Draw the page without a verdict: why there is none, or that it is being computed."""
    if refused:
        return wrapped(refused, columns, "   ", "bad")
    return [line("   ", ("Loading rules and prices …", "muted")), BLANK]


class ReadingPage(MasterDetail):
    """Moves about in the views of the controller's assessment: a list, the detail of one entry, or both."""

    LIST_SHARE = (13, 30)

    def __init__(self, controller: InterviewController, views: Sequence[View]) -> None:
        super().__init__()
        self.controller = controller
        self.reader = ViewPosition(views)

    def action_view(self, place: int) -> None:
        """Turn to one view."""
        self.reader.turn(place)
        self.clear_message()
        self.is_helping = False
        self._from_the_top()

    def action_back(self) -> None:
        """Go back to the list, then to the verdict page, and from there to the questions."""
        if self.is_helping:
            self.action_help()
        elif self.reader.is_open and not self.is_wide:
            self.action_close()
        elif self.reader.place:
            self.action_view(0)
        else:
            self.dismiss()

    def action_help(self) -> None:
        """Show or hide what this view is, and its keys."""
        self.is_helping = not self.is_helping
        self._from_the_top()

    def action_open(self) -> None:
        """Open the selected entry; a wide screen shows it already."""
        if self.entries and not self.is_wide:
            self.reader.is_open = True
            self._from_the_top()

    def on_click(self, event: events.Click) -> None:
        """Take the entry that was clicked selected, and open it."""
        entries, clicked = self.entries, clicked_row(event, self.body)
        if clicked is None or not self.shows_list:
            return
        row = clicked + self.body.first
        place = next((n for n in range(len(entries)) if row < rows_of(entries, n, self.list_columns)[1]), None)
        if place is not None:
            self.reader.step(place - self.reader.cursor(entries), entries)
            self.redraw()
            self.action_open()

    def action_close(self) -> None:
        """Go back to the list."""
        if self.reader.is_open:
            self.reader.is_open = False
            self._from_the_top()

    def action_move(self, by: int) -> None:
        """Go to a neighboring entry of the list; elsewhere scroll by a line."""
        if self.shows_list:
            self.action_step(by)
        else:
            self.body.scroll(self.body.first + by)

    def action_step(self, by: int) -> None:
        """Take the next entry selected, or the one before."""
        self.reader.step(by, self.entries)
        if self.shows_list:
            self.side.scroll(0)
            self.redraw()
        else:
            self._from_the_top()

    def action_page(self, by: int) -> None:
        """Go on by a page: in a list alone by so many entries, else by what is in view."""
        if self.shows_list and not self.is_wide:
            self.action_step(by * PAGE)
        else:
            self.scroll_page(by)

    def _from_the_top(self) -> None:
        self.redraw()
        self.body.scroll(0)
        self.side.scroll(0)
        self.reveal()

    def reveal(self) -> None:
        """Keep the selected entry in view."""
        if self.shows_list:
            start, end = self.reader.rows(self.entries, self.list_columns)
            self.body.reveal(start if self.reader.cursor(self.entries) else 0, end)

    @property
    def entries(self) -> list[ViewEntry]:
        """What the selected view lists; nothing while there is no verdict."""
        assessment = self.controller.assessment
        return [] if assessment is None else self.reader.entries(assessment)

    @property
    def shows_both(self) -> bool:
        """Whether the list is shown next to the detail."""
        return self.is_wide and self.shows_list

    @property
    def shows_list(self) -> bool:
        """Whether the list is drawn, alone or with the detail."""
        return bool(self.entries) and not self.is_helping and (self.is_wide or not self.reader.is_open)

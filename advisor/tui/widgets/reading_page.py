"""Reading a verdict: from view to view, from entry to entry, from a list to a detail and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.verdict.navigation_keys import PAGE, Reader
from advisor.tui.verdict.views.entry import rows_of
from advisor.tui.widgets.master_detail import MasterDetail

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.interview.controller import InterviewController
    from advisor.tui.verdict.views.entry import Entry


class ReadingPage(MasterDetail):
    """Moves about in the views of the desk's assessment: a list, the detail of one entry, or both."""

    LIST_SHARE = (13, 30)

    def __init__(self, desk: InterviewController) -> None:
        super().__init__()
        self.desk = desk
        self.reader = Reader()

    def action_view(self, place: int) -> None:
        """Turn to one view."""
        self.reader.turn(place)
        self.unsay()
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
        """Open the entry in hand; on a wide screen it stands open already."""
        if self.entries and not self.is_wide:
            self.reader.is_open = True
            self._from_the_top()

    def on_click(self, event: events.Click) -> None:
        """Take the entry that was clicked in hand, and open it."""
        entries = self.entries
        if event.widget is not self.body or not self.shows_list:
            return
        row = event.y + self.body.first
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
        """Take the next entry in hand, or the one before."""
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
        """Keep the entry in hand in view."""
        if self.shows_list:
            start, end = self.reader.rows(self.entries, self.list_columns)
            self.body.reveal(start if self.reader.cursor(self.entries) else 0, end)

    @property
    def entries(self) -> list[Entry]:
        """What the view in hand lists; nothing while there is no verdict."""
        assessment = self.desk.assessment
        return [] if assessment is None else self.reader.entries(assessment)

    @property
    def shows_both(self) -> bool:
        """Whether the list stands beside the detail."""
        return self.is_wide and self.shows_list

    @property
    def shows_list(self) -> bool:
        """Whether the list is drawn, alone or with the detail."""
        return bool(self.entries) and not self.is_helping and (self.is_wide or not self.reader.is_open)

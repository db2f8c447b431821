"""The ledger: decisions listed and found by typing; what is done with one stands in `record_room`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from advisor.tui.ledger.base import LedgerPage
from advisor.tui.ledger.record_items import record_items
from advisor.tui.ledger.record_summary import summary_lines
from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.menu import Menu
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import BLANK, fitted, key_line, line, spread, wrapped
from advisor.tui.workers.ledger_messages import Entries, Finished, ListAll

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from advisor.tui.ledger.base import LedgerScreen
    from advisor.tui.widgets.styled_text import Line
    from advisor.tui.workers.ledger_messages import Answer, Row

HELP = (
    "Type any words of a title, workload, route, status, name or day to narrow the list. "
    "Enter opens a record; f4 marks one, and f5 on another compares the two. f6 signs, f7 accepts, f8 supersedes, "
    "f9 withdraws, ctrl+v verifies the record in hand, ctrl+g the whole ledger, "
    "f3 against a digest or signers kept elsewhere. A record is never rewritten: "
    "each of these adds one that speaks of it."
)


class RecordListScreen(LedgerPage):
    """Lists the records of one folder."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("enter", "open", "Open this record", show=False),
    ]

    def __init__(self, room: LedgerScreen) -> None:
        super().__init__(room)
        self._menu: Menu | None = None
        self._entries: tuple[Row, ...] = ()
        self._fault = ""

    def compose(self) -> ComposeResult:
        """Lay out the title, the list with the record in hand beside it, and the keys."""
        yield from Page.compose(self)
        yield Lines(id="top")
        with Horizontal(id="middle"):
            yield Lines(id="body")
            yield Lines(id="side")
        yield Lines(id="keys")

    @property
    def _list_columns(self) -> int:
        """The width of the list, which shares a wide window with the record in hand."""
        return self.app.size.width * 3 // 5 - 2 * MARGIN if self.is_wide else self.columns

    @property
    def number(self) -> int:
        """The record in hand; 0 where there is none."""
        return int(self._menu.in_hand.id) if self._menu is not None and self._menu.in_hand is not None else 0

    def read_again(self) -> None:
        """Ask for the list."""
        self.room.clerk.ask(ListAll(self.room.directory), self._hear)

    def _hear(self, answer: Answer) -> None:
        if isinstance(answer, Entries):
            self._entries, self._fault = answer.entries, ""
        elif isinstance(answer, Finished):
            self._fault = " ".join(answer.lines)
        self._list_again()
        if self.can_be_drawn:
            self.redraw()

    def _list_again(self) -> None:
        """Put the records into rows for the present width; the one in hand stays, at first it is the newest."""
        typed = self._menu.typed if self._menu is not None else ""
        in_hand = self.number or (self._entries[-1].number if self._entries else 0)
        items = record_items(self._entries, self.room.marked, self._list_columns)
        self._menu = Menu(items, str(in_hand), typing=True, typed=typed)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the new width."""
        if self._menu is not None:
            self._list_again()
        super().on_resize(event)

    def on_screen_resume(self) -> None:
        """Come back from a record, which may have had others added after it."""
        self.read_again()

    def redraw(self) -> None:
        """Draw everything, the record in hand in view."""
        self.set_class(self.is_wide, "-wide")
        self.body.styles.width = self._list_columns + 2 * MARGIN if self.is_wide else "1fr"
        super().redraw()
        if self._menu is not None:
            above = len(self.said_lines())
            start, end = self._menu.rows_in_hand(self._list_columns)
            self.body.reveal(start + above if start else 0, end + above)

    async def press(self, event: events.Key) -> bool:
        """Move in the list, or narrow it."""
        if self._menu is None or event.key in ("enter", "escape"):
            return False
        taken = self._menu.press(event.key, event.character)
        if taken:
            self.redraw()
        return taken

    def action_open(self) -> None:
        """Open the record in hand."""
        from advisor.tui.ledger.detail_screen import RecordDetailScreen

        if self.number:
            self.app.push_screen(RecordDetailScreen(self.room, self.number))

    def marked_changed(self) -> None:
        """Show which record is marked."""
        self._list_again()

    def action_back(self) -> None:
        """Show the whole list again, and from there go back to where one came from."""
        if self._menu is not None and self._menu.typed:
            self._menu.narrow("")
            self.redraw()
        else:
            self.dismiss()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list, and the keys."""
        columns = self.columns
        where = spread(line(("records", "strong")), line((self.room.directory, "muted")), columns)
        keys = (("type", "to find"), ("enter", "open"), ("f1", "help"), ("esc", "back"))
        more = (("f4", "mark"), ("f5", "compare"), ("ctrl+v", "verify"), ("ctrl+p", "all keys"))
        return {
            "top": [fitted(where, columns), BLANK],
            "body": [*self.said_lines(), *self._list()],
            "side": self._side(),
            "keys": [key_line((*keys, *more), columns)],
        }

    @property
    def said_columns(self) -> int:
        """The width of the list, over which it stands."""
        return self._list_columns

    def _side(self) -> list[Line]:
        one = next((one for one in self._entries if one.number == self.number), None) if self.is_wide else None
        return summary_lines(one, self.columns - self._list_columns - 2 * MARGIN) if one is not None else []

    def help(self) -> str:
        """Say what can be done here."""
        return HELP

    def _list(self) -> list[Line]:
        if self._fault:
            return wrapped(self._fault, self._list_columns, "  ", "bad")
        if self._menu is None:
            return [line("  ", ("Reading …", "muted"))]
        if not self._entries:
            return [line("  ", ("No record was saved here yet.", "muted"))]
        return self._menu.lines(self._list_columns)

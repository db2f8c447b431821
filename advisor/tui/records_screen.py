"""The ledger: decisions listed, found by typing, opened and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.exchange import Tell
from advisor.tui.menu import Item, Menu
from advisor.tui.page import DrawnPage
from advisor.tui.spans import BLANK, fitted, key_line, line, wrapped

if TYPE_CHECKING:
    from textual import events

    from advisor.tui.assessor import Assessor
    from advisor.tui.exchange import Told
    from advisor.tui.spans import Line

ACTS = "advisor records sign, accept, supersede and withdraw act on a record; each asks for your key."


class RecordsScreen(DrawnPage):
    """Lists the records of one folder, or shows what was told of one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("ctrl+v", "verify", "Verify this record", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("pagedown", "scroll(12)", "A page down", show=False),
        Binding("pageup", "scroll(-12)", "A page up", show=False),
    ]

    def __init__(self, directory: str, assessor: Assessor) -> None:
        super().__init__()
        self._directory, self._assessor = directory, assessor
        self._menu: Menu | None = None
        self._told: list[str] | None = None
        self._open = 0
        assessor.tell(Tell("list", directory))

    def redraw(self) -> None:
        """Draw everything, the record in hand in view."""
        super().redraw()
        if self._menu is not None and not self._open:
            self.body.reveal(*self._menu.rows_in_hand(self.columns))

    def hear(self, told: Told) -> None:
        """Take what was asked for."""
        if told.what == "list":
            self._menu = Menu([_item(text) for text in told.lines], typing=True)
            self._told = list(told.lines)
        else:
            self._told = [*told.lines, "", ACTS]
        if self.is_mounted:  # a quick answer comes before there is anything to draw on
            self.redraw()

    async def press(self, event: events.Key) -> bool:
        """Move in the list or narrow it, and open what is in hand."""
        if self._open or self._menu is None:
            return False
        if event.key == "enter" and self._menu.in_hand is not None:
            self._ask("show", int(self._menu.in_hand.id))
            return True
        taken = self._menu.press(event.key, event.character)
        self.redraw()
        return taken

    def action_verify(self) -> None:
        """Check the record in hand: bytes, chain, pins, replay, signatures."""
        number = self._open or int(self._menu.in_hand.id if self._menu and self._menu.in_hand else 0)
        if number:
            self._ask("verify", number)

    def action_back(self) -> None:
        """Go back to the list, and from there to where one came from."""
        if not self._open:
            self.dismiss()
            return
        self._open = 0
        self.body.scroll(0)
        self.redraw()

    def _ask(self, what: str, number: int) -> None:
        self._open, self._told = number, None
        self.body.scroll(0)
        self._assessor.tell(Tell(what, self._directory, number))
        self.redraw()

    def parts(self) -> dict[str, list[Line]]:
        """The title, the list or what was told, and the keys."""
        columns = self.columns
        title = f"record {self._open}" if self._open else "records"
        where = line((title, "strong"), (f"  {self._directory}", "muted"))
        keys = [("ctrl+v", "verify"), ("esc", "back"), ("ctrl+p", "all keys")]
        keys = keys if self._open else [("↑↓", "move"), ("type", "to find"), ("enter", "open"), *keys]
        return {"top": [fitted(where, columns), BLANK], "body": self._body(), "keys": [key_line(tuple(keys), columns)]}

    def _body(self) -> list[Line]:
        if self._told is None:
            return [line("  ", ("Reading …", "muted"))]
        if self._open or self._menu is None:
            return [part for text in self._told for part in wrapped(text, self.columns, "  ") or [BLANK]]
        if not self._told:
            return [line("  ", ("No record was saved here yet.", "muted"))]
        return self._menu.lines(self.columns)


def _item(text: str) -> Item:
    """Take a line of the list: number, time, kind and subject stand in columns."""
    number, _, rest = text.strip().partition("  ")
    when, _, subject = rest.partition("  ")
    return Item(number, f"{number}  {subject.strip()}", when[:10])

"""A page that asks one thing: choose from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.widgets.line_view import Lines
from advisor.tui.widgets.menu import Item, Menu
from advisor.tui.widgets.page import Page
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult


AROUND = 3
"""The rows of the title and of the keys."""


class MenuScreen(Page):
    """Shows a title, a few lines and a menu; calls back with the id chosen. Escape goes back where there is a back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]

    def __init__(
        self,
        title: str,
        items: Sequence[Item],
        choose: Callable[[str], None],
        *,
        head: Sequence[Line] = (),
        cursor: str = "",
        is_root: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._head = title, list(head)
        self._choose, self._is_root = choose, is_root
        self._menu = Menu(items, cursor, typing=not is_root)

    def compose(self) -> ComposeResult:
        """Lay out the title, the lines and the menu."""
        yield from super().compose()
        yield Lines(self._top(), id="top")
        yield Lines(self._body(), id="body")
        yield Lines(self._keys(), id="keys")

    async def press(self, event: events.Key) -> bool:
        """Let the menu take the key, or go on with what it has in hand."""
        keyed = next((item for item in self._menu.items if item.key == event.key), None)
        if keyed is None and event.key != "enter":
            taken = self._menu.press(event.key, event.character)
            self.redraw()
            return taken
        item = keyed or self._menu.in_hand
        if item is not None:
            if not self._is_root:
                self.dismiss()
            self._choose(item.id)
        return True

    def redraw(self) -> None:
        """Draw everything, the item in hand in view."""
        self.query_one("#top", Lines).show(self._top())
        self.body.show(self._body())
        start, end = self._menu.rows_in_hand(self.columns, self._room)
        above = len(self._head)
        self.body.reveal(start + above if start else 0, end + above)
        self.query_one("#keys", Lines).show(self._keys())

    def _top(self) -> list[Line]:
        return [fitted(line((self._title, "strong")), self.columns), BLANK]

    def _body(self) -> list[Line]:
        return [*self._head, *self._menu.lines(self.columns, self._room)]

    @property
    def _room(self) -> int:
        """The rows left for the menu: without the title, the lines above it and the keys."""
        return max(self.app.size.height - AROUND - len(self._head), 1)

    def _keys(self) -> list[Line]:
        keys = [("↑↓", "move"), ("enter", "choose")]
        keys += [] if self._is_root else [("type", "to find")]
        keys += [("ctrl+q", "quit")] if self._is_root else [("esc", "back")]
        return [key_line((*keys, ("ctrl+p", "all keys")), self.columns)]

    def action_back(self) -> None:
        """Go back."""
        if not self._is_root:
            self.dismiss()

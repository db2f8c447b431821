"""A page that asks one thing: choose from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from advisor.tui.lines import Lines
from advisor.tui.menu import Item, Menu
from advisor.tui.page import Body, Page
from advisor.tui.spans import BLANK, Line, fitted, key_line, line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult


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
        yield Lines(id="top")
        with Body(id="body"):
            yield Lines(self._head, id="intro")
            yield self._menu
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Take the menu in hand."""
        self.set_focus(self._menu, scroll_visible=False)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.query_one("#top", Lines).show([fitted(line((self._title, "strong")), self.columns), BLANK])
        keys = [("↑↓", "move"), ("enter", "choose")]
        keys += [] if self._is_root else [("type", "to find")]
        keys += [("ctrl+q", "quit")] if self._is_root else [("esc", "back")]
        self.query_one("#keys", Lines).show([fitted(key_line((*keys, ("ctrl+p", "all keys"))), self.columns)])

    def on_menu_chosen(self, message: Menu.Chosen) -> None:
        """Go on with what was chosen."""
        if not self._is_root:
            self.dismiss()
        self._choose(message.item)

    def action_back(self) -> None:
        """Go back."""
        if not self._is_root:
            self.dismiss()

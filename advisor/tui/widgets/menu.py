"""A list to choose from by arrows or by typing part of a name, and the page that shows one."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType

from advisor.tui.widgets.page import Page, clicked_row
from advisor.tui.widgets.styled_text import BLANK, Line, fitted, key_line, line, spread, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


KEPT = 20_000
"""Size of the cache of drawn items: every key press redraws the list, and ledgers can be long."""


class MenuItem(NamedTuple):
    """One thing to choose: its name, a word at the right edge, and a line below; `group` heads those that share it.

    `also` is found by typing and not shown; `key` chooses it too. `below` goes on under the name, on the row of `side`.
    """

    id: str
    title: str
    side: str = ""
    about: str = ""
    group: str = ""
    also: str = ""
    key: str = ""
    below: str = ""


def menu_lines(items: Sequence[MenuItem], cursor: int, typed: str, columns: int, head: int = 0) -> list[Line]:
    """Draw a menu: groups separated by a blank line, the selected one marked by more than color.

    `head`, if given, are the columns that a name and the word at its right take; the line below takes all.
    """
    lines: list[Line] = [line(("find ", "muted"), (typed, "strong")), BLANK] if typed else []
    group = ""
    for place, item in enumerate(items):
        if item.group != group:
            group = item.group
            lines += ([BLANK] if lines and lines[-1] else []) + [line("  ", (group, "accent"))]
        lines += _item_lines(item, place == cursor, columns, head or columns)
        lines += [BLANK] if item.about else []
    return lines if items else [*lines, line("  ", ("nothing fits", "muted"))]


@lru_cache(maxsize=KEPT)
def _item_lines(item: MenuItem, selected: bool, columns: int, head_columns: int) -> tuple[Line, ...]:
    mark, role = ("▌ ", "accent") if selected else "  ", "strong" if selected else "plain"
    first = line(mark, (item.title, role))
    title = line("    ", (item.below, role)) if item.below else first
    side = fitted(line((item.side, "muted")), max(head_columns // 2, head_columns - width(title) - 2))
    head = spread(title, side, head_columns)
    heads = (fitted(first, columns), head) if item.below else (head,)
    return (*heads, *wrapped(item.about, columns, "  ", "muted")) if item.about else heads


@lru_cache(maxsize=KEPT)
def _found_by(item: MenuItem) -> str:
    return f"{item.title} {item.side} {item.id} {item.about} {item.also}".lower()


class Menu:
    """Items to choose from, `place` being the row the cursor is on; `typing` narrows them to what contains `typed`.

    `widest`, if given, are the most columns from a name to the end of the word at its right.
    """

    def __init__(
        self, items: Sequence[MenuItem], cursor: str = "", typing: bool = False, typed: str = "", widest: int = 0
    ) -> None:
        self._widest = widest
        self._all = list(items)
        self._typing = typing
        self.typed = typed
        self.place = next((place for place, item in enumerate(self.items) if item.id == cursor), 0)

    def narrow(self, typed: str) -> None:
        """Narrow the list to what contains these words, the selected item staying selected where it can."""
        selected = self.selected
        self.typed = typed
        self.place = next((place for place, item in enumerate(self.items) if item is selected), 0)

    @property
    def items(self) -> list[MenuItem]:
        """The items that contain every word that was typed."""
        words = self.typed.lower().split()
        return [item for item in self._all if all(word in _found_by(item) for word in words)]

    @property
    def selected(self) -> MenuItem | None:
        """The item the cursor is on; None where nothing fits what was typed."""
        return self.items[self.place] if self.items else None

    def go_to(self, name: str, place: int) -> None:
        """Move to the item with an id, or to a row where there is none."""
        found = (at for at, item in enumerate(self.items) if item.id == name)
        self.place = next(found, min(place, max(len(self.items) - 1, 0)))

    def lines(self, columns: int, rows: int = 0) -> list[Line]:
        """Draw the menu; where it is longer than `rows`, one row an item, with the text of the selected one below."""
        lines = self._laid(self._drawn(columns, rows), columns)
        about = self._about_below(columns) if self._is_brief(columns, rows) else []
        return [*lines, BLANK, *about] if about else lines

    def selected_rows(self, columns: int, rows: int = 0) -> tuple[int, int]:
        """Find the lines of the item the cursor is on, the heading of its group included."""
        items = self._drawn(columns, rows)
        end = len(self._laid(items[: self.place + 1], columns))
        start = len(self._laid(items[: self.place], columns)) if self.place else 0
        return start, end

    def select_at(self, row: int, columns: int, rows: int = 0) -> bool:
        """Take the item drawn in a row of the menu selected; False where none is."""
        items = self._drawn(columns, rows)

        def end(place: int) -> int:
            return len(self._laid(items[: place + 1], columns))

        place = bisect_right(range(len(items)), row, key=end)
        if not row >= 0 or place >= len(items):
            return False
        self.place = place
        return True

    def _laid(self, items: Sequence[MenuItem], columns: int) -> list[Line]:
        return menu_lines(items, self.place, self.typed, columns, min(columns, self._widest or columns))

    def _is_brief(self, columns: int, rows: int) -> bool:
        return 0 < rows < len(self._laid(self.items, columns))

    def _drawn(self, columns: int, rows: int) -> list[MenuItem]:
        return [item._replace(about="") for item in self.items] if self._is_brief(columns, rows) else self.items

    def _about_below(self, columns: int) -> list[Line]:
        """Say what the selected item is, in as many rows as the longest needs: moving moves no row."""
        abouts = {item.id: wrapped(item.about, columns, "  ", "muted") if item.about else [] for item in self.items}
        about = abouts[self.selected.id] if self.selected is not None else []
        return [*about, *[BLANK] * (max(map(len, abouts.values()), default=0) - len(about))]

    def press(self, key: str, character: str | None) -> bool:
        """Move or narrow; False when the key means neither."""
        if not self._typing:
            key = {"j": "down", "k": "up"}.get(key, key)
        ends = {"home": -len(self.items), "end": len(self.items)}
        step = {"down": 1, "up": -1, "tab": 1, "shift+tab": -1, "pagedown": 10, "pageup": -10, **ends}.get(key)
        if step is not None:
            self.place = min(max(self.place + step, 0), max(len(self.items) - 1, 0))
            return True
        return self._typing and self._narrowed(key, character)

    def _narrowed(self, key: str, character: str | None) -> bool:
        if key == "backspace" and self.typed:
            self.typed = self.typed[:-1]
        elif character is not None and character.isprintable():
            self.typed += character
        else:
            return False
        self.place = self._nearest()
        return True

    def _nearest(self) -> int:
        """The item that fits best what was typed: its title before its other words, a beginning before a middle."""
        words = self.typed.lower().split()
        ranks = [_rank(item, words) for item in self.items]
        return ranks.index(min(ranks)) if ranks else 0


def _rank(item: MenuItem, words: Sequence[str]) -> int:
    """How well an item fits the words that it contains; the least is the best."""
    title, named = item.title.lower(), f"{item.title} {item.also} {item.id}".lower()
    begun = re.split(r"[^a-z0-9]+", named)
    if not words or title.startswith(" ".join(words)):
        return 0
    if all(any(each.startswith(word) for each in begun) for word in words):
        return 1
    return 2 if all(word in title for word in words) else 3


AROUND = 3
"""The rows of the title and of the keys."""
WIDEST = 100
"""Columns of a row in a wide window: the eye loses a row over a wider gap."""


class MenuScreen(Page):
    """Shows a title, a few lines and a menu; calls back with the id chosen. Escape goes back where there is a back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]

    def __init__(
        self,
        title: str,
        items: Sequence[MenuItem],
        choose: Callable[[str], None],
        *,
        head: Sequence[Line] = (),
        cursor: str = "",
        is_root: bool = False,
        is_found_by_typing: bool = True,
    ) -> None:
        super().__init__()
        self._title, self._head = title, list(head)
        self._choose, self._is_root = choose, is_root
        self._is_found_by_typing = is_found_by_typing and not is_root
        self._menu = Menu(items, cursor, typing=self._is_found_by_typing, widest=WIDEST)

    async def press(self, event: events.Key) -> bool:
        """Let the menu take the key, or go on with what it has selected."""
        keyed = next((item for item in self._menu.items if item.key == event.key), None)
        if keyed is None and event.key != "enter":
            taken = self._menu.press(event.key, event.character)
            if taken:
                self.redraw()
            return taken
        item = keyed or self._menu.selected
        if item is not None:
            if not self._is_root:
                self.dismiss()
            self._choose(item.id)
        return True

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        row = clicked_row(event, self.body)
        above = self.body.first - len(self._head)
        if row is not None and self._menu.select_at(row + above, self.columns, self._rows):
            self.post_message(events.Key("enter", None))

    def redraw(self) -> None:
        """Draw everything, the selected item in view."""
        super().redraw()
        start, end = self._menu.selected_rows(self.columns, self._rows)
        above = len(self._head)
        self.body.reveal(start + above if start else 0, end + above)

    def parts(self) -> dict[str, list[Line]]:
        """The title, the lines above the menu with it, and the keys."""
        keys = [("↑↓", "move"), ("enter", "choose")]
        keys += [("type", "to find")] if self._is_found_by_typing else []
        keys += [("ctrl+q", "quit")] if self._is_root else [("esc", "back")]
        return {
            "top": [self.titled(self._title), BLANK],
            "body": [*self._head, *self._menu.lines(self.columns, self._rows)],
            "keys": [key_line((*keys, *self.more_keys(), ("ctrl+p", "all keys")), self.columns)],
        }

    @property
    def _rows(self) -> int:
        """The rows left for the menu: without the title, the lines above it and the keys."""
        return max(self.app.size.height - AROUND - len(self._head), 1)

    def more_keys(self) -> tuple[tuple[str, str], ...]:
        """Keys of this menu alone."""
        return ()

    def replace_items(self, items: Sequence[MenuItem]) -> None:
        """Show other items; the cursor stays on the one it is on, or on the row, where that is gone."""
        place, selected = self._menu.place, self._menu.selected
        self._menu = Menu(items, typing=self._is_found_by_typing, typed=self._menu.typed, widest=WIDEST)
        self._menu.go_to(selected.id if selected else "", place)

    def action_back(self) -> None:
        """Go back."""
        if not self._is_root:
            self.dismiss()

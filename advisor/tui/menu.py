"""A list one can choose from by arrows or by typing a part of a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.geometry import Region

from advisor.tui.lines import Lines
from advisor.tui.page import Body
from advisor.tui.spans import BLANK, Line, line, spread, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to choose: its name, a word at the right edge, and a line below; `group` heads those that share it."""

    id: str
    title: str
    side: str = ""
    about: str = ""
    group: str = ""


def menu_lines(items: Sequence[Item], cursor: int, typed: str, columns: int) -> list[Line]:
    """Draw a menu: groups parted by a blank line, the one in hand marked by more than color."""
    lines: list[Line] = [line(("find ", "muted"), (typed, "strong")), BLANK] if typed else []
    group = ""
    for place, item in enumerate(items):
        if item.group != group:
            group = item.group
            lines += ([BLANK] if lines and lines[-1] else []) + [line("  ", (group, "accent"))]
        lines += _item_lines(item, place == cursor, columns)
        lines += [BLANK] if item.about else []
    return lines or [line(("nothing fits", "muted"))]


def _item_lines(item: Item, in_hand: bool, columns: int) -> list[Line]:
    mark = ("▌ ", "accent") if in_hand else "  "
    head = spread(line(mark, (item.title, "strong" if in_hand else "plain")), line((item.side, "muted")), columns)
    return [head, *wrapped(item.about, columns, "  ", "muted")] if item.about else [head]


class Menu(Lines):
    """Items to choose from; `typing` narrows them to those that contain what was typed."""

    def __init__(self, items: Sequence[Item], cursor: str = "", typing: bool = False) -> None:
        super().__init__(id="menu")
        self._all = list(items)
        self._typing = typing
        self._typed = ""
        self._cursor = next((place for place, item in enumerate(items) if item.id == cursor), 0)

    @property
    def items(self) -> list[Item]:
        """The items that contain what was typed."""
        wanted = self._typed.lower()
        return [item for item in self._all if wanted in f"{item.title} {item.id} {item.about}".lower()]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take the rows the items need."""
        return len(menu_lines(self.items, self._cursor, self._typed, width))

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._redraw()

    @property
    def in_hand(self) -> Item | None:
        """The item the cursor is on; None where nothing fits what was typed."""
        return self.items[self._cursor] if self.items else None

    def press(self, key: str, character: str | None) -> bool:
        """Move or narrow; False when the key means neither."""
        if not self._typing:
            key = {"j": "down", "k": "up"}.get(key, key)
        step = {"down": 1, "up": -1, "tab": 1, "shift+tab": -1, "pagedown": 10, "pageup": -10}.get(key)
        if step is not None:
            self._cursor = min(max(self._cursor + step, 0), max(len(self.items) - 1, 0))
        elif not self._narrowed(key, character):
            return False
        self._redraw()
        return True

    def _narrowed(self, key: str, character: str | None) -> bool:
        if not self._typing:
            return False
        if key == "backspace" and self._typed:
            self._typed = self._typed[:-1]
        elif character is not None and character.isprintable():
            self._typed += character
        else:
            return False
        self._cursor = 0
        return True

    def _redraw(self) -> None:
        if not self.size.width:
            return
        self.show(menu_lines(self.items, self._cursor, self._typed, self.size.width))
        rows = len(menu_lines(self.items[: self._cursor + 1], self._cursor, self._typed, self.size.width))
        self.call_after_refresh(self._bring_into_view, rows)

    def _bring_into_view(self, rows: int) -> None:
        if isinstance(self.parent, Body):
            self.parent.scroll_to_region(Region(0, max(rows - 3, 0), self.size.width, 4), animate=False)

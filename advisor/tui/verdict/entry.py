"""A view as a list of entries, each of which opens its detail: side by side on a wide screen, one at a time else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from advisor.tui.widgets.menu import MenuItem, menu_lines
from advisor.tui.widgets.styled_text import BLANK, Line, line, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class ViewEntry(NamedTuple):
    """One row of a view's list: what it is about, its figure or mark, and what draws its detail at a width.

    `answer` is a key and an answer to it, as in an answers file, that Enter tries at once. `tall` draws the detail
    where its height counts too.
    """

    title: str
    side: str
    detail: Callable[[int], list[Line]]
    group: str = ""
    answer: tuple[str, str] | None = None
    tall: Callable[[int, int], list[Line]] | None = None

    def drawn(self, columns: int, rows: int) -> list[Line]:
        """Its detail, in which a chart is as high as the page has rows."""
        return self.detail(columns) if self.tall is None else self.tall(columns, rows)


def list_lines(entries: Sequence[ViewEntry], cursor: int, columns: int) -> list[Line]:
    """Draw the list, the selected entry marked by more than color; figures stand clear of the mark of more lines."""
    return menu_lines([_item(entry) for entry in entries], cursor, "", columns - 1)


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


def headed(title: str, about: str, columns: int) -> list[Line]:
    """Draw a heading and what its figures are; next to it where that fits, else below."""
    joined = line("   ", (title, "accent"), (f"  {about}" if about else "", "muted"))
    return [joined] if width(joined) <= columns else [joined[:2], *wrapped(about, columns, "   ", "muted")]


def _item(entry: ViewEntry) -> MenuItem:
    return MenuItem(entry.title, entry.title, entry.side, group=entry.group)

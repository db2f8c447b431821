"""What all screens share: keys are taken strictly in the order they were pressed, however fast they come.

Textual would hand each key to the widget that has the focus when the key *arrives*; over a slow line several
arrive at once, and the ones after a Tab would reach the question before it. So no widget takes the focus here:
a page takes every key itself, one after the other, and passes on those that come after another page was opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from advisor.tui.widgets.line_view import MARGIN, Lines
from advisor.tui.widgets.styled_text import BLANK, ROLES, Line, fitted, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult


SMALLEST = (60, 18)
WIDE = 120
"""Columns from which a page shows two things side by side."""
TYPED = {"question_mark": "?"}
"""What the keys that are known by what they type send."""
SPELLED = {"esc": "escape", "pgdn": "pagedown", "pgup": "pageup", "?": "question_mark"}
"""Keys that the last lines of a page name in fewer letters."""
FOOTERS = ("keys", "views")
WHEEL = 3
"""Lines that one notch of the wheel scrolls."""
SMALL = ("Please widen the window", "to 60 × 18.", "Every answer is kept.")


PAGING = (
    Binding("pagedown", "scroll(12)", "A page down", show=False),
    Binding("pageup", "scroll(-12)", "A page up", show=False),
)
"""Keys of a page that is read in parts."""
MOST_ROWS = 100_000
"""More rows than any list or view has."""
SCROLLING = (
    Binding("down,j", "scroll(1)", "Down", show=False),
    Binding("up,k", "scroll(-1)", "Up", show=False),
    Binding("space", "scroll(12)", "A page down", show=False),
    Binding("home", f"scroll({-MOST_ROWS})", "To the beginning", show=False),
    Binding("end", f"scroll({MOST_ROWS})", "To the end", show=False),
)
"""Keys of a page on which nothing is selected."""


class Page(Screen[None]):
    """A screen that takes its keys in order: first `press`, then its bindings."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "app.ctrl_c", "What quits", show=False)]
    AUTO_FOCUS: ClassVar[str | None] = None
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"role--{role}" for role in ROLES}
    """What all lines of the page are painted in: styles are looked up once a page, not once a widget."""

    @property
    def columns(self) -> int:
        """The width that lines may take, the margins left out."""
        return max(self.app.size.width - 2 * MARGIN, 1)

    def titled(self, title: str) -> Line:
        """The title of a list or a form, marked where the answers are not the real ones."""
        controller = getattr(self.app, "controller", None)
        is_tried = controller is not None and controller.what_if.is_on
        return fitted(line(("WHAT IF  " if is_tried else "", "bad"), (title, "strong")), self.columns)

    @property
    def is_wide(self) -> bool:
        """Whether there is room for two things side by side."""
        return self.app.size.width >= WIDE

    def compose(self) -> ComposeResult:
        """Lay out every part, and what is shown in place of a page that has no room."""
        yield Lines([line(row) for row in SMALL], id="small")
        parts = self.first_parts()
        for name, lines in parts.items():
            if name == "body" and "side" in parts:
                with Horizontal(id="middle"):
                    yield Lines(lines, id="body")
                    yield Lines(parts["side"], id="side")
            elif name != "side":
                yield Lines(lines, id=name)

    def first_parts(self) -> dict[str, list[Line]]:
        """The parts as they are laid out."""
        return self.parts()

    def parts(self) -> dict[str, list[Line]]:
        """The lines of each part, by its name, from the top; a `side` is next to the body."""
        return {}

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size, or say that it is too small."""
        columns, rows = event.size
        self.set_class(columns < SMALLEST[0] or rows < SMALLEST[1], "-small")
        if self.can_be_drawn:
            self.redraw()

    @property
    def can_be_drawn(self) -> bool:
        """Whether the page is laid out and not closed: answers may come before the one, or after the other.

        While the program ends, its pages lose their lines first and still hear what was sent to them before.
        """
        return self.is_mounted and self.app.is_running and self in self.app.screen_stack

    def redraw(self) -> None:
        """Draw everything at the present size."""
        for name, lines in self.parts().items():
            self.part(name).show(lines)

    def may_leave(self, key: str) -> bool:
        """Whether nothing unsaved would be lost by leaving; False after saying what, and that `key` again leaves."""
        return True

    def open(self, name: str, *arguments: object) -> None:
        """Open a screen by the app's action `open_…`, before the next key is taken."""
        getattr(self.app, f"action_open_{name}")(*arguments)

    def part(self, name: str) -> Lines:
        """One part, by its name."""
        return self.query_one(f"#{name}", Lines)

    @property
    def body(self) -> Lines:
        """The part that scrolls."""
        return self.part("body")

    def action_scroll(self, by: int) -> None:
        """Scroll the body."""
        self.body.scroll(self.body.first + by)

    async def press(self, event: events.Key) -> bool:
        """Do what a key means on this page besides its bindings; False when it means nothing."""
        return False

    async def on_key(self, event: events.Key) -> None:
        """Take one key, wholly, before the next."""
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:
            self.app.screen.post_message(events.Key(event.key, event.character))
            return
        event = self._as_usual(event)
        if not await self.press(event):
            bound = self.active_bindings.get(event.key)
            if bound is not None:
                await self.app.run_action(bound.binding.action, bound.node)

    def on_click(self, event: events.Click) -> None:
        """Press the key whose name was clicked in the last lines."""
        for footer in self.query(Lines):
            row = clicked_row(event, footer) if footer.id in FOOTERS else None
            key = key_at(footer.line_at(row), int(event.screen_x) - MARGIN) if row is not None else ""
            if key:
                self.post_message(events.Key(SPELLED.get(key, key), key if len(key) == 1 else None))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll what the pointer is on."""
        self._turn_wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll what the pointer is on."""
        self._turn_wheel(event, -WHEEL)

    def _turn_wheel(self, event: events.MouseEvent, by: int) -> None:
        for lines in self.query(Lines):
            if clicked_row(event, lines) is not None:
                lines.scroll(lines.first + by)

    def _as_usual(self, event: events.Key) -> events.Key:
        """Take a second key for the usual one, where it has no meaning of its own on this page."""
        second: Mapping[str, str] = getattr(self.app, "second_keys", {})
        usual = second.get(event.key)
        if usual is None or event.key in self.active_bindings:
            return event
        return events.Key(usual, TYPED.get(usual))


def clicked_row(event: events.MouseEvent, lines: Lines) -> int | None:
    """The row of a window on lines that the pointer is on; None where it is elsewhere."""
    x, y = int(event.screen_x), int(event.screen_y)
    return y - lines.region.y if lines.region.contains(x, y) else None


def key_at(pieces: Line, cell: int) -> str:
    """The key that is named at a cell, or before it, in the last lines of a page; empty where none is."""
    key, end = "", 0
    for piece in pieces:
        name = piece.text.split(maxsplit=1)[0] if piece.text.strip() else ""
        if piece.role == "accent" or name.isdigit():
            key = name
        end += cell_len(piece.text)
        if cell < end:
            break
    is_key = key.isalnum() or "+" in key or key in SPELLED
    return key if is_key and key != "type" and 0 <= cell < end else ""


FRAME = 5
"""Rows that the title, the lines below and the spaces beside them take."""


class MasterDetail(Page):
    """Lays out a title, a list with its detail, and the keys; says in one line what was done last."""

    LIST_SHARE: ClassVar[tuple[int, int]] = (2, 5)
    """Width of the list as a fraction of a wide window: numerator and denominator."""
    BELOW: ClassVar[tuple[str, ...]] = ("keys",)
    """The names of the lines under both columns."""

    def __init__(self) -> None:
        super().__init__()
        self.message: Line = BLANK
        self.is_helping = False

    def first_parts(self) -> dict[str, list[Line]]:
        """All of them empty: what is in the columns depends on their widths, and is drawn with these."""
        return {name: [] for name in ("top", "body", "side", *self.BELOW)}

    def say(self, words: str) -> None:
        """Say what was done, always in the same line."""
        self.message = line((words, "good")) if words else BLANK
        self.redraw()

    def clear_message(self) -> None:
        """Say nothing any more, from when the page is drawn next."""
        self.message = BLANK

    def redraw(self) -> None:
        """Draw every part; a wide screen has room for both columns."""
        self.set_class(self.shows_both, "-wide")
        self.body.styles.width = self.list_columns + 2 * MARGIN if self.shows_both else "1fr"
        super().redraw()
        self.reveal()

    def reveal(self) -> None:
        """Keep what is selected in view."""

    def scroll_page(self, by: int) -> None:
        """Scroll by a page: the detail where it is drawn, else whatever is shown."""
        read = self.side if self.shows_both else self.body
        read.scroll(read.first + by * max(read.size.height - 2, 1))

    @property
    def side(self) -> Lines:
        """The detail pane."""
        return self.part("side")

    @property
    def shows_both(self) -> bool:
        """Whether both columns are drawn."""
        return self.is_wide

    @property
    def list_columns(self) -> int:
        """The width that lines of the list may take."""
        some, of_all = self.LIST_SHARE
        return self.app.size.width * some // of_all - 2 * MARGIN if self.is_wide else self.columns

    @property
    def rows(self) -> int:
        """The rows between the title and the lines below."""
        return self.app.size.height - FRAME

    @property
    def side_columns(self) -> int:
        """The width left for the detail."""
        return self.columns - self.list_columns - 2 * MARGIN

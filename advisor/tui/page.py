"""What all screens share: a quiet focus change, a body of lines that scrolls, and the few keys that matter here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.reactive import Reactive
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.widget import Widget

SMALLEST = (60, 18)
MARGINS = 2


class Page(Screen[None]):
    """A screen that repaints only what changed."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual repaints the whole screen whenever the focus moves; the widgets here paint their own focus."""

    AUTO_FOCUS: ClassVar[str | None] = None

    @property
    def columns(self) -> int:
        """The width that lines may take, the margins left out."""
        return max(self.app.size.width - MARGINS, 1)


class Body(VerticalScroll, can_focus=False):
    """The part that scrolls; the keys belong to what is in it."""

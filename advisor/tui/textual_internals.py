"""All that reaches into Textual's private parts: `textual` is pinned, and a test holds what is used.

Textual draws a page that is opened two or three times; over a slow line that is the larger part of what opening a page
takes. So a frame that equals the one sent last is not sent again.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.filter import LineFilter

from advisor.text import ascii_text, spell_with_neighbors

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.color import Color
    from textual.screen import Screen


class AsciiFilter(LineFilter):
    """Spells every line in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Spell one line; a sign may take its neighbor's cell, which another segment may hold."""
        letters = iter(spell_with_neighbors("".join(segment.text for segment in segments)))
        return [
            Segment(ascii_text("".join(islice(letters, len(text)))), style, control)
            for text, style, control in segments
        ]


class MinimalRepaintApp(App[int]):
    """Suppresses frames identical to the last one sent: it remembers the whole screen until a part of it is sent."""

    _last_frame = ""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what is drawn, unless it equals the whole screen last sent."""
        if renderable is None or self._batch_count or not self._running:
            super()._display(screen, renderable)
            return
        if self._last_frame and isinstance(renderable, ChopsUpdate) and self._is_most(renderable):
            renderable = screen._compositor.render_full_update()
        whole = self._sent(renderable) if isinstance(renderable, LayoutUpdate) else ""
        if whole and whole == self._last_frame:
            return
        self._last_frame = whole
        super()._display(screen, renderable)

    def spell_in_ascii(self) -> None:
        """Have everything that is painted from now on spelled in ASCII."""
        self._filters.append(AsciiFilter())

    def on_resize(self) -> None:
        """A terminal that changes its size may have lost its contents."""
        self.forget_frame()

    def forget_frame(self) -> None:
        """Send the next whole screen unconditionally: another program has used the terminal."""
        self._last_frame = ""

    def _sent(self, update: LayoutUpdate) -> str:
        """Give a whole screen as it is sent."""
        update.strips = [list(strips) for strips in update.strips]  # they are read twice
        return update.render_segments(self.console)

    def _is_most(self, update: ChopsUpdate) -> bool:
        """Whether an update in parts covers more than half of the cells: a page is being opened, in its second part."""
        return 2 * sum(end - start for _, start, end in update.spans) > self.size.area

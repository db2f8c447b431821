"""An app that does not send a screen that stands there already: Textual draws a page that is opened two or three times.

Over a slow line that is the larger part of what options a page takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen


class MinimalRepaintApp(App[int]):
    """Remembers the whole screen it sent last, until a part of it is sent."""

    _standing = ""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what is drawn, unless it is the whole screen as it stands."""
        if renderable is None or self._batch_count or not self._running:
            super()._display(screen, renderable)
            return
        if self._standing and isinstance(renderable, ChopsUpdate) and self._is_most(renderable):
            renderable = screen._compositor.render_full_update()
        whole = self._sent(renderable) if isinstance(renderable, LayoutUpdate) else ""
        if whole and whole == self._standing:
            return
        self._standing = whole
        super()._display(screen, renderable)

    def on_resize(self) -> None:
        """A terminal that changes its size may have lost what stood there."""
        self.forget_frame()

    def forget_frame(self) -> None:
        """Have the next whole screen sent, whatever stood before: another program has used the terminal."""
        self._standing = ""

    def _sent(self, update: LayoutUpdate) -> str:
        """Give a whole screen as it is sent."""
        update.strips = [list(strips) for strips in update.strips]  # they are read twice
        return update.render_segments(self.console)

    def _is_most(self, update: ChopsUpdate) -> bool:
        """Whether an update in parts covers more than half of the cells: a page is being opened, in its second part."""
        return 2 * sum(end - start for _, start, end in update.spans) > self.size.area

"""Take what is on the screen away: into files beside the records, and into the terminal's clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.app.export_files import export_view
from advisor.tui.widgets.styled_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.screen import Screen

    from advisor.tui.widgets.styled_text import Line

AROUND = 14
"""Cells that the rest of the sentence and the margins take."""


def take_away(screen: Screen[None], title: str, lines: Sequence[Line], folder: Path, *, is_copied: bool = False) -> str:
    """Write a view whole, as text, Markdown and a picture, and say where; never claim that a clipboard took it."""
    if is_copied:
        screen.app.copy_to_clipboard(plain_text(lines))
    stem = folder / title.replace(": ", "-").replace(" ", "-")
    try:
        paths = export_view(title, lines, screen.app.export_screenshot(), stem)
    except OSError as error:
        return f"Not exported: {folder}: {error.strerror}."
    done = "Offered to the clipboard; also written" if is_copied else "Written"
    return f"{done}: {_short(paths[0], screen.size.width - len(done) - AROUND)}, .md, .svg"


def _short(path: Path, room: int) -> str:
    """A path as people write it, from their own folder on; where that is too long, its end."""
    home = path.home()
    whole = f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
    return whole if len(whole) <= room else f"…/{path.parent.name}/{path.name}"

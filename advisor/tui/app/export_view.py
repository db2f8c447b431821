"""Export the current view: text, Markdown and picture files, and the terminal's clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.atomic_write import write_atomically
from advisor.tui.widgets.styled_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.screen import Screen

    from advisor.tui.widgets.styled_text import Line


KINDS = ("txt", "md", "svg")


def export_view(title: str, lines: Sequence[Line], picture: str, stem: Path) -> list[Path]:
    """Write the whole view in three formats; raises OSError where the folder cannot be written."""
    text = plain_text(lines)
    written = {"txt": text, "md": f"# {title}\n\n```\n{text}```\n", "svg": keep_spaces(picture)}
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in KINDS]
    for path in paths:
        write_atomically(path, written[path.suffix[1:]])
    return paths


def keep_spaces(picture: str) -> str:
    """Tell readers of the picture to keep the spaces at the ends of texts, which are what aligns columns."""
    return picture.replace("<text ", '<text xml:space="preserve" ')


AROUND = 14
"""Cells that the rest of the sentence and the margins take."""


def export_current(
    screen: Screen[None], title: str, lines: Sequence[Line], folder: Path, *, is_copied: bool = False
) -> str:
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

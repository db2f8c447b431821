"""Export the current view: text, Markdown and picture files, and the terminal's clipboard."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from advisor.atomic_write import write_atomically
from advisor.tui.widgets.styled_text import plain_text, width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.screen import Screen

    from advisor.tui.widgets.styled_text import Line


KINDS = ("txt", "md", "svg")
_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
LEAST_COLUMNS = 40


def picture_of(screen: Screen[None], title: str, lines: Sequence[Line]) -> str:
    """Draw every line of a view, also what is scrolled out of sight, as SVG that fetches nothing."""
    from rich.console import Console
    from rich.text import Text

    columns = max(LEAST_COLUMNS, *(width(pieces) for pieces in lines), 0)
    console = Console(
        width=columns, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False,
    )  # fmt: skip
    for pieces in lines:
        row = Text(no_wrap=True, end="\n")
        for piece in pieces:
            row.append(piece.text, screen.get_component_rich_style(f"role--{piece.role}", partial=True))
        console.print(row, crop=False, highlight=False, soft_wrap=True)
    return keep_spaces(_FONT_FACE.sub("", console.export_svg(title=title, unique_id="view")))


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
        paths = export_view(title, lines, picture_of(screen, title, lines), stem)
    except OSError as error:
        return f"Not exported: {folder}: {error.strerror}."
    done = "Offered to the clipboard; also written" if is_copied else "Written"
    return f"{done}: {_short(paths[0], screen.size.width - len(done) - AROUND)}, .md, .svg"


def _short(path: Path, room: int) -> str:
    """A path as people write it, from their own folder on; where that is too long, its end."""
    home = path.home()
    whole = f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
    return whole if len(whole) <= room else f"…/{path.parent.name}/{path.name}"

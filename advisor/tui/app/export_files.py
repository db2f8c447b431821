"""What is on the screen, in a file: plain text, Markdown or a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.tui.app.user_folders import write_atomically
from advisor.tui.widgets.styled_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from advisor.tui.widgets.styled_text import Line

KINDS = ("txt", "md", "svg")


def export_view(title: str, lines: Sequence[Line], picture: str, stem: Path) -> list[Path]:
    """Write the whole view three times, beside each other; raises OSError where the folder cannot be written."""
    text = plain_text(lines)
    written = {"txt": text, "md": f"# {title}\n\n```\n{text}```\n", "svg": keep_spaces(picture)}
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in KINDS]
    for path in paths:
        write_atomically(path, written[path.suffix[1:]])
    return paths


def keep_spaces(picture: str) -> str:
    """Tell readers of the picture to keep the spaces at the ends of texts, which are what aligns columns."""
    return picture.replace("<text ", '<text xml:space="preserve" ')

"""A terminal's screen, as read with its escape sequences, as an SVG picture."""

from __future__ import annotations

import io

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.text import Text

from advisor.tui.screen_actions import keep_spaces


def picture_of(screen: str, size: tuple[int, int], title: str) -> str:
    """Draw a screen of so many columns and rows under a title."""
    columns, rows = size
    console = Console(
        width=columns,
        height=rows,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
    )
    lines = list(AnsiDecoder().decode(screen))[:rows]
    for line in lines + [Text()] * (rows - len(lines)):
        console.print(line, no_wrap=True, overflow="crop", crop=True, highlight=False)
    return keep_spaces(console.export_svg(title=title))

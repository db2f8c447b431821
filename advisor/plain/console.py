"""Plain lines, broken between words where a terminal would break them within; pipes and files get them whole."""

from __future__ import annotations

import shutil
import sys

from advisor.text import wrap

NARROWEST = 20


def tell(text: str) -> None:
    """Print a text of one line or more; what is indented stays so where it goes on in the next row."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    print("\n".join(broken(line, columns) for line in text.split("\n")), flush=True)


def broken(line: str, columns: int) -> str:
    """Wrap a line at `columns`; 0 disables wrapping."""
    if not columns or len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    room = max(columns, NARROWEST)
    return "\n".join(wrap(line, room, hanging=indent))

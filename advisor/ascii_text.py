"""Text that a terminal can show: control characters spelled out, and everything in ASCII. Imports nothing heavy."""

from __future__ import annotations

import io

from advisor.text import visible_output

_SPELLED = str.maketrans({
    "–": "-", "—": "-", "−": "-", "≈": "~", "×": "x", "•": "*", "…": "~", "·": "-", "›": ">", "▌": ">", "▪": "#",
    "▫": ".", "─": "-", "━": "=", "│": "|", "┤": "+", "┬": "+", "└": "+", "→": ">", "↑": "^", "↓": "v", "▲": "^",
    "▼": "v", "▔": "-", "▊": "|", "▇": "#", "▆": "#", "▅": "#", "▄": "#", "🔎": "> ",
    "█": "#", "▒": "%", "░": ":", "▏": "|", "▎": "|", "’": "'", "‘": "'", "“": '"', "”": '"', "±": "~", "≤": "<",
    "≥": ">", "✓": "v", "✗": "x", "▶": ">", "é": "e", "§": "S", "°": "o", "½": "h", "€": "E", "▁": "_", "├": "+",
    "┴": "+", "÷": "/",
})  # fmt: skip
_BRAILLE_ROWS = ((0x09, 3), (0x12, 2), (0x24, 1), (0xC0, 0))
"""Dots of a braille cell by row, counted from the lowest."""


def _braille(mask: int) -> str:
    """A cell of a dotted line by the height of its dots; a bar where they reach from end to end."""
    rows = [row for dots, row in _BRAILLE_ROWS if mask & dots]
    if not rows:
        return " "
    middle = (rows[0] + rows[-1]) / 2
    return "|" if len(rows) > 2 else "'" if middle > 2 else "-" if middle >= 1 else "."


_SPELLED |= {0x2800 + mask: _braille(mask) for mask in range(256)}


def ascii_text(text: str) -> str:
    """Spell a text in ASCII, cell for cell."""
    if text.isascii():
        return text
    spelled = text.translate(_SPELLED)
    if spelled.isascii():
        return spelled
    from rich.cells import cell_len  # only here, for letters of other scripts

    return "".join(letter if letter.isascii() else "?" * cell_len(letter) for letter in spelled)


class VisibleStream(io.TextIOWrapper):
    """Standard output and standard error of every command: nothing that steers a terminal passes, whatever holds it."""

    def write(self, text: str, /) -> int:
        """Write a text, invisible characters spelled; returns the length of what was given."""
        super().write(visible_output(text))
        return len(text)


class AsciiStream(VisibleStream):
    """Writes what it is given in ASCII; it keeps a UTF-8 encoding, for click replaces streams that have none."""

    def write(self, text: str, /) -> int:
        """Write a text, spelled; returns the length of what was given."""
        super().write(ascii_text(visible_output(text)))
        return len(text)

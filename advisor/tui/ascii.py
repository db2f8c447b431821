"""Everything in ASCII, for terminals that show no more: one filter over all that is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_SPELLED = str.maketrans({
    "–": "-", "—": "-", "−": "-", "≈": "~", "×": "x", "•": "*", "…": "~", "·": "-", "›": ">", "▌": ">", "▪": "#",
    "▫": ".", "─": "-", "━": "=", "│": "|", "┤": "+", "┬": "+", "└": "+", "→": ">", "↑": "^", "↓": "v", "▲": "^",
    "▼": "v", "▔": "-", "▊": "|", "▇": "#", "▆": "#", "▅": "#", "▄": "#", "🔎": "> ",
    "█": "#", "▒": "%", "░": ":", "▏": "|", "▎": "|", "’": "'", "‘": "'", "“": '"', "”": '"', "±": "~", "≤": "<",
    "≥": ">", "✓": "v", "✗": "x", "▶": ">", "é": "e", "§": "S", "°": "o", "½": "h", "€": "E", "▁": "_", "├": "+",
})  # fmt: skip


def ascii_text(text: str) -> str:
    """Spell a text in ASCII, cell for cell."""
    if text.isascii():
        return text
    spelled = text.translate(_SPELLED)
    return "".join(letter if letter.isascii() else "?" * cell_len(letter) for letter in spelled)


class AsciiFilter(LineFilter):
    """Spells every segment in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Spell one line; control segments are left alone."""
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]

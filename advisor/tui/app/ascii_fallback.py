"""Everything in ASCII, for terminals that show no more: one filter over all that is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from advisor.ascii_text import ascii_text

if TYPE_CHECKING:
    from textual.color import Color


class AsciiFilter(LineFilter):
    """Spells every segment in ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Spell one line; control segments are left alone."""
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]

"""Help for a screen without a question: what it shows, and every key it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from advisor.tui.widgets.styled_text import Line

KEYS = 18
SPOKEN = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
READING = (("esc", "close help"), ("pgdn", "more"), ("ctrl+p", "all keys"))
"""The keys that matter while help is read."""


def help_lines(about: str, bindings: Sequence[BindingType], columns: int) -> list[Line]:
    """Draw what a screen shows, then a row a key; it is closed by the key that opened it, or by Escape."""
    lines = [*wrapped(about, columns, "   "), BLANK]
    for binding in bindings:
        if isinstance(binding, Binding) and binding.action != "help":
            lines += _row(binding, columns)
    return lines


def _row(binding: Binding, columns: int) -> list[Line]:
    keys = " ".join(SPOKEN.get(key, key) for key in binding.key.split(","))
    rows = wrapped(binding.description, columns - KEYS - 3)
    heads = [f"{keys:<{KEYS}}", *[" " * KEYS] * len(rows)]
    return [line("   ", (head, "accent"), *row) for head, row in zip(heads, rows, strict=False)]

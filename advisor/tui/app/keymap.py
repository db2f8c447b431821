"""Every action of a screen: for the command palette, and as a page of help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding

from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType
    from textual.screen import Screen

    from advisor.tui.widgets.styled_text import Line


STOCK = frozenset({"app.focus_next", "app.focus_previous", "screen.copy_text", "command_palette"})
"""Actions that every Textual program has and that do nothing here, and the palette's own."""


def actions_of(screen: Screen[object]) -> Iterator[SystemCommand]:
    """List what the keys of a screen do, each action once."""
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if binding.description and binding.action not in STOCK | seen and active.enabled:
            seen.add(binding.action)
            action = binding.action
            yield SystemCommand(
                binding.description, f"key: {binding.key}", lambda action=action, node=node: node.run_action(action)
            )


KEYS = 18
KEY_NAMES = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
HELP_KEYS = (("esc", "close help"), ("pgdn", "more"), ("ctrl+p", "all keys"))
"""The keys that matter while help is read."""


def help_lines(about: str, bindings: Sequence[BindingType], columns: int) -> list[Line]:
    """Draw what a screen shows, then a row a key; it is closed by the key that opened it, or by Escape."""
    lines = [*wrapped(about, columns, "   "), BLANK]
    for binding in bindings:
        if isinstance(binding, Binding) and binding.action != "help":
            lines += _row(binding, columns)
    return lines


def _row(binding: Binding, columns: int) -> list[Line]:
    keys = " ".join(KEY_NAMES.get(key, key) for key in binding.key.split(","))
    rows = wrapped(binding.description, columns - KEYS - 3)
    heads = [f"{keys:<{KEYS}}", *[" " * KEYS] * len(rows)]
    return [line("   ", (head, "accent"), *row) for head, row in zip(heads, rows, strict=False)]

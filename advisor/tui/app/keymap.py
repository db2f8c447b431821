"""Every action of a screen: for the command palette, and as a page of help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.dom import DOMNode
    from textual.screen import Screen

    from advisor.tui.widgets.styled_text import Line


STOCK = frozenset({"app.focus_next", "app.focus_previous", "screen.copy_text", "open_palette", "ctrl_c", "app.ctrl_c"})
"""Actions that every Textual program has and that do nothing here, and the palette's own."""


def palette_items(screen: Screen[object]) -> tuple[list[MenuItem], dict[str, tuple[str, DOMNode]]]:
    """List what the keys of a screen do, each action once, and by item the action with what it is an action of."""
    items: list[MenuItem] = []
    actions: dict[str, tuple[str, DOMNode]] = {}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if binding.description and binding.action not in STOCK and binding.action not in actions and active.enabled:
            actions[binding.action] = binding.action, node
            group = "This screen" if node is screen else "Program"
            key = KEY_NAMES.get(binding.key, binding.key)
            items.append(MenuItem(binding.action, binding.description, key, group=group))
    return sorted(items, key=lambda item: item.group == "Program"), actions


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

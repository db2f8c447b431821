"""Every action of a screen and of the program, for the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SystemCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen

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

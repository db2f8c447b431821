"""What every screen offers: its actions for the palette and the help page, and the export of what it shows."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from advisor.atomic_write import write_atomically
from advisor.tui.widgets.menu import MenuItem
from advisor.tui.widgets.styled_text import BLANK, Line, line, plain_text, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.dom import DOMNode
    from textual.screen import Screen

    from advisor.tui.interview.controller import InterviewController


_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
LEAST_COLUMNS = 40


def picture_of(screen: Screen[None], title: str, lines: Sequence[Line]) -> str:
    """Draw every line of a view, also what is scrolled out of sight, as SVG that fetches nothing."""
    from rich.console import Console
    from rich.text import Text

    columns = max(LEAST_COLUMNS, *(width(pieces) for pieces in lines), 0)
    console = Console(
        width=columns, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False,
    )  # fmt: skip
    for pieces in lines:
        row = Text(no_wrap=True, end="\n")
        for piece in pieces:
            row.append(piece.text, screen.get_component_rich_style(f"role--{piece.role}", partial=True))
        console.print(row, crop=False, highlight=False, soft_wrap=True)
    return keep_spaces(_FONT_FACE.sub("", console.export_svg(title=title, unique_id="view")))


def keep_spaces(picture: str) -> str:
    """Tell readers of the picture to keep the spaces at the ends of texts, which are what aligns columns."""
    return picture.replace("<text ", '<text xml:space="preserve" ')


def _export(screen: Screen[None], title: str, lines: Sequence[Line], stem: Path) -> Path:
    """Write a whole view in three formats, and name the first; raises OSError where the folder cannot be written."""
    text = plain_text(lines)
    written = {"txt": text, "md": f"# {title}\n\n```\n{text}```\n", "svg": picture_of(screen, title, lines)}
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in written]
    for path, content in zip(paths, written.values(), strict=True):
        write_atomically(path, content)
    return paths[0]


def exported(screen: Screen[None], name: str, lines: Sequence[Line], folder: Path) -> tuple[str, str]:
    """Write a view to the folder `exports` in this one; where to, or why not, and the role to say it in."""
    try:
        path = _export(screen, name, lines, folder / "exports" / name)
    except OSError as error:
        return f"Not exported: {error.strerror}.", "bad"
    return f"Written: {path}, and as .md and .svg.", "good"


AROUND = 14
"""Cells that the rest of the sentence and the margins take."""


def export_current(
    screen: Screen[None], controller: InterviewController, view: str, lines: Sequence[Line], *, is_copied: bool
) -> str:
    """Write a view of an interview next to its records, and say where; never claim that a clipboard took it."""
    if is_copied:
        screen.app.copy_to_clipboard(plain_text(lines))
    name = controller.state.answers.text("workload.name") or controller.state.questionnaire.id
    title, folder = f"{name}: {view}", controller.records.parent / "exports"
    try:
        path = _export(screen, title, lines, folder / title.replace(": ", "-").replace(" ", "-"))
    except OSError as error:
        return f"Not exported: {folder}: {error.strerror}."
    done = "Offered to the clipboard; also written" if is_copied else "Written"
    return f"{done}: {_short(path, screen.size.width - len(done) - AROUND)}, .md, .svg"


def _short(path: Path, room: int) -> str:
    """A path as people write it, from their own folder on; where that is too long, its end."""
    home = path.home()
    whole = f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
    return whole if len(whole) <= room else f"…/{path.parent.name}/{path.name}"


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
    keys = ", ".join(KEY_NAMES.get(key, key) for key in binding.key.split(","))
    rows = wrapped(binding.description, columns - KEYS - 3)
    heads = [f"{keys:<{KEYS}}", *[" " * KEYS] * len(rows)]
    return [line("   ", (head, "accent"), *row) for head, row in zip(heads, rows, strict=False)]

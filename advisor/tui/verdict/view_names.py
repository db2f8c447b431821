"""The line that names all views by their keys."""

from __future__ import annotations

from advisor.tui.verdict.registry import VIEWS
from advisor.tui.widgets.styled_text import Line, fitted, line


def names_line(in_hand: int, columns: int) -> Line:
    """Name the views by their keys; where room is short without the first, then the last ones by key alone."""
    spaced = sum(len(view.title) + 4 for view in VIEWS) <= columns
    gap = "  " if spaced else " "
    keys = list(range(0 if spaced else 1, len(VIEWS)))
    named = len(keys)
    while named and sum(len(_titled(key, key in keys[:named]) + gap) for key in keys) > columns:
        named -= 1
    parts = ((_titled(key, key in keys[:named]) + gap, "accent" if key == in_hand else "muted") for key in keys)
    return fitted(line(*parts), columns)


def _titled(key: int, in_words: bool) -> str:
    return f"{key} {VIEWS[key].title}" if in_words else str(key)

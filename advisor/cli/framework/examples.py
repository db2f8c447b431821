"""Examples under a command's help, one a line, as they can be pasted."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """Write an epilog without letting click wrap it."""
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])

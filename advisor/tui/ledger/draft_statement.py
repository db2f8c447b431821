"""What was filled in for a record that is not saved yet, kept beside the interview it belongs to."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from advisor.tui.app.user_folders import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIX = ".saving"
BEGAN_FROM = "began_from"
"""The record whose answers an interview began with."""


def read_notes(session: Path) -> dict[str, str]:
    """Read what was filled in; nothing where the file is missing or damaged."""
    import tomli

    with suppress(OSError, tomli.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        table = tomli.loads(session.with_suffix(SUFFIX).read_bytes().decode("utf-8"))
        return {name: text for name, text in table.items() if isinstance(text, str)}
    return {}


def write_notes(session: Path, notes: Mapping[str, str]) -> None:
    """Keep what was filled in; a disk that takes nothing is no reason to stop typing."""
    import tomli_w

    with suppress(OSError):
        write_atomically(session.with_suffix(SUFFIX), tomli_w.dumps(dict(notes)))

"""Where unfinished interviews lie, and how one is written so that a crash never leaves half a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def sessions_directory(environment: Mapping[str, str]) -> Path:
    """Find the folder of unfinished interviews, under the XDG state folder."""
    state = environment.get("XDG_STATE_HOME", "")
    base = Path(state) if state.startswith("/") else Path(environment.get("HOME", "/")) / ".local" / "state"
    return base / "advisor" / "sessions"


def records_directory(environment: Mapping[str, str]) -> Path:
    """Find the folder decisions are saved in, unless one is named: under the XDG data folder."""
    data = environment.get("XDG_DATA_HOME", "")
    base = Path(data) if data.startswith("/") else Path(environment.get("HOME", "/")) / ".local" / "share"
    return base / "advisor" / "records"


def new_session_path(directory: Path, now: datetime) -> Path:
    """Name a new interview's file; two programs never share one."""
    return directory / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.toml"


def session_paths(directory: Path) -> list[Path]:
    """List all interviews, the one touched last first."""
    with suppress(OSError):
        return sorted(directory.glob("*.toml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return []


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step: whoever reads it, also after a power cut, sees the old text or the new one.

    Raises OSError where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not path.exists()
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    if is_new:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Have a new name survive a power cut, where the file system can promise that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

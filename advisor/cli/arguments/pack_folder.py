"""A pack in a folder of the user's: its files read, and written so that a half-written pack is never taken for one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from advisor.atomic_write import write_atomically
from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, BadKnowledge

MANIFEST = "rules/pack.toml"


def pack_files(pack: Path) -> dict[str, bytes]:
    """The files of a pack of imports, by path; none where there is no such pack yet."""
    found = sorted((pack / "rules").rglob("*.toml")) if pack.is_dir() else []
    return {path.relative_to(pack).as_posix(): read_file(path, error=BadKnowledge) for path in found}


def write_pack(pack: Path, texts: Mapping[str, bytes]) -> None:
    """Write the pack's files, the manifest last, and delete those it no longer has, the manifest first."""
    gone = sorted(pack_files(pack).keys() - texts.keys(), key=lambda path: path != MANIFEST)
    for path in gone:
        (pack / path).unlink(missing_ok=True)
    for path, data in sorted(texts.items(), key=lambda item: item[0] == MANIFEST):
        _write(pack / path, data)


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data.decode("utf-8"))
    except OSError as error:
        raise AdvisorError(str(path), f"cannot be written: {error.strerror}") from None

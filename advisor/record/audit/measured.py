"""The files that a decision's answers were measured from, where they are at hand: whether they are still the same."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from advisor.bounded_read import open_regular
from advisor.record.audit.verification import UNVERIFIABLE, MeasuredState, Verification
from advisor.record.formats.encoding import Table


def check_measurements(checked: Verification, front: Table, folders: tuple[Path, ...]) -> None:
    """Compare each file that lies where the record says, or by its name in one of the folders, with its digest."""
    for entry in front.get("measurements", []):
        file, digest = str(entry.get("file")), str(entry.get("sha256"))
        state = _state(file, digest, folders)
        checked.measured.append(MeasuredState(file, str(entry.get("tool")), digest, state))
        if state == "changed":
            checked.blame(UNVERIFIABLE, f"the file {file}, which answers were measured from, has changed since")
        elif state == "not found":
            checked.not_checked.append(f"whether {file}, which answers were measured from, is still the same")


def _state(file: str, digest: str, folders: tuple[Path, ...]) -> str:
    if not digest:
        return "a database, without a digest"
    states = [_same(path, digest) for path in (Path(file), *(folder / Path(file).name for folder in folders))]
    known = [state for state in states if state]
    return "matching" if "matching" in known else known[0] if known else "not found"


def _same(path: Path, digest: str) -> str:
    """`matching` or `changed`; empty where no file can be read there."""
    try:
        with open_regular(path, follow=True) as file:
            return "matching" if file_digest(file, "sha256").hexdigest() == digest else "changed"
    except (OSError, ValueError):
        return ""

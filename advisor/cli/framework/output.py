"""Where a command's result goes: to standard output, to a file, or into a pack in a folder of the user's."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from advisor.atomic_write import write_atomically
from advisor.bounded_read import read_file
from advisor.errors import AdvisorError, BadKnowledge
from advisor.knowledge.pack_files import MANIFEST
from advisor.text import WIDTH, AsciiStream, ascii_text, narrowed, visible_output

# Where a command's result goes: to standard output, with a bold first line where colors are wanted, or to a file.


def emit(text: str, output: Path | None = None, *, quiet: bool = False) -> None:
    """Print a result, or replace the file `output` with it in one step; raises AdvisorError where it cannot be."""
    text = visible_output(text)
    if output is None:
        _show(text)
    else:
        write_result(output, (text.rstrip("\n") + "\n").encode())
        note(f"written to {output}", quiet=quiet)


def _show(text: str) -> None:
    """Print a text: on a terminal no wider than that is, and through the pager what does not fit on its screen."""
    if sys.stdout is None or not sys.stdout.isatty():
        click.echo(text, color=True)  # bold was decided on already; click would strip it
        return
    columns, rows = shutil.get_terminal_size()
    fitted = text if text.startswith(("{", "[")) else "\n".join(narrowed(text.split("\n"), columns))
    if fitted.count("\n") + 1 >= rows and sys.stdin.isatty() and os.environ.get("TERM") != "dumb":
        os.environ.setdefault("LESS", "-R")
        click.echo_via_pager(ascii_text(fitted) if isinstance(sys.stdout, AsciiStream) else fitted, color=True)
    else:
        click.echo(fitted, color=True)


def write_result(output: Path, data: bytes) -> None:
    """Replace the file `output` with bytes in one step; raises AdvisorError where it cannot be."""
    try:
        write_atomically(output.absolute(), data)
    except OSError as error:
        raise AdvisorError(str(output), f"cannot be written: {error.strerror}") from None


def as_json(result: Any) -> str:
    """A result as JSON text; days and other things JSON has no type for are written as their text."""
    return json.dumps(result, indent=2, ensure_ascii=False, default=str)


def note(text: str, *, quiet: bool = False) -> None:
    """Print a message on standard error, apart from the result."""
    if not quiet:
        click.echo(visible_output(text), err=True)


def progress(text: str, *, quiet: bool = False) -> None:
    """Say what is being done, where a person is looking at standard error."""
    note(text, quiet=quiet or not sys.stderr.isatty())


def terminal_width() -> int:
    """Columns of the terminal that standard output goes to, at least 80; 80 for a pipe or a file."""
    return max(shutil.get_terminal_size().columns, WIDTH) if sys.stdout and sys.stdout.isatty() else WIDTH


def own_width() -> int:
    """Columns of the terminal that standard output goes to, however narrow; 80 for a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else WIDTH


def least_width() -> int:
    """Columns of a terminal that is narrower than 80, else 80: for what needs no more."""
    return min(shutil.get_terminal_size().columns, WIDTH) if sys.stdout and sys.stdout.isatty() else WIDTH


def headed(text: str, color: str, output: Path | None = None) -> str:
    """The text with its first line in bold: always, never, or (auto) on a terminal unless NO_COLOR is set."""
    bold = color == "always" or (
        color == "auto"
        and output is None
        and sys.stdout
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )
    if not bold:
        return text
    first, line_end, rest = text.partition("\n")
    return f"\x1b[1m{first}\x1b[0m{line_end}{rest}"


# A pack in a folder of the user's: its files read, and written so that a half-written pack is never taken for one.


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
        write_result(pack / path, data)

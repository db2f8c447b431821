"""The one way files are read: never a device or pipe, never beyond a limit, and checked before anything is parsed.

A file that somebody else may have written is read once, as bytes. Its size, the nesting of its brackets, the parts of
its dotted keys and the digits of its numbers are limited before the parser sees it, so that reading takes time and
memory in proportion to its size. Characters that steer a terminal or cannot be seen are spelled as they are read.
"""

from __future__ import annotations

import json
import os
import re
import stat
from itertools import islice
from typing import TYPE_CHECKING, Any

import tomli

from advisor.errors import AdvisorError, BadInput, nearest
from advisor.text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

MOST_BYTES = 1_000_000
"""The largest file of answers, settings, an interview, or a pack."""
DEEPEST = 64
MOST_KEY_PARTS = 16
MOST_TABLES = 20_000
"""Tables a file may open, by headers, dotted keys and braces together."""
_MOST_NAMES = 500
"""Names of files that one which is not there is compared with."""
MOST_DIGITS = 400
"""Digits in a row, as many as the largest double has."""

_TOKENS = re.compile(
    r"""
    (?P<skipped> \#[^\n]*+
      | \"{3} (?: [^\\"]++ | \\. | "(?!"") )*+ (?: \"{3,5} | \Z )
      | '{3}  (?: [^']++ | '(?!'') )*+ (?: '{3,5} | \Z ) )
  | (?P<header> (?:^|(?<=\n)) [\ \t]*+ \[ )
  | (?P<key> (?: [A-Za-z0-9_+-]++ | "(?:[^"\\\n]|\\.)*+"? | '[^'\n]*+'? )
      (?: [\ \t]*+ \. [\ \t]*+ (?: [A-Za-z0-9_+-]++ | "(?:[^"\\\n]|\\.)*+"? | '[^'\n]*+'? ) )*+ )
  | (?P<bracket> [\[\]{}] )
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"""[A-Za-z0-9_+-]++ | "(?:[^"\\\n]|\\.)*+"? | '[^'\n]*+'?""", re.VERBOSE)
_DIGITS = re.compile(rf"[0-9][0-9_]{{{MOST_DIGITS},}}")
_EXPONENT = re.compile(r"[+-]?[0-9][0-9_]*+(?:\.[0-9_]+)?[eE][+-]?[0-9_]{5,}")


def open_regular(path: Path | str, *, follow: bool = False, directory: int | None = None) -> BufferedReader:
    """Open a regular file for reading; a pipe, device or folder is refused at once, and so is a link unless `follow`.

    `follow` is for a file that the user named; what is found in a folder may have been put there by somebody else.
    Raises OSError, and ValueError saying what the file is instead.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    handle = os.open(path, flags, dir_fd=directory)
    try:
        what = _NOT_REGULAR.get(stat.S_IFMT(os.fstat(handle).st_mode))
        if what is not None:
            raise ValueError(f"is {what}, not a file")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


_NOT_REGULAR = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


def read_whole(path: Path | str, limit: int, directory: int | None = None, *, follow: bool = False) -> bytes:
    """Read a regular file once; raises OSError, or ValueError beyond `limit` bytes and for what is not a file."""
    with open_regular(path, follow=follow, directory=directory) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"has more than {limit:,} bytes")
    return data


def read_file(
    path: Path | str, limit: int = MOST_BYTES, *, follow: bool = False, error: type[AdvisorError] = BadInput
) -> bytes:
    """Read a file once, as `read_whole` does; every failure is an `error` in one sentence."""
    try:
        return read_whole(path, limit, follow=follow)
    except ValueError as fault:
        raise error(str(path), str(fault), "save it as a file" if "not a file" in str(fault) else "") from None
    except OSError as fault:
        raise error(str(path), *_why(fault, path)) from None


def open_input(path: Path) -> BufferedReader:
    """Open a file of any size that the user named; raises BadInput for all but a regular file that can be read."""
    try:
        return open_regular(path, follow=True)
    except ValueError as fault:
        raise BadInput(str(path), str(fault), "save it as a file first") from None
    except OSError as fault:
        raise BadInput(str(path), *_why(fault, path)) from None


def _why(fault: OSError, path: Path | str) -> tuple[str, str]:
    import errno

    if fault.errno == errno.ENOENT:
        return "no such file", _nearest_file(path)
    if fault.errno == errno.ELOOP:
        return "is a symbolic link", "name or copy the file itself"
    return f"cannot be read: {(fault.strerror or 'no reason is given').lower()}", ""


def _nearest_file(path: Path | str) -> str:
    """The file whose name is nearest to one that is not there; empty where none is near."""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = sorted(entry.name for entry in islice(entries, _MOST_NAMES))
    except OSError:
        return ""
    near = nearest(name, names)
    return near if near.startswith("did you mean") else ""


def parse_toml(
    data: bytes, file: str, limit: int = MOST_BYTES, *, ours: bool = False, error: type[AdvisorError] = BadInput
) -> dict[str, Any]:
    """Parse TOML that may be hostile: UTF-8, at most `limit` bytes, no bombs; raises `error` with the reason.

    `ours` says that the file was installed with the program, and need not be searched for bombs.
    """
    if len(data) > limit:
        raise error(file, f"the file has {len(data):,} bytes", f"at most {limit:,} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise error(file, f"byte {fault.start} is not UTF-8", "save the file as UTF-8") from None
    bomb = "" if ours else excess_of(text)
    if bomb:
        raise error(file, bomb)
    try:
        table: dict[str, Any] = tomli.loads(text) if ours else _spelled(tomli.loads(text), text)
    except tomli.TOMLDecodeError as fault:
        raise error(file, f"is not valid TOML: {' '.join(str(fault).split())}", "see the examples") from None
    except ValueError:
        raise error(file, "a number in it has thousands of digits", "check the unit") from None
    except (RecursionError, MemoryError):
        raise error(file, "nested too deeply to read") from None
    return table


def excess_of(text: str) -> str:
    """Say which limit a TOML text exceeds, or nothing: nesting, parts of a key, tables, digits of a number."""
    depth = tables = 0
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        if kind == "header":
            tables += 1
            depth = 1
        elif kind == "bracket":
            depth += 1 if token[0] in "[{" else -1
            tables += token[0] == "{"
        elif kind == "key":
            if _EXPONENT.fullmatch(token[0]):
                return "a number in it has an exponent of more than four digits"
            if "." not in token[0]:
                continue
            parts = sum(1 for _ in _PART.finditer(token[0]))
            if parts > MOST_KEY_PARTS:
                return f"a key in it has {parts} parts (at most {MOST_KEY_PARTS})"
            tables += parts - 1
        if depth > DEEPEST:
            return "nested too deeply to read"
        if tables > MOST_TABLES:
            return f"it opens more than {MOST_TABLES:,} tables"
    if _DIGITS.search(text):
        return f"a number in it has more than {MOST_DIGITS} digits"
    return ""


def parse_json(data: bytes | str, file: str, *, error: type[AdvisorError] = BadInput) -> Any:
    """Parse JSON that may be hostile and whose size was limited; raises `error` with the reason."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return _spelled(json.loads(text), text)
    except json.JSONDecodeError as fault:
        raise error(file, f"is not valid JSON: {fault}") from None
    except UnicodeDecodeError:
        raise error(file, "is not UTF-8", "save the file as UTF-8") from None
    except ValueError:
        raise error(file, "a number in it has thousands of digits") from None
    except (RecursionError, MemoryError):
        raise error(file, "nested too deeply to read") from None


def json_lines(text: str) -> list[Any]:
    """The JSON value of each line that is not empty, None for one that is not JSON."""
    return [_line_value(line) for line in text.splitlines() if line.strip()]


def _line_value(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def dig(value: object, *steps: str) -> Any:
    """A value inside nested tables, None where a step is not there."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def csv_rows(text: str, file: str) -> tuple[list[str], Iterator[tuple[int, dict[str, Any]]]]:
    """The column names of a CSV text, and its rows with their line numbers; raises BadInput where it is not CSV."""
    import csv
    import io

    reader = csv.DictReader(io.StringIO(text, newline=""))

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            yield from ((reader.line_num, row) for row in reader)
        except csv.Error as fault:
            raise BadInput(f"{file}: line {reader.line_num}", f"is not valid CSV: {fault}") from None

    try:
        return list(reader.fieldnames or ()), rows()
    except csv.Error as fault:
        raise BadInput(f"{file}: line 1", f"is not valid CSV: {fault}") from None


_ESCAPES = re.compile(r"\\[uUxbfre]")


def _spelled(value: Any, text: str) -> Any:
    """The value with every invisible character of its texts spelled; as it is where the source can hold none."""
    return value if _ESCAPES.search(text) is None and visible_lines(text) == text else _spell(value)


def _spell(value: Any) -> Any:
    if isinstance(value, str):
        return visible_lines(value)
    if isinstance(value, list):
        return [_spell(part) for part in value]
    if isinstance(value, dict):
        return {visible_lines(name): _spell(part) for name, part in value.items()}
    return value

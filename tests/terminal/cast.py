"""A recording of what a program sent to its terminal: asciicast version 2, one line of JSON for each piece.

`python -m tests.terminal.cast FILE COLUMNS ROWS` writes down what comes on its stdin, with the time it came.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

TOGETHER_S = 0.02
"""Pieces that come within this time are one."""
LONGEST_PAUSE_S = 2.5
_ASKED = re.compile(r"\x1b\[(?:\?\d+\$p|>\d+u|<u|c|>c)")
"""What the program asks the terminal; a player would take it for text, or answer it."""
_TWICE = re.compile(r"(\x1b\[1;1H(?:(?!\x1b\[1;1H).)+\x1b\[1;1H)\1+", re.DOTALL)
"""A whole screen that is painted again at once, as it was."""


def record(file: Path, size: tuple[int, int]) -> None:
    """Write down stdin until it ends, piece by piece as it comes."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with file.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"version": 2, "width": size[0], "height": size[1]}) + "\n")
        started = time.monotonic()
        while data := os.read(0, 1 << 16):
            text = decoder.decode(data)
            out.write(json.dumps([round(time.monotonic() - started, 3), "o", text], ensure_ascii=False) + "\n")
            out.flush()


def tidied(lines: Iterable[str], title: str) -> Iterator[str]:
    """Name the recording, join what came together, cut long pauses short, leave out what nobody would see."""
    header, *events = map(json.loads, lines)
    yield json.dumps({**header, "title": title}, ensure_ascii=False)
    shift, last = 0.0, 0.0
    together: list[float | str] = []
    for at, _, text in events:
        shift += max(at - last - LONGEST_PAUSE_S, 0.0)
        last = at
        shown = _ASKED.sub("", text)
        if together and at - shift - float(together[0]) < TOGETHER_S:
            together[2] = f"{together[2]}{shown}"
            continue
        if together:
            yield _event(together)
        together = [round(at - shift, 3), "o", shown]
    if together:
        yield _event(together)


def _event(parts: list[float | str]) -> str:
    at, kind, text = parts
    return json.dumps([at, kind, _TWICE.sub(r"\1", str(text))], ensure_ascii=False)


def bytes_of(cast: str) -> str:
    """Join everything a recording sends to the terminal."""
    return "".join(text for _, kind, text in map(json.loads, cast.splitlines()[1:]) if kind == "o")


if __name__ == "__main__":
    record(Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3])))

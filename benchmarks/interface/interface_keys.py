"""What keys cost: how soon something is sent after one, how many bytes, and how soon the verdict follows."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

from benchmarks.interface.interface_wire import ROWS, Program, rows_touched

FOOTER = {ROWS}
STRIP = {ROWS - 2, ROWS - 1}
SCROLLS = 8
"""A frame that draws more rows of the body than this has moved all of it."""
FRAME_S = 0.05
REPLY_S = 0.35
JUMP, ENTER, BACKSPACE, TAB = "\x0f", "\r", "\x7f", "\t"
PACE_S = 0.06
"""A quick typist's; an assessment, or the search for what could change it, is under way at every such key."""


class Typed(NamedTuple):
    """Seconds from keys to the first byte after each, and the bytes of each frame."""

    seconds: tuple[float, ...]
    sizes: tuple[int, ...]

    @property
    def middle(self) -> float:
        """The median of the seconds."""
        return median(self.seconds)

    @property
    def size(self) -> int:
        """The median of the sizes."""
        return round(median(self.sizes))


class Tabs(NamedTuple):
    """The bytes of each Tab: all of them, those that changed the footer, those that moved the body."""

    all: tuple[int, ...]
    footer: tuple[int, ...]
    scrolled: tuple[int, ...]


def type_in_turn(programs: Iterable[Program], keys: str, pause: float = REPLY_S) -> list[Typed]:
    """Press each key in every program before the next one; all of them feel the same machine."""
    pressed: list[tuple[Program, list[float], list[int]]] = [(program, [], []) for program in programs]
    for key in keys:
        for program, seconds, sizes in pressed:
            program.drain()
            before = program.send(key)
            sent = program.read(FRAME_S)
            seconds.append(sent.first - before)
            sizes.append(sum(len(chunk.data) for chunk in sent if not _is_strip(chunk.data)))
            sleep(pause)
    return [Typed(tuple(seconds), tuple(sizes)) for _, seconds, sizes in pressed]


def tab_through(program: Program, count: int) -> Tabs:
    """Press Tab that often; a Tab without a byte ends the row of fields and is left out."""
    sizes, footer, scrolled = [], [], []
    for _ in range(count):
        program.send(TAB)
        data = b"".join(chunk.data for chunk in program.read_for(REPLY_S) if not _is_strip(chunk.data))
        rows = rows_touched(data)
        if not data:
            continue
        sizes.append(len(data))
        if len(rows - STRIP - FOOTER) > SCROLLS:
            scrolled.append(len(data))
        elif rows & FOOTER:
            footer.append(len(data))
    return Tabs(tuple(sizes), tuple(footer), tuple(scrolled))


def jump_to(program: Program, question: str) -> None:
    """Go to a question by its id."""
    for keys in (JUMP, question, ENTER):
        program.send(keys)
        program.read(REPLY_S)


def verdicts_after(program: Program, count: int) -> tuple[float, ...]:
    """Change the current number that often; seconds from each key to a new verdict in its strip."""
    seconds = []
    for key in ("5", BACKSPACE) * (count // 2):
        program.drain()
        before = program.send(key)
        after = program.read_until(STRIP)
        if after is not None:
            seconds.append(after - before)
        program.read_for(REPLY_S)
    return tuple(seconds)


def idle(program: Program, seconds: float) -> float:
    """Bytes a second that come while nothing is pressed."""
    start = perf_counter()
    return len(program.read_for(seconds).data) / (perf_counter() - start)


def _is_strip(data: bytes) -> bool:
    return rows_touched(data) <= {1, *STRIP}

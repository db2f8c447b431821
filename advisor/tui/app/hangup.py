"""Signals of the terminal: the end when it is gone, even while the program waits for it, and job control."""

from __future__ import annotations

import asyncio
import os
import signal
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

HANGUPS = (signal.SIGHUP, signal.SIGTERM)
GRACE_S = 5.0
"""How long the program may take to end by itself; writing to a terminal that is gone can block for ever."""


def end_on_hangup(hang_up: Callable[[], None]) -> None:
    """Call `hang_up` from the running loop when the line is cut, and insist where that does not end the program."""
    for number in HANGUPS:
        asyncio.get_running_loop().add_signal_handler(number, hang_up)
        # The loop hears of a signal by a pipe, whatever handler stands; this one runs where the loop is kept waiting.
        signal.signal(number, _insist)


def stop_from_the_loop() -> None:
    """Let the running loop call Textual's own handlers for stopping and continuing the program.

    They queue text for the terminal and wait for the thread that writes it. As plain signal handlers they may interrupt
    the main thread while it holds the lock of that queue, and then wait for ever.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTSTP, signal.SIGCONT):
        handler = signal.getsignal(number)
        if callable(handler):  # only where a terminal is driven
            loop.add_signal_handler(number, handler, number, None)


def end_at_once(number: int, _: FrameType | None) -> None:
    """A handler for times when nothing is unsaved and the loop does not run."""
    os._exit(128 + number)


def _insist(number: int, _: FrameType | None) -> None:
    timer = Timer(GRACE_S, os._exit, (128 + number,))
    timer.daemon = True
    timer.start()

"""A program that waits for a terminal that is gone ends all the same."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from advisor.tui import signals
from tests.waiting import until

WAITING = """
import asyncio, threading
from advisor.tui import signals

signals.GRACE_S = 0.2

async def main():
    signals.end_on_hangup(lambda: None)
    print("waiting", flush=True)
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

asyncio.run(main())
"""


@pytest.mark.parametrize("cut", [signal.SIGHUP, signal.SIGTERM])
def test_a_loop_that_is_kept_waiting_ends_when_the_line_is_cut(cut: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"waiting\n"
        program.send_signal(cut)
        assert program.wait(timeout=20) == 128 + cut


async def test_the_program_is_stopped_between_two_callbacks_and_never_inside_one() -> None:
    """Inside one the queue of the terminal's writer may be locked, and Textual's handler would wait for it for ever."""
    calls: list[int] = []
    before = signal.signal(signal.SIGTSTP, lambda number, _: calls.append(number))
    try:
        signals.stop_from_the_loop()
        os.kill(os.getpid(), signal.SIGTSTP)
        assert not calls
        await until(lambda: bool(calls), "the handler is called")
        assert calls == [signal.SIGTSTP]
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, before)

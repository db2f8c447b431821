"""A program that waits for a terminal that is gone ends all the same."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WAITING = """
import asyncio, threading
from advisor.tui.app import hangup

hangup.GRACE_S = 0.2

async def main():
    hangup.end_on_hangup(lambda: None)
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

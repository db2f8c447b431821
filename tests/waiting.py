"""Waiting in tests: for a condition, or, where time itself is what a test is about, for time to pass.

Nothing else under tests/ may sleep; tests/test_hermetic.py fails on it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

POLL_S = 0.02
PATIENCE_S = 60.0
"""How long a test waits for what must happen: long, since a busy machine is not a failure."""


def wait_until(
    holds: Callable[[], bool], what: str | Callable[[], str], seconds: float = PATIENCE_S, every: float = POLL_S
) -> None:
    """Wait until a condition holds, looking `every` so many seconds; raises AssertionError that says what for."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(
                f"timed out after {seconds} s waiting until {what if isinstance(what, str) else what()}"
            )
        time.sleep(every)


async def until(holds: Callable[[], bool], what: str | Callable[[], str], seconds: float = PATIENCE_S) -> None:
    """Wait until a condition holds, letting the event loop run; raises AssertionError as `wait_until` does."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not holds():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"timed out after {seconds:g} s waiting until {what() if callable(what) else what}")
        await asyncio.sleep(POLL_S)


def elapse(seconds: float, why: str) -> None:
    """Let time pass because the time is the point: a slow line, a person's pace. `why` says so."""
    assert why
    time.sleep(seconds)


async def elapsed(seconds: float, why: str) -> None:
    """Let time pass in a coroutine, as `elapse` does."""
    assert why
    await asyncio.sleep(seconds)


def wait_until_still(
    look: Callable[[], object], quiet: float, seconds: float = PATIENCE_S, every: float = POLL_S
) -> None:
    """Wait until what `look` returns has not changed for `quiet` seconds; gives up silently after `seconds`."""
    seen, since = look(), time.monotonic()
    deadline = since + seconds
    while time.monotonic() - since < quiet and time.monotonic() < deadline:
        time.sleep(every)
        if (now := look()) != seen:
            seen, since = now, time.monotonic()


async def until_still(look: Callable[[], object], quiet: float) -> None:
    """Wait until what `look` returns is the same after `quiet` seconds, letting the event loop run."""
    before = look()
    while True:
        await asyncio.sleep(quiet)
        now = look()
        if now == before:
            return
        before = now


SOON_S = 0.02
"""A timer that fires within this time is part of what a key began: a screen is painted so late at most."""


async def idle(_min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the running event loop has nothing to do, and no timer that fires soon; at most `max_sleep` seconds.

    Textual's own wait measures the processor time of 20 ms or more, twice for every key that a test presses: most of a
    test's time, and no sign of rest where a busy machine does not let the process run.
    """
    loop: Any = asyncio.get_running_loop()
    end = loop.time() + max_sleep
    while (now := loop.time()) < end:
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=end)
        if not loop._ready and due > now + SOON_S:
            return
        await asyncio.sleep(0 if loop._ready else max(0.0, due - now))

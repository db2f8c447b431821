"""Waiting in tests: for a condition, or, where time itself is what a test is about, for time to pass.

Nothing else under tests/ may sleep; tests/test_hermetic.py fails on it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

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

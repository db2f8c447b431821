"""Tests of screens are coroutines: each runs in an event loop of its own, and goes on once that has nothing to do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import textual.app
import textual.pilot

SOON_S = 0.02
"""A timer that fires within this time is part of what a key began: a screen is painted so late at most."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


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


@pytest.fixture(autouse=True, scope="session")
def _wait_by_the_event_loop() -> Iterator[None]:
    """Have Textual's pilot wait by `idle`."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.app, textual.pilot):
            patch.setattr(module, "wait_for_idle", idle)
        yield

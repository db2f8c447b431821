"""Tests of screens are coroutines: each runs in an event loop of its own, and goes on once that has nothing to do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator

import pytest
import textual.app
import textual.pilot

from tests.waiting import idle


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture(autouse=True, scope="session")
def _wait_by_the_event_loop() -> Iterator[None]:
    """Have Textual's pilot wait by `idle`."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.app, textual.pilot):
            patch.setattr(module, "wait_for_idle", idle)
        yield

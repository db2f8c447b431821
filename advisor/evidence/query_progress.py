"""Progress of a running query; only DuckDB reports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

_EVERY = 0.5


@contextmanager
def watched(connection: Any, progress: Callable[[float], None] | None) -> Iterator[None]:
    """Tell the share done of what the connection runs meanwhile, twice a second."""
    ask = getattr(getattr(connection, "con", None), "query_progress", None)
    if progress is None or ask is None:
        yield
        return
    over = Event()

    def report() -> None:
        while not over.wait(_EVERY):
            share = ask() / 100
            if 0 <= share <= 1:
                progress(share)

    reporter = Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        over.set()
        reporter.join()

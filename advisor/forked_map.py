"""A function applied to many arguments by forked processes, in the order given."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")

_waiting: tuple[Callable[[Any], Any], Sequence[Any], Event] | None = None
"""What forked processes inherit, so that no knowledge base is sent to them."""


def forked_map(
    function: Callable[[Argument], Result], arguments: Sequence[Argument], processes: int, *, at_once: int = 1
) -> Iterator[Result]:
    """The results one after the other; raises what the function raises. Each process takes `at_once` arguments.

    Where it is ended early, each process ends after the argument it is at.
    """
    global _waiting  # noqa: PLW0603  # inherited by the fork
    context = multiprocessing.get_context("fork")
    ended = context.Event()
    _waiting = function, arguments, ended
    gc.collect()
    gc.freeze()  # what every process inherits stays shared: none of them looks through it for garbage
    pool = ProcessPoolExecutor(processes, context, _leave_interrupts_to_the_parent)
    try:
        yield from pool.map(_apply, range(len(arguments)), chunksize=at_once)
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _waiting = None


def _apply(place: int) -> Any:
    assert _waiting is not None, "set before the processes were forked"
    function, arguments, ended = _waiting
    return None if ended.is_set() else function(arguments[place])


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cpu_count() -> int:
    """CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

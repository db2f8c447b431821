"""Other processes: programs that are called, this program started isolated, and a function applied in forks."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.errors import AdvisorError
from advisor.paths import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from multiprocessing.synchronize import Event


# A program of somebody else's, called to its end.


def called(
    command: Sequence[str], install: str, environment: Mapping[str, str], data: bytes = b"", *,
    seconds: int | None = 60, shows_errors: bool = False,
) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
    """What a program answers to `data`; raises AdvisorError where it is not there (`install` says what to do) or hangs.

    `environment` is laid over ours. With `shows_errors` its standard error goes where ours does.
    """
    errors = None if shows_errors else subprocess.PIPE
    try:
        return subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **environment},
            check=False, timeout=seconds,
        )  # fmt: skip
    except FileNotFoundError:
        raise AdvisorError(command[0], "is not installed", install) from None
    except subprocess.TimeoutExpired:
        raise AdvisorError(command[0], "did not answer within a minute", "try again") from None


# This program in an isolated interpreter: what lies in the working directory is never imported.
#
# `python -m advisor…` would put the working directory first in the import path, so that a ledger received from
# somebody could bring an `advisor/__init__.py` or a `tomli.py` of its own. `-I` leaves out the working directory,
# the user's own site folder and every PYTHON* variable; the folders this process imports from are given explicitly.


_START = (
    "import runpy, sys; sys.path[:] = sys.argv[1].splitlines(); "
    "sys.argv[:2] = []; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)


def isolated_command(module: str, arguments: Iterable[str] = ()) -> tuple[str, ...]:
    """The command that runs a module of this program with these arguments, isolated."""
    return (sys.executable, "-I", "-c", _START, "\n".join(_import_folders()), module, *arguments)


def _import_folders() -> list[str]:
    """The folders this process imports from, all but the working directory; our own package's parent always counts."""
    home, here = str(PACKAGE.parent), ""
    with suppress(FileNotFoundError):  # the working directory was removed
        here = os.path.realpath(os.getcwd())
    others = [folder for folder in sys.path if folder and os.path.realpath(folder) not in (here, home)]
    return [*others, home]


# A function applied to many arguments by forked processes, in the order given.


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
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

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


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library can (glibc): arrays leave holes where they were."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

"""A mixed-integer linear program as columns and rows, solved by HiGHS in scipy."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from advisor.errors import AdvisorError

Solved = TypeVar("Solved")
INFINITE = float("inf")
_INFEASIBLE = 2
_INTERRUPTED = 130
"""The shell's number for a program ended by SIGINT."""


@dataclass(frozen=True, slots=True)
class ProgramSolution:
    """A value for each column, and what the solver proved that no solution costs less than."""

    values: tuple[float, ...]
    bound: float


@dataclass
class LinearProgram:
    """Columns from 0 up, each with a cost and an upper bound, and rows low ≤ Σ coefficient × column ≤ high."""

    costs: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float = 0.0, *, whole: bool = False, upper: float = INFINITE) -> int:
        """Add a column; returns its place."""
        self.costs.append(cost)
        self.whole.append(int(whole))
        self.upper.append(upper)
        return len(self.costs) - 1

    def row(self, cells: Mapping[int, float], low: float = 0.0, high: float = INFINITE) -> None:
        """Add a row: at least 0 unless said otherwise."""
        self.rows.append((dict(cells), low, high))

    def solve(self, gap: float) -> ProgramSolution | None:
        """Solve to a relative gap; None where no values keep all rows.

        Raises AdvisorError where scipy is not installed or the solver gives up.
        """
        optimize, sparse = _scipy()
        counts = [len(cells) for cells, _, _ in self.rows]
        at = np.repeat(np.arange(len(counts)), counts)
        columns = np.fromiter((column for cells, _, _ in self.rows for column in cells), int, len(at))
        values = np.fromiter((value for cells, _, _ in self.rows for value in cells.values()), float, len(at))
        matrix = sparse.csr_array((values, (at, columns)), shape=(len(self.rows), len(self.costs)))
        limits = optimize.LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows])
        with _silent_output():
            found = _beside(lambda: optimize.milp(
                self.costs, integrality=self.whole, bounds=optimize.Bounds(0.0, self.upper), constraints=limits,
                options={"mip_rel_gap": gap},
            ))  # fmt: skip
        if found.status == _INFEASIBLE:
            return None
        if found.x is None:
            raise AdvisorError("portfolio", f"the solver found no answer: {found.message}")
        bound = found.mip_dual_bound
        return ProgramSolution(tuple(found.x.tolist()), float(found.fun if bound is None else bound))


@contextmanager
def _silent_output() -> Iterator[None]:
    """Keep off standard output what HiGHS prints in C whatever it is told: a command prints JSON there."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # standard output is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _beside(solve: Callable[[], Solved]) -> Solved:
    """Run the solver beside the main thread, which so hears of Ctrl-C: in C it would hear only when all is solved.

    Nothing is half done then: what a command writes is written after the solver, in one step.
    """
    if threading.current_thread() is not threading.main_thread():
        return solve()
    found: Future[Solved] = Future()

    def run() -> None:
        try:
            found.set_result(solve())
        except BaseException as error:
            found.set_exception(error)

    solver = threading.Thread(target=run, daemon=True)
    solver.start()
    try:
        return found.result()
    except KeyboardInterrupt:
        atexit.register(_leave_at_once, solver)
        raise


def _leave_at_once(solver: threading.Thread) -> None:
    """End the process where the solver still runs: its library waits for its threads before it lets a process end."""
    if solver.is_alive():
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(_INTERRUPTED)


def _scipy() -> tuple[Any, Any]:
    try:
        from scipy import optimize, sparse  # an extra: heavy, and of no use to one assessment
    except ImportError:
        raise AdvisorError(
            "portfolio", "solving needs the extra `portfolio`", "install it: pip install 'inference-advisor[portfolio]'"
        ) from None
    return optimize, sparse

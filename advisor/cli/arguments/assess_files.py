"""Many answer files assessed in parallel processes, in the order given."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.cli.framework.output import progress

if TYPE_CHECKING:
    from datetime import date

    from advisor.assessment.model import Assessment
    from advisor.interview.answers import Answers
    from advisor.knowledge.packs.pack import Knowledge

_FEWEST_PARALLEL = 4
"""Fewer files are done before other processes have begun."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all files are assessed with."""

    knowledge: Knowledge
    as_of: date
    seed: int
    draws: int
    flips: bool

    def assess(self, answers: Answers) -> Assessment:
        """Assess one file's answers."""
        from advisor.api import assess

        return assess(answers, self.knowledge, self.as_of, self.seed, self.draws, flips=self.flips)


_waiting: tuple[Job, Sequence[Answers]] | None = None
"""What forked processes inherit, so that no knowledge base is sent to them."""


def assess_files(
    job: Job, read: Sequence[tuple[str, Answers]], jobs: int | None, *, quiet: bool = False
) -> list[Assessment]:
    """Assess each file; raises what an assessment raises. `jobs` None takes one process for each CPU."""
    global _waiting  # noqa: PLW0603  # inherited by the fork
    count = min(jobs or _cpus(), len(read))
    if count < 2 or (jobs is None and len(read) < _FEWEST_PARALLEL):
        results = []
        for path, answers in read:
            if len(read) > 1:
                progress(f"assessing {path} …", quiet=quiet)
            results.append(job.assess(answers))
        return results
    progress(f"assessing {len(read)} files in {count} processes …", quiet=quiet)
    _waiting = job, [answers for _, answers in read]
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("fork"), _leave_interrupts_to_the_parent)
    try:
        return list(pool.map(_assess_one, range(len(read))))
    finally:
        pool.shutdown(cancel_futures=True)
        _waiting = None


def _assess_one(place: int) -> Assessment:
    assert _waiting is not None, "set before the processes were forked"
    job, answers = _waiting
    return job.assess(answers[place])


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""Many answer files assessed in parallel processes, in the order given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.cli.framework.output import progress
from advisor.forked_map import cpu_count, forked_map

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


def assess_files(
    job: Job, read: Sequence[tuple[str, Answers]], jobs: int | None, *, quiet: bool = False
) -> list[Assessment]:
    """Assess each file; raises what an assessment raises. `jobs` None takes one process for each CPU."""
    count = min(jobs or cpu_count(), len(read))
    if count < 2 or (jobs is None and len(read) < _FEWEST_PARALLEL):
        results = []
        for path, answers in read:
            if len(read) > 1:
                progress(f"assessing {path} …", quiet=quiet)
            results.append(job.assess(answers))
        return results
    progress(f"assessing {len(read)} files in {count} processes …", quiet=quiet)
    return list(forked_map(job.assess, [answers for _, answers in read], count))

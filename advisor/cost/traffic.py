"""Tokens a month by kind, today: input and output, read from cache, able to wait, at the peak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from advisor.cost.draws import Figure, Sample
from advisor.knowledge.ranges import Range
from advisor.workload.identities import INPUT, OUTPUT, Step, leaves, needed, solve, solve_ranges

Basis: TypeAlias = tuple[Step, ...]
"""The steps that compute the volumes from what was answered; none where both were."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Tokens per month; shares of 1. `peak` is the busiest hour's rate over the mean one."""

    input: Figure
    output: Figure
    cached_share: Figure
    batch_share: Figure
    peak: Figure

    @property
    def total(self) -> Figure:
        """Input and output tokens per month."""
        return self.input + self.output

    def scaled(self, factor: Figure) -> Traffic:
        """The same traffic, more or less of it."""
        return Traffic(self.input * factor, self.output * factor, self.cached_share, self.batch_share, self.peak)

    def peak_share(self) -> Figure:
        """Rate that capacity must carry over the mean rate: what can wait is spread out, the rest comes at its peak."""
        return self.batch_share + (1.0 - self.batch_share) * self.peak


def traffic(sample: Sample, basis: Basis) -> Traffic:
    """Today's traffic: the volumes that the workload's steps compute, at a point or in every draw."""
    volumes = solve(needed((INPUT, OUTPUT), basis), sample)
    return Traffic(
        input=volumes[INPUT] if INPUT in volumes else sample(INPUT),
        output=volumes[OUTPUT] if OUTPUT in volumes else sample(OUTPUT),
        cached_share=sample("volume.cached_share"),
        batch_share=sample("volume.batch_share"),
        peak=sample("volume.peak_to_average"),
    )


def least_output(ranges: Mapping[str, Range], basis: Basis) -> float:
    """The low end of output tokens per month: 0 where developers' use may be all input."""
    computed = solve_ranges(needed((OUTPUT,), basis), ranges.__getitem__)
    return (computed[OUTPUT] if computed else ranges[OUTPUT]).low


def rests_on(basis: Basis) -> tuple[str, ...]:
    """The figures that input and output are computed from."""
    return tuple(dict.fromkeys((*leaves(OUTPUT, basis), *leaves(INPUT, basis))))

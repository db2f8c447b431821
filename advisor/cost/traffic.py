"""Tokens a month by kind, today: input and output, read from cache, able to wait, at the peak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.cost.draws import Figure, Sample

Basis = Literal["stated", "output", "input", "developers"]


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
    """Today's traffic by what was stated: both volumes, one of them and a usual ratio, or developers and their use."""
    output, volume = _volumes(sample, basis)
    return Traffic(
        input=volume,
        output=output,
        cached_share=sample("volume.cached_share"),
        batch_share=sample("volume.batch_share"),
        peak=sample("volume.peak_to_average"),
    )


def _volumes(sample: Sample, basis: Basis) -> tuple[Figure, Figure]:
    if basis == "developers":
        total = sample("workload.developers") * sample("volume.tokens_per_developer")
        output = total * sample("volume.output_share")
        return output, total - output
    if basis == "input":
        volume = sample("volume.input_tokens")
        return volume / sample("volume.input_ratio"), volume
    output = sample("volume.output_tokens")
    if basis == "output":
        return output, output * sample("volume.input_ratio")
    return output, sample("volume.input_tokens")

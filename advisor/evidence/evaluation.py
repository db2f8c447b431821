"""Evaluation results to answers: exact success rates, candidates compared, and how many prompts that takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, comb, erfc, lcm, lgamma, log, sqrt
from statistics import NormalDist, fmean
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from advisor.cost.draws import Array
from advisor.errors import BadInput, nearest
from advisor.evidence.evaluation_files import TaskOutcome

# How sure a success rate is, and whether two candidates differ on the same prompts: computed exactly, no sampling.


Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""
_MOST_STEPS = 50_000_000
"""Additions up to which the sign-flip test is computed exactly (some 0.1 s)."""
_MOST_SUMS = 1_000_000
"""Different sums up to which their distribution is held in memory (8 MB)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Passed of tried, as a share, with the Wilson interval at 95%.

    `passed` is the sum of the tasks' mean success: not whole where tasks were run several times.
    """

    passed: float
    tried: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Passed over tried."""
        return self.passed / self.tried


@dataclass(frozen=True, slots=True)
class Paired:
    """Two candidates on the same tasks: on how many each did better, and the two-sided p-value of no difference."""

    tasks: int
    first_better: int
    second_better: int
    p_value: float
    test: str


def rate_of_tasks(success: Mapping[str, Fraction]) -> Rate:
    """The mean of the tasks' mean success (each between 0 and 1), with Wilson's interval on the number of tasks.

    Runs of one task are not independent. Kish's design effect (Survey Sampling, 1965), 1 + (m - 1) r for m runs a task
    with correlation r, leaves n m / (1 + (m - 1) r) effective trials of n tasks: n at r = 1, which is taken here. So
    repeated runs never narrow the interval: it is exact for r = 1 and too wide, never too narrow, below.
    """
    passed = sum(success.values(), Fraction())
    return wilson(int(passed) if passed.denominator == 1 else float(passed), len(success))


def wilson(passed: float, tried: int, z: float = Z_95) -> Rate:
    """Wilson's score interval (1927); raises ValueError without a trial."""
    if tried <= 0 or not 0 <= passed <= tried:
        raise ValueError(f"{passed} of {tried} is not a rate")
    share, spread = passed / tried, z * z / tried
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / tried + spread / (4 * tried)) / (1 + spread)
    low = 0.0 if passed == 0 else middle - half  # exactly the ends, which rounding would miss
    return Rate(passed, tried, low, 1.0 if passed == tried else middle + half)


def mcnemar(both: int, only_first: int, only_second: int, neither: int) -> Paired:
    """Compare two candidates on the same prompts by McNemar's exact test: binomial with one half."""
    discordant, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(discordant, k) for k in range(fewer + 1)) / 2**discordant
    return Paired(both + neither + discordant, only_first, only_second, min(1.0, 2 * tail), "McNemar")


def compare_tasks(first: Mapping[str, Fraction], second: Mapping[str, Fraction]) -> Paired:
    """Compare two candidates by their mean success on each task that both did; raises ValueError without one.

    One run a task gives McNemar's exact test; several runs the sign-flip test of the differences between the means.
    """
    differences = [first[task] - second[task] for task in sorted(first.keys() & second.keys())]
    if not differences:
        raise ValueError("no task was done by both")
    better, worse = sum(each > 0 for each in differences), sum(each < 0 for each in differences)
    if all(each.denominator == 1 for each in differences):
        return mcnemar(differences.count(Fraction(0)), better, worse, 0)
    return Paired(len(differences), better, worse, sign_flip(differences), "sign-flip test")


def sign_flip(differences: Sequence[Fraction]) -> float:
    """The two-sided p-value of a mean difference of zero when each difference could as well have the other sign.

    Fisher's randomization test of paired differences (The Design of Experiments, 1935, section 21), by the exact
    distribution of the sum; with differences of 0 and ±1 it is McNemar's exact test. Beyond what is quickly added up,
    the sum is taken as normal with variance Σd².
    """
    scale = lcm(*(each.denominator for each in differences))
    steps = [int(abs(each) * scale) for each in differences if each]
    observed, total = abs(int(sum(differences, Fraction()) * scale)), sum(steps)
    if total > _MOST_SUMS or total * len(steps) > _MOST_STEPS:
        return erfc(observed / sqrt(2 * sum(step * step for step in steps)))
    chance = np.zeros(total + 1)  # of each sum of the differences that came out positive
    chance[0] = 1.0
    for step in steps:
        flipped = chance / 2
        flipped[step:] += chance[:-step] / 2
        chance = flipped
    sums = 2 * np.arange(total + 1) - total
    return min(1.0, float(chance[np.abs(sums) >= observed].sum()))


def prompts_for(margin: float, share: float, z: float = Z_95) -> int:
    """Prompts for which the half-width of the interval around `share` is at most `margin` (normal approximation)."""
    if not 0 < margin < 1:
        raise ValueError("a margin lies between 0 and 1")
    return -int(-(z * z * share * (1 - share) / (margin * margin)) // 1)


# How many prompts two candidates must both answer for McNemar's exact test to find a difference of a given size.


MOST_PROMPTS = 20_000
"""Beyond this nobody evaluates by hand or by a judge: the difference is then said to be too small to find."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Success rates of two candidates; where each fails is taken as independent of where the other does.

    Candidates usually fail on the same hard prompts, so that fewer pairs differ than here and the test finds more.
    """

    first: float
    second: float

    @property
    def only_first(self) -> float:
        """Share of prompts that the first alone passes."""
        return self.first * (1.0 - self.second)

    @property
    def only_second(self) -> float:
        """Share of prompts that the second alone passes."""
        return self.second * (1.0 - self.first)


def power(prompts: int, expected: PairedDifference, level: float) -> float:
    """The chance that McNemar's exact two-sided test of that level finds the difference.

    Over the number of pairs that differ, which is binomial, and, among them, those that only the first passes.
    """
    differing = expected.only_first + expected.only_second
    if differing <= 0.0:
        return 0.0
    pairs = _binomial(prompts, differing)
    part = expected.only_first / differing
    found = 0.0
    for count in np.flatnonzero(pairs > 1e-12):
        critical = _critical(int(count), level)
        if critical < 0:
            continue
        first = _binomial(int(count), part)
        found += float(pairs[count]) * float(first[: critical + 1].sum() + first[count - critical :].sum())
    return found


def prompts_needed(expected: PairedDifference, level: float, wanted: float) -> int | None:
    """The fewest prompts from which on the test has the power wanted; None beyond MOST_PROMPTS or without a difference.

    The search begins at Connor's approximation (Biometrics 43, 1987), which the exact test always exceeds a little.
    """
    start = connor(expected, level, wanted)
    if start is None or start > MOST_PROMPTS:
        return None
    prompts, step = start, max(1, start // 50)
    while power(prompts, expected, level) < wanted:
        prompts += step
    while step > 1:
        step = (step + 1) // 2
        if prompts > step and power(prompts - step, expected, level) >= wanted:
            prompts -= step
    return prompts


def connor(expected: PairedDifference, level: float, wanted: float) -> int | None:
    """Prompts by the normal approximation: [z(1−α/2)·√ψ + z(power)·√(ψ−δ²)]² ÷ δ², ψ the share of pairs that differ."""
    differing, apart = expected.only_first + expected.only_second, expected.first - expected.second
    if apart == 0.0:
        return None
    normal = NormalDist()
    needed: float = normal.inv_cdf(1.0 - level / 2.0) * differing**0.5
    needed += normal.inv_cdf(wanted) * (differing - apart * apart) ** 0.5
    return max(1, ceil((needed / apart) ** 2))


def _critical(count: int, level: float) -> int:
    """The largest number of one kind among the differing pairs at which the test rejects; -1 where it never does."""
    tail = 2.0 * np.cumsum(_binomial(count, 0.5)[: count // 2 + 1])
    return int(np.searchsorted(tail, level, side="right")) - 1


def _binomial(count: int, share: float) -> Array:
    """The probabilities of 0 to `count` successes."""
    if share >= 1.0:
        return np.concatenate((np.zeros(count), np.ones(1)))
    places: NDArray[np.int64] = np.arange(count + 1)
    logs = np.array([lgamma(each + 1.0) for each in places])
    probabilities: Array = np.exp(
        logs[-1] - logs - logs[::-1] + places * log(share) + (count - places) * log(1.0 - share)
    )
    return probabilities


# Evaluation results to answers: success rates with Wilson intervals, and candidates compared on the same tasks.


_MARGIN = 0.05
"""Half-width for which the number of prompts is given: what separates 90% from 95%."""
_BEYOND_REASON = 10**15
"""Tokens or seconds of a task that no tool counts: a damaged number."""


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """One candidate: its rate by distinct tasks, the runs of them, mean tokens and seconds of a task where known."""

    candidate: str
    rate: Rate
    runs: int
    tokens_per_task: float | None
    seconds_per_task: float | None


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """All candidates, and every two of them that did the same tasks."""

    candidates: Mapping[str, CandidateResult]
    pairs: Mapping[tuple[str, str], Paired]

    def answers(self, hosted: str, weights: str) -> dict[str, str | int | float]:
        """Answers from the candidate behind the vendor's API and the open-weights one; "" where one was not tried.

        Where both were, `quality.open_model_accuracy` is the one's share over the other's, at most 1: the vendor's is
        what is required. It is a point, for the gate takes its interval from `quality.eval_prompts`.
        """
        found: dict[str, str | int | float] = {}
        for key, name in (("quality.api_success_rate", hosted), ("quality.open_success_rate", weights)):
            if name:
                rate = self._named(name).rate
                found[key] = f"{rate.low:.4f}..{rate.share:.4f}..{rate.high:.4f}"
        if weights:
            result = self._named(weights)
            found["quality.eval_prompts"] = result.rate.tried
            if result.tokens_per_task:
                found["quality.tokens_per_task"] = round(result.tokens_per_task)
        if hosted and weights and (required := self._named(hosted).rate.share):
            found["quality.open_model_accuracy"] = round(min(1.0, self._named(weights).rate.share / required), 4)
        return found

    def notes(self) -> list[str]:
        """What the figures can and cannot tell, one sentence each."""
        lines = []
        for result in self.candidates.values():
            rate = result.rate
            lines.append(f"{result.candidate}: {rate.tried:,} tasks, {result.runs:,} runs, {rate.share:.1%} passed "
                         f"({rate.low:.1%} to {rate.high:.1%} at 95%)")  # fmt: skip
        for (first, second), pair in self.pairs.items():
            verdict = "differ" if pair.p_value < 0.05 else "cannot be told apart"
            lines.append(f"{first} and {second} {verdict} on {pair.tasks:,} common tasks: the first did better on"
                         f" {pair.first_better:,}, the second on {pair.second_better:,}"
                         f" ({pair.test} p = {pair.p_value:.3g})")  # fmt: skip
        worst = max(self.candidates.values(), key=lambda each: each.rate.high - each.rate.low)
        needed = prompts_for(_MARGIN, min(max(worst.rate.share, 0.5), 0.99))
        if needed > worst.rate.tried:
            lines.append(f"for ±{_MARGIN:.0%} on {worst.candidate} some {needed:,} tasks are needed")
        return lines

    def _named(self, name: str) -> CandidateResult:
        if name not in self.candidates:
            raise BadInput("measure evaluation", f"no candidate {name!r}", nearest(name, self.candidates))
        return self.candidates[name]


def evaluate_outcomes(
    outcomes: Iterable[TaskOutcome], skipped: Mapping[str, int] = MappingProxyType({})
) -> EvaluationResult:
    """Count by candidate and by distinct task: several runs of one task give its mean success, and count once."""
    by: dict[str, list[TaskOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by[outcome.candidate].append(outcome)
    if not by:
        raise BadInput("measure evaluation", "no outcome could be read", _reasons(skipped))
    candidates = {name: _result(name, done) for name, done in sorted(by.items())}
    success = {name: _success_by_task(done) for name, done in by.items()}
    pairs = {
        (first, second): compare_tasks(success[first], success[second])
        for first, second in combinations(candidates, 2) if success[first].keys() & success[second].keys()
    }  # fmt: skip
    return EvaluationResult(candidates, pairs)


def _reasons(skipped: Mapping[str, int]) -> str:
    counted = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(skipped.items()))
    return counted or "advisor measure evaluation --help lists the formats"


def _result(name: str, done: list[TaskOutcome]) -> CandidateResult:
    rate = rate_of_tasks(_success_by_task(done))
    tokens = _mean_of_tasks((each.task, each.tokens) for each in done)
    return CandidateResult(name, rate, len(done), tokens, _mean_of_tasks((each.task, each.seconds) for each in done))


def _success_by_task(done: Iterable[TaskOutcome]) -> dict[str, Fraction]:
    """The share of each task's runs that passed, exact so that tasks done equally well compare equal."""
    runs: dict[str, list[bool]] = defaultdict(list)
    for each in done:
        runs[each.task].append(each.passed)
    return {task: Fraction(sum(passed), len(passed)) for task, passed in runs.items()}


def _mean_of_tasks(runs: Iterable[tuple[str, float | None]]) -> float | None:
    """The mean of the tasks' means, of the values a tool gave that can be true; None where it gave none."""
    values: dict[str, list[float]] = defaultdict(list)
    for task, value in runs:
        if value is not None and 0 <= value < _BEYOND_REASON:
            values[task].append(value)
    return fmean(map(fmean, values.values())) if values else None

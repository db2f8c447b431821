"""Evaluation results to answers: success rates with Wilson intervals, and candidates compared on the same tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import fmean
from types import MappingProxyType

from advisor.errors import BadInput, nearest
from advisor.evidence.evaluation_files import TaskOutcome
from advisor.evidence.success_rates import Paired, Rate, compare_tasks, prompts_for, rate_of_tasks

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

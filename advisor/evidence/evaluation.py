"""Evaluation results to answers: success rates with Wilson intervals, and candidates compared on the same tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from advisor.errors import BadInput, nearest
from advisor.evidence.evaluation_files import TaskOutcome
from advisor.evidence.success_rates import Paired, Rate, mcnemar, prompts_for, wilson

_MARGIN = 0.05
"""Half-width for which the number of prompts is given: what separates 90 % from 95 %."""


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """One candidate: its rate, mean tokens and seconds of a task where the tool says them."""

    candidate: str
    rate: Rate
    tokens_per_task: float | None
    seconds_per_task: float | None


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """All candidates, and every two of them that did the same tasks."""

    candidates: Mapping[str, CandidateResult]
    pairs: Mapping[tuple[str, str], Paired]

    def answers(self, hosted: str, weights: str) -> dict[str, str | int | float]:
        """Answers from the candidate behind the vendor's API and the open-weights one; "" where one was not tried."""
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
        return found

    def notes(self) -> list[str]:
        """What the figures can and cannot tell, one sentence each."""
        lines = []
        for result in self.candidates.values():
            rate = result.rate
            lines.append(f"{result.candidate}: {rate.passed} of {rate.tried} passed, {rate.share:.1%} "
                         f"({rate.low:.1%} to {rate.high:.1%} at 95 %)")  # fmt: skip
        for (first, second), pair in self.pairs.items():
            verdict = "differ" if pair.p_value < 0.05 else "cannot be told apart"
            common = pair.both + pair.neither + pair.only_first + pair.only_second
            lines.append(f"{first} and {second} {verdict} on {common}"
                         f" common tasks: {pair.only_first} passed by the first alone, {pair.only_second} by the second"
                         f" (McNemar p = {pair.p_value:.3g})")  # fmt: skip
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
    """Count by candidate and by task; a task done again counts again, and is paired by its last."""
    by: dict[str, list[TaskOutcome]] = defaultdict(list)
    for outcome in outcomes:
        by[outcome.candidate].append(outcome)
    if not by:
        raise BadInput("measure evaluation", "no outcome could be read", _reasons(skipped))
    candidates = {name: _result(name, done) for name, done in sorted(by.items())}
    pairs = {}
    for first, second in combinations(candidates, 2):
        one, other = ({each.task: each.passed for each in by[name]} for name in (first, second))
        common = one.keys() & other.keys()
        if common:
            counts = [sum((one[task], other[task]) == pattern for task in common)
                      for pattern in ((True, True), (True, False), (False, True), (False, False))]  # fmt: skip
            pairs[first, second] = mcnemar(*counts)
    return EvaluationResult(candidates, pairs)


def _reasons(skipped: Mapping[str, int]) -> str:
    counted = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(skipped.items()))
    return counted or "advisor measure evaluation --help lists the formats"


def _result(name: str, done: list[TaskOutcome]) -> CandidateResult:
    tokens = [each.tokens for each in done if each.tokens is not None]
    seconds = [each.seconds for each in done if each.seconds is not None]
    return CandidateResult(
        name,
        wilson(sum(each.passed for each in done), len(done)),
        sum(tokens) / len(tokens) if tokens else None,
        sum(seconds) / len(seconds) if seconds else None,
    )

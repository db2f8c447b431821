"""Identities between requests, tokens and developers as steps that run alike on numbers, draws and ranges.

input = requests · input per request        output = requests · output per request
developers · tokens per developer = input + output, output being the output share of the sum
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from advisor.knowledge.parameters import Range

REQUESTS = "volume.requests"
INPUT = "volume.input_tokens"
OUTPUT = "volume.output_tokens"
INPUT_EACH = "volume.input_per_request"
OUTPUT_EACH = "volume.output_per_request"
DEVELOPERS = "workload.developers"
TOKENS_EACH = "volume.tokens_per_developer"
OUTPUT_SHARE = "volume.output_share"
INPUT_RATIO = "volume.input_ratio"
"""Input tokens per output token: a default by task, never asked."""
INPUT_SHARE = "volume.input_share"
TOTAL = "volume.total_tokens"
TOKENS_PER_REQUEST = "volume.tokens_per_request"

Operation = Literal["times", "over", "minus", "plus", "rest", "input_per_output", "output_per_input"]
Figure = Any
"""A float or a numpy array of draws."""
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Step:
    """`target` = operation(operands); a later step may use an earlier target."""

    target: str
    operation: Operation
    operands: tuple[str, ...]


_FUNCTIONS: dict[Operation, tuple[Callable[..., Figure], str, str]] = {
    "times": (lambda a, b: a * b, "++", "{0} × {1}"),
    "over": (lambda a, b: a / b, "+-", "{0} ÷ {1}"),
    "minus": (lambda a, b: (a - b + abs(a - b)) / 2, "+-", "{0} − {1}"),
    "plus": (lambda a, b: a + b, "++", "{0} + {1}"),
    "rest": (lambda a: 1 - a, "-", "1 − {0}"),
    "input_per_output": (lambda a: (1 - a) / a, "-", "input per output token at the {0}"),
    "output_per_input": (lambda a: a / (1 - a), "+", "output per input token at the {0}"),
}
"""What is computed, whether it rises (+) or falls (-) with each operand, and how it reads."""


def solve(steps: Iterable[Step], look: Callable[[str], Figure]) -> dict[str, Figure]:
    """Run the steps on numbers or draws; `look` gives the figures that no step computes. Results by target."""
    return _run(steps, look, lambda operation, operands: _FUNCTIONS[operation][0](*operands))


def solve_ranges(steps: Iterable[Step], look: Callable[[str], Range]) -> dict[str, Range]:
    """Run the steps on ranges by interval arithmetic; the likeliest values obey the identities exactly."""
    return _run(steps, look, combined)


def combined(operation: Operation, operands: Iterable[Range]) -> Range:
    """One operation on independent ranges: its ends, and as mode the value at the operands' point estimates.

    Every operation is monotone in each operand, so that the ends are reached at ends. A range that an exact number
    scales keeps its shape: uniform stays uniform.
    """
    parts = tuple(operands)
    function, signs, _ = _FUNCTIONS[operation]
    low, high = (
        _bounded(
            function,
            [part.low if (sign == "+") is lower else part.high for part, sign in zip(parts, signs, strict=True)],
            lower,
        )
        for lower in (True, False)
    )
    point = _bounded(function, [part.point for part in parts], lower=False)
    uncertain = [(part, sign) for part, sign in zip(parts, signs, strict=True) if not part.is_exact]
    linear = len(uncertain) == 1 and uncertain[0][0].mode is None and _is_linear(operation, uncertain[0][1])
    if low == high or linear:
        return Range(low, high)
    return Range(low, high, min(max(point, low), high))


def leaves(target: str, steps: Iterable[Step]) -> tuple[str, ...]:
    """The figures that a target rests on and no step computes, each once."""
    by_target = {step.target: step for step in steps}

    def below(name: str) -> tuple[str, ...]:
        step = by_target.get(name)
        return (name,) if step is None else tuple(leaf for operand in step.operands for leaf in below(operand))

    return tuple(dict.fromkeys(below(target)))


def needed(targets: Iterable[str], steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that some targets depend on, in order."""
    wanted = set(targets)
    for step in reversed(steps):
        if step.target in wanted:
            wanted.update(step.operands)
    return tuple(step for step in steps if step.target in wanted)


def formula(step: Step, names: Mapping[str, str]) -> str:
    """A step as a person reads it: "output tokens ÷ output tokens per request"."""
    return _FUNCTIONS[step.operation][2].format(*(names[operand] for operand in step.operands))


def _run(steps: Iterable[Step], look: Callable[[str], F], compute: Callable[[Operation, list[F]], F]) -> dict[str, F]:
    results: dict[str, F] = {}
    for step in steps:
        operands = [results[name] if name in results else look(name) for name in step.operands]
        results[step.target] = compute(step.operation, operands)
    return results


def _bounded(function: Callable[..., float], operands: list[float], lower: bool) -> float:
    """A bound at the ends of ranges; a division by nothing bounds nothing."""
    try:
        return float(function(*operands))
    except ZeroDivisionError:
        return 0.0 if lower or operands[0] == 0 else float("inf")


def _is_linear(operation: Operation, sign: str) -> bool:
    return operation in ("times", "plus", "rest") or (operation in ("over", "minus") and sign == "+")

"""Identities between requests, tokens and developers, and which of them resolve a workload.

They are steps that run alike on numbers, draws and ranges:

input = requests · input per request        output = requests · output per request
developers · tokens per developer = input + output, output being the output share of the sum
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

Operation = Literal["times", "over", "minus", "plus", "rest", "input_per_output"]
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


# Which steps resolve a workload: what was stated determines the rest, and a default fills only what is still free.


STATABLE = (REQUESTS, INPUT, OUTPUT, INPUT_EACH, OUTPUT_EACH, DEVELOPERS, TOKENS_EACH, OUTPUT_SHARE)


def plan(stated: Collection[str], point: Callable[[str], float], slack: float = 1.0) -> tuple[Step, ...]:
    """The steps from stated figures to requests, volumes and lengths; `point` is the stated figure's likeliest value.

    Figures up to `slack` times apart do not contradict each other.

    Stated tokens a month come first, then the stated output per request; requests and input per request follow where
    more is stated than is needed. Zeros divide nothing and therefore determine nothing but themselves.
    """
    known = {key for key in stated if key in STATABLE and (point(key) > 0 or key in (INPUT, OUTPUT, OUTPUT_SHARE))}
    share = point(OUTPUT_SHARE) if OUTPUT_SHARE in known else 0.5
    if not 0 < share < 1:
        known.discard(OUTPUT_SHARE)
    if INPUT in known and OUTPUT in known:
        return _requests_and_lengths(known, made=point(OUTPUT) > 0, read=point(INPUT) > 0)
    if OUTPUT in known:
        return _from_output(known, spare=_total_beyond(OUTPUT, known, point), made=point(OUTPUT) > 0)
    if INPUT in known:
        return _from_input(known, spare=_total_beyond(INPUT, known, point), read=point(INPUT) > 0)
    if REQUESTS in known:
        return _from_requests(known, point, slack)
    if DEVELOPERS in known or TOKENS_EACH in known:
        if 0 < share < 1:
            return _from_developers(known)
        used = point(DEVELOPERS) * point(TOKENS_EACH) > 0
        return _total(), *_split(), *_requests_and_lengths(known, made=used and share > 0, read=used and share < 1)
    return _from_output(known, spare=False, made=True)


def _total_beyond(volume: str, known: Collection[str], point: Callable[[str], float]) -> bool:
    """Whether developers and their use were stated, and come to more than one volume alone."""
    return _total_stated(known) and point(DEVELOPERS) * point(TOKENS_EACH) > point(volume)


def _total_stated(known: Collection[str]) -> bool:
    return DEVELOPERS in known and TOKENS_EACH in known


def _from_output(known: Collection[str], spare: bool, made: bool) -> tuple[Step, ...]:
    """Output a month is stated (or a default), input is not."""
    if spare:
        return _total(), Step(INPUT, "minus", (TOTAL, OUTPUT)), *_requests_and_lengths(known, made=made, read=True)
    if OUTPUT_SHARE in known:
        return _by_ratio(known, Step(INPUT, "times", (OUTPUT, INPUT_RATIO)), split_by_share=True)
    if REQUESTS in known:
        return _from_output_and_requests(known)
    if INPUT_EACH in known or OUTPUT_EACH in known:
        return Step(REQUESTS, "over", (OUTPUT, OUTPUT_EACH)), Step(INPUT, "times", (REQUESTS, INPUT_EACH))
    return _by_ratio(known, Step(INPUT, "times", (OUTPUT, INPUT_RATIO)), split_by_share=False)


def _from_output_and_requests(known: Collection[str]) -> tuple[Step, ...]:
    """Output and requests a month are stated; a stated output per request is kept, and requests follow."""
    length = Step(REQUESTS, "over", (OUTPUT, OUTPUT_EACH))
    if OUTPUT_EACH not in known:
        length = Step(OUTPUT_EACH, "over", (OUTPUT, REQUESTS))
    return length, Step(INPUT, "times", (REQUESTS, INPUT_EACH))


def _from_input(known: Collection[str], spare: bool, read: bool) -> tuple[Step, ...]:
    """Input a month is stated, output is not."""
    if spare:
        return _total(), Step(OUTPUT, "minus", (TOTAL, INPUT)), *_requests_and_lengths(known, made=True, read=read)
    if OUTPUT_SHARE in known:
        return _by_ratio(known, Step(OUTPUT, "over", (INPUT, INPUT_RATIO)), split_by_share=True)
    if REQUESTS in known:
        return Step(INPUT_EACH, "over", (INPUT, REQUESTS)), Step(OUTPUT, "times", (REQUESTS, OUTPUT_EACH))
    if INPUT_EACH in known or OUTPUT_EACH in known:
        return Step(REQUESTS, "over", (INPUT, INPUT_EACH)), Step(OUTPUT, "times", (REQUESTS, OUTPUT_EACH))
    return _by_ratio(known, Step(OUTPUT, "over", (INPUT, INPUT_RATIO)), split_by_share=False)


def _by_ratio(known: Collection[str], volume: Step, split_by_share: bool) -> tuple[Step, ...]:
    """One volume from the other by a ratio: the stated output share's, else the task's default."""
    ratio = (Step(INPUT_RATIO, "input_per_output", (OUTPUT_SHARE,)),) if split_by_share else ()
    if REQUESTS in known:
        return (
            *ratio,
            volume,
            Step(OUTPUT_EACH, "over", (OUTPUT, REQUESTS)),
            Step(INPUT_EACH, "over", (INPUT, REQUESTS)),
        )
    return (*ratio, volume, *_lengths_by_ratio(known))


def _lengths_by_ratio(known: Collection[str]) -> tuple[Step, ...]:
    """Lengths that keep a ratio already known, from the one stated, else from the default output per request."""
    if INPUT_EACH in known and OUTPUT_EACH not in known:
        return _length_by_ratio(known), Step(REQUESTS, "over", (INPUT, INPUT_EACH))
    return Step(REQUESTS, "over", (OUTPUT, OUTPUT_EACH)), _length_by_ratio(known)


def _requests_and_lengths(known: Collection[str], *, made: bool, read: bool) -> tuple[Step, ...]:
    """Both volumes are known: requests and lengths, keeping output per request, else requests, else input per request.

    `made` and `read` say whether there is any output and any input: requests follow from a volume that is not nothing.
    """
    if not made and not read:
        return (Step(REQUESTS, "over", (OUTPUT, OUTPUT_EACH)),)
    if REQUESTS in known and (OUTPUT_EACH not in known or not made):
        return Step(OUTPUT_EACH, "over", (OUTPUT, REQUESTS)), Step(INPUT_EACH, "over", (INPUT, REQUESTS))
    if not made or (read and OUTPUT_EACH not in known and INPUT_EACH in known):
        return Step(REQUESTS, "over", (INPUT, INPUT_EACH)), Step(OUTPUT_EACH, "over", (OUTPUT, REQUESTS))
    return Step(REQUESTS, "over", (OUTPUT, OUTPUT_EACH)), Step(INPUT_EACH, "over", (INPUT, REQUESTS))


def _from_requests(known: Collection[str], point: Callable[[str], float], slack: float) -> tuple[Step, ...]:
    """Requests a month are stated, no volume is."""
    both = INPUT_EACH in known and OUTPUT_EACH in known
    if _total_stated(known) and not both:
        return _from_requests_and_total(known, point, slack)
    lengths: tuple[Step, ...] = ()
    if OUTPUT_SHARE in known:
        lengths = (Step(INPUT_RATIO, "input_per_output", (OUTPUT_SHARE,)), _length_by_ratio(known))
    return (
        *lengths,
        Step(INPUT, "times", (REQUESTS, INPUT_EACH)),
        Step(OUTPUT, "times", (REQUESTS, OUTPUT_EACH)),
    )


def _from_requests_and_total(known: Collection[str], point: Callable[[str], float], slack: float) -> tuple[Step, ...]:
    """Requests, developers and their use are stated: the total splits by the one stated length, else by its share.

    Where that length alone comes to the total, nothing is left for the other.
    """
    total = point(DEVELOPERS) * point(TOKENS_EACH)
    for length, volume, other_length, other in (
        (INPUT_EACH, INPUT, OUTPUT_EACH, OUTPUT),
        (OUTPUT_EACH, OUTPUT, INPUT_EACH, INPUT),
    ):
        if length in known and point(REQUESTS) * point(length) <= total * slack:
            return (
                _total(),
                Step(volume, "times", (REQUESTS, length)),
                Step(other, "minus", (TOTAL, volume)),
                Step(other_length, "over", (other, REQUESTS)),
            )
    lengths = Step(OUTPUT_EACH, "over", (OUTPUT, REQUESTS)), Step(INPUT_EACH, "over", (INPUT, REQUESTS))
    return _total(), *_split(), *lengths


def _from_developers(known: Collection[str]) -> tuple[Step, ...]:
    """Developers and their use give the total; it splits by a stated output share, else by a stated length."""
    if (INPUT_EACH in known or OUTPUT_EACH in known) and OUTPUT_SHARE not in known:
        return (
            _total(),
            Step(TOKENS_PER_REQUEST, "plus", (INPUT_EACH, OUTPUT_EACH)),
            Step(REQUESTS, "over", (TOTAL, TOKENS_PER_REQUEST)),
            Step(INPUT, "times", (REQUESTS, INPUT_EACH)),
            Step(OUTPUT, "times", (REQUESTS, OUTPUT_EACH)),
        )
    return _total(), *_split(), Step(INPUT_RATIO, "input_per_output", (OUTPUT_SHARE,)), *_lengths_by_ratio(known)


def _total() -> Step:
    return Step(TOTAL, "times", (DEVELOPERS, TOKENS_EACH))


def _split() -> tuple[Step, ...]:
    rest = Step(INPUT_SHARE, "rest", (OUTPUT_SHARE,))
    return Step(OUTPUT, "times", (TOTAL, OUTPUT_SHARE)), rest, Step(INPUT, "times", (TOTAL, INPUT_SHARE))


def _length_by_ratio(known: Collection[str]) -> Step:
    if INPUT_EACH in known and OUTPUT_EACH not in known:
        return Step(OUTPUT_EACH, "over", (INPUT_EACH, INPUT_RATIO))
    return Step(INPUT_EACH, "times", (OUTPUT_EACH, INPUT_RATIO))


DEVELOPERS_BASIS = (_total(), *_split())
"""Volumes from developers, their use and its output share alone."""

"""From completed answers to one workload: every figure with its origin, and the answers that contradict each other."""

from __future__ import annotations

from math import isfinite

from advisor.knowledge.parameters import Range
from advisor.workload.contradictions import NAMES, TOLERANCE, contradictions
from advisor.workload.identities import (
    INPUT,
    INPUT_EACH,
    INPUT_RATIO,
    OUTPUT,
    OUTPUT_EACH,
    OUTPUT_SHARE,
    REQUESTS,
    STATABLE,
    Step,
    formula,
    leaves,
    plan,
    solve_ranges,
)
from advisor.workload.resolved_workload import (
    KnownFigures,
    Quantity,
    Workload,
    input_mix,
    media_given,
    media_tokens,
    media_words,
)

PEAK = "volume.peak_concurrency"
RATIO_DEFAULT = "default.volume.input_ratio"
TEXT_BESIDE_MEDIA = "default.volume.input_per_request"


def resolve_workload(known: KnownFigures) -> Workload:
    """Resolve requests, tokens a month and tokens per request from what was answered, and defaults for what is free."""
    steps = volume_steps(known)
    ranges = solve_ranges(steps, lambda name: figure_range(known, name))

    def quantity(key: str) -> Quantity:
        return _quantity(known, key, steps, ranges)

    length = quantity(INPUT_EACH)
    return Workload(
        requests=quantity(REQUESTS),
        input_tokens=quantity(INPUT),
        output_tokens=quantity(OUTPUT),
        input_per_request=length,
        output_per_request=quantity(OUTPUT_EACH),
        peak_concurrency=quantity(PEAK) if known.given(PEAK) else None,
        cached_share=quantity("volume.cached_share"),
        batch_share=quantity("volume.batch_share"),
        peak_to_average=quantity("volume.peak_to_average"),
        annual_growth=quantity("volume.annual_growth"),
        contradictions=contradictions(known),
        steps=steps,
        mix=input_mix(known, length.value),
    )


def volume_steps(known: KnownFigures) -> tuple[Step, ...]:
    """The steps that compute every volume figure that was not answered."""
    stated = {key for key in STATABLE if known.given(key)}
    if media_given(known):
        stated.add(INPUT_EACH)  # its images and audio are stated, and the text beside them is a default
    return plan(stated, lambda key: figure_range(known, key).point)


def figure_range(known: KnownFigures, name: str) -> Range:
    """The range of a figure that no step computes: the answer, or the task's default.

    The default input of a request whose images or audio were stated is their tokens and a prompt of text beside them.
    """
    if name == INPUT_EACH and not known.given(name) and media_given(known):
        text, media = known.parameters.range(TEXT_BESIDE_MEDIA), media_tokens(known)
        return Range(text.low + media.low, text.high + media.high, text.point + media.point)
    return known.by_task(RATIO_DEFAULT) if name == INPUT_RATIO else known.range(name)


def _quantity(known: KnownFigures, key: str, steps: tuple[Step, ...], ranges: dict[str, Range]) -> Quantity:
    step = next((step for step in steps if step.target == key), None)
    if step is None:
        answered = known.given(key)
        because = "answered" if answered else "default"
        if key == INPUT_EACH and not answered and media_given(known):
            because = f"default of the text beside {media_words(known)}"
        return Quantity(figure_range(known, key), "answer" if answered else "default", because)
    ranges = {**ranges, key: _bounded(known, key, ranges[key])}
    if known.given(key) and _holds(known.range(key), ranges[key].point, known.parameters.number(TOLERANCE)):
        return Quantity(known.range(key), "answer", "answered")
    free = [name for name in leaves(key, steps) if not known.given(name)]
    because = formula(step, NAMES)
    if free:
        because += ", with the default of " + " and ".join(NAMES[name] for name in free)
    if known.given(key):
        because += "; the answer gives way, because the tokens a month decide"
    return Quantity(_typical(known, key, ranges[key], free), "default" if free else "derived", because)


def _holds(answered: Range, derived: float, tolerance: float) -> bool:
    """Whether the answer agrees with the derived value within the tolerance, and is kept as answered."""
    return answered.low <= derived * (1 + tolerance) and derived <= answered.high * (1 + tolerance)


def _bounded(known: KnownFigures, key: str, value: Range) -> Range:
    """A range without infinite end: where a divisor may be nothing, the usual length or the likeliest value ends it."""
    if isfinite(value.high):
        return value
    usual = known.range(key).high if key in (INPUT_EACH, OUTPUT_EACH) else value.point
    return Range(value.low, max(value.point, usual), value.point)


def _typical(known: KnownFigures, key: str, value: Range, free: list[str]) -> Range:
    """A length that rests on defaults alone keeps to the default lengths: independent ends would widen it twice."""
    if key != INPUT_EACH or OUTPUT_EACH not in free or not {INPUT_RATIO, OUTPUT_SHARE} & set(free):
        return value
    usual = known.range(key)
    low, high = max(value.low, usual.low), min(value.high, usual.high)
    return Range(min(low, value.point), max(high, value.point), value.point)

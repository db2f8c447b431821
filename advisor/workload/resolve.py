"""From completed answers to one workload: every figure with its origin, and the answers that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import fsum, isfinite
from typing import Literal, Protocol

from advisor.knowledge.parameters import Parameters, Range
from advisor.text import capitalized
from advisor.workload.identities import (
    DEVELOPERS,
    INPUT,
    INPUT_EACH,
    INPUT_RATIO,
    INPUT_SHARE,
    OUTPUT,
    OUTPUT_EACH,
    OUTPUT_SHARE,
    REQUESTS,
    STATABLE,
    TOKENS_EACH,
    TOTAL,
    Step,
    formula,
    leaves,
    plan,
    solve_ranges,
)

Origin = Literal["answer", "derived", "default"]


class KnownFigures(Protocol):
    """Answers completed by defaults, as `advisor.interview.defaults.CompletedAnswers` gives them."""

    @property
    def parameters(self) -> Parameters:
        """The knowledge base's figures of one day."""

    def given(self, key: str) -> bool:
        """Whether the user answered."""

    def range(self, key: str) -> Range:
        """The answer, or the default range."""

    def by_task(self, name: str) -> Range:
        """A parameter that may have a value of its own for the task."""

    def in_words(self, value: Range, kind: str) -> str:
        """A range as a person reads it, with its unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a workload.

    `origin` is `answer` where the value is what was answered, `derived` where answers alone determine it, `default`
    where a default is part of it; `because` says how, and names the default.
    """

    value: Range
    origin: Origin
    because: str = ""


@dataclass(frozen=True, slots=True)
class InputMix:
    """Shares of the input tokens that stand for images and for audio; the rest is text."""

    image: float = 0.0
    audio: float = 0.0

    @property
    def text(self) -> float:
        """The share of text."""
        return 1.0 - self.image - self.audio


TEXT_ONLY = InputMix()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot hold together: their keys, and one sentence with the figures."""

    keys: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests and tokens a month of 30 days, tokens per request, and shares of 1.

    `input_tokens` = `requests` · `input_per_request` and `output_tokens` = `requests` · `output_per_request` hold at
    the point estimates. Where more was answered than is needed they hold within the tolerance of a contradiction, and
    an answered range that includes what the other answers give is kept whole, as the spread of lengths from request
    to request.

    `steps` computes every figure that was not answered from those that were or that a default fills
    (`advisor.workload.identities.solve`), so that draws keep to the identities too. `peak_concurrency` is None where
    it was not answered: it follows from the speed of the service. `mix` tells images and audio in the input from text.
    """

    requests: Quantity
    input_tokens: Quantity
    output_tokens: Quantity
    input_per_request: Quantity
    output_per_request: Quantity
    peak_concurrency: Quantity | None
    cached_share: Quantity
    batch_share: Quantity
    peak_to_average: Quantity
    contradictions: tuple[Contradiction, ...] = ()
    steps: tuple[Step, ...] = ()
    mix: InputMix = TEXT_ONLY


# Images and audio in a request: their tokens, and what part of the input they are.


IMAGES = "volume.images_per_request"
AUDIO = "volume.audio_minutes_per_request"
_TOKENS = {IMAGES: "workload.tokens_per_image", AUDIO: "workload.tokens_per_audio_minute"}
MEDIA = tuple(_TOKENS)
"""The answers that tell how much of a request is images and audio."""


def media_given(known: KnownFigures) -> tuple[str, ...]:
    """The answers on images and audio that were given."""
    return tuple(key for key in MEDIA if known.given(key))


def holds_media(known: KnownFigures, key: str) -> bool:
    """Whether a request is said to hold images, or audio; nothing said is no."""
    return known.given(key) and known.range(key).high > 0.0


def media_tokens(known: KnownFigures) -> Range:
    """Tokens of the images and the audio of one request."""
    parts = [_tokens(known, key) for key in media_given(known)]
    return Range(fsum(one.low for one in parts), fsum(one.high for one in parts), fsum(one.point for one in parts))


def input_mix(known: KnownFigures, input_per_request: Range) -> InputMix:
    """What part of the input is images and audio, of their means over many requests; never more than all of it."""
    image, audio = (_mean(_tokens(known, key)) if known.given(key) else 0.0 for key in MEDIA)
    whole = max(_mean(input_per_request), image + audio)
    return InputMix(image / whole, audio / whole) if whole > 0.0 else TEXT_ONLY


def media_words(known: KnownFigures) -> str:
    """The images and the audio of one request as a person reads them."""
    return " and ".join(_words(known))


def _mean(value: Range) -> float:
    """The mean of what is drawn: triangular about a mode, even without one."""
    ends = value.low + value.high
    return ends / 2 if value.mode is None else (ends + value.mode) / 3


def _words(known: KnownFigures) -> Iterator[str]:
    for key in media_given(known):
        noun = "images" if key == IMAGES else "minutes of audio"
        yield f"{known.in_words(known.range(key), 'number')} {noun} a request"


def _tokens(known: KnownFigures, key: str) -> Range:
    count, each = known.range(key), known.parameters.range(_TOKENS[key])
    mode = None if count.mode is None and each.mode is None else count.point * each.point
    return Range(count.low * each.low, count.high * each.high, mode)


# Answers that cannot hold together: their ranges share no solution, within a tolerance.


TOLERANCE = "workload.contradiction_tolerance"
SPEND_FACTOR = "gate.spend_contradiction"
SPEND = "economics.monthly_api_spend_usd"
_RATIO, _OTHER = "volume.input_ratio", "volume.other"
_KINDS = {INPUT: "tokens-per-month", OUTPUT: "tokens-per-month", TOTAL: "tokens-per-month", OUTPUT_SHARE: "share"}
NAMES = {
    REQUESTS: "requests a month",
    INPUT: "input tokens a month",
    OUTPUT: "output tokens a month",
    INPUT_EACH: "input tokens per request",
    OUTPUT_EACH: "output tokens per request",
    DEVELOPERS: "developers",
    TOKENS_EACH: "tokens per developer a month",
    OUTPUT_SHARE: "output share",
    INPUT_SHARE: "input share",
    TOTAL: "input and output tokens a month",
    _RATIO: "input tokens per output token",
    "volume.tokens_per_request": "tokens per request",
}


@dataclass(frozen=True, slots=True)
class _Route:
    """One way from answers to a figure: the steps, and whether the answers bound it only from below."""

    target: str
    keys: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    at_least: bool = False

    def reached(self, known: KnownFigures) -> Range:
        """The range that the answers give the figure."""
        if not self.steps:
            value = known.range(self.keys[0])
        else:
            value = solve_ranges(self.steps, known.range)[self.steps[-1].target]
        return Range(value.low, float("inf")) if self.at_least else value

    def words(self, known: KnownFigures) -> str:
        """How the figure is reached, as a person reads it, with the answers it rests on."""
        if not self.steps:
            return NAMES[self.keys[0]]
        names = {key: f"{NAMES[key]} ({_figure(known, key)})" for key in self.keys}
        for step in self.steps:
            names[step.target] = formula(step, names)
        return names[self.steps[-1].target]


def _routes() -> tuple[_Route, ...]:
    """Every way from answers to the input, the output, the output share and the total."""
    requests = Step("requests", "over", (OUTPUT, OUTPUT_EACH))
    from_input = Step("requests", "over", (INPUT, INPUT_EACH))
    by_share = Step(_RATIO, "input_per_output", (OUTPUT_SHARE,))
    prompt, answer = Step("prompts", "times", (REQUESTS, INPUT_EACH)), Step("written", "times", (REQUESTS, OUTPUT_EACH))
    both_lengths = Step("per_request", "plus", (INPUT_EACH, OUTPUT_EACH))
    inputs = (
        _Route(INPUT, (INPUT,)),
        _Route(INPUT, (REQUESTS, INPUT_EACH), (prompt,)),
        _Route(INPUT, (OUTPUT, INPUT_EACH, OUTPUT_EACH), (requests, Step("sum", "times", ("requests", INPUT_EACH)))),
        _Route(INPUT, (OUTPUT, OUTPUT_SHARE), (by_share, Step("sum", "times", (OUTPUT, _RATIO)))),
        _Route(
            INPUT, (REQUESTS, OUTPUT_EACH, OUTPUT_SHARE), (answer, by_share, Step("sum", "times", ("written", _RATIO)))
        ),
    )
    outputs = (_Route(OUTPUT, (OUTPUT,)), _Route(OUTPUT, (REQUESTS, OUTPUT_EACH), (answer,)))
    ratios = (
        _Route(_RATIO, (OUTPUT_SHARE,), (by_share,)),
        _Route(_RATIO, (INPUT_EACH, OUTPUT_EACH), (Step("ratio", "over", (INPUT_EACH, OUTPUT_EACH)),)),
    )
    totals = (
        _Route(TOTAL, (DEVELOPERS, TOKENS_EACH), (Step(TOTAL, "times", (DEVELOPERS, TOKENS_EACH)),)),
        _Route(TOTAL, (INPUT, OUTPUT), (Step("sum", "plus", (INPUT, OUTPUT)),)),
        _Route(
            TOTAL, (REQUESTS, INPUT_EACH, OUTPUT_EACH), (both_lengths, Step("sum", "times", (REQUESTS, "per_request")))
        ),
        _Route(TOTAL, (INPUT, REQUESTS, OUTPUT_EACH), (answer, Step("sum", "plus", (INPUT, "written")))),
        _Route(TOTAL, (OUTPUT, REQUESTS, INPUT_EACH), (prompt, Step("sum", "plus", ("prompts", OUTPUT)))),
        _Route(
            TOTAL,
            (OUTPUT, INPUT_EACH, OUTPUT_EACH),
            (requests, both_lengths, Step("sum", "times", ("requests", "per_request"))),
        ),
        _Route(
            TOTAL,
            (INPUT, INPUT_EACH, OUTPUT_EACH),
            (from_input, both_lengths, Step("sum", "times", ("requests", "per_request"))),
        ),
        _Route(TOTAL, (OUTPUT, OUTPUT_SHARE), (Step("sum", "over", (OUTPUT, OUTPUT_SHARE)),)),
        _Route(
            TOTAL,
            (INPUT, OUTPUT_SHARE),
            (Step(INPUT_SHARE, "rest", (OUTPUT_SHARE,)), Step("sum", "over", (INPUT, INPUT_SHARE))),
        ),
        _Route(TOTAL, (INPUT,), at_least=True),
        _Route(TOTAL, (OUTPUT,), at_least=True),
        _Route(TOTAL, (REQUESTS, INPUT_EACH), (prompt,), at_least=True),
        _Route(TOTAL, (REQUESTS, OUTPUT_EACH), (answer,), at_least=True),
    )
    return (*inputs, *outputs, *ratios, *totals)


_ROUTES = _routes()


def contradictions(known: KnownFigures) -> tuple[Contradiction, ...]:
    """The smallest sets of answers on volume that share no solution within `workload.contradiction_tolerance`."""
    stated = {key for key in STATABLE if known.given(key)}
    slack = 1.0 + known.parameters.number(TOLERANCE)
    found: dict[frozenset[str], Contradiction] = {}
    for one, other in _pairs(stated):
        keys = frozenset((*one.keys, *other.keys))
        if any(fewer <= keys for fewer in found):
            continue
        first, second = one.reached(known), other.reached(known)
        if _apart(first, second, slack):
            found[keys] = Contradiction(_in_order(keys), _sentence(known, one, first, other, second))
    return (*found.values(), *_media_beyond(known, slack))


def _media_beyond(known: KnownFigures, slack: float) -> Iterator[Contradiction]:
    """Images and audio that hold more tokens than the stated input of a request."""
    media = media_given(known)
    if not media or not (known.given(INPUT_EACH) or (known.given(INPUT) and known.given(REQUESTS))):
        return
    per_request = _Route(INPUT_EACH, (INPUT, REQUESTS), (Step(INPUT_EACH, "over", (INPUT, REQUESTS)),))
    stated_route = _Route(INPUT_EACH, (INPUT_EACH,)) if known.given(INPUT_EACH) else per_request
    whole, least = stated_route.reached(known), media_tokens(known).low
    if least > whole.high * slack:
        yield Contradiction(
            (*media, *stated_route.keys),
            f"{capitalized(media_words(known))} come to {known.in_words(Range.exactly(least), 'number')} tokens or "
            f"more, but {stated_route.words(known)} come to {known.in_words(whole, 'number')}.",
        )


def spend_contradiction(stated: Range, computed_p50: float, known: KnownFigures) -> Contradiction | None:
    """The stated monthly API bill against the computed one, in dollars; None while they are within the factor.

    The factor is `gate.spend_contradiction`; a range agrees while one of its ends does.
    """
    factor = known.parameters.number(SPEND_FACTOR)
    if stated.low <= computed_p50 * factor and computed_p50 <= stated.high * factor:
        return None
    bill, computed = (known.in_words(value, "usd-per-month") for value in (stated, Range.exactly(computed_p50)))
    return Contradiction(
        (SPEND,),
        f"The stated API bill is {bill}, while the stated volumes come to {computed} at list prices; "
        f"more than a factor of {factor:g} apart, so one of them is wrong. The computed bill is used.",
    )


def _pairs(stated: set[str]) -> Iterator[tuple[_Route, _Route]]:
    """Two ways to the same figure that share no answer, fewest answers first."""
    usable = [route for route in _ROUTES if stated.issuperset(route.keys)]
    pairs = [
        (one, other)
        for one, other in combinations(usable, 2)
        if one.target == other.target and not set(one.keys) & set(other.keys) and not (one.at_least and other.at_least)
    ]
    return iter(sorted(pairs, key=lambda pair: len(pair[0].keys) + len(pair[1].keys)))


def _apart(one: Range, other: Range, slack: float) -> bool:
    """Whether no value lies within the tolerance of both; the order does not matter."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    return low > high * slack


def _in_order(keys: frozenset[str]) -> tuple[str, ...]:
    return tuple(key for key in STATABLE if key in keys)


def _figure(known: KnownFigures, key: str) -> str:
    return known.in_words(known.range(key), "share" if key == OUTPUT_SHARE else "number")


def _sentence(known: KnownFigures, one: _Route, first: Range, other: _Route, second: Range) -> str:
    """Both ways with their figures; a lower bound is the other way's, for only totals have one."""
    kind = _KINDS.get(one.target, "number")
    value = known.in_words(first, kind)
    against = known.in_words(Range.exactly(second.low), kind) if other.at_least else known.in_words(second, kind)
    bound = "already come to" if other.at_least else "come to"
    if not one.steps:
        return f"{capitalized(NAMES[one.keys[0]])} are stated as {value}, but {other.words(known)} {bound} {against}."
    tail = f"are stated as {against}" if not other.steps and not other.at_least else f"{bound} {against}"
    return f"{capitalized(one.words(known))} come to {value}, but {other.words(known)} {tail}."


# From completed answers to one workload.


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
        contradictions=contradictions(known),
        steps=steps,
        mix=input_mix(known, length.value),
    )


def volume_steps(known: KnownFigures) -> tuple[Step, ...]:
    """The steps that compute every volume figure that was not answered."""
    stated = {key for key in STATABLE if known.given(key)}
    if media_given(known):
        stated.add(INPUT_EACH)  # its images and audio are stated, and the text beside them is a default
    slack = 1.0 + known.parameters.number(TOLERANCE)
    return plan(stated, lambda key: figure_range(known, key).point, slack)


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

"""The resolved workload: requests and tokens a month, images and audio in them, and where each figure came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Literal, Protocol

from advisor.knowledge.parameters import Parameters, Range

if TYPE_CHECKING:
    from advisor.workload.identities import Step


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
    annual_growth: Quantity
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

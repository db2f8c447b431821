"""Images and audio in a request: their tokens, and what part of the input they are."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.ranges import Range
from advisor.workload.resolved_workload import TEXT_ONLY, InputMix, KnownFigures

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
    return Range(sum(one.low for one in parts), sum(one.high for one in parts), sum(one.point for one in parts))


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

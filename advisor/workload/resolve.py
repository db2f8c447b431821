"""From answers and defaults to one workload: what was answered beats every default, and two facts give the third."""

from __future__ import annotations

from typing import Protocol

from advisor.knowledge.ranges import Range
from advisor.workload.model import Contradiction, Origin, Quantity, Workload

TOLERANCE = 0.10
"""Stated facts that share no solution within this much contradict each other."""
_INPUT, _OUTPUT = "volume.input_tokens", "volume.output_tokens"
_HEADS, _EACH, _SHARE = "workload.developers", "volume.tokens_per_developer", "volume.output_share"


class KnownFigures(Protocol):
    """Answers completed by defaults."""

    def given(self, key: str) -> bool:
        """Whether the user answered."""

    def range(self, key: str) -> Range:
        """The answer, or the default range."""

    def by_task(self, name: str) -> Range:
        """A parameter that may have a value of its own for the task."""


def resolve_workload(known: KnownFigures) -> Workload:
    """Volumes as stated, else from developers and their use, else from one volume and the task's usual ratio."""
    volumes = _volumes(known)
    output_each = _quantity(known, "volume.output_per_request")
    requests = _over(volumes[_OUTPUT], output_each)
    given = known.given("volume.input_per_request")
    each = _quantity(known, "volume.input_per_request") if given else _over(volumes[_INPUT], requests)
    return Workload(
        requests=requests,
        input_tokens=volumes[_INPUT],
        output_tokens=volumes[_OUTPUT],
        input_per_request=each,
        output_per_request=output_each,
        peak_concurrency=_stated(known, "volume.peak_concurrency"),
        cached_share=_quantity(known, "volume.cached_share"),
        batch_share=_quantity(known, "volume.batch_share"),
        peak_to_average=_quantity(known, "volume.peak_to_average"),
        annual_growth=_quantity(known, "volume.annual_growth"),
        contradictions=tuple(_contradictions(known)),
    )


def _volumes(known: KnownFigures) -> dict[str, Quantity]:
    stated = {key: _stated(known, key) for key in (_INPUT, _OUTPUT)}
    made, read = stated[_OUTPUT], stated[_INPUT]
    ratio = known.by_task("default.volume.input_ratio")
    if made is None and read is None and (known.given(_HEADS) or known.given(_EACH)):
        both = _times(known.range(_HEADS), known.range(_EACH))
        share = known.range(_SHARE)
        kept = Range(1.0 - share.high, 1.0 - share.low, 1.0 - share.point)
        origin: Origin = "derived" if known.given(_HEADS) and known.given(_EACH) else "default"
        return {
            _OUTPUT: Quantity(_times(both, share), origin, "developers × their use × output share"),
            _INPUT: Quantity(_times(both, kept), origin, "developers × their use × what is not output"),
        }
    if made is None and read is not None:
        made = Quantity(_divided(read.value, ratio), "default", "input over the task's usual ratio")
    made = made or _quantity(known, _OUTPUT)
    read = read or Quantity(_times(made.value, ratio), "default", "output times the task's usual ratio")
    return {_INPUT: read, _OUTPUT: made}


def _contradictions(known: KnownFigures) -> list[Contradiction]:
    """Stated volumes against stated developers, and against stated lengths of a request."""
    found = []
    if known.given(_HEADS) and known.given(_EACH) and known.given(_INPUT) and known.given(_OUTPUT):
        team = _times(known.range(_HEADS), known.range(_EACH))
        read, made = known.range(_INPUT), known.range(_OUTPUT)
        both = Range(read.low + made.low, read.high + made.high)
        if not _share(team, both):
            because = f"developers times their use are {team.point:,.0f} tokens a month, the volumes {both.point:,.0f}"
            found.append(Contradiction((_HEADS, _EACH, _INPUT, _OUTPUT), because))
    lengths = ("volume.input_per_request", "volume.output_per_request")
    if all(known.given(key) for key in (_INPUT, _OUTPUT, *lengths)):
        by_input, by_output = (
            _divided(known.range(volume), known.range(length))
            for volume, length in zip((_INPUT, _OUTPUT), lengths, strict=True)
        )
        if not _share(by_input, by_output):
            because = f"input makes {by_input.point:,.0f} requests a month by its length, output {by_output.point:,.0f}"
            found.append(Contradiction((_INPUT, lengths[0], _OUTPUT, lengths[1]), because))
    return found


def _share(one: Range, other: Range) -> bool:
    return one.low <= other.high * (1.0 + TOLERANCE) and other.low <= one.high * (1.0 + TOLERANCE)


def _stated(known: KnownFigures, key: str) -> Quantity | None:
    return Quantity(known.range(key), "answer") if known.given(key) else None


def _quantity(known: KnownFigures, key: str) -> Quantity:
    return Quantity(known.range(key), "answer" if known.given(key) else "default")


def _over(one: Quantity, other: Quantity) -> Quantity:
    both = {one.origin, other.origin}
    return Quantity(_divided(one.value, other.value), "default" if "default" in both else "derived")


def _times(one: Range, other: Range) -> Range:
    return Range(one.low * other.low, one.high * other.high, one.point * other.point)


def _divided(one: Range, other: Range) -> Range:
    if other.low <= 0.0:
        return Range.exactly(0.0)
    return Range(one.low / other.high, one.high / other.low, one.point / other.point)

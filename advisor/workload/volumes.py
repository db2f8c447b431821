"""Which steps resolve a workload: what was stated determines the rest, and a default fills only what is still free."""

from __future__ import annotations

from collections.abc import Callable, Collection

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
    TOKENS_EACH,
    TOKENS_PER_REQUEST,
    TOTAL,
    Step,
)

STATABLE = (REQUESTS, INPUT, OUTPUT, INPUT_EACH, OUTPUT_EACH, DEVELOPERS, TOKENS_EACH, OUTPUT_SHARE)


def plan(stated: Collection[str], point: Callable[[str], float]) -> tuple[Step, ...]:
    """The steps from stated figures to requests, volumes and lengths; `point` is the stated figure's likeliest value.

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
        return _from_requests(known, point)
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


def _from_requests(known: Collection[str], point: Callable[[str], float]) -> tuple[Step, ...]:
    """Requests a month are stated, no volume is."""
    both = INPUT_EACH in known and OUTPUT_EACH in known
    if _total_stated(known) and not both:
        return _from_requests_and_total(known, point)
    lengths: tuple[Step, ...] = ()
    if OUTPUT_SHARE in known:
        lengths = (Step(INPUT_RATIO, "input_per_output", (OUTPUT_SHARE,)), _length_by_ratio(known))
    return (
        *lengths,
        Step(INPUT, "times", (REQUESTS, INPUT_EACH)),
        Step(OUTPUT, "times", (REQUESTS, OUTPUT_EACH)),
    )


def _from_requests_and_total(known: Collection[str], point: Callable[[str], float]) -> tuple[Step, ...]:
    """Requests, developers and their use are stated: the total splits by the one stated length, else by its share."""
    total = point(DEVELOPERS) * point(TOKENS_EACH)
    for length, volume, other_length, other in (
        (INPUT_EACH, INPUT, OUTPUT_EACH, OUTPUT),
        (OUTPUT_EACH, OUTPUT, INPUT_EACH, INPUT),
    ):
        if length in known and point(REQUESTS) * point(length) < total:
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

"""Answers that cannot hold together: their ranges share no solution, within a tolerance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from advisor.knowledge.parameters import Range
from advisor.text import capitalized
from advisor.workload.identities import (
    DEVELOPERS,
    INPUT,
    INPUT_EACH,
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
    solve_ranges,
)
from advisor.workload.resolved_workload import Contradiction, KnownFigures, media_given, media_tokens, media_words

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

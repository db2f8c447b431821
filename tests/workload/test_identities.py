"""Requests, tokens and lengths agree whatever was answered, and what was answered is kept."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisor.cost.draws import draws, points
from advisor.cost.traffic import traffic
from advisor.knowledge.parameters import Range
from advisor.workload.identities import (
    DEVELOPERS,
    INPUT_EACH,
    INPUT_RATIO,
    OUTPUT_EACH,
    OUTPUT_SHARE,
    STATABLE,
    TOKENS_EACH,
    Operation,
    Step,
    combined,
    leaves,
    plan,
    solve,
)
from advisor.workload.resolve import figure_range, resolve_workload
from tests.workload.resolving import completed, resolved

FIGURES = ("requests", "input_tokens", "output_tokens", "input_per_request", "output_per_request")
TASKS = ("rag-answering", "chat", "agentic-coding", "classification", "hard-reasoning")
SIZES = {
    "volume.requests": (10**2, 10**9),
    "volume.input_tokens": (10**4, 10**12),
    "volume.output_tokens": (10**4, 10**11),
    "volume.input_per_request": (10, 10**6),
    "volume.output_per_request": (1, 10**5),
    "workload.developers": (1, 10**5),
    "volume.tokens_per_developer": (10**4, 10**9),
}


@st.composite
def some_answers(draw: st.DrawFn, most: int = len(STATABLE)) -> dict[str, Any]:
    """Any of the facts about volume, exact, so that they may well contradict each other."""
    keys = draw(st.lists(st.sampled_from(STATABLE), unique=True, max_size=most))
    stated: dict[str, Any] = {key: draw(st.integers(*SIZES[key])) for key in keys if key in SIZES}
    if OUTPUT_SHARE in keys:
        stated[OUTPUT_SHARE] = draw(st.integers(1, 99)) / 100
    return {"workload.task": draw(st.sampled_from(TASKS)), **stated}


def points_of(given_answers: dict[str, Any]) -> dict[str, float]:
    workload = resolved(given_answers)
    return {name: getattr(workload, name).value.point for name in FIGURES}


@given(some_answers())
@settings(deadline=None)
def test_tokens_are_requests_times_lengths(stated: dict[str, Any]) -> None:
    """Exact, but for an answer that agrees within ten percent and is kept as it was given."""
    at = points_of(stated)
    for kind in ("input", "output"):
        assert at["requests"] * at[f"{kind}_per_request"] == pytest.approx(at[f"{kind}_tokens"], rel=0.25)
    if not any(workload_answered_twice(stated)):
        for kind in ("input", "output"):
            assert at["requests"] * at[f"{kind}_per_request"] == pytest.approx(at[f"{kind}_tokens"], rel=1e-9)


def workload_answered_twice(stated: dict[str, Any]) -> list[str]:
    """Answers that the steps compute all the same, because others determine them."""
    steps = resolve_workload(completed(stated)).steps
    return [step.target for step in steps if step.target in stated]


@given(some_answers())
@settings(deadline=None)
def test_stated_tokens_a_month_are_never_changed(stated: dict[str, Any]) -> None:
    workload = resolved(stated)
    for key, quantity in (
        ("volume.input_tokens", workload.input_tokens),
        ("volume.output_tokens", workload.output_tokens),
    ):
        if key in stated:
            assert (quantity.value, quantity.origin) == (Range.exactly(float(stated[key])), "answer")


@given(some_answers())
@example(
    {
        "workload.task": "chat",
        "volume.requests": 10_000,
        "volume.output_per_request": 1,
        "workload.developers": 1,
        "volume.tokens_per_developer": 10_000,
    }
)
@settings(deadline=None)
def test_answers_without_contradiction_are_all_kept(stated: dict[str, Any]) -> None:
    """Within the tolerance: one fact alone, or facts that fit together, keep their values."""
    workload = resolved(stated)
    if not workload.contradictions:
        for key, name in (("volume.requests", "requests"), ("volume.output_per_request", "output_per_request")):
            if key in stated:
                assert getattr(workload, name).value.point == pytest.approx(stated[key], rel=0.25)


@given(some_answers())
@settings(deadline=None)
def test_origins_say_whether_a_default_was_needed(stated: dict[str, Any]) -> None:
    known = completed(stated)
    workload = resolve_workload(known)
    for name in FIGURES:
        quantity, key = getattr(workload, name), f"volume.{name}"
        defaults = [leaf for leaf in leaves(key, workload.steps) if not known.given(leaf)]
        if quantity.origin == "answer":
            assert key in stated
        else:
            assert quantity.origin == ("default" if defaults else "derived")
            assert quantity.because


@given(some_answers(), st.integers(0, 2**31))
@settings(deadline=None, max_examples=50)
def test_draws_and_points_keep_the_same_identities(stated: dict[str, Any], seed: int) -> None:
    known = completed(stated)
    workload = resolve_workload(known)
    names = {leaf for step in workload.steps for leaf in leaves(step.target, workload.steps)}
    names |= {"volume.input_tokens", "volume.output_tokens"} - {step.target for step in workload.steps}
    names |= {"volume.cached_share", "volume.batch_share", "volume.peak_to_average"}
    ranges = {name: figure_range(known, name) for name in names}
    point = traffic(points(ranges), workload.steps)
    assert float(point.input) == pytest.approx(workload.input_tokens.value.point, rel=1e-9)
    assert float(point.output) == pytest.approx(workload.output_tokens.value.point, rel=1e-9)
    drawn = traffic(draws(ranges, seed, 200), workload.steps)
    for figure, quantity in ((drawn.input, workload.input_tokens), (drawn.output, workload.output_tokens)):
        assert np.all(np.asarray(figure) >= quantity.value.low * (1 - 1e-9))
        assert np.all(np.asarray(figure) <= quantity.value.high * (1 + 1e-9))


@given(some_answers(most=4), st.sampled_from(sorted(SIZES)), st.integers(2, 10))
@settings(deadline=None)
def test_more_of_a_fact_never_means_fewer_tokens(stated: dict[str, Any], key: str, factor: int) -> None:
    """Where nothing contradicts: more requests, people, use or length never lower a volume that rises with it."""
    if key not in stated or key in {"volume.output_per_request", "volume.input_per_request"}:
        return
    more = {**stated, key: stated[key] * factor}
    if resolved(stated).contradictions or resolved(more).contradictions:
        return
    before, after = points_of(stated), points_of(more)
    assert after["input_tokens"] + after["output_tokens"] >= (before["input_tokens"] + before["output_tokens"]) * 0.999


def test_a_long_prompt_is_billed_at_its_own_ratio() -> None:
    """100M written by requests of 50,000 and 500 tokens: 200,000 requests, which read 10 billion, by hand."""
    workload = resolved(
        {
            "workload.task": "rag-answering",
            "volume.output_tokens": "100M",
            "volume.input_per_request": 50_000,
            "volume.output_per_request": 500,
        }
    )
    assert workload.requests.value == Range.exactly(200_000.0)
    assert workload.input_tokens.value == Range.exactly(1e10)
    assert (workload.requests.origin, workload.input_tokens.origin) == ("derived", "derived")
    assert workload.contradictions == ()


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"volume.requests": 1000, "volume.input_per_request": 200, "volume.output_per_request": 50}, (2e5, 5e4)),
        ({"volume.input_tokens": "1B", "volume.input_per_request": 2000, "volume.output_per_request": 100}, (1e9, 5e7)),
        ({"volume.output_tokens": "10M", "volume.output_share": 0.1}, (9e7, 1e7)),
        ({"volume.input_tokens": "90M", "volume.output_share": 0.1}, (9e7, 1e7)),
        ({DEVELOPERS: 10, TOKENS_EACH: "3M", OUTPUT_SHARE: 0.2}, (2.4e7, 6e6)),
        ({DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.output_tokens": "10M"}, (2e7, 1e7)),
        ({DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.input_tokens": "25M"}, (2.5e7, 5e6)),
        (
            {DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.input_per_request": 900, "volume.output_per_request": 100},
            (2.7e7, 3e6),
        ),
        (
            {DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.requests": 30_000, "volume.output_per_request": 100},
            (2.7e7, 3e6),
        ),
        ({"volume.input_tokens": "1B", "volume.output_tokens": 0}, (1e9, 0.0)),
        ({"volume.input_tokens": 0, "volume.output_tokens": 0}, (0.0, 0.0)),
    ],
)
def test_two_facts_give_the_third(stated: dict[str, Any], expected: tuple[float, float]) -> None:
    at = points_of({"workload.task": "chat", **stated})
    assert (at["input_tokens"], at["output_tokens"]) == pytest.approx(expected, rel=1e-12)


def test_a_default_fills_only_what_is_free_and_is_named() -> None:
    workload = resolved({"workload.task": "chat", "volume.output_tokens": "100M", "volume.output_per_request": 500})
    assert workload.requests == resolved({"volume.output_tokens": "100M", "volume.output_per_request": 500}).requests
    assert workload.requests.value == Range.exactly(200_000.0)
    assert workload.input_tokens.origin == "default"
    assert "with the default of input tokens per request" in workload.input_tokens.because


def test_a_spread_of_prompt_lengths_is_kept_as_answered() -> None:
    """The volumes give a mean of 300,000, within what was answered: the spread stays, for prices by length."""
    stated = {
        "volume.input_tokens": "1B",
        "volume.output_tokens": "5M",
        "volume.output_per_request": 1500,
        "volume.input_per_request": "50k..490k",
    }
    length = resolved(stated).input_per_request
    assert (length.value, length.origin) == (Range(50e3, 490e3), "answer")


def test_peak_concurrency_is_none_unless_answered() -> None:
    assert resolved({"volume.output_tokens": "1M"}).peak_concurrency is None
    answered = resolved({"volume.peak_concurrency": 12}).peak_concurrency
    assert answered is not None
    assert (answered.value, answered.origin) == (Range.exactly(12.0), "answer")


ENDS = st.floats(1e-3, 1e9)


@st.composite
def ranges(draw: st.DrawFn, high: float = 1e9) -> Range:
    low, mode, top = sorted(draw(st.lists(st.floats(1e-3, high), min_size=3, max_size=3)))
    return Range(low, top, draw(st.sampled_from([None, mode])) if low < top else None)


@given(st.sampled_from(["times", "over", "minus", "plus"]), ranges(), ranges(), st.floats(0, 1), st.floats(0, 1))
def test_interval_arithmetic_encloses_every_result(
    operation: Operation, one: Range, other: Range, left: float, right: float
) -> None:
    value = combined(operation, (one, other))
    assert value.low <= value.point <= value.high
    first, second = one.low + left * (one.high - one.low), other.low + right * (other.high - other.low)
    result = solve([step(operation)], {"a": first, "b": second}.__getitem__)["c"]
    assert value.low * (1 - 1e-9) <= result <= value.high * (1 + 1e-9) + 1e-9


def step(operation: Operation) -> Step:
    return Step("c", operation, ("a", "b"))


def test_a_uniform_range_scaled_by_a_number_stays_uniform() -> None:
    assert combined("times", (Range(1.0, 3.0), Range.exactly(10.0))) == Range(10.0, 30.0)
    assert combined("over", (Range(1.0, 3.0), Range.exactly(2.0))) == Range(0.5, 1.5)
    assert combined("times", (Range(1.0, 4.0, 2.0), Range.exactly(10.0))) == Range(10.0, 40.0, 20.0)


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize(
    "others",
    [
        {DEVELOPERS: 10, TOKENS_EACH: "3M"},
        {DEVELOPERS: 10},
        {"volume.requests": 1000},
        {DEVELOPERS: 10, "volume.requests": 1000},
        {"volume.output_tokens": "1M"},
        {"volume.input_tokens": "1M"},
        {DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.requests": 1000},
        {"volume.output_tokens": "0..1M", "volume.input_tokens": "0..1M"},
        {DEVELOPERS: "0..20"},
        {"volume.input_tokens": 0, "volume.output_tokens": "1M", "volume.input_per_request": 900},
        {"volume.output_tokens": 0, DEVELOPERS: 10, TOKENS_EACH: "3M"},
        {"volume.input_tokens": 0, DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.input_per_request": 900},
        {DEVELOPERS: 10, TOKENS_EACH: "3M", "volume.input_per_request": 900},
        {DEVELOPERS: 0, TOKENS_EACH: "3M"},
    ],
)
def test_shares_of_all_or_nothing_and_ranges_from_zero_stay_finite(share: int, others: dict[str, Any]) -> None:
    workload = resolved({OUTPUT_SHARE: share, **others})
    for name in FIGURES:
        value = getattr(workload, name).value
        assert 0 <= value.low <= value.point <= value.high < float("inf")


@pytest.mark.parametrize("count", range(len(STATABLE) + 1))
def test_no_stated_zero_is_divided_by(count: int) -> None:
    """Every set of stated figures, each nothing or something, solved at its points; a length is at least a token."""
    usual = {**dict.fromkeys(STATABLE, 1000.0), OUTPUT_SHARE: 0.25, INPUT_RATIO: 3.0}
    for keys in combinations(STATABLE, count):
        for values in product(*map(_stated, keys)):
            points = usual | dict(zip(keys, values, strict=True))
            solved = solve(plan(keys, points.__getitem__), points.__getitem__)
            assert all(0 <= value < float("inf") for value in solved.values())


def _stated(key: str) -> tuple[float, ...]:
    if key in (INPUT_EACH, OUTPUT_EACH):
        return (7.0,)
    return (0.0, 0.4, 1.0) if key == OUTPUT_SHARE else (0.0, 7.0)

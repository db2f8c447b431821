"""Stopping early gives no other verdict: random complete answers, asked in order and by what matters."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.analysis.cost_bounds import Interval, hull, interval
from advisor.analysis.open_questions import open_questions_that_matter
from benchmarks.cost.ask_only_what_matters import (
    DRAWS,
    SEED,
    Next,
    Trial,
    answered_otherwise,
    asked_next,
    first_listed,
    stops_after,
    trial,
    walk,
)
from tests.contract.asking import Given, answers
from tests.soak import often

MAXIMUM: Any = np.maximum
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
POSITIVE = st.floats(0.001, 1e6)


@cache
def it() -> Trial:
    return trial()


@pytest.mark.parametrize("seed", range(often(8, 64)))
def test_the_verdict_where_the_interview_may_stop_is_the_verdict_at_its_end(seed: int) -> None:
    complete = it().complete(Random(seed))
    assert stops_after(it(), complete)[1] == it().verdict(complete)


@pytest.mark.parametrize("seed", range(often(12, 96)))
def test_what_does_not_matter_may_be_answered_in_any_way_at_once(seed: int) -> None:
    random = Random(1000 + seed)
    complete = it().complete(random)
    assert it().verdict(answered_otherwise(it(), complete, random)) == it().verdict(complete)


@pytest.mark.parametrize("following", [first_listed, asked_next])
def test_asking_only_what_matters_ends_in_the_same_verdict_with_fewer_questions(following: Next) -> None:
    complete = it().complete(Random(2001))
    count, option = walk(it(), complete, following)
    assert option == it().verdict(complete)
    assert count < len(it().knowledge.questions)


@pytest.mark.parametrize(
    ("given_answers", "open_key"),
    [({}, "data.boundary"), ({"data.boundary": "anywhere"}, "volume.output_tokens"), ({}, "license.models")],
)
def test_what_can_still_change_the_verdict_is_asked(given_answers: Given, open_key: str) -> None:
    found = open_questions_that_matter(answers(given_answers), it().at, SEED, DRAWS)
    assert not found.questions.decided
    assert open_key in found.questions.keys


def test_a_boundary_without_candidates_to_block_leaves_nothing_to_ask() -> None:
    settled: Given = {
        "data.boundary": "air-gap", "license.models": ["qwen3-32b"], "economics.open_model": "qwen3-32b",
        "workload.task": "summarization", "volume.input_per_request": 2000, "volume.output_per_request": 500,
        "volume.requests": 1000, "volume.input_tokens": 2_000_000, "volume.output_tokens": 500_000,
        "workload.developers": 5, "volume.tokens_per_developer": 500_000, "volume.output_share": 0.2,
        "quality.multimodal_required": False, "quality.fine_tuning_required": False,
        "quality.frontier_required": False, "quality.capability": "mid",
    }  # fmt: skip
    found = open_questions_that_matter(answers(settled), it().at, SEED, DRAWS)
    assert found.questions.decided
    assert found.option == "self-host"
    assert "self-host" in found.questions.why


def test_questions_passed_on_knowingly_do_not_matter() -> None:
    keys = it().knowledge.questionnaires["full"].keys
    assert open_questions_that_matter(answers({}), it().at, SEED, DRAWS, keys).questions.decided


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.floats(0, 1), st.floats(0, 1))
def test_bounds_hold_whatever_lies_between(a: float, b: float, c: float, d: float, p: float, q: float) -> None:
    one, other = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    x, y = _inside(one, p), _inside(other, q)
    for bounds, value in ((one + other, x + y), (one - other, x - y), (one * other, x * y)):
        assert bounds.low <= value <= bounds.high
    larger: Interval = MAXIMUM(one, other)
    assert larger.low <= max(x, y) <= larger.high
    assert hull(one, other).low <= min(x, y)


@settings(max_examples=100, deadline=None)
@given(POSITIVE, POSITIVE, POSITIVE)
def test_a_quotient_of_bounds_holds_the_exact_quotient(a: float, b: float, c: float) -> None:
    low, high = min(b, c), max(b, c)
    found = interval(a) / Interval(low, high)
    exact = [Decimal(a) / Decimal(end) for end in (low, high)]
    assert float(found.low) == pytest.approx(float(min(exact)), rel=1e-12)
    assert float(found.high) == pytest.approx(float(max(exact)), rel=1e-12)


def _inside(bounds: Interval, share: float) -> float:
    low, high = float(bounds.low), float(bounds.high)
    return min(high, max(low, low + (high - low) * share))

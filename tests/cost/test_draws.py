"""Draws anyone can make again: by name, by part, and by an inverse that decimal arithmetic confirms."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cost.comparison import compare
from advisor.cost.draws import CHUNK, chunks, draws, inverse, points, uniforms
from advisor.knowledge.parameters import Range
from tests.cost.scenarios import BUSY, scenario_of

D = Decimal
RANGES = {"a": Range(1.0, 5.0, 2.0), "b": Range(0.0, 1.0), "c": Range.exactly(7.0)}
numbers = st.integers(-(10**9), 10**9)


@given(st.tuples(numbers, numbers, numbers), st.integers(0, 2**53 - 1))
def test_the_inverse_is_the_triangular_one(corners: tuple[int, int, int], raw: int) -> None:
    low, mode, high = sorted(corners)
    if low == high:
        return
    u = D(raw) / 2**53
    share = D(mode - low) / (high - low)
    rising = u < share
    root = (u * (high - low) * (mode - low) if rising else (1 - u) * (high - low) * (high - mode)).sqrt()
    expected = low + root if rising else high - root
    found = inverse(Range(low, high, mode), np.array([raw / 2**53]))[0]
    assert float(found) == pytest.approx(float(expected), rel=1e-9, abs=1e-6)


def test_chunks_laid_end_to_end_are_the_draws_made_at_once() -> None:
    count = 2 * CHUNK + 123
    whole = draws(RANGES, 3, count)("a")
    parts = [draws(RANGES, 3, size, start)("a") for start, size in chunks(count)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_fewer_draws_are_the_first_of_more() -> None:
    assert np.array_equal(draws(RANGES, 3, 500)("a"), np.asarray(draws(RANGES, 3, 900)("a"))[:500])


def test_an_input_keeps_its_draws_whoever_else_is_asked() -> None:
    one, other = draws(RANGES, 9, 100), draws({"b": RANGES["b"]}, 9, 100)
    one("a")
    assert np.array_equal(one("b"), other("b"))


def test_an_exact_number_is_not_drawn() -> None:
    assert draws(RANGES, 1, 10)("c") == 7.0
    assert [points(RANGES)(name) for name in RANGES] == [2.0, 0.5, 7.0]


def test_seeds_and_names_have_streams_of_their_own() -> None:
    streams = [uniforms(seed, name, 1000) for seed in (1, 2) for name in ("a", "b")]
    for place, one in enumerate(streams):
        for other in streams[:place]:
            assert abs(np.corrcoef(one, other)[0, 1]) < 0.15


def test_pricing_in_chunks_moves_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = scenario_of(BUSY | {"quality.frontier_share": "0.2..0.4"})
    halves = (("self-host", "managed-open"), ("hosted-api", "managed-cloud"))
    chunked = compare(scenario, 1, CHUNK + 777, *halves)
    monkeypatch.setattr("advisor.cost.comparison.CHUNK", 2 * CHUNK)
    at_once = compare(scenario, 1, CHUNK + 777, *halves)
    assert chunked.settled == at_once.settled
    assert set(chunked.totals) == {"self-host", "hosted-api", "managed-cloud", "managed-open", "hybrid"}
    for route, cost in chunked.totals.items():
        assert np.array_equal(cost, at_once.totals[route]), route

"""The number of prompts a comparison needs, against what simulated comparisons find."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.evidence.evaluation import PairedDifference, connor, mcnemar, power, prompts_needed


def simulated(prompts: int, expected: PairedDifference, level: float, runs: int = 3_000) -> float:
    drawn = np.random.default_rng(7)
    first = drawn.random((runs, prompts)) < expected.first
    second = drawn.random((runs, prompts)) < expected.second
    alone, other = (first & ~second).sum(axis=1), (second & ~first).sum(axis=1)
    return float(np.mean([mcnemar(0, int(a), int(b), 0).p_value <= level for a, b in zip(alone, other, strict=True)]))


@pytest.mark.parametrize(
    ("first", "second", "prompts"), [(0.92, 0.84, 120), (0.9, 0.855, 400), (0.7, 0.5, 60), (0.99, 0.9, 50)]
)
def test_the_power_is_that_of_simulated_comparisons(first: float, second: float, prompts: int) -> None:
    expected = PairedDifference(first, second)
    assert power(prompts, expected, 0.05) == pytest.approx(simulated(prompts, expected, 0.05), abs=0.03)


def test_where_candidates_are_alike_the_test_errs_no_more_often_than_its_level() -> None:
    assert power(200, PairedDifference(0.9, 0.9), 0.05) <= 0.05


def test_the_number_needed_has_the_power_wanted_and_lies_a_little_above_the_approximation() -> None:
    expected = PairedDifference(0.9, 0.855)
    needed = prompts_needed(expected, 0.05, 0.8)
    # by hand: ψ = 0.1305 + 0.0855 = 0.216, δ = 0.045; (1.95996 · 0.464758 + 0.841621 · 0.462574)² ÷ 0.002025 = 834.96
    assert connor(expected, 0.05, 0.8) == 835
    assert needed is not None
    assert 835 <= needed <= 1.06 * 835
    assert power(needed, expected, 0.05) >= 0.8
    assert simulated(needed, expected, 0.05, 1_000) == pytest.approx(0.8, abs=0.04)


def test_no_difference_takes_no_number_of_prompts() -> None:
    assert prompts_needed(PairedDifference(0.9, 0.9), 0.05, 0.8) is None
    assert prompts_needed(PairedDifference(0.9, 0.8999), 0.05, 0.8) is None

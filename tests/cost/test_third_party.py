"""Fifteen published analyses with their inputs: ours over theirs lies between the two ends that the reason gives."""

from __future__ import annotations

import pytest

from benchmarks.cost.third_party import ANSWERS, PAGE, Analysis, Check, analyses

ALL = analyses()
CHECKS = [(one, check) for one in ALL for check in one.checks]


@pytest.mark.parametrize(("one", "check"), CHECKS, ids=[f"{one.number}: {check.what}" for one, check in CHECKS])
def test_what_we_compute_differs_by_what_the_reason_says(one: Analysis, check: Check) -> None:
    assert check.low <= check.ratio <= check.high, (one.where, check.ours(), check.because)


def test_every_analysis_is_entered_and_told() -> None:
    assert [one.number for one in ALL] == list(range(1, 16))
    page = PAGE.read_text(encoding="utf-8")
    for one, check in CHECKS:
        assert f"## {one.number}. {one.where}" in page
        assert f"| {check.what} |" in page
        assert check.because
    used = {name for one in ALL for name in one.answers}
    assert used == {path.stem for path in ANSWERS.glob("*.toml")}
    assert all(f"`{name}`" in page for name in used)

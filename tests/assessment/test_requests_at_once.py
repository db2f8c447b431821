"""Requests at once at the peak follow from the speed of what is bought, by Little's law; an unlisted speed is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.api import assess
from advisor.assessment.model import Assessment
from advisor.interview.answers import read_answers, vocabulary
from tests.contract.asking import answers, knowledge

CASES = Path(__file__).parents[1] / "data" / "economics"
SECONDS = 30 * 24 * 3600
DAY = date(2026, 11, 28)


def assessed(name: str, **more: Any) -> Assessment:
    given = read_answers((CASES / f"{name}.toml").read_bytes(), name, vocabulary(knowledge()))
    for key, value in answers({key.replace("__", "."): each for key, each in more.items()}).values.items():
        given = given.put(key, value)
    return assess(given, knowledge(), DAY, draws=200, flips=False, further=False)


@pytest.mark.parametrize(
    ("name", "requests", "peak", "written"),
    [
        # tiny: a ship's 1M tokens in answers of 400, at five times the mean
        ("airgap-ship", 2_500, 5.0, 400),
        # usual: 225M tokens of completions of 50, at five times the mean
        ("autocomplete-500", 4_500_000, 5.0, 50),
        # absurd: 20B tokens in answers of 400, half of which wait: 0.5 + 0.5 · 2 = 1.5 times the mean
        ("fleet64-internal", 50_000_000, 1.5, 400),
    ],
)
def test_a_fleet_of_ones_own_has_as_many_at_once_as_arrive_while_one_is_answered(
    name: str, requests: int, peak: float, written: int
) -> None:
    found = assessed(name)
    assert found.verdict.option == "self-host"
    fleet = found.fleet
    seconds = (fleet.first_token_ms + (written - 1) * fleet.inter_token_ms) / 1000
    by_hand = requests / SECONDS * peak * seconds
    assert found.workload_resolved["peak_concurrency"] == pytest.approx(by_hand, rel=1e-9)
    assert found.workload_resolved["from"]["peak_concurrency"] == "derived"


def test_what_was_answered_stands_and_a_sellers_unlisted_speed_is_said() -> None:
    stated = assessed("autocomplete-500", volume__peak_concurrency=12).workload_resolved
    assert (stated["peak_concurrency"], stated["from"]["peak_concurrency"]) == (12, "answer")
    bought = assessed("classify-L4")
    assert bought.verdict.option == "managed-open"
    assert bought.workload_resolved["peak_concurrency"] is None
    assert bought.workload_resolved["from"]["peak_concurrency"] == "no-speed-listed"

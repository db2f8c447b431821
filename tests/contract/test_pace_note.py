"""The promise about a target between tokens: a chosen fleet that misses it says so with the verdict."""

import pytest

from tests.contract.asking import Given, ask

INSIDE: Given = {"data.boundary": "on-premises", "economics.open_model": "llama-3.3-70b"}


def pace_notes(given: Given) -> list[str]:
    return [note for note in ask(given).notes if "ms between tokens" in note]


def test_a_target_out_of_reach_is_named_with_what_the_fleet_takes() -> None:
    (note,) = pace_notes({**INSIDE, "latency.inter_token_ms": 3})
    taken = float(note.removeprefix("The fleet is computed to take ").split(" ms")[0])
    assert taken > 3
    assert "your 3 ms" in note


@pytest.mark.parametrize("given", [{}, {"latency.inter_token_ms": 400}])
def test_a_target_that_is_kept_or_was_not_given_is_not_mentioned(given: Given) -> None:
    assert pace_notes({**INSIDE, **given}) == []


def test_a_fleet_that_was_not_chosen_is_not_mentioned() -> None:
    assert pace_notes({"data.boundary": "tenancy", "latency.inter_token_ms": 3}) == []

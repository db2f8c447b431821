"""The promise about a stated need for the frontier: a verdict that does not meet it says so beside itself."""

import pytest

from tests.contract.asking import Given, ask


def frontier_notes(given: Given) -> list[str]:
    return [note for note in ask(given).notes if "frontier model by your answer" in note]


@pytest.mark.parametrize("share", [0.15, 1])
def test_a_route_of_open_models_alone_tells_the_share_it_does_not_serve(share: float) -> None:
    (note,) = frontier_notes({"quality.frontier_share": share})
    assert note.startswith(f"{share:.0%} of the traffic")
    assert "managed-open serves none" in note


@pytest.mark.parametrize("given", [{}, {"quality.frontier_share": 0}])
def test_no_need_no_note(given: Given) -> None:
    assert frontier_notes(given) == []


def test_a_vendor_model_below_the_frontier_is_named() -> None:
    need = {"quality.frontier_required": True}
    (note,) = frontier_notes({**need, "economics.api_model": "gpt-5.4-mini"})
    assert "gpt-5.4-mini" in note
    assert frontier_notes({**need, "economics.api_model": "claude-opus-4.8"}) == []


def test_hybrid_serves_its_frontier_share() -> None:
    given = {"quality.frontier_share": 0.15, "quality.frontier_required": True}
    assert ask(given).verdict.option == "hybrid"
    assert frontier_notes(given) == []

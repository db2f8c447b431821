"""A step of a price list that moves a whole bill is named in the notes."""

from __future__ import annotations

import pytest

from tests.contract.asking import Given, ask

CHAT: Given = {
    "workload.task": "chat",
    "volume.requests": 50_000,
    "volume.output_per_request": 300,
    "quality.capability": "frontier",
    "economics.api_model": "gpt-6.1-sol",
}


@pytest.mark.parametrize(("prompt", "told"), [(271_000, False), (272_100, True), (300_000, True)])
def test_prompts_beyond_a_step_are_said_to_cost_more(prompt: int, told: bool) -> None:
    notes = [note for note in ask(CHAT | {"volume.input_per_request": prompt}).notes if "Prompts of more than" in note]
    assert bool(notes) is told
    if told:
        assert "272,000 tokens cost $4.00 in and $15.00 out a million with GPT-6.1 Sol" in notes[0]
        assert "shorter ones $2.00 and $10.00" in notes[0]

"""Two answers that change the verdict together are found where each alone leaves it as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.analysis import flips as flip_pairs
from advisor.analysis.alternatives import exactly
from advisor.analysis.flips import FlipPair, find_pairs
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers
from advisor.interview.reducer import answerable
from tests.contract.asking import DAY, answers, knowledge
from tests.soak import SOAK

DRAWS = 50
LOCKED_TWICE = {
    "data.boundary": "tenancy",
    "data.regimes": ["itar"],
    "staffing.gpu_experience": False,
    "economics.service_tier": "production",
}


def changed(given: Answers, key: str, to: str) -> Answers:
    value: Any = json.loads(to)
    if isinstance(value, list):
        return given.put(key, tuple(value))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return given.put(key, exactly(value) if is_number else value)


def option(given: Answers) -> str:
    return evaluate(given, compiled_knowledge(knowledge(), DAY), 1, DRAWS).choice.option


def test_a_verdict_locked_by_two_rules_opens_to_two_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In CI among the questions about data; among all of them, which takes six minutes, in the long run."""
    given = answers(LOCKED_TWICE)
    if not SOAK:
        about_data = [one for one in answerable(knowledge().questions, given) if one.key.startswith("data.")]
        assert len(about_data) > 3
        monkeypatch.setattr(flip_pairs, "answerable", lambda _questions, _answers: about_data)
    found = find_pairs(given, compiled_knowledge(knowledge(), DAY), 1, DRAWS, option(given))
    both = [pair for pair in found if set(pair.keys) == {"data.boundary", "data.regimes"}]
    assert len(both) == 1
    (pair,) = both
    assert pair.verdict == option(_together(given, pair)) != option(given)
    assert all(option(changed(given, *one)) == option(given) for one in zip(pair.keys, pair.to, strict=True))


def _together(given: Answers, pair: FlipPair) -> Answers:
    for key, to in zip(pair.keys, pair.to, strict=True):
        given = changed(given, key, to)
    return given

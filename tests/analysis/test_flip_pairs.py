"""Two answers that change the verdict together are found where each alone leaves it as it is."""

from __future__ import annotations

import json
from typing import Any

from advisor.analysis.alternatives import exactly
from advisor.analysis.flip_pairs import FlipPair, find_pairs
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers
from tests.contract.asking import DAY, answers, knowledge

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


def test_a_verdict_locked_by_two_rules_opens_to_two_answers() -> None:
    given = answers(LOCKED_TWICE)
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

"""Rules compiled for a day stay usable as long as somebody uses them, and are freed with the last who does."""

from __future__ import annotations

import gc
import weakref
from datetime import date

import pytest

from advisor.decision import compiled
from advisor.decision.compiled import compiled_knowledge
from advisor.decision.evaluate import evaluate
from advisor.interview.answers import Answers
from advisor.knowledge.packs.load_pack import load_knowledge

FIRST, LATER = date(2026, 11, 28), date(2026, 11, 29)


def test_a_day_in_use_outlives_its_place_among_the_days_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_KEPT", {})
    monkeypatch.setattr(compiled, "_MOST_KEPT", 1)
    knowledge = load_knowledge()
    at = compiled_knowledge(knowledge, FIRST)
    assert compiled_knowledge(knowledge, LATER) is not at
    assert evaluate(Answers({"workload.task": "chat"}, "quick"), at, 1, 50).choice.option
    freed = weakref.ref(at.gates)
    del at
    gc.collect()
    assert freed() is None

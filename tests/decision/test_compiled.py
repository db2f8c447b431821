"""Rules compiled for a day stay usable as long as somebody uses them, and are freed with the last who does."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from advisor.decision import compiled
from advisor.decision.compiled import compiled_knowledge, first_day, interview_day, set_interview_day
from advisor.decision.evaluate import evaluate
from advisor.errors import BadInput
from advisor.interview.answers import Answers
from advisor.knowledge.load_pack import load_knowledge

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


def test_before_each_service_tier_has_a_rule_nothing_is_judged() -> None:
    def tier(name: str, day: int) -> Any:
        return SimpleNamespace(derives=name, since=date(2026, 11, day))

    known: Any = SimpleNamespace(rules=[
        tier("workstation", 3), tier("workstation", 9), tier("production", 5), tier("internal-endpoint", 4),
        tier("high-availability", 2), tier("other", 20),
    ])  # fmt: skip
    assert first_day(known, FIRST) == date(2026, 11, 5)
    assert first_day(SimpleNamespace(rules=[]), FIRST) == FIRST  # type: ignore[arg-type]
    knowledge = load_knowledge()
    begun = first_day(knowledge, FIRST)
    assert compiled_knowledge(knowledge, begun).parameters.as_of == begun
    day = begun - timedelta(days=1)
    with pytest.raises(BadInput, match=f"on {day} the rules were not complete yet; the first day is {begun}"):
        compiled_knowledge(knowledge, day)


def test_an_interview_is_assessed_for_the_day_named_else_for_today_but_never_before_the_rules_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ADVISOR_AS_OF", "2020-01-01")
    knowledge = load_knowledge()
    set_interview_day("2026-12-24")
    assert interview_day(knowledge) == date(2026, 12, 24)
    with pytest.raises(BadInput, match=r"--as-of: '24\.12\.2026' is not a day; write YYYY-MM-DD"):
        set_interview_day("24.12.2026")
    set_interview_day("")
    today, begun = datetime.now(UTC).date(), first_day(knowledge, FIRST)
    assert interview_day(knowledge) in {max(today, begun), max(today + timedelta(days=1), begun)}

"""Random answers, complete and partial: the evaluators agree, nothing crashes, no figure goes wild."""

from __future__ import annotations

from benchmarks.cost.soak_assess import soak_assessments, soak_rules
from tests.soak import often


def test_any_facts_fire_the_same_rules_in_both_evaluators() -> None:
    sets = often(250, 10_000)
    faults, fired = soak_rules(sets, seed=2)
    assert not faults
    assert fired > sets


def test_any_answers_are_assessed_without_a_fault() -> None:
    faults, chosen = soak_assessments(40, seed=2)
    assert not faults
    assert chosen.total() == 40
    assert len(chosen) >= 4

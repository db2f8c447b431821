"""What was left open, what was assumed for it, and what is worth measuring next."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from advisor.assessment.model import (
    Measure,
    Unknown,
)
from advisor.cost.compare.information import information
from advisor.cost.inputs import ANSWER_KEYS, WITHOUT_DEFAULT
from advisor.decision.evaluate import Evaluation
from advisor.knowledge.packs.pack import Knowledge

_MOST_MEASURES = 8


def unknowns(evaluation: Evaluation, knowledge: Knowledge, telling: Collection[str]) -> tuple[Unknown, ...]:
    """Every open question with what was assumed; `telling` are those that could change the verdict."""
    known = evaluation.findings.prepared.known
    found = []
    for key in knowledge.questions:
        if not known.given(key):
            default = known.default(key)
            source, grade = (default.source, default.grade) if default else ("", "")
            found.append(Unknown(key, known.shown(key) or "nothing", key in telling, source, grade))
    return tuple(found)


def measures(evaluation: Evaluation, seed: int, count: int) -> tuple[Measure, ...]:
    """The open inputs whose exact value would be worth most, dollars a month."""
    standing = {route: evaluation.costs.totals[route] for route in evaluation.findings.standing.after_can}
    names = (*ANSWER_KEYS, *WITHOUT_DEFAULT)
    worth = information(standing, evaluation.scenario.ranges, names, seed, count) if standing else ()
    telling = [each for each in worth if each.worth > 0 or each.swing > 0]
    moves: Literal["gap", "cost"] = "gap" if len(standing) > 1 else "cost"
    return tuple(Measure(each.name, each.worth, each.swing, moves) for each in telling[:_MOST_MEASURES])

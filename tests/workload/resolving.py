"""Resolve a workload from a few answers, as the cost core does."""

from __future__ import annotations

from typing import Any

from advisor.interview.defaults import CompletedAnswers
from advisor.workload.resolve import Workload, resolve_workload
from tests.contract.asking import DAY, answers, knowledge


def completed(given: dict[str, Any]) -> CompletedAnswers:
    """Answers by dotted key, completed by the shipped defaults."""
    return CompletedAnswers(answers(given), knowledge().parameters_at(DAY), knowledge().questions)


def resolved(given: dict[str, Any]) -> Workload:
    """The workload that these answers resolve to."""
    return resolve_workload(completed(given))

"""A test that failed, in words: what would have to be answered instead."""

from __future__ import annotations

from advisor.engine.trace import FailedTest
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range
from advisor.report.phrases import figure, plain_value

_COMPARED = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least"}


def need(test: FailedTest, parameters: Parameters) -> str:
    """What a test asks for, and what it found: `quality.frontier_required to be yes (it is no)`."""
    if test.op == "finding":
        return f"{test.value} {'to hold' if test.wanted else 'not to hold'}"
    negation = "" if test.wanted else "not "
    return f"{test.key} {negation}to {_asked(test, parameters)} (it is {written(test.current)})"


def _asked(test: FailedTest, parameters: Parameters) -> str:
    if test.op == "known":
        return "be answered" if test.value else "be left open"
    if isinstance(test.value, tuple):
        return f"{'include' if test.op == 'has_any' else 'be'} one of {', '.join(test.value)}"
    if test.op == "has":
        return f"include {test.value}"
    if isinstance(test.value, bool) or test.op == "is":
        return f"be {plain_value(test.value)}"
    maybe = "possibly " if test.op.startswith("may_be_") else ""
    return f"be {maybe}{_COMPARED[test.op.removeprefix('may_be_')]} {threshold(test.value, parameters)}"


def threshold(name: str, parameters: Parameters) -> str:
    """A parameter's current value with its unit and id."""
    unit = parameters.units[name]
    return f"{figure(parameters.range(name))}{f' {unit}' if unit else ''} ({name})"


def written(value: object) -> str:
    """A fact as a reader would say it."""
    return figure(value) if isinstance(value, Range) else plain_value(value)

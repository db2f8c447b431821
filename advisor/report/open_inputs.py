"""A test that failed, in words: what would have to be answered instead."""

from __future__ import annotations

from advisor.engine.trace import FailedTest
from advisor.interview.answers import UNKNOWN
from advisor.interview.wording.answer_format import in_unit
from advisor.interview.wording.answer_words import answer_words
from advisor.knowledge.conditions import Test
from advisor.knowledge.labels import label, question_of, rule_label
from advisor.knowledge.parameters import Parameters
from advisor.knowledge.ranges import Range
from advisor.report.phrases import figure, plain_value

_COMPARED = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least"}


def need(test: FailedTest, parameters: Parameters) -> str:
    """What a test asks for, and what it found: `“Who uses it?” to be The public (it is Our own people)`."""
    if test.op == "finding":
        return f"“{rule_label(str(test.value))}” {'to hold' if test.wanted else 'not to hold'}"
    negation = "" if test.wanted else "not "
    return f"“{label(test.key)}” {negation}to {asked(test, parameters)} (it is {seen(test.key, test.current)})"


def asked(test: FailedTest | Test, parameters: Parameters) -> str:
    """What a test asks of an answer or fact: `be yes`, `include one of: HIPAA, GDPR`, `be at least 2 FTE (…)`."""
    if test.op == "known":
        return "be answered" if test.value else "be left open"
    if isinstance(test.value, tuple):
        choices = ", ".join(seen(test.key, value) for value in test.value)
        return f"{'include' if test.op == 'has_any' else 'be'} one of: {choices}"
    if test.op == "has":
        return f"include {seen(test.key, test.value)}"
    if isinstance(test.value, bool) or test.op == "is":
        return f"be {seen(test.key, test.value)}"
    maybe = "possibly " if test.op.startswith("may_be_") else ""
    return f"be {maybe}{_COMPARED[test.op.removeprefix('may_be_')]} {threshold(str(test.value), parameters)}"


def threshold(name: str, parameters: Parameters) -> str:
    """A parameter's current value with its unit and title."""
    unit = parameters.units[name]
    return f"{figure(parameters.range(name))}{f' {unit}' if unit else ''} ({label(name)})"


def seen(key: str, value: object) -> str:
    """A value as a reader would say it: of an answer in the words of its question, else plainly."""
    if isinstance(value, Range):
        question = question_of(key)
        return in_unit(value, question.kind, question.unit) if question is not None else figure(value)
    if value is None or value == UNKNOWN or question_of(key) is None:
        return plain_value(value)
    return answer_words(key, list(value) if isinstance(value, tuple) else value)


def written(value: object) -> str:
    """A fact as a reader would say it."""
    return figure(value) if isinstance(value, Range) else plain_value(value)

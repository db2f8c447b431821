"""Ask for an assessment as a user does: a few answers, written as an answers file."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import tomli_w

from advisor.api import assess
from advisor.assessment.model import Assessment, Option
from advisor.interview.answers import Answers, read_answers, vocabulary
from advisor.knowledge.load_pack import load_knowledge
from advisor.knowledge.pack import Knowledge
from advisor.report.json_report import as_json

DAY = date(2026, 11, 21)
DRAWS = 2000
ROUTES = ("hosted-api", "managed-cloud", "managed-open", "self-host")
NETWORK = {"hosted-api", "managed-cloud", "managed-open"}
OPEN = {"managed-open", "self-host"}
Given = dict[str, Any]
"""Answers by their dotted key: {"data.boundary": "vpc"}."""


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def file_of(given: Given) -> bytes:
    """The answers file that says this."""
    tables: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        topic, _, name = key.partition(".")
        tables.setdefault(topic, {})[name] = value
    return tomli_w.dumps(tables).encode()


def answers(given: Given) -> Answers:
    return read_answers(file_of(given), "answers.toml", vocabulary(knowledge()))


def ask(given: Given, *, flips: bool = False, draws: int = DRAWS, day: date = DAY) -> Assessment:
    return assess(answers(given), knowledge(), day, draws=draws, flips=flips)


def ask_json(given: Given, *, flips: bool = False) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(as_json([ask(given, flips=flips)]))
    return table


def route(assessment: Assessment, name: str) -> Option:
    found = assessment.option(name)
    assert found is not None, f"{name} is not listed"
    return found


def excluded(assessment: Assessment) -> set[str]:
    """The routes that fell."""
    return {option.option for option in assessment.options if option.state == "excluded"}


def excluded_at(assessment: Assessment, gate: str) -> set[str]:
    """The routes that a rule of one gate excludes or sets aside, whatever became of them."""
    return {rule.option for rule in assessment.findings if rule.gate == gate and rule.effect == "exclude"}


def rules_fired(assessment: Assessment) -> set[str]:
    return {rule.rule for rule in assessment.findings}

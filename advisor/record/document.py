"""A decision as a table: questions as asked, answers, what was found, what was advised, and what it was derived from.

Two tiers: every leaf under `results.approx` is compared within a relative tolerance on replay, all others exactly.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from importlib.metadata import version
from typing import Any

from advisor import __version__
from advisor.assessment.model import Assessment, Option, Unknown
from advisor.interview.answers import Answers, write_value
from advisor.knowledge.pack import Knowledge
from advisor.knowledge.questions import Question
from advisor.record.encoding import SCHEMA, Position, Table, timestamp
from advisor.record.statement import Statement, checked_text

RTOL = 1e-9
"""Costs closer than this, relatively, count as equal: what another processor may change in the last bits."""


def decision_table(
    assessment: Assessment,
    answers: Answers,
    knowledge: Knowledge,
    statement: Statement,
    created: datetime,
    at: Position,
) -> Table:
    """Everything an auditor needs of one decision, in reading order: what people state, then what is derived."""
    return {
        "record": record_table("decision", at, created),
        "pins": _pins(assessment, knowledge),
        "decision": _decision(assessment, statement),
        "people": {"deciders": [checked_text(name, "people") for name in statement.deciders]},
        "tool": tool_table(),
        **derived_tables(assessment, answers, knowledge, statement.origins),
    }


def record_table(kind: str, at: Position, created: datetime) -> Table:
    """The first table of every record, whatever its kind."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "seq": at.seq,
        "prev_sha256": at.prev_sha256,
        "created_utc": timestamp(created),
    }


def tool_table() -> Table:
    """The program and platform that wrote the record."""
    return {
        "name": "advisor",
        "version": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "numpy": version("numpy"),
        "system": platform.system(),
        "machine": platform.machine(),
    }


def derived_tables(assessment: Assessment, answers: Answers, knowledge: Knowledge, origins: Mapping[str, str]) -> Table:
    """The part that follows from answers and knowledge alone: replay must arrive at it again."""
    return {
        "verdict": assessment.verdict,
        "answers": _answers(assessment, answers, knowledge, origins),
        "unknowns": {unknown.key: _without(unknown, "key") for unknown in assessment.unknowns},
        "never_asked": assessment.never_asked,
        "options": {option.option: _standing(option) for option in assessment.options},
        "trace": {"fired": assessment.findings},
        "licenses": {report.model: _without(report, "model") for report in assessment.licenses},
        "checklists": {checklist.id: _without(checklist, "id") for checklist in assessment.checklists},
        "methods": {method.id: _without(method, "id") for method in assessment.methods},
        "flips": {"single": assessment.flips},
        "random": assessment.random,
        "engines": assessment.engines,
        "results": {"exact": _exact(assessment), "approx": {"rtol": RTOL, **_approximate(assessment)}},
    }


def _pins(assessment: Assessment, knowledge: Knowledge) -> Table:
    pack = {"name": knowledge.name, "version": knowledge.version}
    pins = _without(assessment.pins)
    return {name: {**pack, "sha256": pin.removeprefix("sha256:")} for name, pin in pins.items()}


def _decision(assessment: Assessment, statement: Statement) -> Table:
    words = ("rationale", "consequences", "confirmation")
    given = {name: checked_text(getattr(statement, name), name) for name in words}
    return {
        "title": checked_text(statement.title or f"Where to run {assessment.workload or 'this workload'}", "title"),
        "workload": assessment.workload,
        "as_of": assessment.as_of,
        "questionnaire": assessment.questionnaire,
        "review_by": statement.review_by,
        **{name: text for name, text in given.items() if text},
    }


def _answers(assessment: Assessment, answers: Answers, knowledge: Knowledge, origins: Mapping[str, str]) -> Table:
    """Every question of the questionnaire and every answer, in the contract's order, worded as on that day.

    One without an answer tells whether it was asked: it was then left unknown, and else it was never asked.
    """
    asked = set(knowledge.questionnaires[answers.questionnaire].keys)
    left_open = {unknown.key: unknown for unknown in assessment.unknowns}
    return {
        key: _answer(question, answers, origins.get(key, "user"), left_open.get(key))
        for key, question in knowledge.questions.items()
        if key in asked or key in answers.values
    }


def _answer(question: Question, answers: Answers, origin: str, unknown: Unknown | None) -> Table:
    value = answers.get(question.key)
    table: Table = {"question": question.text, "kind": question.kind, "unit": question.unit or None}
    if value is not None:
        return {**table, "value": write_value(value, question), "source": origin, "unknown": False}
    table |= {"unknown": True, "asked": question.key in answers.passed}
    if unknown is None:
        return {**table, "source": "nothing was assumed"}
    default = f"default of {unknown.source}" if unknown.source else "default"
    return {**table, "assumed": unknown.assumed, "source": default}


def _standing(option: Option) -> Table:
    return {name: getattr(option, name) for name in ("state", "excluded_by", "probability_cheapest", "priced")}


def _exact(assessment: Assessment) -> Table:
    standing = [option for option in assessment.options if option.state != "excluded"]
    ranked = sorted(standing, key=lambda option: option.monthly_usd.p50)
    sized = ("model", "precision", "gpu", "gpus", "replicas", "fits", "reason")
    return {
        "ranking": [option.option for option in ranked],
        "tier": assessment.tier,
        "break_even_against": assessment.break_even.against,
        "notes": assessment.notes,
        "conflicts": assessment.conflicts or None,
        "open_questions": assessment.open_questions,
        "evidence": assessment.evidence,
        "fleet": {name: getattr(assessment.fleet, name) for name in sized},
    }


def _approximate(assessment: Assessment) -> Table:
    fleet = assessment.fleet
    figures = ("tokens_per_second", "utilization", "first_token_ms")
    return {
        "options": {option.option: _costs(option) for option in assessment.options},
        "fleet": {name: getattr(fleet, name) for name in figures},
        "break_even": _without(assessment.break_even, "against"),
        "method_break_evens": assessment.method_break_evens,
        "measure_next": {measure.key: _without(measure, "key") for measure in assessment.measure_next},
    }


def _costs(option: Option) -> Table:
    return {name: getattr(option, name) for name in ("monthly_usd", "lines", "usd_per_success")}


def _without(value: Any, name: str = "") -> Table:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name != name}

"""JSON Schema of an answers file, drawn from the questions themselves."""

from __future__ import annotations

from advisor.interview.answers import UNKNOWN, Vocabulary, allowed_choices
from advisor.knowledge.questions import Question
from advisor.report.json_schema import Schema, array, document, one_of

_OPEN: Schema = {"const": UNKNOWN}
_DIGITS = (
    r"\$?\s*(?:[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?|[+-]?\.[0-9]+)"
)
_TIMES = ("hour", "hr", "h", "day", "d", "month", "mo", "year", "yr", "y")
_RATED = ("tokens-per-month", "requests-per-month", "usd-per-month", "usd-per-year", "usd-per-hour")
_BOUNDS: dict[str, Schema] = {
    "share": {"minimum": 0, "maximum": 1},
    "ratio": {"minimum": 1},
    "growth": {"exclusiveMinimum": -1},
}


def answers_schema(vocabulary: Vocabulary) -> Schema:
    """Every key of an answers file; all of them may be left out, and nothing else is allowed."""
    topics: dict[str, Schema] = {}
    for key, question in vocabulary.questions.items():
        topic, _, name = key.partition(".")
        table = topics.setdefault(topic, {"type": "object", "properties": {}, "additionalProperties": False})
        table["properties"][name] = question_schema(question, vocabulary)
    properties = {"questionnaire": one_of(vocabulary.ids["questionnaires"]), **topics}
    body = {"type": "object", "properties": properties, "additionalProperties": False}
    return document("An answers file of the program advisor", body)


def question_schema(question: Question, vocabulary: Vocabulary) -> Schema:
    """One answer: what its kind allows, or "unknown"."""
    words = [question.text, question.help, f"Unit: {question.unit}." if question.unit else "", *_explained(question)]
    return {
        "title": question.text,
        "description": " ".join(word.strip() for word in words if word),
        "anyOf": [*_allowed(question, vocabulary), _OPEN],
    }


def _allowed(question: Question, vocabulary: Vocabulary) -> list[Schema]:
    choices = allowed_choices(question, vocabulary.ids) if question.choices or question.catalog else ()
    if question.is_numeric:
        return [_number(question.kind), {"type": "string", "pattern": quantity_pattern(question.kind)}]
    if question.kind == "bool":
        return [{"type": "boolean"}]
    if question.kind in ("choices", "models"):
        return [array(one_of(choices))]
    if question.kind == "id":
        return [{"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}]
    return [one_of(choices)] if choices else [{"type": "string"}]


def _number(kind: str) -> Schema:
    return {"type": "integer" if kind == "count" else "number", **_BOUNDS.get(kind, {"minimum": 0})}


def _explained(question: Question) -> list[str]:
    return [f"{choice.id}: {choice.text}." for choice in question.choices if choice.text != choice.id]


def quantity_pattern(kind: str) -> str:
    """An ECMA 262 pattern of the quantities of one kind; it sees spelling, not size or order."""
    percent = "%?" if kind in ("share", "growth") else ""
    number = rf"{_DIGITS}\s*[kKmMbBtT]?{percent}"
    times = "|".join(_any_case(time) for time in _TIMES)
    rate = rf"(?:\s*(?:/|\s{_any_case('per')}\s)\s*(?:{times}))?" if kind in _RATED else ""
    return rf"^\s*{number}(?:\s*\.\.\s*{number}){{0,2}}{rate}\s*$"


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)

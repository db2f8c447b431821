"""JSON Schema of an answers file, drawn from the questions themselves."""

from __future__ import annotations

import re

from advisor.interview.answers import UNKNOWN, Vocabulary, allowed_choices
from advisor.interview.wording.units import ADVERBS, SCALES, TIME_RATES, TIMES, units_of
from advisor.knowledge.questions import Question
from advisor.report.schemas.json_schema import Schema, array, document, one_of

_OPEN: Schema = {"const": UNKNOWN}
_DIGITS = (
    r"(?:(?:[uU][sS])?\$)?\s*"
    r"(?:[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?|[+-]?\.[0-9]+)"
)
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
    properties = {"questionnaire": one_of(vocabulary.ids["questionnaires"]), **topics, "measurement": _MEASURED}
    body = {"type": "object", "properties": properties, "additionalProperties": False}
    return document("An answers file of the program advisor", body)


_TEXT: Schema = {"type": "string"}
_MEASURED: Schema = array({
    "type": "object",
    "description": "A file that answers were measured from, as `advisor measure` writes it.",
    "properties": {
        "file": _TEXT, "sha256": {"type": "string", "pattern": "^([0-9a-f]{64}|)$"}, "tool": _TEXT, "from": _TEXT,
        "to": _TEXT, "answers": array(_TEXT),
    },
    "required": ["file", "tool"],
    "additionalProperties": False,
})  # fmt: skip


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
        return [_number(question), {"type": "string", "pattern": quantity_pattern(question.kind, question.unit)}]
    if question.kind == "bool":
        return [{"type": "boolean"}]
    if question.kind in ("choices", "models"):
        return [array(one_of(choices))]
    if question.kind == "id":
        return [{"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}]
    return [one_of(choices)] if choices else [{"type": "string"}]


def _number(question: Question) -> Schema:
    bounds = _BOUNDS.get(question.kind, {"minimum": 0})
    if question.limits:
        low, high = question.limits
        bounds = {"minimum": low, "maximum": high}
    return {"type": "integer" if question.kind == "count" else "number", **bounds}


def _explained(question: Question) -> list[str]:
    return [f"{choice.id}: {choice.text}." for choice in question.choices if choice.text != choice.id]


def quantity_pattern(kind: str, unit: str = "") -> str:
    """An ECMA 262 pattern of the quantities of one kind; it sees spelling, not size or order."""
    scale = "|".join(_any_case(name) if len(name) > 1 else _letter(name) for name in SCALES)
    units = "|".join(_any_case(name) for name in sorted(units_of(kind, unit), key=_longest_first) if name)
    times = "|".join(_any_case(name) for name in sorted(TIMES, key=_longest_first))
    adverbs = "|".join(_any_case(name) for name in ADVERBS)
    per = "|".join(_any_case(word) for word in ("per", "an", "a", "each", "every"))
    rate = rf"(?:\s*(?:(?:/|\b(?:{per})\b)\s*(?:{times})|\b(?:{adverbs})))?" if kind in TIME_RATES else ""
    end = rf"{_DIGITS}\s*(?:(?:{scale})(?![A-Za-z]))?\s*(?:{units or '(?!)'})?{rate}"
    join = rf"\s*(?:\.\.|[-–—]|\b{_any_case('to')}\b)\s*"
    likely = rf"(?:,?\s*\(?\b{_any_case('likely')}\s*{end}\)?)?"
    return rf"^\s*{end}(?:{join}{end}){{0,2}}{likely}\s*(?: · .*)?$"


def _longest_first(name: str) -> tuple[int, str]:
    return -len(name), name


def _letter(name: str) -> str:
    """A scale letter in both cases, but for m: a lowercase one may mean a thousandth."""
    return name if name == "M" else f"[{name.upper()}{name.lower()}]"


def _any_case(word: str) -> str:
    return "".join(
        rf"[{letter.upper()}{letter}]" if letter.isascii() and letter.isalpha() else re.escape(letter)
        for letter in word
    )

"""JSON Schema of data classes, and of what is read: answers files, rule packs, throughput measurements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from advisor.interview.answers import UNKNOWN, Vocabulary, allowed_choices
from advisor.interview.quantities import ADVERBS, SCALES, TIME_RATES, TIMES, units_of
from advisor.knowledge.catalog import ApiModel, Gpu, LeftOut, ManagedModel, OpenModel, Provider
from advisor.knowledge.conditions import NUMBER_OPS, Condition
from advisor.knowledge.load_catalog import FILES
from advisor.knowledge.pack import DerivedFact
from advisor.knowledge.parameters import SINGULAR, Parameter, Source
from advisor.knowledge.published_articles import VERDICTS, Claim, PublishedChecklist, PublishedMethod, System
from advisor.knowledge.questions import Question, Section
from advisor.knowledge.rules import KINDS, POSTURES, ROUTES, License, Obligation, Rule

# The JSON Schema of a data class: its fields are required unless they have a default, and nothing else is allowed.


Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    Any: {},
}


@dataclass(frozen=True, slots=True)
class Shapes:
    """How data classes are spelled outside the program.

    `spelled` renames fields, `left_out` drops them, `given` holds schemas of fields (as `Class.field`) that say more
    than the type does, `scalars` those of types that are written otherwise. Where every field is always written,
    `complete` requires those with a default too.
    """

    spelled: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    given: Mapping[str, Schema] = field(default_factory=dict)
    scalars: Mapping[Any, Schema] = field(default_factory=dict)
    complete: bool = False

    def of(self, kind: Any) -> Schema:
        """The schema of a data class, or of any type its fields may have; raises TypeError for others."""
        if kind in self.scalars:
            return dict(self.scalars[kind])
        if is_dataclass(kind):
            return self._table(kind)
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (Union, UnionType):
            return self._either(parts)
        if origin in (tuple, list, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        raise TypeError(f"no schema for {kind!r}")

    def _either(self, parts: tuple[Any, ...]) -> Schema:
        kept = [self.of(part) for part in parts if part is not NoneType]
        if NoneType in parts and self.complete:
            kept.append({"type": "null"})
        return kept[0] if len(kept) == 1 else {"anyOf": kept}

    def _table(self, kind: Any) -> Schema:
        hints = get_type_hints(kind)
        shown = [one for one in fields(kind) if one.name not in self.left_out]
        summary = (kind.__doc__ or "").partition("\n")[0]
        return {
            "type": "object",
            "description": summary,
            "properties": {
                self.spelled.get(one.name, one.name): self.given.get(f"{kind.__name__}.{one.name}")
                or self.of(hints[one.name])
                for one in shown
            },
            "required": [self.spelled.get(one.name, one.name) for one in shown if self._needed(one)],
            "additionalProperties": False,
        }

    def _needed(self, one: Field[Any]) -> bool:
        return self.complete or (one.default is MISSING and one.default_factory is MISSING)


def table(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """A table that holds these keys and no others; all of them are required unless `required` names some."""
    needed = list(properties) if required is None else list(required)
    return {"type": "object", "properties": dict(properties), "required": needed, "additionalProperties": False}


def one_of(names: Sequence[str]) -> Schema:
    """A text that is one of these."""
    return {"enum": list(names)}


def array(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def document(title: str, body: Schema) -> Schema:
    """A whole schema, with its draft and title at the head."""
    return {"$schema": DRAFT, "title": title, **body}


# JSON Schema of an answers file, drawn from the questions themselves.


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
    properties = {"questionnaire": one_of(vocabulary.ids["questionnaires"]), **topics, "measurement": _MEASUREMENTS}
    body = {"type": "object", "properties": properties, "additionalProperties": False}
    return document("An answers file of the program advisor", body)


_TEXT: Schema = {"type": "string"}
_MEASUREMENTS: Schema = array({
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


# JSON Schema of the files of a rule pack and of its questionnaires, drawn from the data classes they become.


ENTRIES: dict[str, Any] = {
    "rule": Rule,
    "parameter": Parameter,
    "source": Source,
    "model": OpenModel,
    "open": OpenModel,
    "gpu": Gpu,
    "api": ApiModel,
    "managed": ManagedModel,
    "provider": Provider,
    "left_out": LeftOut,
    "license": License,
    "fact": DerivedFact,
    "method": PublishedMethod,
    "checklist": PublishedChecklist,
    "claim": Claim,
    "system": System,
    "obligation": Obligation,
    "question": Question,
    "section": Section,
}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_VERDICTS = array(one_of(VERDICTS))
_GIVEN: dict[str, Schema] = {
    "Rule.options": array(one_of(ROUTES)),
    "Rule.kind": one_of(KINDS),
    "Rule.posture": one_of(POSTURES),
    "MethodRow.verdict": _VERDICTS,
    "Otherwise.verdict": _VERDICTS,
    "MethodCase.verdict": _VERDICTS,
    "Question.show_when": _CONDITION,
}


def rules_schema() -> Schema:
    """Any file under `rules/` that holds named entries, and any under `questionnaires/`."""
    of = Shapes(spelled=SINGULAR, left_out=frozenset({"file"}), given=_GIVEN, scalars={Condition: _CONDITION}).of
    entries = {name: array({"$ref": f"#/$defs/{name}"}) for name in ENTRIES}
    head: dict[str, Schema] = {
        "name": _TEXT, "version": _TEXT, "loosens": array(_TEXT), "id": _TEXT, "title": _TEXT,
        "about": _TEXT, "minutes": {"type": "integer"},
    }  # fmt: skip
    body = document("A file of a rule pack of the program advisor", table({**head, **entries}, ()))
    shapes = {name: of(kind) for name, kind in ENTRIES.items()}
    for name in FILES.values():  # entries of the catalog are merged over those beneath
        shapes[name] = {**shapes[name], "required": ["id"]}
    return {**body, "$defs": {"condition": _condition(), **shapes}}


def _condition() -> Schema:
    """The condition language: a branch over conditions, a finding, or one test of one key."""
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    branches = [table({"all": several}), table({"any": several}), table({"not": _CONDITION}), table({"finding": _TEXT})]
    values: dict[str, Schema] = {
        "is": {"type": ["string", "boolean"]},
        "in": array(_TEXT),
        "has": _TEXT,
        "has_any": array(_TEXT),
        "known": {"type": "boolean"},
        **{name: {"type": "string", "description": "The id of a parameter."} for name in NUMBER_OPS},
    }
    tests = [table({"key": _TEXT, name: value}) for name, value in values.items()]
    return {"anyOf": [*branches, *tests]}


# JSON Schema of the published throughput measurements under `rules/throughput/`.


_COUNT: Schema = {"type": "integer", "minimum": 1}
_NUMBERS = array({"type": "number", "minimum": 0})
_PLACED: dict[str, Schema] = {"model": _TEXT, "gpu": _TEXT, "gpus": _COUNT, "precision": _TEXT}
_REQUIRED = (*_PLACED, "engine", "load", "rows")
_SET: dict[str, Schema] = {"layout": _TEXT, "kv_precision": _TEXT}
_GROUP: dict[str, Schema] = {**_SET, "copies": _COUNT}
_MEASURED: dict[str, Schema] = {
    **_SET,
    "engine": one_of(("tensorrt-llm", "vllm", "sglang", "llama.cpp")),
    "version": _TEXT,
    "load": one_of(("saturated", "closed", "open", "batch")),
}


def throughput_schema() -> Schema:
    """A file of one source's measurements, of shapes that only measurements name, or of what cannot be scored."""
    body = table({
        "source": _TEXT,
        "reference_shapes": array(_NUMBERS),
        "runs": array(_rows(3)),
        "group": array(table({**_PLACED, **_GROUP, "rows": array(_rows(3))}, (*_PLACED, "rows"))),
        "serving": array(table({**_PLACED, "rows": array(_rows(5))})),
        "measured": array(table({**_PLACED, **_MEASURED, "rows": array(_rows(6))}, _REQUIRED)),
        "held_out": array(_TEXT),
        "set_aside": array(table(dict.fromkeys(("configuration", "because"), _TEXT))),
        "shape": array(_shape()),
        "unscored": array(table(dict.fromkeys(("source", "what", "because"), _TEXT))),
    }, ())  # fmt: skip
    return document("Published throughput measurements, for the program advisor", body)


def _rows(columns: int) -> Schema:
    return {**_NUMBERS, "minItems": columns, "maxItems": columns}


def _shape() -> Schema:
    """A model described by its difference from one of the catalog: `like` names that one, the rest is optional."""
    fields = Shapes().of(OpenModel)["properties"]
    return table({**fields, "like": _TEXT}, ("id", "like"))

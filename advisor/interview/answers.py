"""Answers as typed values, read and written back, in words, with the files they were measured from; variants."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.bounded_read import parse_toml
from advisor.errors import BadInput, nearest, shown
from advisor.interview.answer_format import in_unit
from advisor.interview.quantities import canonical, parse, read_quantity
from advisor.knowledge.labels import answer_label, catalog_label, question_of
from advisor.knowledge.parameters import Range
from advisor.knowledge.questions import Question

if TYPE_CHECKING:
    from advisor.knowledge.pack import Knowledge


# The files that answers were measured from: a table `[[measurement]]` of an answers file, a session or a record.


_DIGEST = re.compile(r"[0-9a-f]{64}|")
_NAMES = ("file", "sha256", "tool", "from", "to", "answers")
_SHORT = 12
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """One source of a measurement: its path or address, its digest (none for a database), its tool and its period.

    `answers` are the keys that rest on it.
    """

    file: str
    sha256: str
    tool: str
    begins: str = ""
    ends: str = ""
    answers: tuple[str, ...] = ()

    def table(self) -> dict[str, Any]:
        """The entry of `measurements`, under the contract's names."""
        return {"file": self.file, "sha256": self.sha256, "tool": self.tool, "from": self.begins, "to": self.ends,
                "answers": list(self.answers)}  # fmt: skip

    @property
    def words(self) -> str:
        """Where an answer comes from: tool, file, period and the beginning of the digest."""
        days = sorted({self.begins[:10], self.ends[:10]} - {""})
        period = f", {' to '.join(days)}" if days else ""
        digest = f"sha256 {self.sha256[:_SHORT]}…" if self.sha256 else "a database, without a digest"
        return f"measured from {self.file} ({self.tool}{period}; {digest})"


def read_measured(raw: object, where: str, answered: Collection[str]) -> tuple[MeasuredFile, ...]:
    """Read `[[measurement]]` tables; raises BadInput naming the entry and what is allowed."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise BadInput(f"{where}: measurement", "is not a list of tables", "write [[measurement]]")
    return tuple(_read(each, f"{where}: measurement {place}", answered) for place, each in enumerate(raw, 1))


def _read(table: Mapping[str, Any], where: str, answered: Collection[str]) -> MeasuredFile:
    for name, value in table.items():
        if name not in _NAMES:
            raise BadInput(f"{where}: {shown(name)}", "no such key", nearest(name, _NAMES))
        if name != "answers" and not (isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()):
            raise BadInput(f"{where}: {name}", f"{shown(value)} is not a text on one line")
    keys = table.get("answers", [])
    if not isinstance(keys, list):
        raise BadInput(f"{where}: answers", f"{shown(keys)} is not a list of keys")
    for key in keys:
        if key not in answered:
            raise BadInput(f"{where}: answers", f"{shown(key)} is not answered in this file", nearest(key, answered))
    digest = table.get("sha256", "")
    if _DIGEST.fullmatch(digest) is None:
        raise BadInput(f"{where}: sha256", f"{shown(digest)} is not a SHA-256 digest", "64 digits of 0–9 and a–f")
    if not table.get("file") or not table.get("tool"):
        raise BadInput(where, "names no file or no tool", "needed: file, tool")
    begins, ends = (str(table.get(name, "")) for name in ("from", "to"))
    return MeasuredFile(table["file"], digest, table["tool"], begins, ends, tuple(keys))


def without(measurements: Iterable[MeasuredFile], key: str) -> tuple[MeasuredFile, ...]:
    """The measurements after one answer was replaced by hand; one that no answer rests on is gone."""
    left = (replace(each, answers=tuple(one for one in each.answers if one != key)) for each in measurements)
    return tuple(each for each in left if each.answers)


def source_of(measurements: Iterable[MeasuredFile], key: str) -> str:
    """Say what an answer was measured from; empty where it was not."""
    return "; ".join(each.words for each in measurements if key in each.answers)


Value = bool | str | tuple[str, ...] | Range
UNKNOWN = "unknown"
_ID = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be answered: the questions by key, and the ids of each catalog table that questions refer to."""

    questions: Mapping[str, Question]
    ids: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that were given; a key that is absent is unknown. Immutable: `put` and `drop` give new ones.

    `passed` are questions that were asked and left unknown knowingly; all others without a value were never asked.
    `measurements` are the files that answers were measured from; an answer that is put again no longer rests on them.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    questionnaire: str = "full"
    passed: frozenset[str] = frozenset()
    measurements: tuple[MeasuredFile, ...] = ()

    def get(self, key: str) -> Value | None:
        """The value, or None when the question is open."""
        return self.values.get(key)

    def range(self, key: str) -> Range | None:
        """A numeric answer, or None."""
        value = self.values.get(key)
        return value if isinstance(value, Range) else None

    def text(self, key: str) -> str | None:
        """A choice or id, or None."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def flag(self, key: str) -> bool | None:
        """A yes-or-no answer, or None."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def several(self, key: str) -> tuple[str, ...]:
        """The chosen options; empty when the question is open or nothing was chosen."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()

    def put(self, key: str, value: Value) -> Answers:
        """The same answers with one changed."""
        values, left = {**self.values, key: value}, without(self.measurements, key)
        return replace(self, values=values, passed=self.passed - {key}, measurements=left)

    def drop(self, key: str) -> Answers:
        """The same answers with one made unknown."""
        values = {name: value for name, value in self.values.items() if name != key}
        return replace(self, values=values, measurements=without(self.measurements, key))


def vocabulary(knowledge: Knowledge) -> Vocabulary:
    """What may be answered by a knowledge base."""
    catalog = knowledge.catalog
    ids = {
        "models": tuple(catalog.models),
        "api": tuple(catalog.api),
        "gpus": tuple(catalog.gpus),
        "providers": tuple(catalog.providers),
        "questionnaires": tuple(knowledge.questionnaires),
    }
    return Vocabulary(knowledge.questions, ids)


def read_answers(data: bytes, file: str, vocabulary: Vocabulary) -> Answers:
    """Parse the bytes of an answers file; raises BadInput naming the file, the key and what is allowed."""
    table = read_toml(data, file)
    questionnaire = table.pop("questionnaire", "full")
    allowed = vocabulary.ids["questionnaires"]
    if questionnaire not in allowed:
        raise BadInput(
            f"{file}: questionnaire",
            f"unknown questionnaire {shown(questionnaire)}",
            nearest(shown(questionnaire), allowed),
        )
    measured = table.pop("measurement", [])
    read = {
        key: read_value(raw, vocabulary.questions[key], f"{file}: {key}", vocabulary.ids)
        for key, raw in _flatten(table, file, vocabulary)
    }
    values = {key: value for key, value in read.items() if value is not None}
    measurements = read_measured(measured, file, values)
    return Answers(values, questionnaire, frozenset(read) - frozenset(values), measurements)


def read_toml(data: bytes, file: str) -> dict[str, Any]:
    """Parse hostile TOML: at most 1 MB, UTF-8, no bombs; raises BadInput with the reason."""
    return parse_toml(data, file)


def read_value(raw: object, question: Question, where: str, ids: Mapping[str, tuple[str, ...]]) -> Value | None:
    """One answer from a file or a prompt; None for "unknown"; raises BadInput."""
    if raw == UNKNOWN:
        return None
    if question.is_numeric:
        return read_quantity(raw, question, where)
    if question.kind == "bool":
        return _bool(raw, where)
    if question.kind in ("choices", "models"):
        return _several(raw, question, where, ids)
    return _single(raw, question, where, ids)


def allowed_choices(question: Question, ids: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What may be chosen: the declared choices, or the ids of a catalog table."""
    if question.catalog:
        return ids[question.catalog]
    return tuple(choice.id for choice in question.choices)


def write_value(value: Value, question: Question) -> Any:
    """A value as written in an answers file: a bool, a string, a list, or a quantity that reads back exactly."""
    if isinstance(value, Range):
        whole = value.is_exact and value.low == int(value.low) and value.low < 10_000
        return int(value.low) if whole else canonical(value, question.kind)
    return list(value) if isinstance(value, tuple) else value


def _flatten(table: dict[str, Any], file: str, vocabulary: Vocabulary) -> Iterator[tuple[str, object]]:
    topics = sorted({key.partition(".")[0] for key in vocabulary.questions})
    for topic, body in table.items():
        if topic not in topics:
            raise BadInput(
                f"{file}: {_shown(topic)}", "no such table or key", nearest(topic, (*topics, "questionnaire"))
            )
        if not isinstance(body, dict):
            raise BadInput(f"{file}: {topic}", "is a table of answers, not one value", f"write [{topic}]")
        for name, raw in body.items():
            key = f"{topic}.{name}"
            if key not in vocabulary.questions:
                same = [known for known in vocabulary.questions if known.startswith(f"{topic}.")]
                raise BadInput(f"{file}: {_shown(key)}", "no such key", nearest(key, same))
            yield key, raw


def _bool(raw: object, where: str) -> bool:
    if isinstance(raw, bool):
        return raw
    raise BadInput(where, f"{shown(raw)} is not a yes or no", 'allowed: true, false, "unknown"')


def _single(raw: object, question: Question, where: str, ids: Mapping[str, tuple[str, ...]]) -> str:
    if not isinstance(raw, str):
        raise BadInput(where, f"{shown(raw)} is not a text", 'write it in quotes, or "unknown"')
    if question.kind == "id":
        if _ID.fullmatch(raw) is None:
            raise BadInput(where, f"{shown(raw)} is not a name", "allowed: 1 to 64 of a–z, 0–9 and -")
        return raw
    if question.kind == "text":
        return raw
    return _chosen(raw, allowed_choices(question, ids), where)


def _several(raw: object, question: Question, where: str, ids: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise BadInput(where, f"{shown(raw)} is not a list of texts", 'write ["a", "b"]')
    allowed = allowed_choices(question, ids)
    chosen = {_chosen(item, allowed, where) for item in raw}
    return tuple(item for item in allowed if item in chosen)


def _chosen(raw: str, allowed: tuple[str, ...], where: str) -> str:
    if raw not in allowed:
        raise BadInput(where, f"no choice {shown(raw)}", nearest(raw, allowed))
    return raw


def _shown(text: str) -> str:
    return text if len(text) <= 60 and text.isprintable() else shown(text)


# An answer in words: choices by their texts, quantities with their units.


_IN_CATALOG = ("model", "models", "provider", "gpu")
_WORDS = ("id", "bool", "choice", "choices", *_IN_CATALOG)


def answer_words(key: str, raw: object, kind: str = "", unit: str = "") -> str:
    """What a person would say for an answer; `raw` is its value, or its spelling in an answers file.

    `kind` and `unit` are those of a question that is no longer shipped; where the question is, its own count.
    """
    question = question_of(key)
    kind = question.kind if question is not None else kind
    unit = question.unit if question is not None else unit
    value = _value_of(raw)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in _IN_CATALOG or key in ("economics.provider", "economics.gpu"):
        names = value if isinstance(value, list) else [value]
        return ", ".join(catalog_label(str(name)) for name in names) or "none of these"
    if kind not in _WORDS:
        try:
            return in_unit(parse(value, kind, key, unit), kind, unit)
        except (BadInput, KeyError, ValueError):
            pass
    return answer_label(key, json.dumps(value, ensure_ascii=False)).replace("none of them", "none of these")


def _value_of(raw: object) -> object:
    """The value behind a spelling: quoted text without its quotes, a list as a list, anything else as it is."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


# Answers that differ from the real ones: tried out, kept under a letter, compared, and taken or dropped. Pure.


LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Variant(NamedTuple):
    """What is answered otherwise, and what is left open instead; everything else follows the real answers."""

    name: str
    changed: Mapping[str, Value]
    dropped: frozenset[str] = frozenset()

    @property
    def differs(self) -> bool:
        """Whether it changes anything."""
        return bool(self.changed or self.dropped)

    def says_as(self, other: Variant) -> bool:
        """Whether two variants change the same, whatever they are called."""
        return (dict(self.changed), self.dropped) == (dict(other.changed), other.dropped)


def variant_between(name: str, real: Answers, tried: Answers) -> Variant:
    """Find what the answers tried out change."""
    changed = {key: value for key, value in tried.values.items() if real.get(key) != value}
    return Variant(name, changed, frozenset(key for key in real.values if key not in tried.values))


def laid_over(variant: Variant, real: Answers) -> Answers:
    """Give the real answers as the variant changes them."""
    kept = {key: value for key, value in real.values.items() if key not in variant.dropped}
    left = real.measurements
    for key in (*variant.dropped, *variant.changed):
        left = without(left, key)
    return Answers({**kept, **variant.changed}, real.questionnaire, measurements=left)


def free_name(taken: Collection[str]) -> str:
    """Find the first letter that is free; after z come a2, b2 and so on."""
    names = (f"{letter}{round_ if round_ > 1 else ''}" for round_ in count(1) for letter in LETTERS)
    return next(name for name in names if name not in taken)

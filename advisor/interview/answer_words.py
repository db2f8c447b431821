"""Answers written for people: values in words, and an annotated file with every key to fill in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from advisor.errors import BadInput
from advisor.interview.answer_format import in_unit
from advisor.interview.answers import UNKNOWN, Answers, Vocabulary, allowed_choices, write_value
from advisor.interview.quantities import example, parse
from advisor.knowledge.labels import answer_label, catalog_label, question_of
from advisor.text import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from advisor.interview.defaults import Assumptions
    from advisor.knowledge.questions import Question


# An answer as an answers file writes it, in words: choices by their texts, quantities with their units.


_IN_CATALOG = ("model", "models", "provider", "gpu")
_WORDS = ("id", "bool", "choice", "choices", *_IN_CATALOG)


def answer_words(key: str, raw: object, kind: str = "", unit: str = "") -> str:
    """What a person would say for an answer; `raw` is its value, or its spelling in an answers file.

    `kind` and `unit` are those of a question that is no longer shipped; where the question is, its own count.
    """
    question = question_of(key)
    kind = question.kind if question is not None else kind
    unit = question.unit if question is not None else unit
    value = _read(raw)
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


def _read(raw: object) -> object:
    """The value behind a spelling: quoted text without its quotes, a list as a list, anything else as it is."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return raw


# An annotated answers file: every key with its question, unit, choices and default; it reads back as answers.


COLUMNS = 100
_YES_NO = "true, false"


def answers_template(answers: Answers, vocabulary: Vocabulary, keys: tuple[str, ...], assumed: Assumptions) -> str:
    """Write the questions `keys`, and whatever else is answered, one table a topic.

    A key without an answer is commented out; one that was left unknown knowingly is written so.
    """
    listed = dict.fromkeys([*keys, *answers.values, *sorted(answers.passed)])
    topics: dict[str, list[Question]] = {}
    for key in listed:
        question = vocabulary.questions[key]
        topics.setdefault(question.topic, []).append(question)
    lines = [
        *_comment("Answers for: advisor assess FILE"),
        *_comment(
            'Every key may stay commented out or be "unknown": the default is then assumed and shown. A range is '
            'written "low..high", or "low..likely..high".'
        ),
        f'questionnaire = "{answers.questionnaire}"',
    ]
    for topic, questions in topics.items():
        lines += ["", f"[{topic}]"]
        for question in questions:
            lines += ["", *_annotated(question, answers, vocabulary, assumed)]
    return "\n".join(lines) + "\n"


def _annotated(question: Question, answers: Answers, vocabulary: Vocabulary, assumed: Assumptions) -> Iterator[str]:
    yield from _comment(question.text)
    if question.help:
        yield from _comment(question.help)
    yield from _allowed(question, vocabulary)
    default = assumed.words(question, answers)
    if default:
        yield from _comment(f"left out: {default}")
    name = question.key.partition(".")[2]
    value = answers.get(question.key)
    if value is not None:
        yield f"{name} = {_toml(write_value(value, question))}"
    else:
        mark = "" if question.key in answers.passed else "# "
        yield f'{mark}{name} = "{UNKNOWN}"'


def _allowed(question: Question, vocabulary: Vocabulary) -> Iterator[str]:
    """What may be written: choices with their words, ids, or a unit and an example."""
    several = ", any of them in a list" if question.kind in ("choices", "models") else ""
    if question.choices:
        yield f"# choices{several}:"
        for choice in question.choices:
            words = f": {choice.text}" if choice.text != choice.id else ""
            yield from wrap(f"{choice.id}{words}", COLUMNS, lead="#   ", hanging="#     ")
    elif question.catalog:
        yield from _comment(f"choices{several}: {', '.join(allowed_choices(question, vocabulary.ids))}")
    elif question.kind == "bool":
        yield from _comment(f"choices: {_YES_NO}")
    elif example(question):
        yield from _comment(f"written: {example(question)}")


def _comment(text: str) -> list[str]:
    return wrap(text, COLUMNS, lead="# ", hanging="#   ")


def _toml(value: object) -> str:
    import tomli_w

    written = tomli_w.dumps({"value": value}, multiline_strings=False)
    return written.removeprefix("value = ").rstrip("\n")

"""Derive a decision again from its own answers and its own pinned knowledge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from advisor import __version__
from advisor.assessment.model import Assessment
from advisor.interview.answers import Answers, Vocabulary, read_value
from advisor.interview.measured_files import read_measured
from advisor.knowledge.packs.pack import Knowledge
from advisor.record.field_diff import Replay, compare_derivations
from advisor.record.formats.decision_model import derived_tables
from advisor.record.formats.encoding import SCHEMA, Table, plain
from advisor.record.formats.parse import NotARecord, text_of

_SINCE = "0.2.0"
_WRITTEN = ("advisor.record/3", "advisor.record/4", SCHEMA)
"""The schemas that versions since `_SINCE` write."""
Assess = Callable[[Answers, Knowledge, date, int, int], Assessment]


def replay(record: Table, file: str, knowledge: Knowledge, assess: Assess) -> Replay:
    """Assess the answers of a record once more, with the knowledge it pins; raises NotARecord where it cannot be."""
    answers = recorded_answers(record, file, knowledge)
    as_of, seed, draws = circumstances(record, file)
    origins = {key: text_of(record, "answers", key, "source") for key in answers.values}
    try:
        assessment = assess(answers, knowledge, as_of, seed, draws)
    except Exception as error:
        # Today's program runs with the pinned knowledge: any error of the two together is reported, never raised.
        what = f"this version cannot derive it from the pinned knowledge ({type(error).__name__}: {error})"
        raise NotARecord(file, what, "try the version that made it") from error
    again = plain(derived_tables(assessment, answers, knowledge, origins), "record")
    named = {part: {"name": knowledge.name, "version": knowledge.version} for part in record["pins"]}
    stated = {part: {name: pin[name] for name in ("name", "version")} for part, pin in record["pins"].items()}
    return compare_derivations({**record, "pins": stated}, {**again, "pins": named}, made_by_this_version(record))


def made_by_this_version(record: Table) -> bool:
    """Whether the record was made by this version; one of a schema it never wrote was not, whatever it says."""
    return text_of(record, "record", "schema") in _WRITTEN and text_of(record, "tool", "version") == __version__


def version_denied(record: Table, program: str) -> str:
    """Why the version that a record names cannot be the one that made it; empty where nothing speaks against it.

    `program` is the digest of this program's files.
    """
    named, schema = text_of(record, "tool", "version"), text_of(record, "record", "schema")
    if named != __version__ and text_of(record, "tool", "program") == program:
        return f"it names version {named}, and the digest of the program that is version {__version__}"
    if schema in _WRITTEN and _numbers(named) < _numbers(_SINCE):
        return f"it names version {named}, and {schema} is written since {_SINCE} only"
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    """A version to compare, its first three numbers; one that has none comes before all others."""
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version)[:3])


def recorded_answers(record: Table, file: str, knowledge: Knowledge) -> Answers:
    """The answers of a record as typed values, read as an answers file of that day would have been."""
    ids = vocabulary_of(knowledge).ids
    values, passed = {}, set()
    for key, entry in _tables(record.get("answers")):
        if "value" not in entry:
            passed |= {key} if entry.get("asked") is True else set()
            continue
        if key not in knowledge.questions:
            raise NotARecord(f"{file}: answers.{key}", "is not a question of the pinned questionnaire")
        value = read_value(entry["value"], knowledge.questions[key], f"{file}: answers.{key}", ids)
        if value is not None:
            values[key] = value
    measurements = read_measured(record.get("measurements", []), file, values)
    return Answers(values, text_of(record, "decision", "questionnaire"), frozenset(passed), measurements)


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """What may be answered under this knowledge."""
    catalog = knowledge.catalog
    ids = {
        "questionnaires": tuple(knowledge.questionnaires),
        "models": tuple(catalog.models),
        "gpus": tuple(catalog.gpus),
        "api": tuple(catalog.api),
    }
    return Vocabulary(knowledge.questions, ids)


MOST_DRAWS = 1_000_000
"""As many as `--draws` takes."""
MOST_SEED = 2**64


def circumstances(record: Table, file: str) -> tuple[date, int, int]:
    """The as-of date, seed and number of draws of a record; raises NotARecord where it does not say."""
    stream = record.get("random", {})
    try:
        day, seed = date.fromisoformat(text_of(record, "decision", "as_of")), int(stream["seed"])
        draws = int(stream["draws"])
    except (KeyError, TypeError, ValueError):
        raise NotARecord(file, "does not say its as-of date, seed and number of draws") from None
    if not 0 <= seed <= MOST_SEED or not 0 < draws <= MOST_DRAWS:
        raise NotARecord(f"{file}: random", "asks for more draws than are made", f"at most {MOST_DRAWS:,}")
    return day, seed, draws


def _tables(value: object) -> Iterator[tuple[str, Table]]:
    if not isinstance(value, dict):
        return
    for name, entry in value.items():
        if isinstance(entry, dict):
            yield name, entry

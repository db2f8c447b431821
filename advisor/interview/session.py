"""An interview as TOML text, so that one that was cut off, or a record's, goes on at the very question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.errors import BadInput, nearest
from advisor.interview.answers import Answers, MeasuredFile, Variant, read_measured, read_toml, read_value, write_value
from advisor.interview.reducer import Draft, State, begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from advisor.interview.answers import Value, Vocabulary
    from advisor.knowledge.questions import Question, Questionnaire


SCHEMA = "advisor.session/1"


class Resumed(NamedTuple):
    """An interview read back, with a note for each answer that no longer fits the questions.

    `trial` are the answers that were tried as a what-if, if any.
    """

    state: State
    notes: tuple[str, ...]
    record: str
    variants: tuple[Variant, ...] = ()
    trial: Variant | None = None


def write_session(
    state: State, record: str = "", variants: Sequence[Variant] = (), trial: Variant | None = None
) -> str:
    """Write an interview as TOML; `record` names the record it was last saved as."""
    import tomli_w  # here, because nothing is written before the first screen is painted

    questions = state.vocabulary.questions
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "questionnaire": state.questionnaire.id,
        "at": state.at,
        "record": record,
        "by_what_matters": state.by_what_matters,
        "unknown": sorted(state.unknown),
        "answers": _written(state.answers.values, questions),
        "drafts": {key: draft.text for key, draft in state.drafts.items()},
    }
    if state.answers.measurements:
        table["measurement"] = [each.table() for each in state.answers.measurements]
    if trial is not None:
        table["trial"] = _laid_down(trial, questions)
    if variants:
        table["variants"] = [_laid_down(variant, questions) for variant in variants]
    return tomli_w.dumps(table)


def read_session(
    data: bytes, file: str, questionnaires: Mapping[str, Questionnaire], vocabulary: Vocabulary
) -> Resumed:
    """Read an interview back; raises BadInput where the file is not a session."""
    table = read_toml(data, file)
    if table.get("schema") != SCHEMA:
        raise BadInput(file, "is not an interview of this program", f"the first line names {SCHEMA}")
    name = str(table.get("questionnaire"))
    if name not in questionnaires:
        raise BadInput(f"{file}: questionnaire", f"no questionnaire {name!r}", nearest(name, questionnaires))
    values, notes = _values(_table(table, "answers"), file, vocabulary)
    drafts = {key: Draft(str(text), "") for key, text in _table(table, "drafts").items() if key in vocabulary.questions}
    passed = table.get("unknown", [])
    unknown = (
        frozenset(key for key in passed if key in vocabulary.questions) if isinstance(passed, list) else frozenset()
    )
    state = replace(
        begin(questionnaires[name], vocabulary),
        answers=Answers(values, name, measurements=_measured(table, file, values)),
        drafts=drafts,
        unknown=unknown,
        by_what_matters=table.get("by_what_matters") is True,
    )
    at = str(table.get("at", ""))
    open_keys = state.open_keys
    state = replace(state, at=at if at in open_keys else next(iter(open_keys), ""))
    listed = table.get("variants", [])
    variants = tuple(_variants(listed if isinstance(listed, list) else [], file, vocabulary))
    trial = next(_variants([table["trial"]], file, vocabulary), None) if "trial" in table else None
    return Resumed(state, tuple(notes), str(table.get("record", "")), variants, trial)


def _written(values: Mapping[str, Value], questions: Mapping[str, Question]) -> dict[str, Any]:
    return {key: write_value(value, questions[key]) for key, value in values.items()}


def _laid_down(variant: Variant, questions: Mapping[str, Question]) -> dict[str, Any]:
    """A variant as a table: what it answers otherwise, and what it leaves open."""
    dropped = sorted(variant.dropped)
    return {"name": variant.name, "unknown": dropped, "answers": _written(variant.changed, questions)}


def _variants(tables: list[Any], file: str, vocabulary: Vocabulary) -> Iterator[Variant]:
    """Read variants back; one that is damaged, or names a question that is gone, loses that part alone."""
    seen: set[str] = set()
    for table in tables:
        name = str(table.get("name", "")) if isinstance(table, dict) else ""
        if not isinstance(table, dict) or name in seen:
            continue
        seen.add(name)
        changed, _ = _values(_table(table, "answers"), file, vocabulary)
        listed = table.get("unknown", [])
        dropped = frozenset(key for key in listed if key in vocabulary.questions) if isinstance(listed, list) else ()
        yield Variant(name, changed, frozenset(dropped) - frozenset(changed))


def _values(raw: dict[str, Any], file: str, vocabulary: Vocabulary) -> tuple[dict[str, Value], list[str]]:
    values: dict[str, Value] = {}
    notes: list[str] = []
    for key, answer in raw.items():
        try:
            if key not in vocabulary.questions:
                raise BadInput(f"{file}: {key}", "is no longer asked")
            value = read_value(answer, vocabulary.questions[key], f"{file}: {key}", vocabulary.ids)
        except BadInput as error:
            notes.append(error.sentence)
        else:
            if value is not None:
                values[key] = value
    return values, notes


def _measured(table: dict[str, Any], file: str, values: Mapping[str, Value]) -> tuple[MeasuredFile, ...]:
    """What answers were measured from; a damaged entry is left out, for the answers themselves stand."""
    try:
        return read_measured(table.get("measurement", []), file, values)
    except BadInput:
        return ()


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    return found if isinstance(found, dict) else {}


# An interview that begins with the answers of a record, as the session that reading them back gives.


def session_of(
    questionnaire: str,
    answers: Mapping[str, object],
    unknown: Sequence[str],
    measurements: Sequence[Mapping[str, object]] = (),
) -> str:
    """Write a session with these answers, each as an answers file says it; reading it tells which no longer fit."""
    import tomli_w  # here, because nothing is written before the first screen is painted

    table: dict[str, object] = {
        "schema": SCHEMA,
        "questionnaire": questionnaire,
        "unknown": list(unknown),
        "answers": dict(answers),
    }
    if measurements:
        table["measurement"] = [dict(each) for each in measurements]
    return tomli_w.dumps(table)

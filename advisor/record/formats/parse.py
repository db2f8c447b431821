"""A record's bytes back to tables, held to the model of its version: hostile input until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic.json_schema import models_json_schema

from advisor.errors import BadInput
from advisor.interview.answers import read_toml
from advisor.knowledge.rules import POSTURES, ROUTES
from advisor.record.formats.encoding import SCHEMA, Table, digests_of
from advisor.record.formats.models import EVENTS, SALTED, DecisionFront, RecordJsonSchema, RecordTable

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment
    from advisor.record.formats.decision_model import Decision


# Every version of the record format that this program reads; an older one keeps its own model.


_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class RecordVersion(NamedTuple):
    """One version: the name of its model of a decision, and the tables it did not have yet.

    A table that a version lacks reads as empty: exports show none, and replay compares nothing there. `flip_act` is
    the name of what a flip calls `act` today. With `salted`, names and free text are salted commitments.
    """

    decision: str
    lacks: tuple[str, ...] = ()
    flip_act: str = "act"
    salted: bool = False

    def model(self, kind: str, whole: bool) -> type[RecordTable]:
        """The model of a record of this kind: all of a decision, or the tables before its answers."""
        if kind != "decision":
            return EVENTS[kind]
        return self._decision() if whole else DecisionFront

    def _decision(self) -> type[Decision]:
        from advisor.record.formats import decision_model  # slow to import, and not needed to list records

        found: type[Decision] = getattr(decision_model, self.decision)
        return found


VERSIONS: Mapping[str, RecordVersion] = {
    # Before published methods were recorded with the verdict, and before a flip said what one would do about it.
    "advisor.record/0": RecordVersion("Decision0", ("methods", "never_asked", "premises")),
    # Before a question without an answer stated whether it had been asked.
    "advisor.record/1": RecordVersion("Decision1", ("never_asked", "premises"), "group"),
    # Before a record held offers, premises and contradictions.
    "advisor.record/2": RecordVersion("Decision2", ("premises",), "group"),
    # Before a record listed what its answers were measured from, and before signatures covered a statement. A few
    # records of this schema hold both already: they are read, since nothing in them means anything else today.
    "advisor.record/3": RecordVersion("Decision3"),
    # Before names and free text were salted commitments, and before records told of redactions and proven times.
    "advisor.record/4": RecordVersion("Decision4"),
    SCHEMA: RecordVersion("Decision", salted=True),
}
"""By the id in `record.schema`. A field that is added to a record needs an entry here: the id goes up by one, and the
model of the id before becomes one of its own, without the field."""
KINDS = ("decision", *EVENTS)
_ALLOWED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "Verdict": {"option": (*ROUTES, "none")},
    "FiredRule": {
        "gate": ("must", "can", "worth", "prefer"),
        "effect": ("exclude", "require", "task", "prefer", "inform"),
        "option": ROUTES,
    },
    "LicenseReport": {"posture": POSTURES},
}
"""What the schema says more narrowly than the types do; records of older versions are not held to it."""


def misfit(table: Table, schema: str, kind: str, whole: bool) -> str:
    """The path of the first part of a record that does not fit its model, or ""."""
    try:
        version = VERSIONS[schema]
        version.model(kind, whole).model_validate(table, context={SALTED: version.salted})
    except ValidationError as error:
        return _path(error.errors()[0]["loc"], table)
    return ""


def completed(table: Table, schema: str) -> Table:
    """A whole decision with empty tables where its version had none, and with the names of today."""
    version = VERSIONS[schema]
    whole = {**table, **{name: {} for name in version.lacks if name not in table}}
    single = [
        {"act" if name == version.flip_act else name: part for name, part in flip.items()}
        for flip in table["flips"]["single"]
    ]
    return {**whole, "flips": {**table["flips"], "single": single}}


def record_schema() -> dict[str, Any]:
    """JSON Schema of a record of today: a decision, or what happened to one."""
    models = [VERSIONS[SCHEMA].model(kind, whole=True) for kind in KINDS]
    found, body = models_json_schema([(model, "validation") for model in models], schema_generator=RecordJsonSchema)
    for name, allowed in _ALLOWED.items():
        if name in body["$defs"]:
            body["$defs"][name]["properties"] |= {field: {"enum": list(words)} for field, words in allowed.items()}
    return {
        "$schema": _DRAFT,
        "title": "A record of the program advisor",
        "oneOf": [found[model, "validation"] for model in models],
        **body,
    }


def _path(location: tuple[int | str, ...], table: Table) -> str:
    """Where in the record an error lies; the rest of pydantic's location names alternatives of types."""
    path = ""
    place: Any = table
    for step in location:
        if isinstance(step, int) and isinstance(place, list):
            path, place = f"{path}[{step}]", place[step]
        elif isinstance(place, dict):
            path, place = f"{path}.{step}", place.get(str(step))
        else:
            break
    return path.removeprefix(".")


_BODY = b"\n[answers"


class NotARecord(BadInput):
    """A file that cannot be read as a record, or is of a schema this program does not know."""

    status = 5


class Tampered(BadInput):
    """A record whose bytes are not those that were sealed, chained or signed."""

    status = 4


def read_record(data: bytes, file: str) -> Table:
    """All tables of a record; raises Tampered when its seal is broken, NotARecord when it cannot be understood."""
    _hold_seal(data, file)
    return _checked(_parsed(data, file), file, whole=True)


def read_front(data: bytes, file: str) -> Table:
    """The tables before the answers (place in the chain, pins, decision, verdict); quick."""
    _hold_seal(data, file)
    end = data.find(_BODY)
    return _checked(_parsed(data if end < 0 else data[: end + 1], file), file, whole=False)


def _hold_seal(data: bytes, file: str) -> None:
    if not digests_of(data)[0]:
        raise Tampered(file, "its last line is not the SHA-256 of the bytes above it: the file was changed or cut off")


def _parsed(data: bytes, file: str) -> Table:
    try:
        return read_toml(data, file)
    except BadInput as error:
        raise NotARecord(error.where, error.what) from None


def _checked(table: Table, file: str, whole: bool) -> Table:
    """Hold a record to the shape of its kind: what is read from it later is of the type expected there."""
    head = table.get("record")
    schema, kind = (head.get("schema"), head.get("kind")) if isinstance(head, dict) else (None, None)
    if not isinstance(schema, str) or schema not in VERSIONS:
        raise NotARecord(file, f"its schema is {schema!r}", f"this program reads {', '.join(VERSIONS)}")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotARecord(f"{file}: record.kind", f"{kind!r} is not a kind of record", f"allowed: {', '.join(KINDS)}")
    wrong = misfit(table, schema, kind, whole)
    if wrong:
        raise NotARecord(f"{file}: {wrong}", f"is not as {schema} describes it")
    return completed(table, schema) if whole and kind == "decision" else table


def recorded_assessment(record: Table, file: str) -> Assessment:
    """The assessment a decision holds, but for what a record leaves to replay (facts and outlook).

    Raises NotARecord where a part is missing or is not of its type.
    """
    from advisor.record.formats.decision_model import Decision

    try:
        return Decision.model_validate(record).assessment()
    except (KeyError, TypeError, ValueError) as error:
        what = " ".join(str(error).split())
        raise NotARecord(file, f"cannot be shown as an assessment ({type(error).__name__}: {what})") from None


def text_of(table: Any, *path: str) -> str:
    """A text inside nested tables, or "" where there is none."""
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
    return table if isinstance(table, str) else ""

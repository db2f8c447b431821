"""Every version of the record format that this program reads; an older one keeps its own model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic.json_schema import models_json_schema

from advisor.knowledge.licenses import POSTURES
from advisor.knowledge.rules import ROUTES
from advisor.record.formats.encoding import SCHEMA, Table
from advisor.record.formats.models import EVENTS, SALTED, DecisionFront, RecordJsonSchema, RecordTable

if TYPE_CHECKING:
    from advisor.record.formats.decision_model import Decision

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

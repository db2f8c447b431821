"""The format of a record: a model for each table, which writes, reads and checks it and gives its schema.

Here are events and what people state; what a decision derives is in `decision_model.py`, slower to import.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationInfo,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from advisor.record.formats.encoding import SCHEMA, Position, Table, timestamp

_INFINITE = {"unbounded": float("inf"), "-unbounded": float("-inf")}
_DECIMAL = r"^(-?[0-9]{1,330}(\.[0-9]{1,1100})?|-?unbounded)$"
_LAST = 10**8
_COMMITMENT = r"^sha256:[0-9a-f]{64}$"
SALTED = "salted"
"""In the context of a validation: whether names and free text must be salted commitments, as since schema 5."""


def _is_day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("not a day as YYYY-MM-DD")
    return text


def _is_salted(text: str, info: ValidationInfo) -> str:
    if (info.context or {}).get(SALTED) and re.fullmatch(_COMMITMENT, text) is None:
        raise ValueError("not a salted commitment")
    return text


def _is_known(text: str, info: ValidationInfo) -> str:
    if not (info.context or {}).get(SALTED, True):
        raise ValueError("not a field of this schema")
    return text


Words = Annotated[str, AfterValidator(_is_salted), Field(json_schema_extra={"pattern": _COMMITMENT})]
"""A name or free text: since schema 5 its salted commitment; the text lies in a file that can be deleted."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Day = Annotated[str, AfterValidator(_is_day), Field(json_schema_extra={"format": "date"})]
Number = Annotated[int, Field(gt=0, lt=_LAST)]
Count = Annotated[int, Field(ge=0)]
Kind = Literal[
    "decision",
    "sign-off",
    "accept",
    "supersede",
    "withdraw",
    "portfolio",
    "merged",
    "redact",
    "time",
    "policy",
    "disapprove",
]


def _as_recorded(node: Any, handler: GetCoreSchemaHandler, seen: set[int]) -> None:
    """Change a core schema in place: strict types, decimal texts, None where a key is missing.

    A field that a data class no longer has is ignored: records of older versions may hold it.
    """
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, (list, tuple)):
        for part in node:
            _as_recorded(part, handler, seen)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "definition-ref":
        _as_recorded(handler.resolve_ref_schema(node), handler, seen)
    for key in ("schema", "fields", "items_schema", "keys_schema", "values_schema", "choices"):
        part = node.get(key)
        if key == "fields" and isinstance(part, dict):
            part = list(part.values())
        _as_recorded(part, handler, seen)
    if kind in ("int", "bool", "str"):
        node["strict"] = True
    elif kind == "dataclass-args":
        node["extra_behavior"] = "ignore"
    elif kind == "dataclass-field" and node["schema"]["type"] == "nullable":
        node["schema"] = core_schema.with_default_schema(node["schema"], default=None)
    elif kind in ("float", "date"):
        _read_from_text(node, _float if kind == "float" else _day)


def _read_from_text(node: dict[str, Any], read: Any) -> None:
    inner = dict(node)
    node.clear()
    node.update(core_schema.no_info_before_validator_function(read, inner))


def _float(text: Any) -> float:
    if not isinstance(text, str):
        raise ValueError("a decimal text expected")
    return _INFINITE[text] if text in _INFINITE else float(text)


def _day(text: Any) -> date:
    if not isinstance(text, str):
        raise ValueError("a day expected")
    return date.fromisoformat(_is_day(text))


class RecordTable(BaseModel):
    """One table of a record: nothing but its fields, computed numbers as decimal texts, what is None left out."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, regex_engine="python-re")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Read numbers and days from their texts, and take no value of another type."""
        schema = handler(source)
        _as_recorded(schema, handler, set())
        return schema

    def table(self) -> Table:
        """The fields as a table, in order; values are left for the encoding."""
        return {
            field.alias or name: _written(getattr(self, name), field.metadata)
            for name, field in type(self).model_fields.items()
        }


class Keyed:
    """Marks tables by name whose entries do not repeat the name, which is their field `key` elsewhere."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give each entry its name before it is read."""

        def named(tables: Any) -> Any:
            if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
                raise ValueError("tables by name expected")
            return {name: {self.key: name, **table} for name, table in tables.items()}

        return core_schema.no_info_before_validator_function(named, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> JsonSchemaValue:
        """Describe the entries without the field."""
        whole: JsonSchemaValue = handler(schema)
        entry = dict(handler.resolve_ref_schema(whole["additionalProperties"]))
        entry["properties"] = {name: part for name, part in entry["properties"].items() if name != self.key}
        entry["required"] = [name for name in entry.get("required", []) if name != self.key]
        return {**whole, "additionalProperties": entry}


def _written(value: Any, metadata: list[Any]) -> Any:
    keyed = next((each for each in metadata if isinstance(each, Keyed)), None)
    if isinstance(value, RecordTable):
        return value.table()
    if isinstance(value, Mapping):
        return {name: _entry(part, keyed) for name, part in value.items()}
    if isinstance(value, list):
        return [each.table() if isinstance(each, RecordTable) else each for each in value]
    return value


def _entry(part: Any, keyed: Keyed | None) -> Any:
    if isinstance(part, RecordTable):
        return part.table()
    if keyed is None:
        return part
    return {name: getattr(part, name) for name in type(part).__dataclass_fields__ if name != keyed.key}


class RecordJsonSchema(GenerateJsonSchema):
    """JSON Schema as a TOML reader sees a record: decimal texts for numbers, no null, nothing besides the fields."""

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        """A number that was computed."""
        return {"type": "string", "pattern": _DECIMAL}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """What is None is left out."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What has a default may be missing; the default itself is the program's."""
        return self.generate_inner(schema["schema"])

    def dataclass_args_schema(self, schema: core_schema.DataclassArgsSchema) -> JsonSchemaValue:
        """The fields of a data class, and no others."""
        return {**super().dataclass_args_schema(schema), "additionalProperties": False}


class Head(RecordTable):
    """The first table of every record."""

    schema_id: str = Field(alias="schema", pattern=r"^advisor\.record/[0-9]+$")
    kind: Kind
    seq: Number
    prev_sha256: Digest
    created_utc: Moment

    @classmethod
    def of(cls, kind: str, at: Position, created: datetime) -> Self:
        """The first table of a record that is written now."""
        made = timestamp(created)
        return cls.model_construct(
            schema_id=SCHEMA, kind=kind, seq=at.seq, prev_sha256=at.prev_sha256, created_utc=made
        )


class PinEntry(RecordTable):
    """One part of the knowledge base, by its name and digest."""

    name: str
    version: str
    sha256: Digest


class PinnedParts(RecordTable):
    """The knowledge that a decision was derived from."""

    rules: PinEntry
    catalog: PinEntry
    questionnaire: PinEntry


class DecisionWords(RecordTable):
    """What a decision is about, and what people say of it."""

    title: Words
    workload: str
    as_of: Day
    questionnaire: str
    review_by: Day | None = None
    retain_until: Annotated[Day, AfterValidator(_is_known)] | None = None
    rationale: Words | None = None
    consequences: Words | None = None
    confirmation: Words | None = None


class People(RecordTable):
    """Who decides."""

    deciders: list[Words]


class Tool(RecordTable):
    """The program and platform that wrote the record."""

    name: str
    version: str
    program: str | None = None
    python: str
    numpy: str
    system: str
    machine: str


class VerdictWords(RecordTable):
    """The verdict as far as a list of records needs it."""

    model_config = ConfigDict(extra="ignore")

    option: str
    decided_by: str
    conditions: list[str]
    tasks: list[str]


class DecisionFront(RecordTable):
    """The tables of a decision before its answers."""

    model_config = ConfigDict(extra="ignore")

    record: Head
    pins: PinnedParts
    decision: DecisionWords
    people: People
    tool: dict[str, str]
    verdict: VerdictWords


class RecordReference(RecordTable):
    """Another record, by its number and digest."""

    seq: Number
    sha256: Digest


class EventWords(RecordTable):
    """Who says something of a decision, and why."""

    by: Words
    because: Words


class SignatureWords(RecordTable):
    """The detached signature of an event, by its digest, and the key that made it.

    With `covers` it signs the event's statement; without, as before there were statements, the bytes of the record
    that the event is about. `program` is the digest of the program that signed.
    Statements of the second version hold salted commitments for names and free text, as their events do.
    """

    key: str
    key_type: str
    namespace: str
    sha256: Digest
    covers: Literal["advisor.statement/1", "advisor.statement/2"] | None = None
    role: Words | None = None
    program: str | None = None


class Event(RecordTable):
    """What happened to a decision after it was recorded."""

    record: Head
    about: RecordReference
    statement: EventWords
    signature: SignatureWords | None = None


class SignOffEvent(Event):
    """A decision signed."""

    signature: SignatureWords


class SignerThreshold(RecordTable):
    """How many people had to sign."""

    signers: Count


class AcceptEvent(Event):
    """A decision accepted."""

    threshold: SignerThreshold


class SupersedeEvent(Event):
    """A decision replaced by a newer one."""

    successor: RecordReference


class WithdrawEvent(Event):
    """A decision withdrawn."""


class MemberReference(RecordReference):
    """The decision about one workload of a portfolio."""

    workload: str


class PortfolioWords(RecordTable):
    """A portfolio: dollars a month as decimal texts; its terms and its answer, blobs of the ledger, by digest."""

    name: str
    joint_usd: str = Field(pattern=_DECIMAL)
    alone_usd: str = Field(pattern=_DECIMAL)
    terms: Digest
    answer: Digest


class PortfolioEvent(Event):
    """What many workloads choose together; `about` is the last of the decisions about them."""

    portfolio: PortfolioWords
    members: list[MemberReference]


class LaterHead(Head):
    """The first table of a record whose kind came with schema 5."""

    schema_id: str = Field(alias="schema", pattern=r"^advisor\.record/([5-9]|[1-9][0-9]+)$")


class RedactedWords(RecordTable):
    """The commitments whose texts were deleted."""

    words: list[Digest] = Field(min_length=1)


class RedactEvent(Event):
    """Names and free text of a record deleted: its bytes and digest stay as they are."""

    record: LaterHead
    redacted: RedactedWords


class TokenReference(RecordTable):
    """The answer of a time-stamping authority (RFC 3161), a blob of the ledger."""

    sha256: Digest


class TimeEvent(Event):
    """A proof that a record, and so every record before it, existed at a time."""

    record: LaterHead
    token: TokenReference


class StatementSignature(SignatureWords):
    """A signature over a statement, as all are of kinds that came after statements."""

    covers: Literal["advisor.statement/1", "advisor.statement/2"]


class DisapproveEvent(Event):
    """A decision objected to, signed."""

    record: LaterHead
    signature: StatementSignature


class PolicyReference(RecordTable):
    """A policy file, a blob of the ledger."""

    sha256: Digest


class PolicyEvent(RecordTable):
    """Who may do what from here on; its signature also covers the digest of the record before it."""

    record: LaterHead
    policy: PolicyReference
    statement: EventWords
    signature: StatementSignature


class MergedRecord(RecordTable):
    """A record of another branch, taken over: `original` is its number there and the digest of its bytes, a blob."""

    record: Head
    original: RecordReference
    statement: EventWords
    signature: StatementSignature | None = None


EVENTS: Mapping[str, type[RecordTable]] = {
    "sign-off": SignOffEvent,
    "accept": AcceptEvent,
    "supersede": SupersedeEvent,
    "withdraw": WithdrawEvent,
    "disapprove": DisapproveEvent,
    "portfolio": PortfolioEvent,
    "redact": RedactEvent,
    "time": TimeEvent,
    "policy": PolicyEvent,
    "merged": MergedRecord,
}

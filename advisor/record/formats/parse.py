"""A record's bytes back to tables: hostile input until it has been held to its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.errors import BadInput
from advisor.interview.answers import read_toml
from advisor.record.formats.encoding import Table, digests_of
from advisor.record.formats.versions import KINDS, VERSIONS, completed, misfit

if TYPE_CHECKING:
    from advisor.assessment.model import Assessment

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

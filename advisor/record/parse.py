"""A record's bytes back to tables: hostile input until it has been held to its schema."""

from __future__ import annotations

import re
from typing import Any

from advisor.errors import BadInput
from advisor.interview.answers import read_toml
from advisor.record.form import SCHEMA, Table, digests_of

KINDS = ("decision", "sign-off", "accept", "supersede", "withdraw")
SCHEMAS = (SCHEMA,)
"""Every schema this program reads; a newer one is refused by name."""
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
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
    return _checked(_parsed(data, file), file)


def read_front(data: bytes, file: str) -> Table:
    """The tables that stand before the answers (place in the chain, pins, decision, verdict); quick."""
    _hold_seal(data, file)
    end = data.find(_BODY)
    return _checked(_parsed(data if end < 0 else data[: end + 1], file), file)


def _hold_seal(data: bytes, file: str) -> None:
    if not digests_of(data)[0]:
        raise Tampered(file, "its last line is not the SHA-256 of the bytes above it: the file was changed or cut off")


def _parsed(data: bytes, file: str) -> Table:
    try:
        return read_toml(data, file)
    except BadInput as error:
        raise NotARecord(error.where, error.what) from None


def _checked(table: Table, file: str) -> Table:
    """Hold the first table to its schema; the rest is compared by replay, leaf by leaf."""
    head = table.get("record")
    if not isinstance(head, dict) or head.get("schema") not in SCHEMAS:
        found = head.get("schema") if isinstance(head, dict) else None
        raise NotARecord(file, f"its schema is {found!r}", f"this program reads {', '.join(SCHEMAS)}")
    wrong = [name for name, holds in _tests(head) if not holds]
    if wrong:
        raise NotARecord(f"{file}: record.{wrong[0]}", f"{head.get(wrong[0])!r} is not what a record holds there")
    return table


def _tests(head: dict[str, Any]) -> list[tuple[str, bool]]:
    seq, kind = head.get("seq"), head.get("kind")
    return [
        ("kind", kind in KINDS),
        ("seq", isinstance(seq, int) and not isinstance(seq, bool) and 0 < seq < 10**8),
        ("prev_sha256", _HEX.fullmatch(str(head.get("prev_sha256"))) is not None),
        ("created_utc", _TIME.fullmatch(str(head.get("created_utc"))) is not None),
    ]


def text_of(table: Any, *path: str) -> str:
    """A text inside nested tables, or "" where there is none."""
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
    return table if isinstance(table, str) else ""

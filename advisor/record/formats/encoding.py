"""The bytes of a record: a header in words, TOML in a fixed order, and a last line that seals all bytes above it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from math import isfinite, isinf
from typing import Any

import tomli_w

from advisor.errors import AdvisorError
from advisor.knowledge.parameters import Range

Table = dict[str, Any]
SCHEMA = "advisor.record/5"
FIRST = "0" * 64
RTOL = 1e-9
"""Costs closer than this, relatively, count as equal: what another processor may change in the last bits."""
_EXACT_INTEGER = 2**53
_SEAL = b"# sha256 of every byte above this line: "
_HEADER = """\
# A record of the program advisor. It is never edited: the next record holds the SHA-256 of this file,
# and signatures cover its bytes as they are. What changes later is told by a newer record beside it.
# Verify it with the program, from the directory that holds the records:
#     advisor records verify {name} --records .
# or without it: the last line must equal  head -n -1 {name} | sha256sum
# Money and shares are decimal texts; times are UTC, as their writers claim them. In place of a name or free text stands
# sha256: and the SHA-256 of the file in words/ that holds a random salt and the text, so that it can be deleted.

"""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the chain: the number of a record, and the SHA-256 of the record before it."""

    seq: int
    prev_sha256: str = FIRST


def name_of(seq: int) -> str:
    """The file name of a record: one name per number, so that two writers cannot both take it."""
    return f"{seq:08d}-record.toml"


def sealed_bytes(table: Mapping[str, Any], seq: int) -> bytes:
    """Print a record: UTF-8, LF, NFC, in the order given; raises AdvisorError for what TOML cannot say exactly."""
    body = (_HEADER.format(name=name_of(seq)) + tomli_w.dumps(plain(table, "record"))).encode()
    return body + _SEAL + sha256(body).hexdigest().encode() + b"\n"


def digests_of(data: bytes) -> tuple[bool, str]:
    """Whether the last line is exactly the seal of the bytes above it, and the SHA-256 of the whole, in one pass.

    One changed byte anywhere breaks the seal.
    """
    at = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
    running = sha256(memoryview(data)[:at])
    sealed = data[at:] == _SEAL + running.hexdigest().encode() + b"\n"
    running.update(data[at:])
    return sealed, running.hexdigest()


def timestamp(moment: datetime) -> str:
    """A moment as UTC text to the second, ending in Z; raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a record needs a time with a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decimal_text(value: float) -> str:
    """A number as a decimal text that reads back to the same bits; `unbounded` for an infinity."""
    if isinf(value):
        return "unbounded" if value > 0 else "-unbounded"
    if not isfinite(value):
        raise AdvisorError("record", "a result is not a number", "please report this with the answers file")
    return f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def plain(value: Any, where: str) -> Any:
    """Any value of an assessment as tables, lists, texts, whole numbers and truth values; None is left out."""
    if isinstance(value, (bool, date)):
        return value.isoformat() if isinstance(value, date) else value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int):
        return value if abs(value) <= _EXACT_INTEGER else str(value)
    if isinstance(value, float):
        return decimal_text(value)
    return _plain_group(value, where)


def _plain_group(value: Any, where: str) -> Any:
    if isinstance(value, Range):
        return range_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part, f"{where}.{key}") for key, part in value.items() if part is not None}
    if isinstance(value, (list, tuple, frozenset, set)):
        ordered = sorted(value) if isinstance(value, (frozenset, set)) else value
        return [plain(part, where) for part in ordered if part is not None]
    item = getattr(value, "item", None)  # a numpy scalar, which TOML writers refuse
    if callable(item):
        return plain(item(), where)
    raise AdvisorError(where, f"a {type(value).__name__} cannot be recorded", "please report this")


def range_text(value: Range) -> str:
    """A range as in an answers file: `low..high`, `low..mode..high`, or one number."""
    ends = [value.low] if value.is_exact else [value.low, value.high]
    if value.mode is not None and not value.is_exact:
        ends.insert(1, value.mode)
    return "..".join(decimal_text(end) for end in ends)

"""The one statement that the signature of an event covers: which bytes, in which role, in whose words, when, by what.

The signed bytes are those of DSSE's pre-authentication encoding: `DSSEv1`, then length and bytes of the payload's type,
then length and bytes of the payload, each after one space. The payload is JSON with sorted keys and no spaces.
"""

from __future__ import annotations

import json
from typing import Any

from advisor.record.formats.encoding import Table
from advisor.record.formats.parse import text_of

STATEMENT = "advisor.statement/2"
"""Since schema 5 of records: `by`, `words` and `role` are the salted commitments that stand in the event."""
_STATEMENTS = ("advisor.statement/1", STATEMENT)
_TYPE = b"application/vnd.advisor.statement+json"


def signed_bytes(event: Table) -> bytes:
    """The bytes that the signature of an event covers, from the tables of its record."""
    payload: dict[str, Any] = {
        "schema": text_of(event, "signature", "covers"),
        "act": text_of(event, "record", "kind"),
        "record_sha256": text_of(event, "about", "sha256"),
        "by": text_of(event, "statement", "by"),
        "words": text_of(event, "statement", "because"),
        "role": text_of(event, "signature", "role"),
        "claimed_time": text_of(event, "record", "created_utc"),
        "program_sha256": text_of(event, "signature", "program"),
    }
    if "successor" in event:
        payload["successor_sha256"] = text_of(event, "successor", "sha256")
    if "threshold" in event:
        payload["signers"] = event["threshold"]["signers"]
    if "redacted" in event:
        payload["redacted_words"] = event["redacted"]["words"]
    if "token" in event:
        payload["token_sha256"] = text_of(event, "token", "sha256")
    body = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return b"DSSEv1 %d %s %d %s" % (len(_TYPE), _TYPE, len(body), body)


def covers_statement(event: Table) -> bool:
    """Whether the signature of an event covers its statement; one made before statements covers the record's bytes."""
    return text_of(event, "signature", "covers") in _STATEMENTS

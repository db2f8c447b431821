"""Acts on a record and tasks on a ledger for the interface: what will happen, where that is asked, and doing it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.api import assess
from advisor.atomic_write import write_atomically
from advisor.errors import AdvisorError, BadInput
from advisor.record.audit.verify import trust_of
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import (
    Act,
    Signing,
    accept,
    object_to,
    redact,
    refuse_broken,
    sign,
    stamp,
    supersede,
    to_redact,
    withdraw,
)
from advisor.record.signatures.ssh_keygen import asks_somebody, user_email
from advisor.text import visible
from advisor.tui.workers.messages import SIGNED, Finished, LedgerTask

if TYPE_CHECKING:
    from collections.abc import Mapping


_SHOWN = 60
_MOST_LISTED = 4


def done(task: LedgerTask) -> Finished:
    """Say what a task will do or, where that was confirmed, do it; raises AdvisorError.

    What must be signed at the terminal is not done, and the answer says so.
    """
    ledger, values = Ledger(Path(task.directory)), task.values
    if task.confirmed and values.get("key") and asks_somebody(Path(values["key"]).expanduser()):
        if task.kind in SIGNED:
            refuse_broken(ledger, task.number, assess if task.kind == "sign" else None)
        return Finished(False, (), at_terminal=True)
    tasks = {
        "sign": _sign, "disapprove": _sign, "accept": _event, "supersede": _event, "withdraw": _event,
        "redact": _redact, "timestamp": _timestamp, "archive": _archive, "merge": _merge,
    }  # fmt: skip
    return Finished(True, tuple(map(visible, tasks[task.kind](ledger, task, values))))


def _signing(ledger: Ledger, values: Mapping[str, str]) -> Signing | None:
    return Signing(Path(values["key"]).expanduser(), trust_of(ledger)) if values["key"] else None


def _act(task: LedgerTask) -> Act:
    return Act(task.number, task.values["by"], task.values["because"], datetime.now(UTC))


def _sign(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    """Sign or disapprove with a key that asks nobody."""
    act, file = _act(task), Path(values["key"]).expanduser()
    saved = sign(ledger, act, file, assess) if task.kind == "sign" else object_to(ledger, act, file)
    return [saved.sentence]


def _event(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    """Add what happened to a decision, signed where a key is named."""
    act, signing = _act(task), _signing(ledger, values)
    if task.kind == "accept":
        return [accept(ledger, act, _number(values["signers"], "signers asked"), signing).sentence]
    if task.kind == "supersede":
        return [supersede(ledger, act, _number(values["newer"], "newer record"), signing).sentence]
    return [withdraw(ledger, act, signing).sentence]


def _number(text: str, where: str) -> int:
    if not text.isdecimal():
        raise BadInput(where, f"{text!r} is not a number", "type digits")
    return int(text)


def _redact(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    only = values["only"].replace(",", " ").split()
    act = _act(task)
    if task.confirmed:
        return [redact(ledger, act, only, _signing(ledger, values)).sentence]
    found = to_redact(ledger, act, only)
    texts = [(ledger.words(digest) or b"")[65:].decode(errors="replace") for digest in found.there]
    shown = [f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”" for text in texts[:_MOST_LISTED]]
    more = f" and {len(texts) - len(shown)} more" if len(texts) > len(shown) else ""
    return [
        f"{_count(len(texts), 'name or text', 'names and texts')} of record {task.number} will be deleted for good: "
        f"{', '.join(shown)}{more}",
        "A new record tells of it; no byte of a record changes, and the ledger verifies as before.",
        "Copies, backups and the history of a version control system are yours to find.",
    ]


def _timestamp(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    from advisor.record.signatures.time_token import judge_token, read_authority, read_reply, time_query

    digest = ledger.entry(task.number).digest
    if bool(values["query"]) == bool(values["reply"]):
        raise BadInput("the form", "takes either a file for the question or the answer", "fill in one of the two")
    if values["query"]:
        file = Path(values["query"]).expanduser()
        if task.confirmed:
            _write(file, time_query(digest))
            return [f"Written: {file}; send it to an authority as application/timestamp-query."]
        return [f"The question about record {task.number} (sha256 {digest}) {_will_be_written(file)}."]
    if not values["authority"] or not values["by"]:
        raise BadInput("the answer", "takes the authority's certificate and who keeps it", "fill in both")
    reply = read_reply(Path(values["reply"]).expanduser())
    authority = read_authority(Path(values["authority"]).expanduser())
    act = Act(task.number, values["by"], values["because"] or "A time token of an authority.", datetime.now(UTC))
    if task.confirmed:
        return [stamp(ledger, act, reply, authority).sentence]
    found = judge_token(reply, digest, authority)
    if found.at is None:
        raise BadInput(values["reply"], f"proves nothing of record {task.number}: {found.refused}")
    return [
        f"The answer proves that record {task.number} and all before it existed at {found.at:%Y-%m-%d %H:%M:%S} UTC.",
        f"It will be kept as record {ledger.next().seq} of the ledger.",
    ]


def _archive(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    from advisor.record.audit.archive import archive

    file = Path(values["archive"]).expanduser()
    data = archive(ledger, Path(values["bundle"]).expanduser() if values["bundle"] else None)
    if task.confirmed:
        _write(file, data)
        return [f"Written: {file} (sha256 {sha256(data).hexdigest()})."]
    program = "with the program's bundle" if values["bundle"] else "without the program, which derives verdicts again"
    return [
        f"{_count(len(ledger.numbers()), 'record', 'records')}, {len(data):,} bytes, {program}.",
        f"The archive {_will_be_written(file)}.",
    ]


def _merge(ledger: Ledger, task: LedgerTask, values: Mapping[str, str]) -> list[str]:
    from advisor.record.merge import Merger, branch_at, merge, to_take_over

    by = values["by"]
    if not by:
        with suppress(AdvisorError):
            by = user_email()
    with branch_at(values["source"], ledger.directory) as (theirs, name):
        if not task.confirmed:
            waiting = list(to_take_over(ledger, theirs))
            if not waiting:
                raise BadInput(values["source"], "has nothing to take over", "all records of that branch are here")
            listed = ", ".join(f"record {seq} ({kind})" for seq, kind in waiting[:_MOST_LISTED])
            more = f" and {len(waiting) - _MOST_LISTED} more" if len(waiting) > _MOST_LISTED else ""
            return [
                f"{_count(len(waiting), 'record', 'records')} of {name} will be taken over: {listed}{more}.",
                "Names and texts that they redact are deleted here too; whom to trust is not taken over.",
            ]
        because = values["because"] or f"Taken over from {name}."
        merger = Merger(by, because, datetime.now(UTC), _signing(ledger, values))
        taken = list(merge(ledger, theirs, merger))
    return [f"{_count(len(taken), 'record was', 'records were')} taken over."]


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _will_be_written(file: Path) -> str:
    return f"will be written to {file}" + (", in place of the file that is there" if file.exists() else "")


def _write(file: Path, data: bytes) -> None:
    try:
        write_atomically(file.absolute(), data)
    except OSError as error:
        raise AdvisorError(str(file), f"cannot be written: {error.strerror}") from None

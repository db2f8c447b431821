"""What the interface asks of a ledger, done by the functions behind `advisor records`; nothing here is drawn."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError, BadInput
from advisor.record.ledger import Ledger
from advisor.tui.ledger_talk import (
    Act,
    Answered,
    Diff,
    Entries,
    Finished,
    ListAll,
    Open,
    Opened,
    Progress,
    Reopen,
    Row,
    Signer,
    Verify,
    Whoami,
)
from advisor.tui.service import sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.record.events import Act as Said
    from advisor.record.form import Table
    from advisor.record.ledger import Saved
    from advisor.record.outline import Listed
    from advisor.tui.ledger_talk import Answer, Request

    Tell = Callable[[Progress], None]

TELL_EVERY_S = 0.1
STATED = ("rationale", "consequences", "confirmation", "review_by")


def answer(request: Request, tell: Tell, packs: Sequence[Path] = ()) -> Answer:
    """Do what is asked; an error becomes its sentence."""
    try:
        return _done(request, tell, packs)
    except Exception as error:
        return Finished(False, (sentence_of(error),))


def _done(request: Request, tell: Tell, packs: Sequence[Path]) -> Answer:
    match request:
        case ListAll(directory):
            from advisor.record.outline import listed

            return Entries(tuple(_row(one) for one in listed(Ledger(Path(directory)))))
        case Open(directory, number):
            return _opened(Ledger(Path(directory)), number)
        case Verify():
            return _verified(request, tell, packs)
        case Diff(directory, first, second):
            from advisor.record.diff import diff

            return Finished(True, tuple(diff(Ledger(Path(directory)), first, second).split("\n")))
        case Act():
            return _acted(request)
        case Reopen(directory, number):
            return _answers(Ledger(Path(directory)), number)
        case Whoami():
            return Signer(_known("user_email"), _known("signing_key"))


def _row(one: Listed) -> Row:
    return Row(**{name: getattr(one, name) for name in Row._fields})


def _opened(ledger: Ledger, number: int) -> Opened:
    from advisor.record.outline import outline
    from advisor.record.parse import read_record
    from advisor.record.recorded import recorded_assessment
    from advisor.record.standing import standing_in

    entry = ledger.entry(number)
    file = str(entry.path)
    record = read_record(entry.data, file)
    kind = str(record["record"]["kind"])
    place = (("made", str(record["record"]["created_utc"])), ("file", file), ("sha256", entry.digest))
    lines = tuple(outline(entry))
    if kind != "decision":
        return Opened(number, kind, "", (*_about(record), *place), None, lines)
    standing = standing_in(ledger, number)
    signed = tuple(("signed by", made.principal) for made in standing.sign_offs)
    rows = (("title", str(record["decision"]["title"])), ("stands", standing.words), *_stated(record), *signed, *place)
    return Opened(number, kind, standing.words, rows, recorded_assessment(record, file), lines)


def _stated(record: Table) -> tuple[tuple[str, str], ...]:
    """What people said of a decision."""
    names = {"rationale": "reason", "review_by": "review by"}
    decision = record["decision"]
    said = tuple((names.get(name, name), str(decision[name])) for name in STATED if decision.get(name))
    deciders = ", ".join(record["people"]["deciders"])
    return (("decided by", deciders), *said) if deciders else said


def _about(record: Table) -> tuple[tuple[str, str], ...]:
    """What a sign-off, accept, supersede or withdraw says."""
    said = record["statement"]
    rows = [("of record", str(record["about"]["seq"])), ("by", said["by"]), ("because", said["because"])]
    if "successor" in record:
        rows.insert(1, ("newer", f"record {record['successor']['seq']}"))
    if "threshold" in record:
        rows.append(("signers asked", str(record["threshold"]["signers"])))
    if "signature" in record:
        rows.append(("key", f"{record['signature']['key_type']} {record['signature']['key']}"))
    return tuple(rows)


def _verified(request: Verify, tell: Tell, packs: Sequence[Path]) -> Finished:
    from advisor.assess import assess
    from advisor.knowledge.load import load_knowledge
    from advisor.record.tell import tell as told
    from advisor.record.today import Now
    from advisor.record.verify import Scope, trust_of, verify

    ledger = Ledger(Path(request.directory))
    allowed, revoked = (Path(text).expanduser() if text else None for text in (request.allowed, request.revoked))
    now = Now(load_knowledge(packs), datetime.now(UTC).date()) if request.number else None
    scope = Scope(request.number, assess, trust_of(ledger, allowed, revoked), request.head, now)
    found = verify(ledger, scope, _paced(tell, len(ledger.numbers())))
    return Finished(found.status == 0, tuple(told(found)))


def _paced(tell: Tell, total: int) -> Callable[[int], None]:
    """Tell how far it is, but not so often that telling takes the time."""
    last = time.monotonic()

    def done(number: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            last = time.monotonic()
            tell(Progress(number, total))

    return done


def _acted(request: Act) -> Finished:
    from advisor.record.events import Act as Said  # what is only listed needs none of it

    ledger = Ledger(Path(request.directory))
    said = Said(request.number, request.by, request.because, datetime.now(UTC))
    saved = _signed(ledger, said, request.more) if request.kind == "sign" else _event(ledger, said, request)
    if saved is None:
        return Finished(False, (), at_terminal=True)
    return Finished(True, (saved.sentence,))


def _event(ledger: Ledger, said: Said, request: Act) -> Saved:
    from advisor.record import events

    if request.kind == "accept":
        return events.accept(ledger, said, _number(request.more, "signers asked"))
    if request.kind == "supersede":
        return events.supersede(ledger, said, _number(request.more, "newer record"))
    return events.withdraw(ledger, said)


def _number(text: str, where: str) -> int:
    if not text.isdecimal():
        raise BadInput(where, f"{text!r} is no number", "type digits")
    return int(text)


def _signed(ledger: Ledger, said: Said, key: str) -> Saved | None:
    """Sign with a key that asks nobody; None where somebody must be at the terminal, and the record holds."""
    from advisor.assess import assess
    from advisor.record.keygen import asks_somebody
    from advisor.record.signing import refuse_broken, sign

    file = Path(key).expanduser()
    if asks_somebody(file):
        refuse_broken(ledger, said.about, assess)
        return None
    return sign(ledger, said, file, assess)


def _answers(ledger: Ledger, number: int) -> Answered:
    from advisor.record.parse import read_record

    entry = ledger.entry(number)
    record = read_record(entry.data, str(entry.path))
    given = record.get("answers", {})
    values = {key: one["value"] for key, one in given.items() if "value" in one}
    decision = record["decision"]
    stated = {"deciders": ", ".join(record["people"]["deciders"]), "title": str(decision["title"])}
    return Answered(
        str(entry.path), str(decision["questionnaire"]), values, tuple(sorted(set(given) - set(values))), stated
    )


def _known(setting: str) -> str:
    from advisor.record import git_settings

    try:
        return str(getattr(git_settings, setting)())
    except AdvisorError:
        return ""

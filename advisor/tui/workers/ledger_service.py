"""What the interface asks of a ledger, done by the functions behind `advisor records`; nothing here is drawn."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.record.ledger import Ledger
from advisor.tui.workers.assess_service import sentence_of
from advisor.tui.workers.ledger_messages import (
    Act,
    Diff,
    Entries,
    Finished,
    ListAll,
    Open,
    Progress,
    Reopen,
    Row,
    Signer,
    Verify,
    Whoami,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.record.summary import Listed
    from advisor.tui.workers.ledger_messages import Answer, Request

    Tell = Callable[[Progress], None]

TELL_EVERY_S = 0.1


def answer(request: Request, tell: Tell, packs: Sequence[Path] = ()) -> Answer:
    """Do what is asked; an error becomes its sentence."""
    try:
        return _done(request, tell, packs)
    except Exception as error:
        return Finished(False, (sentence_of(error),))


def _done(request: Request, tell: Tell, packs: Sequence[Path]) -> Answer:
    match request:
        case ListAll(directory):
            from advisor.record.summary import listed

            return Entries(tuple(_row(one) for one in listed(Ledger(Path(directory)))))
        case Open(directory, number):
            from advisor.tui.ledger.open_record import opened  # what is only listed needs none of it

            return opened(Ledger(Path(directory)), number)
        case Verify():
            return _verified(request, tell, packs)
        case Diff(directory, first, second):
            from advisor.record.record_diff import diff

            return Finished(True, tuple(diff(Ledger(Path(directory)), first, second).split("\n")))
        case Act():
            from advisor.tui.workers.ledger_actions import acted

            return acted(request)
        case Reopen(directory, number):
            from advisor.tui.ledger.open_record import answers_of

            return answers_of(Ledger(Path(directory)), number)
        case Whoami():
            return Signer(_known("user_email"), _known("signing_key"))


def _row(one: Listed) -> Row:
    return Row(**{name: getattr(one, name) for name in Row._fields})


def _verified(request: Verify, tell: Tell, packs: Sequence[Path]) -> Finished:
    from advisor.api import assess
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.record.reassess import Now
    from advisor.record.verification_report import tell as told
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


def _known(setting: str) -> str:
    from advisor.record import git_settings

    try:
        return str(getattr(git_settings, setting)())
    except AdvisorError:
        return ""

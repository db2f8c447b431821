"""The process that works on a ledger, or a portfolio, for the interface, by the functions behind the commands.

Its arguments are the folders of packs to lay over ours. It serves one request after the other until its pipe closes.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError, BadInput, sentence_of
from advisor.record import ledger_events
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import Act
from advisor.tui.workers.ipc import receive, reply_channel, send
from advisor.tui.workers.messages import (
    AssessMember,
    ChangeRecord,
    Diff,
    Entries,
    Finished,
    GitIdentity,
    LedgerTask,
    ListAll,
    OpenRecord,
    Progress,
    Reopen,
    SavePortfolio,
    SolvePortfolio,
    Verify,
    Whoami,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from advisor.tui.workers.messages import LedgerAnswer, LedgerRequest

    Tell = Callable[[Progress], None]
    from advisor.record.ledger import Saved


TELL_EVERY_S = 0.1


def answer(request: LedgerRequest, tell: Tell, packs: Sequence[Path] = ()) -> LedgerAnswer:
    """Do what is asked; an error becomes its sentence."""
    try:
        return _done(request, tell, packs)
    except Exception as error:
        return Finished(False, (sentence_of(error),))


def _done(request: LedgerRequest, tell: Tell, packs: Sequence[Path]) -> LedgerAnswer:
    match request:
        case ListAll(directory):
            from advisor.record.summary import listed

            return Entries(tuple(listed(Ledger(Path(directory)))))
        case OpenRecord(directory, number):
            from advisor.tui.workers.open_record import opened  # what is only listed needs none of it

            return opened(Ledger(Path(directory)), number)
        case Verify():
            return _verified(request, tell, packs)
        case Diff(directory, first, second):
            from advisor.tui.workers.record_diff import diff

            return Finished(True, tuple(diff(Ledger(Path(directory)), first, second).split("\n")))
        case ChangeRecord() | LedgerTask():
            return acted(request) if isinstance(request, ChangeRecord) else _task(request)
        case Reopen(directory, number):
            from advisor.tui.workers.open_record import answers_of

            return answers_of(Ledger(Path(directory)), number)
        case Whoami():
            return GitIdentity(_known("user_email"), _known("signing_key"))
        case SolvePortfolio() | AssessMember() | SavePortfolio():
            from advisor.tui.workers.portfolio_service import portfolio_answered

            return portfolio_answered(request, tell, tuple(packs))


def _task(request: LedgerTask) -> Finished:
    from advisor.tui.workers.ledger_tasks import done

    return done(request)


def _verified(request: Verify, tell: Tell, packs: Sequence[Path]) -> Finished:
    from advisor.api import assess
    from advisor.knowledge.load_pack import load_knowledge
    from advisor.record.audit.replay import Now
    from advisor.record.audit.verification import tell as verification_lines
    from advisor.record.audit.verify import Scope, trust_of, verify

    ledger = Ledger(Path(request.directory))
    allowed, revoked = (Path(text).expanduser() if text else None for text in (request.allowed, request.revoked))
    now = Now(load_knowledge(packs), datetime.now(UTC).date()) if request.number else None
    trust, route_alone = trust_of(ledger, allowed, revoked), partial(assess, flips=False)
    scope = Scope(request.number, assess, trust, request.head, now, route_alone=route_alone)
    found = verify(ledger, scope, _paced(tell, len(ledger.numbers())))
    return Finished(found.status == 0, tuple(verification_lines(found)))


def _paced(tell: Tell, total: int) -> Callable[[int], None]:
    """Report progress, but not so often that reporting takes the time."""
    last = time.monotonic()

    def done(number: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            last = time.monotonic()
            tell(Progress(number, total))

    return done


def _known(setting: str) -> str:
    from advisor.record.signatures import ssh_keygen as git_settings

    try:
        return str(getattr(git_settings, setting)())
    except AdvisorError:
        return ""


def acted(request: ChangeRecord) -> Finished:
    """Add the record that is asked for; one that must be signed at the terminal is not added, and says so."""
    ledger = Ledger(Path(request.directory))
    act = Act(request.number, request.by, request.because, datetime.now(UTC))
    if request.kind in ("sign", "disapprove"):
        saved = _signed(ledger, act, request.key, request.kind)
    else:
        saved = _event(ledger, act, request)
    if saved is None:
        return Finished(False, (), at_terminal=True)
    return Finished(True, (saved.sentence,))


def _event(ledger: Ledger, act: Act, request: ChangeRecord) -> Saved | None:
    """Add what happened to a decision, signed where a key is named; None where the key asks somebody."""
    signing = None
    if request.key:
        from advisor.record.audit.verify import trust_of
        from advisor.record.signatures.ssh_keygen import asks_somebody

        file = Path(request.key).expanduser()
        if asks_somebody(file):
            return None
        signing = ledger_events.Signing(file, trust_of(ledger))
    if request.kind == "accept":
        return ledger_events.accept(ledger, act, _number(request.more, "signers asked"), signing)
    if request.kind == "supersede":
        return ledger_events.supersede(ledger, act, _number(request.more, "newer record"), signing)
    return ledger_events.withdraw(ledger, act, signing)


def _number(text: str, where: str) -> int:
    if not text.isdecimal():
        raise BadInput(where, f"{text!r} is not a number", "type digits")
    return int(text)


def _signed(ledger: Ledger, act: Act, key: str, kind: str) -> Saved | None:
    """Sign or disapprove with a key that asks nobody; None where somebody must be there, and the record holds."""
    from advisor.api import assess
    from advisor.record.signatures.signing import object_to, refuse_broken, sign
    from advisor.record.signatures.ssh_keygen import asks_somebody

    file = Path(key).expanduser()
    if asks_somebody(file):
        refuse_broken(ledger, act.about, assess if kind == "sign" else None)
        return None
    return sign(ledger, act, file, assess) if kind == "sign" else object_to(ledger, act, file)


REQUESTS = 0


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = reply_channel()
    packs = [Path(folder) for folder in sys.argv[1:]]
    while (request := receive(REQUESTS)) is not None:
        send(replies, answer(request, lambda progress: send(replies, progress), packs))


if __name__ == "__main__":
    main()

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

from advisor.errors import AdvisorError, sentence_of
from advisor.record.ledger import Ledger
from advisor.tui.workers import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Tell = Callable[[messages.Progress], None]


TELL_EVERY_S = 0.1


def answer(request: messages.LedgerRequest, tell: Tell, packs: Sequence[Path] = ()) -> messages.LedgerAnswer:
    """Do what is asked; an error becomes its sentence."""
    try:
        return _done(request, tell, packs)
    except Exception as error:
        return messages.Finished(False, (sentence_of(error),))


def _done(request: messages.LedgerRequest, tell: Tell, packs: Sequence[Path]) -> messages.LedgerAnswer:
    match request:
        case messages.ListAll(directory):
            from advisor.record.summary import listed

            return messages.Entries(tuple(listed(Ledger(Path(directory)))))
        case messages.OpenRecord(directory, number):
            from advisor.tui.workers.open_record import opened  # what is only listed needs none of it

            return opened(Ledger(Path(directory)), number)
        case messages.Verify():
            return _verified(request, tell, packs)
        case messages.Diff(directory, first, second):
            from advisor.tui.workers.open_record import diff

            return messages.Finished(True, tuple(diff(Ledger(Path(directory)), first, second).split("\n")))
        case messages.LedgerTask():
            from advisor.tui.workers.ledger_tasks import done

            return done(request)
        case messages.Reopen(directory, number):
            from advisor.tui.workers.open_record import answers_of

            return answers_of(Ledger(Path(directory)), number)
        case messages.Whoami():
            return messages.GitIdentity(_known("user_email"), _known("signing_key"))
        case messages.SolvePortfolio() | messages.AssessMember() | messages.SavePortfolio():
            from advisor.tui.workers.portfolio_service import portfolio_answered

            return portfolio_answered(request, tell, tuple(packs))


def _verified(request: messages.Verify, tell: Tell, packs: Sequence[Path]) -> messages.Finished:
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
    return messages.Finished(found.status == 0, tuple(verification_lines(found)))


def _paced(tell: Tell, total: int) -> Callable[[int], None]:
    """Report progress, but not so often that reporting takes the time."""
    last = time.monotonic()

    def done(number: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            last = time.monotonic()
            tell(messages.Progress(number, total))

    return done


def _known(setting: str) -> str:
    from advisor.record.signatures import ssh_keygen as git_settings

    try:
        return str(getattr(git_settings, setting)())
    except AdvisorError:
        return ""


REQUESTS = 0


def main() -> None:
    """Serve requests from standard input; whatever else is printed goes to standard error."""
    replies = messages.reply_channel()
    packs = [Path(folder) for folder in sys.argv[1:]]
    while (request := messages.receive(REQUESTS)) is not None:
        messages.send(replies, answer(request, lambda progress: messages.send(replies, progress), packs))


if __name__ == "__main__":
    main()

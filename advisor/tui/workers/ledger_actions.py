"""What people do with a record, each by a record of its own: sign, accept, supersede, withdraw."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import BadInput
from advisor.record import ledger_events
from advisor.record.ledger import Ledger
from advisor.record.ledger_events import Act as Said
from advisor.tui.workers.ledger_messages import Finished

if TYPE_CHECKING:
    from advisor.record.ledger import Saved
    from advisor.tui.workers.ledger_messages import Act


def acted(request: Act) -> Finished:
    """Add the record that is asked for; one that must be signed at the terminal is not added, and says so."""
    ledger = Ledger(Path(request.directory))
    said = Said(request.number, request.by, request.because, datetime.now(UTC))
    saved = _signed(ledger, said, request.more) if request.kind == "sign" else _event(ledger, said, request)
    if saved is None:
        return Finished(False, (), at_terminal=True)
    return Finished(True, (saved.sentence,))


def _event(ledger: Ledger, said: Said, request: Act) -> Saved:
    if request.kind == "accept":
        return ledger_events.accept(ledger, said, _number(request.more, "signers asked"))
    if request.kind == "supersede":
        return ledger_events.supersede(ledger, said, _number(request.more, "newer record"))
    return ledger_events.withdraw(ledger, said)


def _number(text: str, where: str) -> int:
    if not text.isdecimal():
        raise BadInput(where, f"{text!r} is no number", "type digits")
    return int(text)


def _signed(ledger: Ledger, said: Said, key: str) -> Saved | None:
    """Sign with a key that asks nobody; None where somebody must be at the terminal, and the record holds."""
    from advisor.api import assess
    from advisor.record.signing import refuse_broken, sign
    from advisor.record.ssh_keygen import asks_somebody

    file = Path(key).expanduser()
    if asks_somebody(file):
        refuse_broken(ledger, said.about, assess)
        return None
    return sign(ledger, said, file, assess)

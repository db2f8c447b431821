"""Sign a record that holds: nobody should put their name to one that does not."""

from __future__ import annotations

from pathlib import Path

from advisor.errors import BadInput
from advisor.record.ledger import Ledger, Saved
from advisor.record.ledger_events import Act, sign_off
from advisor.record.replay import Assess
from advisor.record.verification import TOSS_UP
from advisor.record.verify import Scope, verify


def sign(ledger: Ledger, act: Act, key: Path, assess: Assess) -> Saved:
    """Verify a record, derive it again, and sign it; raises BadInput where it does not hold, or the key cannot sign."""
    refuse_broken(ledger, act.about, assess)
    return sign_off(ledger, act, key)


def refuse_broken(ledger: Ledger, number: int, assess: Assess) -> None:
    """Raise BadInput where a record does not hold; a toss-up is for people to decide."""
    found = verify(ledger, Scope(number, assess))
    broken = [problem for problem in found.shown[0].problems if problem.status != TOSS_UP]
    if broken:
        raise BadInput(str(found.shown[0].file), broken[0].sentence, "it was not signed; see: advisor records verify")

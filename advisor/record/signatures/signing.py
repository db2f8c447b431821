"""Sign a record that holds: nobody should put their name to one that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from advisor.errors import BadInput
from advisor.record.audit.replay import Assess
from advisor.record.audit.verification import TAMPERED, TOSS_UP
from advisor.record.audit.verify import Scope, trust_of, verify
from advisor.record.formats.kept_words import front_in_clear
from advisor.record.formats.parse import text_of
from advisor.record.ledger import Ledger, Saved
from advisor.record.ledger_events import Act, Signing, disapprove, sign_off
from advisor.record.merging.branches import original_entry
from advisor.text import visible


def sign(ledger: Ledger, act: Act, key: Path, assess: Assess, show: Callable[[str], None] = lambda line: None) -> Saved:
    """Verify a record, derive it again, and sign it; raises BadInput where it does not hold, or the key cannot sign."""
    checked = refuse_broken(ledger, act.about, assess)
    for line in what_is_signed(ledger, act):
        show(line)
    return sign_off(ledger, act, Signing(key, trust_of(ledger)), checked)


def object_to(ledger: Ledger, act: Act, key: Path, show: Callable[[str], None] = lambda line: None) -> Saved:
    """Verify a decision, without deriving it again, and sign that `act.by` disapproves of it; raises BadInput."""
    checked = refuse_broken(ledger, act.about, None)
    for line in what_is_signed(ledger, act, "objects"):
        show(line)
    return disapprove(ledger, act, Signing(key, trust_of(ledger)), checked)


def refuse_broken(ledger: Ledger, number: int, assess: Assess | None) -> str:
    """The digest of the bytes that hold; raises BadInput where they do not, or another record was tampered with.

    Without `assess` the verdict is not derived again. A toss-up is for people to decide.
    """
    found = verify(ledger, Scope(number, assess))
    for other in found.records:
        tampered = [problem for problem in other.problems if problem.status == TAMPERED]
        if tampered:
            raise BadInput(str(other.file), tampered[0].sentence, "it was not signed; see: advisor records verify")
    broken = [problem for problem in found.shown[0].problems if problem.status != TOSS_UP]
    if broken:
        raise BadInput(str(found.shown[0].file), broken[0].sentence, "it was not signed; see: advisor records verify")
    return found.shown[0].sha256


def what_is_signed(ledger: Ledger, act: Act, does: str = "signs") -> Iterator[str]:
    """What a signature will cover, in lines that are safe for a terminal."""
    entry = ledger.entry(act.about)
    front = front_in_clear(original_entry(ledger, act.about))
    title, chosen = text_of(front, "decision", "title"), text_of(front, "verdict", "option")
    yield visible(f"{does:<7} record {act.about}, sha256 {entry.digest}")
    if title or chosen:
        yield visible(f"        {title}: {chosen}")
    yield visible(f"as      {act.by}" + (f", {act.role}" if act.role else ""))
    yield visible(f"words   {act.because}")

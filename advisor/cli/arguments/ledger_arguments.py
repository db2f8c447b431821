"""Records and ledgers that the commands on a ledger are given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.record.ledger import Ledger
    from advisor.record.ledger_events import Act, Signing


def act(number: int, by: str, because: str, role: str = "") -> Act:
    """Who does what about which record, now."""
    from advisor.record.ledger_events import Act

    return Act(number, by, because, datetime.now(UTC), role)


def signing_with(ledger: Ledger, key: Path | None) -> Signing | None:
    """How to sign an event with a key, where one is given: the signature must count by the ledger's allowed signers."""
    from advisor.record.audit.verify import trust_of
    from advisor.record.ledger_events import Signing

    return None if key is None else Signing(key, trust_of(ledger))


def ledger_at(directory: Path, todo: str = "name the ledger with --records") -> Ledger:
    """The ledger in a directory; raises BadInput when no record lies there."""
    from advisor.record.ledger import Ledger

    ledger = Ledger(directory)
    if not ledger.numbers():
        raise BadInput(str(directory), "holds no records", f"{todo}{_elsewhere()}")
    return ledger


def _elsewhere() -> str:
    """Where the interface saved records, if it did: not where the commands look by default."""
    from advisor.cli.arguments.locate import records_place

    place = records_place()
    return f"; the interface saves in {place}" if place.is_dir() else ""


def found_record(record: str, directory: Path) -> tuple[Ledger, int]:
    """A record by its number in the ledger, or by its path (then its own directory is the ledger)."""
    from advisor.record.ledger import number_of

    if record.isdecimal():
        number = int(record)
    else:
        directory, number = Path(record).parent, number_of(Path(record).name)
    ledger = ledger_at(directory)
    if number not in ledger.numbers():
        raise BadInput(record, f"is not a record of {directory}", "see: advisor records list")
    return ledger, number

"""`advisor records`: list, show and verify the decisions of a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.errors import BadInput

if TYPE_CHECKING:
    from advisor.record.ledger import Ledger

_DIRECTORY = click.option(
    "--records",
    "directory",
    type=click.Path(path_type=Path),
    default=Path("records"),
    show_default=True,
    metavar="DIR",
    help="The ledger: a directory of numbered records.",
)


@click.group("records")
def command() -> None:
    """The ledger of decisions: numbered files, each chained to the one before."""


@command.command("list")
@_DIRECTORY
def list_records(directory: Path) -> None:
    """One line for each record: number, time, kind, what was decided."""
    from advisor.record.outline import line_of

    ledger = _ledger(directory)
    for number in ledger.numbers():
        click.echo(line_of(ledger.entry(number)))


@command.command("show")
@click.argument("record")
@_DIRECTORY
def show(record: str, directory: Path) -> None:
    """Print what RECORD (its number, or its file) says."""
    from advisor.record.outline import outline

    ledger, number = _found(record, directory)
    for line in outline(ledger.entry(number)):
        click.echo(line)


@command.command("verify")
@click.argument("record", required=False)
@_DIRECTORY
@click.option("--replay/--no-replay", default=True, help="Derive each verdict again from its pinned knowledge.")
def verify(record: str | None, directory: Path, replay: bool) -> int:
    """Check RECORD (its number, or its file), or every record of the ledger.

    Exit status: 0 all holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 replay is a numeric toss-up.
    """
    from advisor.assess import assess
    from advisor.record.tell import tell_chain, tell_record
    from advisor.record.verify import verify_chain, verify_record

    derive = assess if replay else None
    if record is not None:
        ledger, number = _found(record, directory)
        checked = [verify_record(ledger, number, derive)]
        lines = tell_record(checked[0], ledger)
    else:
        checked = verify_chain(_ledger(directory), derive)
        lines = tell_chain(checked, _ledger(directory))
    for line in lines:
        click.echo(line)
    return min((one.status for one in checked if one.status), default=0)


def _ledger(directory: Path) -> Ledger:
    from advisor.record.ledger import Ledger

    ledger = Ledger(directory)
    if not ledger.numbers():
        raise BadInput(str(directory), "holds no records", "name the ledger with --records")
    return ledger


def _found(record: str, directory: Path) -> tuple[Ledger, int]:
    """A record by its number in the ledger, or by its path (then its own directory is the ledger)."""
    from advisor.record.ledger import Ledger, number_of

    if record.isdecimal():
        number = int(record)
    else:
        directory, number = Path(record).parent, number_of(Path(record).name)
    ledger = Ledger(directory)
    if number not in ledger.numbers():
        raise BadInput(record, f"is no record of {directory}", "see: advisor records list")
    return ledger, number

"""`advisor records`: the decisions of a ledger, listed, shown, and those that are due again."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from advisor.cli.examples import examples
from advisor.cli.help_format import Sentences
from advisor.cli.ledger_options import RECORDS, found_record, ledger_at
from advisor.cli.records_sign import accept, sign, supersede, withdraw
from advisor.cli.records_verify import verify
from advisor.cli.shell_words import files
from advisor.errors import BadInput

EXAMPLES = examples(
    "advisor records list --records examples/ledger",
    "advisor records show 2 --records examples/ledger",
    "advisor records verify --records examples/ledger",
)


@click.group("records", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """The ledger of decisions: numbered files, each chained to the one before."""


@command.command("list")
@RECORDS
def list_records(directory: Path) -> None:
    """One line for each record: number, time, kind, where it stands, what it is about."""
    from advisor.record.summary import lines_of

    for line in lines_of(ledger_at(directory)):
        click.echo(line)


@command.command("show", epilog=examples("advisor records show 2 --records examples/ledger --format html > two.html"))
@click.argument("record", shell_complete=files)
@RECORDS
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True
)
def show(record: str, directory: Path, form: str) -> None:
    """Print what RECORD (its number, or its file) says, from its bytes alone: nothing is assessed again."""
    ledger, number = found_record(record, directory)
    if form != "text":
        from advisor.record.export import export

        click.echo(export(ledger, number, form))
        return
    from advisor.record.summary import outline

    for line in outline(ledger.entry(number)):
        click.echo(line)


@command.command("diff", epilog=examples("advisor records diff 1 2 --records examples/ledger"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@RECORDS
def diff(first: str, second: str, directory: Path) -> None:
    """What differs between the decisions A and B: answers, rules, costs, verdict, and which difference caused it."""
    from advisor.record.record_diff import diff as told

    (ledger, number), (other, newer) = found_record(first, directory), found_record(second, directory)
    if ledger.directory.resolve() != other.directory.resolve():
        raise BadInput(second, f"lies in another ledger than {first}", "see: advisor compare")
    click.echo(told(ledger, number, newer))


@command.command("due")
@RECORDS
@click.option(
    "--on",
    "day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to ask about (YYYY-MM-DD).  [default: today]",
)
@click.option("--assess/--no-assess", "again", default=True, help="Where rules or prices changed, decide again.")
def due(directory: Path, day: datetime | None, again: bool) -> None:
    """Which decisions must be looked at again: time passed, prices aged, or a rule changed."""
    from advisor.api import assess
    from advisor.cli.pack_options import knowledge_with
    from advisor.record.reassess import Now
    from advisor.record.reviews import decisions_due
    from advisor.record.statement import visible

    now = Now(knowledge_with(()), (day or datetime.now(UTC)).date())
    route_alone = partial(assess, flips=False)
    listed = list(decisions_due(ledger_at(directory), now, route_alone if again else None))
    for one in listed:
        click.echo(visible(f"record {one.number}: {one.title}: {'; '.join(one.reasons)}"))
    click.echo(f"{len(listed)} decision{' is' if len(listed) == 1 else 's are'} due on {now.day}")


for later in (verify, sign, accept, supersede, withdraw):
    command.add_command(later)

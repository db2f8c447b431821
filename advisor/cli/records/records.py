"""`advisor records`: the decisions of a ledger, listed, shown, and those that are due again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from advisor.cli.arguments.inputs import recorded_input
from advisor.cli.arguments.ledger_arguments import found_record, ledger_at
from advisor.cli.compare import comparison
from advisor.cli.framework.help_format import Sentences, examples
from advisor.cli.framework.options import AS_OF, EXIT_CODE, FORMAT, OUTPUT, QUIET, RECORDS, RULES, formats, with_options
from advisor.cli.framework.output import as_json, emit, terminal_width
from advisor.cli.framework.shell_words import files
from advisor.cli.records.records_archive import export
from advisor.cli.records.records_merge import merge, merge_driver
from advisor.cli.records.records_recheck import recheck
from advisor.cli.records.records_sign import accept, redact, sign, supersede, timestamp, withdraw
from advisor.cli.records.records_verify import verify
from advisor.errors import BadInput
from advisor.text import WIDTH, visible, wrapped_rows

EXAMPLES = examples(
    "advisor records list --records examples/ledger",
    "advisor records show 2 --records examples/ledger",
    "advisor records verify --records examples/ledger",
)


@click.group("records", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """The ledger of decisions: numbered files, each chained to the one before."""


@command.command("list")
@with_options(RECORDS, FORMAT, OUTPUT, QUIET)
def list_records(records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """One line for each record: number, claimed time, kind, status, what it is about."""
    from advisor.record.summary import lines_of, listed

    ledger = ledger_at(records)
    text = (
        as_json([asdict(one) for one in listed(ledger)])
        if form == "json"
        else "\n".join(wrapped_rows(lines_of(ledger, datetime.now(UTC).date()), WIDTH if output else terminal_width()))
    )
    emit(text, output, quiet=quiet)


@command.command("show", epilog=examples("advisor records show 2 --records examples/ledger --format html > two.html"))
@click.argument("record", shell_complete=files)
@with_options(RECORDS, formats("text", "markdown", "html", "json"), OUTPUT, QUIET)
def show(record: str, records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """Print what RECORD (its number, or its file) says, from its bytes alone: nothing is assessed again."""
    ledger, number = found_record(record, records)
    if form != "text":
        from advisor.cli.records.records_export import export

        emit(export(ledger, number, form), output, quiet=quiet)
        return
    from advisor.record.audit.status import standing_of
    from advisor.record.merging.branches import told
    from advisor.record.record_text import outline

    width = terminal_width() if output is None else WIDTH
    lines = outline(told(ledger, number), width, standing_of(ledger, number))
    emit("\n".join(lines).rstrip(), output, quiet=quiet)


@command.command("diff", epilog=examples("advisor records diff 1 2 --records examples/ledger"))
@click.argument("first", metavar="A", shell_complete=files)
@click.argument("second", metavar="B", shell_complete=files)
@with_options(RECORDS, FORMAT, OUTPUT, QUIET)
def diff(first: str, second: str, records: Path, form: str, output: Path | None, quiet: bool) -> None:
    """What differs between the decisions A and B: answers, rules, costs, verdict, and which difference caused it."""
    (ledger, number), (other, newer) = found_record(first, records), found_record(second, records)
    if ledger.directory.resolve() != other.directory.resolve():
        raise BadInput(second, f"is in another ledger than {first}", "see: advisor compare")
    a, b = recorded_input(ledger, number), recorded_input(other, newer)
    emit(comparison(a, b, form)[0], output, quiet=quiet)


@command.command("due", epilog=examples("advisor records due --as-of 2027-06-01 --records examples/ledger"))
@with_options(RECORDS, AS_OF, RULES, FORMAT, OUTPUT, EXIT_CODE, QUIET)
@click.option("--assess/--no-assess", "again", default=True, help="Where rules or prices changed, decide again.")
def due(
    records: Path,
    as_of: date,
    packs: tuple[Path, ...],
    form: str,
    output: Path | None,
    exit_code: bool,
    quiet: bool,
    again: bool,
) -> int:
    """Which decisions must be looked at again: time passed, prices aged, a rule changed, or their retention ended.

    Exit status: 0; with --exit-code 1 where one is due.
    """
    from advisor.api import assess
    from advisor.cli.arguments.inputs import knowledge_with
    from advisor.record.reassess import Now
    from advisor.record.reviews import decisions_due

    now = Now(knowledge_with(packs, quiet=quiet), as_of)
    route_alone = partial(assess, flips=False)
    listed = list(decisions_due(ledger_at(records), now, route_alone if again else None))
    lines = [visible(f"record {one.number}: {one.title}: {'; '.join(one.reasons)}") for one in listed]
    count = f"{len(listed)} decision{' is' if len(listed) == 1 else 's are'} due on {now.day}"
    found = {"as_of": now.day, "due": [asdict(one) for one in listed]}
    emit(as_json(found) if form == "json" else "\n".join([*lines, count]), output, quiet=quiet)
    return 1 if exit_code and listed else 0


for later in (verify, recheck, sign, accept, supersede, withdraw, redact, timestamp, export, merge, merge_driver):
    command.add_command(later)

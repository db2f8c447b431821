"""`advisor records`: the decisions of a ledger, listed, shown, compared, exported, and those that are due again."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from advisor.cli.compare import emit_comparison
from advisor.cli.framework.click_extensions import Sentences, examples, files, record_numbers
from advisor.cli.framework.inputs import SharedOptions, today, with_options
from advisor.cli.framework.options import AS_OF, EXIT_CODE, FORMAT, OUTPUT, PRINTED, QUIET, RECORDS, RULES, formats
from advisor.cli.framework.output import as_json, write_result
from advisor.cli.records.records_events import accept, disapprove, policy, redact, sign, supersede, timestamp, withdraw
from advisor.cli.records.records_merge import merge, merge_driver
from advisor.cli.records.records_recheck import recheck
from advisor.cli.records.records_verify import verify
from advisor.errors import BadInput
from advisor.text import visible, wrapped_rows

EXAMPLES = examples(
    "advisor records list --records examples/ledger",
    "advisor records show 2 --records examples/ledger",
    "advisor records verify --records examples/ledger",
)


@click.group("records", cls=Sentences, epilog=EXAMPLES)
def command() -> None:
    """The ledger of decisions: numbered files, each chained to the one before."""


@command.command("list")
@with_options(RECORDS, *PRINTED)
def list_records(shared: SharedOptions) -> None:
    """One line for each record: number, claimed time, kind, status, what it is about."""
    from advisor.record.summary import lines_of, listed

    ledger = shared.ledger()
    shared.emit(
        as_json([asdict(one) for one in listed(ledger)])
        if shared.is_json
        else wrapped_rows(lines_of(ledger, today()), shared.lines_width)
    )


@command.command("show", epilog=examples("advisor records show 2 --records examples/ledger --format html > two.html"))
@click.argument("record", shell_complete=record_numbers)
@with_options(RECORDS, formats("text", "markdown", "html", "json"), OUTPUT, QUIET)
def show(shared: SharedOptions, record: str) -> None:
    """Print what RECORD (its number, or its file) says, from its bytes alone: nothing is assessed again."""
    from advisor.cli.records.records_export import export
    from advisor.record.audit.status import standing_of
    from advisor.record.branches import original_entry
    from advisor.record.record_text import outline

    ledger, number = shared.record(record)
    if shared.form != "text":
        shared.emit(export(ledger, number, shared.form))
        return
    lines = outline(original_entry(ledger, number), shared.width, standing_of(ledger, number))
    shared.emit("\n".join(lines).rstrip())


@command.command("diff", epilog=examples("advisor records diff 1 2 --records examples/ledger"))
@click.argument("first", metavar="A", shell_complete=record_numbers)
@click.argument("second", metavar="B", shell_complete=record_numbers)
@with_options(RECORDS, *PRINTED)
def diff(shared: SharedOptions, first: str, second: str) -> None:
    """What differs between the decisions A and B: answers, rules, costs, verdict, and which difference caused it."""
    from advisor.record.audit.replay import inputs_of

    (ledger, number), (other, newer) = shared.record(first), shared.record(second)
    if ledger.directory.resolve() != other.directory.resolve():
        raise BadInput(second, f"is in another ledger than {first}", "see: advisor compare")
    emit_comparison(shared, inputs_of(ledger, number), inputs_of(other, newer))


@command.command("due", epilog=examples("advisor records due --as-of 2027-06-01 --records examples/ledger"))
@with_options(RECORDS, AS_OF, RULES, FORMAT, OUTPUT, EXIT_CODE, QUIET)
@click.option("--assess/--no-assess", "again", default=True, help="Where rules or prices changed, decide again.")
def due(shared: SharedOptions, exit_code: bool, again: bool) -> int:
    """Which decisions must be looked at again: time passed, prices aged, a rule changed, or their retention ended.

    Exit status: 0; with --exit-code 1 where one is due.
    """
    from advisor.api import assess
    from advisor.record.audit.replay import Now
    from advisor.record.recheck import decisions_due

    now = Now(shared.knowledge(), shared.as_of)
    route_alone = partial(assess, flips=False)
    listed = list(decisions_due(shared.ledger(), now, route_alone if again else None))
    lines = [visible(f"record {one.number}: {one.title}: {'; '.join(one.reasons)}") for one in listed]
    count = f"{len(listed)} decision{' is' if len(listed) == 1 else 's are'} due on {now.day}"
    found = {"as_of": now.day, "due": [asdict(one) for one in listed]}
    shared.emit(as_json(found) if shared.is_json else [*lines, count])
    return 1 if exit_code and listed else 0


for later in (verify, recheck, sign, disapprove, accept, supersede, withdraw, redact, timestamp):
    command.add_command(later)


@command.command("export", epilog=examples("advisor records export --archive decisions.tar --records examples/ledger"))
@click.option(
    "--archive", required=True, type=click.Path(path_type=Path), metavar="FILE", shell_complete=files,
    help="The tar to write; the same ledger gives the same bytes.",
)  # fmt: skip
@click.option(
    "--bundle", type=click.Path(path_type=Path), metavar="FILE", shell_complete=files,
    help="The program's own bundle (make bundle), to be kept with it.",
)  # fmt: skip
@with_options(RECORDS)
def export_ledger(shared: SharedOptions, archive: Path, bundle: Path | None) -> None:
    """Write the ledger, the verifier, the page on the format, and a bundle of the program where given, into one tar.

    Unpacked, it is verified without a network: sha256sum -c SHA256SUMS, and python3 -I verify.py ledger. Redacted names
    and texts are left out.
    """
    from advisor.record.audit.archive import archive as packed

    data = packed(shared.ledger(), bundle)
    write_result(archive, data)
    click.echo(f"wrote {archive} (sha256 {sha256(data).hexdigest()})")


for last in (merge, merge_driver, policy):
    command.add_command(last)

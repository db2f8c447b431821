"""`advisor records export`: a ledger for the archive, in one file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from advisor.cli.framework.click_extensions import examples, files
from advisor.cli.framework.inputs import ledger_at
from advisor.cli.framework.options import RECORDS, with_options
from advisor.cli.framework.output import write_result


@click.command("export", epilog=examples("advisor records export --archive decisions.tar --records examples/ledger"))
@click.option(
    "--archive", required=True, type=click.Path(path_type=Path), metavar="FILE", shell_complete=files,
    help="The tar to write; the same ledger gives the same bytes.",
)  # fmt: skip
@click.option(
    "--bundle", type=click.Path(path_type=Path), metavar="FILE", shell_complete=files,
    help="The program's own bundle (make bundle), to be kept with it.",
)  # fmt: skip
@with_options(RECORDS)
def export(archive: Path, bundle: Path | None, records: Path) -> None:
    """Write the ledger, the verifier, the page on the format, and a bundle of the program where given, into one tar.

    Unpacked, it is verified without a network: sha256sum -c SHA256SUMS, and python3 -I verify.py ledger. Redacted names
    and texts are left out.
    """
    from advisor.record.audit.archive import archive as packed

    data = packed(ledger_at(records), bundle)
    write_result(archive, data)
    click.echo(f"wrote {archive} (sha256 {sha256(data).hexdigest()})")

"""`advisor records sign`, `accept`, `supersede`, `withdraw`, `redact`, `timestamp`: what happens later."""

from __future__ import annotations

from pathlib import Path

import click

from advisor.cli.arguments.ledger_arguments import act, found_record, signing_with
from advisor.cli.framework.help_format import examples
from advisor.cli.framework.options import AUTHORITY, BECAUSE, BY, RECORDS, OptionSpec, with_options
from advisor.cli.framework.output import write_result
from advisor.cli.framework.shell_words import files
from advisor.errors import BadInput

KEY = OptionSpec("--key", "key", "path", "Sign it with this SSH key.", "FILE")
ROLE = OptionSpec("--role", "role", "text", "In which role you sign, such as security.", "TEXT", default="")
SIGNER = OptionSpec("--as", "by", "text", "Who you are.  [default: the e-mail git knows]", "PRINCIPAL", default="")


@click.command("sign", epilog=examples('advisor records sign 1 --key ~/.ssh/id_ed25519 --because "Read and agreed."'))
@click.argument("record", shell_complete=files)
@click.option("--key", type=click.Path(path_type=Path), help="An SSH key.  [default: the one git signs with]")
@with_options(RECORDS, SIGNER, ROLE, BECAUSE)
def sign(record: str, records: Path, key: Path | None, by: str, role: str, because: str) -> None:
    """Sign RECORD with your own SSH key (ssh-keygen -Y sign, namespace decision-record)."""
    from advisor.api import assess
    from advisor.record.signatures.git_settings import signing_key, user_email
    from advisor.record.signatures.signing import sign as save

    ledger, number = found_record(record, records)
    said = act(number, by or user_email(), because, role)
    click.echo(save(ledger, said, key or signing_key(), assess, click.echo).sentence)


@click.command("accept", epilog=examples('advisor records accept 1 --signers 2 --by Ada --because "Two have signed."'))
@click.argument("record", shell_complete=files)
@click.option("--signers", default=1, show_default=True, type=click.IntRange(1), help="How many must have signed.")
@with_options(RECORDS, BY, BECAUSE, KEY)
def accept(record: str, records: Path, signers: int, by: str, because: str, key: Path | None) -> None:
    """Accept RECORD, once enough different people have signed it, each with a key of their own."""
    from advisor.record.ledger_events import accept as save

    ledger, number = found_record(record, records)
    click.echo(save(ledger, act(number, by, because), signers, signing_with(ledger, key)).sentence)


@click.command("supersede", epilog=examples('advisor records supersede 1 4 --by Ada --because "Prices fell."'))
@click.argument("record", shell_complete=files)
@click.argument("newer", shell_complete=files)
@with_options(RECORDS, BY, BECAUSE, KEY)
def supersede(record: str, newer: str, records: Path, by: str, because: str, key: Path | None) -> None:
    """Mark RECORD as superseded by the decision NEWER."""
    from advisor.record.ledger_events import supersede as save

    ledger, number = found_record(record, records)
    click.echo(
        save(ledger, act(number, by, because), found_record(newer, records)[1], signing_with(ledger, key)).sentence
    )


@click.command("withdraw", epilog=examples('advisor records withdraw 1 --by Ada --because "The project ended."'))
@click.argument("record", shell_complete=files)
@with_options(RECORDS, BY, BECAUSE, KEY)
def withdraw(record: str, records: Path, by: str, because: str, key: Path | None) -> None:
    """Withdraw RECORD without a replacement."""
    from advisor.record.ledger_events import withdraw as save

    ledger, number = found_record(record, records)
    click.echo(save(ledger, act(number, by, because), signing_with(ledger, key)).sentence)


@click.command("redact", epilog=examples('advisor records redact 2 --only deciders --by Ada --because "Asked for."'))
@click.argument("record", shell_complete=files)
@click.option(
    "--only", multiple=True, metavar="FIELD",
    help="title, rationale, consequences, confirmation, deciders, by, because or role; repeatable.  [default: all]",
)  # fmt: skip
@with_options(RECORDS, BY, BECAUSE, ROLE, KEY)
def redact(
    record: str, only: tuple[str, ...], records: Path, by: str, because: str, role: str, key: Path | None
) -> None:
    """Delete names and free text of RECORD; a new record tells of it, and the ledger still verifies.

    Copies, backups and the history of a version control system are yours to find. Records of schema 4 and before hold
    names and text in clear, and cannot be redacted.
    """
    from advisor.record.ledger_events import redact as delete

    ledger, number = found_record(record, records)
    click.echo(delete(ledger, act(number, by, because, role), only, signing_with(ledger, key)).sentence)


@click.command("timestamp", epilog=examples("advisor records timestamp 2 --query two.tsq"))
@click.argument("record", shell_complete=files)
@click.option("--query", type=click.Path(path_type=Path), metavar="FILE", help="Write the question to an authority.")
@click.option("--reply", type=click.Path(path_type=Path), metavar="FILE", help="Keep the authority's answer.")
@with_options(
    RECORDS, AUTHORITY, BY._replace(required=False, default=""),
    BECAUSE._replace(required=False, default="A time token of an authority."),
)  # fmt: skip
def timestamp(
    record: str, query: Path | None, reply: Path | None, records: Path, authority: Path | None, by: str, because: str
) -> None:
    """Prove that RECORD, and every record before it, existed at a time: by an RFC 3161 token of an authority.

    Write the question with --query, send it to an authority of yours (this program opens no network connection), and
    keep the answer with --reply and --time-authority. Needs openssl.
    """
    from advisor.record.ledger_events import stamp
    from advisor.record.signatures.time_token import read_authority, read_reply, time_query

    ledger, number = found_record(record, records)
    if (query is None) == (reply is None):
        raise BadInput("records timestamp", "takes either --query FILE or --reply FILE")
    if query is not None:
        write_result(query, time_query(ledger.entry(number).digest))
        click.echo(f"wrote {query}; send it to an authority as application/timestamp-query")
    elif reply is not None:
        if authority is None or not by:
            raise BadInput("--reply", "takes --time-authority FILE and --by NAME")
        said = act(number, by, because)
        click.echo(stamp(ledger, said, read_reply(reply), read_authority(authority)).sentence)

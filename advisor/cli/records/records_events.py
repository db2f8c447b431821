"""What happens after a record, from `advisor records sign` and `accept` to `redact`, `timestamp` and `policy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import Sentences, examples, files, record_numbers
from advisor.cli.framework.inputs import SharedOptions, act, with_options
from advisor.cli.framework.options import AUTHORITY, BECAUSE, BY, KEY, PRINTED, RECORDS, ROLE, SIGNER
from advisor.cli.framework.output import as_json, write_result
from advisor.errors import BadInput
from advisor.text import visible

if TYPE_CHECKING:
    from advisor.record.ledger import Ledger, Saved
    from advisor.record.signatures.ledger_policy import Policies, SetPolicy


OWN_KEY = KEY._replace(metavar="", help="An SSH key.  [default: the one git signs with]")
DISAPPROVE_EXAMPLE = 'advisor records disapprove 1 --key ~/.ssh/id_ed25519 --because "The volumes are guesses."'


@click.command("sign", epilog=examples('advisor records sign 1 --key ~/.ssh/id_ed25519 --because "Read and agreed."'))
@click.argument("record", shell_complete=record_numbers)
@with_options(OWN_KEY, RECORDS, SIGNER, ROLE, BECAUSE)
def sign(shared: SharedOptions, record: str, **said: Any) -> None:
    """Sign RECORD with your own SSH key (ssh-keygen -Y sign, namespace decision-record)."""
    from advisor.api import assess
    from advisor.record.ledger_events import sign

    _signed(sign, shared, record, said, assess)


@click.command("disapprove", epilog=examples(DISAPPROVE_EXAMPLE))
@click.argument("record", shell_complete=record_numbers)
@with_options(OWN_KEY, RECORDS, SIGNER, ROLE, BECAUSE)
def disapprove(shared: SharedOptions, record: str, **said: Any) -> None:
    """Object to the decision RECORD, signed: while this stands, it cannot be accepted.

    You take it back by signing the decision (advisor records sign). A sign-off of yours from before counts no more.
    What was accepted already stays accepted, and is shown as disapproved of.
    """
    from advisor.record.ledger_events import object_to

    _signed(object_to, shared, record, said)


def _signed(
    save: Callable[..., Saved], shared: SharedOptions, record: str, said: dict[str, Any], *more: object
) -> None:
    """Save a signed statement about a record once it was checked; git knows who signs, and with which key."""
    from advisor.record.signatures.ssh_keygen import signing_key, user_email

    ledger, number = shared.record(record)
    made = act(number, said["by"] or user_email(), said["because"], said["role"])
    click.echo(save(ledger, made, said["key"] or signing_key(), *more, click.echo).sentence)


@click.command("accept", epilog=examples('advisor records accept 1 --signers 2 --by Ada --because "Two have signed."'))
@click.argument("record", shell_complete=record_numbers)
@click.option("--signers", default=1, show_default=True, type=click.IntRange(1), help="How many must have signed.")
@with_options(RECORDS, BY, BECAUSE, KEY)
def accept(shared: SharedOptions, record: str, signers: int, **said: Any) -> None:
    """Accept RECORD, once enough different people have signed it, each with a key of their own, and nobody objects."""
    from advisor.record.ledger_events import accept

    _appended(accept, shared, record, said, signers)


@click.command("supersede", epilog=examples('advisor records supersede 1 4 --by Ada --because "Prices fell."'))
@click.argument("record", shell_complete=record_numbers)
@click.argument("newer", shell_complete=record_numbers)
@with_options(RECORDS, BY, BECAUSE, KEY)
def supersede(shared: SharedOptions, record: str, newer: str, **said: Any) -> None:
    """Mark RECORD as superseded by the decision NEWER."""
    from advisor.record.ledger_events import supersede

    shared.record(record)  # whose fault is told first
    _appended(supersede, shared, record, said, shared.record(newer)[1])


@click.command("withdraw", epilog=examples('advisor records withdraw 1 --by Ada --because "The project ended."'))
@click.argument("record", shell_complete=record_numbers)
@with_options(RECORDS, BY, BECAUSE, KEY)
def withdraw(shared: SharedOptions, record: str, **said: Any) -> None:
    """Withdraw RECORD without a replacement."""
    from advisor.record.ledger_events import withdraw

    _appended(withdraw, shared, record, said)


@click.command("redact", epilog=examples('advisor records redact 2 --only deciders --by Ada --because "Asked for."'))
@click.argument("record", shell_complete=record_numbers)
@click.option(
    "--only", multiple=True, metavar="FIELD",
    help="title, rationale, consequences, confirmation, deciders, by, because or role; repeatable.  [default: all]",
)  # fmt: skip
@with_options(RECORDS, BY, BECAUSE, ROLE, KEY)
def redact(shared: SharedOptions, record: str, only: tuple[str, ...], **said: Any) -> None:
    """Delete names and free text of RECORD; a new record tells of it, and the ledger still verifies.

    Copies, backups and the history of a version control system are yours to find. Records of schema 4 and before hold
    names and text in clear, and cannot be redacted.
    """
    from advisor.record.ledger_events import redact

    _appended(redact, shared, record, said, only)


def _appended(
    save: Callable[..., Saved], shared: SharedOptions, record: str, said: dict[str, Any], *more: object
) -> None:
    """Save what happens to a record, signed where a key is given: the signature must count by the allowed signers."""
    from advisor.record.audit.verify import trust_of
    from advisor.record.ledger_events import Signing

    ledger, number = shared.record(record)
    key = said.pop("key")
    click.echo(save(ledger, act(number, **said), *more, Signing(key, trust_of(ledger)) if key else None).sentence)


@click.command("timestamp", epilog=examples("advisor records timestamp 2 --query two.tsq"))
@click.argument("record", shell_complete=record_numbers)
@click.option("--query", type=click.Path(path_type=Path), metavar="FILE", help="Write the question to an authority.")
@click.option("--reply", type=click.Path(path_type=Path), metavar="FILE", help="Keep the authority's answer.")
@with_options(
    RECORDS, AUTHORITY, BY._replace(required=False, default=""),
    BECAUSE._replace(required=False, default="A time token of an authority."),
)  # fmt: skip
def timestamp(
    shared: SharedOptions, record: str, query: Path | None, reply: Path | None, authority: Path | None, **said: Any
) -> None:
    """Prove that RECORD, and every record before it, existed at a time: by an RFC 3161 token of an authority.

    Write the question with --query, send it to an authority of yours (this program opens no network connection), and
    keep the answer with --reply and --time-authority. Needs openssl.
    """
    from advisor.record.ledger_events import stamp
    from advisor.record.signatures.time_token import read_authority, read_reply, time_query

    ledger, number = shared.record(record)
    if (query is None) == (reply is None):
        raise BadInput("records timestamp", "takes either --query FILE or --reply FILE")
    if query is not None:
        write_result(query, time_query(ledger.entry(number).digest))
        click.echo(f"wrote {query}; send it to an authority as application/timestamp-query")
    elif reply is not None:
        if authority is None or not said["by"]:
            raise BadInput("--reply", "takes --time-authority FILE and --by NAME")
        saved = stamp(ledger, act(number, **said), read_reply(reply), read_authority(authority))
        click.echo(saved.sentence)


# `advisor records policy`: who may do what in a ledger, as a signed record of its own; shown, and replaced.


POLICY_EXAMPLES = examples(
    "advisor records policy show --records examples/ledger",
    'advisor records policy set policy.toml --key ~/.ssh/id_ed25519 --because "Two people decide."',
)


@click.group("policy", cls=Sentences, epilog=POLICY_EXAMPLES)
def policy() -> None:
    """Who may sign, disapprove, accept, supersede, withdraw, redact, merge, set a policy: a signed record."""


@policy.command("show")
@with_options(RECORDS, *PRINTED)
def show(shared: SharedOptions) -> None:
    """Print the policy that judges the next record, and which records set one before."""
    from advisor.record.signatures.ledger_policy import policies_in

    ledger = shared.ledger()
    found = policies_in(ledger)
    shared.emit(as_json(_policy_table(ledger, found)) if shared.is_json else _policy_lines(ledger, found))


def _policy_lines(ledger: Ledger, found: Policies) -> Iterator[str]:
    from advisor.record.signatures.ledger_policy import text_of_policy

    for one in found.states():
        yield visible(f"record {one.record}: sha256 {one.sha256}, set by {one.by} with {one.key}: {one.state}")
    if found.last is None:
        yield "no policy is in force: the ledger's allowed signers count, and an act need not be signed"
        return
    yield ""
    yield from map(visible, text_of_policy(ledger, found.last).splitlines())


def _policy_table(ledger: Ledger, found: Policies) -> dict[str, object]:
    from advisor.record.signatures.ledger_policy import text_of_policy

    last: SetPolicy | None = found.last
    in_force = {"record": last.record, "text": text_of_policy(ledger, last)} if last else None
    return {"schema": "advisor.policies/1", "policies": [asdict(one) for one in found.states()], "in_force": in_force}


@policy.command("set")
@click.argument("file", type=click.Path(path_type=Path), shell_complete=files)
@with_options(RECORDS, KEY, SIGNER, ROLE, BECAUSE)
def set_(shared: SharedOptions, file: Path, key: Path | None, by: str, role: str, because: str) -> None:
    """Set FILE (as for advisor audit --policy) as the policy of the ledger from the next record on, signed.

    The policy before it says who may; the first names those who set it itself. A policy by which nobody could go on is
    refused.
    """
    from advisor.record.ledger import Ledger
    from advisor.record.ledger_events import set_policy
    from advisor.record.signatures.ledger_policy import FOR_AUDITS, policy_in_force
    from advisor.record.signatures.ssh_keygen import signing_key, user_email

    ledger = Ledger(shared.records)
    before = policy_in_force(ledger)
    said = act(0, by or user_email(), because, role)
    saved = set_policy(ledger, said, file, key or signing_key())
    click.echo(saved.sentence)
    now = policy_in_force(ledger)
    if now is None or now.record != saved.number:
        raise BadInput(str(saved.path), "is not in force", "see: advisor records verify")
    if before is None:
        click.echo(f"it is the first: readers trust it as found, or compare its sha256 {now.digest}")
    unasked = sorted(now.policy.model_fields_set & set(FOR_AUDITS))
    if unasked:
        click.echo(f"only advisor audit asks for: {', '.join(unasked)}")

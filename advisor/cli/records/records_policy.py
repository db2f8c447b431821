"""`advisor records policy`: who may do what in a ledger, as a signed record of its own; shown, and replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import Sentences, examples, files
from advisor.cli.framework.inputs import SharedOptions, act, with_options
from advisor.cli.framework.options import BECAUSE, KEY, PRINTED, RECORDS, ROLE, SIGNER
from advisor.cli.framework.output import as_json
from advisor.errors import BadInput
from advisor.text import visible

if TYPE_CHECKING:
    from advisor.record.ledger import Ledger
    from advisor.record.signatures.ledger_policy import Policies, SetPolicy

_EXAMPLES = examples(
    "advisor records policy show --records examples/ledger",
    'advisor records policy set policy.toml --key ~/.ssh/id_ed25519 --because "Two people decide."',
)


@click.group("policy", cls=Sentences, epilog=_EXAMPLES)
def policy() -> None:
    """Who may sign, disapprove, accept, supersede, withdraw, redact, merge, set a policy: a signed record."""


@policy.command("show")
@with_options(RECORDS, *PRINTED)
def show(shared: SharedOptions) -> None:
    """Print the policy that judges the next record, and which records set one before."""
    from advisor.record.signatures.ledger_policy import policies_in

    ledger = shared.ledger()
    found = policies_in(ledger)
    shared.emit(as_json(_table(ledger, found)) if shared.is_json else _lines(ledger, found))


def _lines(ledger: Ledger, found: Policies) -> Iterator[str]:
    from advisor.record.signatures.ledger_policy import text_of_policy

    for one in found.states():
        yield visible(f"record {one.record}: sha256 {one.sha256}, set by {one.by} with {one.key}: {one.state}")
    if found.last is None:
        yield "no policy is in force: the ledger's allowed signers count, and an act need not be signed"
        return
    yield ""
    yield from map(visible, text_of_policy(ledger, found.last).splitlines())


def _table(ledger: Ledger, found: Policies) -> dict[str, object]:
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

"""`advisor audit`: a ledger judged by the auditor's policy and nothing that lies in the ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from advisor.cli.framework.click_extensions import examples, folders
from advisor.cli.framework.inputs import ledger_at
from advisor.cli.framework.options import FORMAT, OUTPUT, QUIET, REPLAY, REPLAY_WITH, OptionSpec, with_options
from advisor.cli.framework.output import emit

if TYPE_CHECKING:
    from pathlib import Path

POLICY = OptionSpec(
    "--policy", "policy", "path", "Whom and what you accept (TOML); see: advisor schema policy.",
    "FILE", required=True, complete="files",
)  # fmt: skip
SOLVER = "advisor.cli.records.records:solve_again"
"""Finds a portfolio's answer again, in the process with limits."""


@click.command("audit", epilog=examples("advisor audit examples/ledger --policy examples/auditor/policy.toml"))
@click.argument("ledger", shell_complete=folders)
@with_options(POLICY, REPLAY, REPLAY_WITH, FORMAT, OUTPUT, QUIET)
def command(
    ledger: str, policy: Path, replay: bool, replay_with: Path | None, form: str, output: Path | None, quiet: bool
) -> int:
    """Verify every record of LEDGER by your own policy: signers, roles, thresholds, last head, knowledge, programs.

    Each verdict is derived, and each portfolio solved, again in a process of its own, with limits of time and memory,
    and its wording is compared as its figures are. A verdict that was not derived again is not verified.
    Exit status: 0 all holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 replay is a numeric toss-up.
    """
    from pathlib import Path

    from advisor.api import assess
    from advisor.cli.records.records import progress_on
    from advisor.record.audit.verification import as_json, tell
    from advisor.record.audit.verify import Scope, verify
    from advisor.record.signatures.policy import policy_at

    mine, digest = policy_at(policy)
    held = ledger_at(Path(ledger), "name the folder of a ledger")
    scope = Scope(assess=assess if replay else None, policy=mine, replay_with=replay_with, solver=SOLVER)
    with progress_on(0 if quiet else len(held.numbers())) as progress:
        found = verify(held, scope, progress)
    found.judged_by += f" ({policy}, sha256 {digest})"
    emit(json.dumps(as_json(found), indent=2) if form == "json" else "\n".join(tell(found)), output, quiet=quiet)
    return found.status

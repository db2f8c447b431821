"""`advisor records verify` and `advisor audit`: everything that can be checked of a ledger, and what was not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.framework.click_extensions import examples, folders, record_numbers
from advisor.cli.framework.inputs import SharedOptions, ledger_at, with_options
from advisor.cli.framework.inputs import today as this_day
from advisor.cli.framework.options import (
    AUTHORITY,
    EXIT_CODE,
    FORMAT,
    OUTPUT,
    PRINTED,
    QUIET,
    RECORDS,
    REPLAY,
    REPLAY_WITH,
    OptionSpec,
    own_options,
)

if TYPE_CHECKING:
    from advisor.api import Inputs
    from advisor.record.audit.verification import LedgerVerification
    from advisor.record.audit.verify import Scope
    from advisor.record.ledger import Ledger

_SHOW_PROGRESS_FROM = 20
VERIFY_EXAMPLES = examples(
    "advisor records verify --records examples/ledger",
    "advisor records verify 3 --records examples/ledger --allowed-signers examples/ledger/allowed_signers",
)
EVIDENCE_HELP = "Folder with files that answers were measured from, compared by digest; repeatable."
TODAY_HELP = "Report what the rules installed today would decide.  [default: of one RECORD]"


@click.command("verify", epilog=VERIFY_EXAMPLES)
@click.argument("record", required=False, shell_complete=record_numbers)
@own_options(REPLAY, REPLAY_WITH)
@click.option("--evidence", type=click.Path(path_type=Path), multiple=True, metavar="DIR", help=EVIDENCE_HELP)
@click.option("--head", default="", metavar="SHA256", help="The digest of the last record, as kept elsewhere.")
@click.option("--allowed-signers", "allowed", type=click.Path(path_type=Path), help="Whose signatures count.")
@click.option("--policy", type=click.Path(path_type=Path), help="A policy that says who may set the ledger's first.")
@click.option("--revoked", type=click.Path(path_type=Path), help="Revoked keys (as for ssh-keygen -r).")
@click.option("--today/--no-today", default=None, help=TODAY_HELP)
@with_options(AUTHORITY, RECORDS, FORMAT, OUTPUT, EXIT_CODE, QUIET)
def verify(shared: SharedOptions, record: str | None, exit_code: bool, **how: Any) -> int:
    """Check RECORD (its number, or its file), or every record of the ledger, and say what was not checked.

    Exit status: 0 what was checked holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 numeric toss-up;
    with --exit-code 1 where what was checked holds, and a verdict was NOT DERIVED AGAIN.
    Without --allowed-signers, a file allowed_signers in the ledger is used; better keep it where the writers
    of the ledger cannot change it. From the first policy of the ledger on (advisor records policy), the people of the
    policy in force count instead. What is judged by the ledger itself (thresholds, which programs and knowledge may
    be used), `advisor audit` judges by a policy of yours.
    """
    ledger, number = shared.record(record) if record else (shared.ledger(), 0)
    found = _verified(shared, ledger, _scope(ledger, number, **how))
    return found.status or int(exit_code and bool(found.not_derived_again))


def _scope(
    ledger: Ledger, number: int, *, replay: bool, head: str, allowed: Path | None, revoked: Path | None,
    today: bool | None, replay_with: Path | None, evidence: tuple[Path, ...], authority: Path | None,
    policy: Path | None,
) -> Scope:  # fmt: skip
    """How far to check, by the options of `verify`."""
    from advisor.api import assess
    from advisor.record.audit.replay import Now
    from advisor.record.audit.verify import Scope, trust_of
    from advisor.record.signatures.policy import policy_at
    from advisor.record.signatures.time_token import read_authority

    if today is None:
        today = replay and number > 0
    return Scope(
        asked=number,
        assess=assess if replay else None,
        trust=trust_of(ledger, allowed, revoked),
        head=head,
        now=Now(SharedOptions().knowledge(), this_day()) if today else None,
        route_alone=partial(assess, flips=False),
        replay_with=replay_with,
        evidence=evidence,
        portfolio=solve_again,
        first_policy=None if policy is None else policy_at(policy)[0],
        authorities=() if authority is None else (read_authority(authority),),
    )


def _verified(shared: SharedOptions, ledger: Ledger, scope: Scope, by: str = "") -> LedgerVerification:
    """Verify, and print what was found; `by` says by which policy, where it is the auditor's own."""
    from advisor.record.audit.verification import as_json, tell
    from advisor.record.audit.verify import verify

    with _progress(0 if shared.quiet else len(ledger.numbers())) as progress:
        found = verify(ledger, scope, progress)
    found.judged_by += by
    shared.emit(json.dumps(as_json(found), indent=2) if shared.is_json else tell(found))
    return found


def solve_again(terms: Mapping[str, Any], members: Sequence[Inputs]) -> Mapping[str, Any]:
    """The answer to a recorded portfolio, from what the decisions about its members were derived from."""
    from advisor.decision.compiled import compiled_knowledge
    from advisor.portfolio.portfolio_answer import solve
    from advisor.portfolio.portfolio_file import portfolio_of
    from advisor.portfolio.portfolio_report import as_json
    from advisor.portfolio.standing_offers import priced_portfolio

    first = members[0]
    read = portfolio_of(terms, [each.answers for each in members])
    at = compiled_knowledge(first.knowledge, first.as_of)
    return as_json(solve(read.name, priced_portfolio(read, at, first.seed, lambda name, place: None), read.limits))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person is looking and the wait is worth one."""
    if total < _SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=total, label="verifying", file=sys.stderr) as bar:
        yield lambda done: bar.update(1)


POLICY = OptionSpec(
    "--policy", "policy", "path", "Whom and what you accept (TOML); see: advisor schema policy.",
    "FILE", required=True, complete="files",
)  # fmt: skip
SOLVER = "advisor.cli.records.records_verify:solve_again"
"""Finds a portfolio's answer again, in the process with limits."""


@click.command("audit", epilog=examples("advisor audit examples/ledger --policy examples/auditor/policy.toml"))
@click.argument("ledger", shell_complete=folders)
@with_options(POLICY, REPLAY, REPLAY_WITH, *PRINTED)
def audit(shared: SharedOptions, ledger: str, policy: Path, replay: bool, replay_with: Path | None) -> int:
    """Verify every record of LEDGER by your own policy: signers, roles, thresholds, last head, knowledge, programs.

    Each verdict is derived, and each portfolio solved, again in a process of its own, with limits of time and memory,
    and its wording is compared as its figures are. A verdict that was not derived again is not verified.
    Exit status: 0 all holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 replay is a numeric toss-up.
    """
    from advisor.api import assess
    from advisor.record.audit.verify import Scope
    from advisor.record.signatures.policy import policy_at

    mine, digest = policy_at(policy)
    held = ledger_at(Path(ledger), "name the folder of a ledger")
    scope = Scope(assess=assess if replay else None, policy=mine, replay_with=replay_with, solver=SOLVER)
    return _verified(shared, held, scope, f" ({policy}, sha256 {digest})").status

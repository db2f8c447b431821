"""`advisor records verify`: everything that can be checked, and what was not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.arguments.ledger_arguments import found_record, ledger_at
from advisor.cli.framework.help_format import examples
from advisor.cli.framework.options import (
    AUTHORITY,
    EXIT_CODE,
    FORMAT,
    OUTPUT,
    QUIET,
    RECORDS,
    REPLAY,
    REPLAY_WITH,
    with_options,
)
from advisor.cli.framework.output import emit
from advisor.cli.framework.shell_words import files

if TYPE_CHECKING:
    from advisor.record.audit.replay_inputs import Inputs
    from advisor.record.audit.verify import Scope
    from advisor.record.ledger import Ledger
    from advisor.record.reassess import Now

_SHOW_PROGRESS_FROM = 20


@dataclass(frozen=True, slots=True)
class How:
    """The options of `verify` that say how far to check."""

    replay: bool
    head: str
    allowed: Path | None
    revoked: Path | None
    today: bool | None
    replay_with: Path | None
    evidence: tuple[Path, ...]
    authority: Path | None


EXAMPLES = examples(
    "advisor records verify --records examples/ledger",
    "advisor records verify 3 --records examples/ledger --allowed-signers examples/ledger/allowed_signers",
)


@click.command("verify", epilog=EXAMPLES)
@click.argument("record", required=False, shell_complete=files)
@with_options(REPLAY, REPLAY_WITH)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Folder with files that answers were measured from, compared by digest; repeatable.",
)
@click.option("--head", default="", metavar="SHA256", help="The digest of the last record, as kept elsewhere.")
@click.option("--allowed-signers", "allowed", type=click.Path(path_type=Path), help="Whose signatures count.")
@click.option("--revoked", type=click.Path(path_type=Path), help="Revoked keys (as for ssh-keygen -r).")
@click.option(
    "--today/--no-today",
    default=None,
    help="Report what the rules installed today would decide.  [default: of one RECORD]",
)
@with_options(AUTHORITY, RECORDS, FORMAT, OUTPUT, EXIT_CODE, QUIET)
def verify(
    record: str | None, records: Path, form: str, output: Path | None, exit_code: bool, quiet: bool, **how: Any
) -> int:
    """Check RECORD (its number, or its file), or every record of the ledger, and say what was not checked.

    Exit status: 0 what was checked holds, 4 tampered, 5 cannot be verified, 6 replay differs, 7 numeric toss-up;
    with --exit-code 1 where what was checked holds, and a verdict was NOT DERIVED AGAIN.
    Without --allowed-signers, a file allowed_signers in the ledger is used; better keep it where the writers
    of the ledger cannot change it. What is judged by the ledger itself (thresholds, which programs and knowledge may
    be used), `advisor audit` judges by a policy of yours.
    """
    from advisor.record.audit.verification_report import as_json, tell
    from advisor.record.audit.verify import verify as check

    ledger, number = found_record(record, records) if record else (ledger_at(records), 0)
    scope = _scope(ledger, number, How(**how))
    with progress_on(0 if quiet else len(ledger.numbers())) as progress:
        found = check(ledger, scope, progress)
    emit(json.dumps(as_json(found), indent=2) if form == "json" else "\n".join(tell(found)), output, quiet=quiet)
    return found.status or int(exit_code and bool(found.not_derived_again))


def _scope(ledger: Ledger, number: int, how: How) -> Scope:
    from advisor.api import assess
    from advisor.record.audit.verify import Scope, trust_of
    from advisor.record.signatures.time_token import read_authority

    today = how.today if how.today is not None else how.replay and number > 0
    trust = trust_of(ledger, how.allowed, how.revoked)
    return Scope(
        asked=number,
        assess=assess if how.replay else None,
        trust=trust,
        head=how.head,
        now=_now() if today else None,
        route_alone=partial(assess, flips=False),
        replay_with=how.replay_with,
        evidence=how.evidence,
        portfolio=solve_again,
        authorities=() if how.authority is None else (read_authority(how.authority),),
    )


def solve_again(terms: Mapping[str, Any], members: Sequence[Inputs]) -> Mapping[str, Any]:
    """The answer to a recorded portfolio, from what the decisions about its members were derived from."""
    from advisor.decision.compiled import compiled_knowledge
    from advisor.portfolio.portfolio_answer import solve
    from advisor.portfolio.portfolio_report import as_json
    from advisor.portfolio.portfolio_terms import portfolio_of
    from advisor.portfolio.standing_offers import priced_portfolio

    first = members[0]
    read = portfolio_of(terms, [each.answers for each in members])
    at = compiled_knowledge(first.knowledge, first.as_of)
    return as_json(solve(read.name, priced_portfolio(read, at, first.seed, lambda name, place: None), read.limits))


def _now() -> Now:
    from advisor.cli.arguments.inputs import knowledge_with
    from advisor.record.reassess import Now

    return Now(knowledge_with(()), datetime.now(UTC).date())


@contextmanager
def progress_on(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person is looking and the wait is worth one."""
    if total < _SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=total, label="verifying", file=sys.stderr) as bar:
        yield lambda done: bar.update(1)
